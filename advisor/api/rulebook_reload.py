"""An edit of the rules, served without a restart: read, tried out, then swapped in at once, or refused while the last good one serves on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from structlog.typing import FilteringBoundLogger
from watchfiles import awatch

from advisor.api.kept import KeptRulebooks
from advisor.api.metrics import Metrics
from advisor.api.serving import Serving
from advisor.authoring.candidate import Verdict, try_out
from advisor.authoring.trial_process import TrialFailed, TrialProcess
from advisor.clock import now
from advisor.engine import Program
from advisor.errors import AdvisorError, BrokenRulebook, Mistake
from advisor.rulebook import shipped_rules
from advisor.rulebook.overlay import SHIPPED, Layered, read_layers
from advisor.settings import Settings

_POLL_SECONDS = 2.0
_MOST_MISTAKES = 100

Stamp = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """What the service starts with.

    Attributes:
        layered: The files.
        program: The rulebook, compiled.
        mistakes: Those of the rules folders, where the last good rulebook stands in for them.
    """

    layered: Layered
    program: Program
    mistakes: tuple[Mistake, ...] = ()


def first_edition(settings: Settings) -> Edition:
    """Return the rulebook that the settings name, or the last good one where that is broken and the settings ask for it.

    Raises:
        BrokenRulebook: The rulebook has mistakes; nothing is served.
    """
    try:
        layered = read_layers(settings.rules, "default")
        return Edition(layered, Program(layered.build()))
    except BrokenRulebook as broken:
        kept = KeptRulebooks(settings.state).last_good() if settings.state and settings.start_with_last_good else None
        if kept is None:
            raise
        return Edition(kept, Program(kept.build()), broken.mistakes)


@dataclass(frozen=True, slots=True)
class RefusedEdit:
    """An edit that is not served: when it was refused, and everything that must be corrected first."""

    at: str
    mistakes: tuple[Mistake, ...]
    mistakes_omitted: int = 0

    @property
    def sentence(self) -> str:
        """The refusal in a sentence."""
        count = len(self.mistakes) + self.mistakes_omitted
        first = str(self.mistakes[0]).splitlines()[0] if self.mistakes else ""
        return f"The last edit of the rules is not served: {count} mistake{'s' if count != 1 else ''}, first {first}"


@dataclass(frozen=True, slots=True)
class RulesStatus:
    """Which rulebook serves, and what became of the edits since the start.

    Attributes:
        status: ``current``: what stands in the folders is served. ``last-good``: it is not, for the mistakes in ``refused``.
        name: The rulebook's name: the folders that it is made of, lowest first.
        revision: A hash of its files' content.
        served_since: When it was put in force, UTC.
        watched: Whether edits are noticed.
        served: How many edits were put in force since the start.
        refused_edits: How many were refused since the start.
        refused: The edit that is not served now.
    """

    status: Literal["current", "last-good"]
    name: str
    revision: str
    served_since: str
    watched: bool
    served: int
    refused_edits: int
    refused: RefusedEdit | None = None


class Reloader:
    """Keeps what is served in step with the rules folders."""

    def __init__(self, edition: Edition, serving: Serving, metrics: Metrics, log: FilteringBoundLogger, settings: Settings) -> None:
        self.layered = edition.layered
        self._folders = settings.rules
        self._serving = serving
        self._metrics = metrics
        self._log = log
        self._kept = KeptRulebooks(settings.state) if settings.state else None
        self._trial = TrialProcess(settings.rules_check_seconds)
        self._turn = asyncio.Lock()
        self._watched = False
        self._served_since = now()
        self._served = self._refused_edits = 0
        self._refused: RefusedEdit | None = None
        self._refused_files: object = None
        if edition.mistakes:
            self._refuse(edition.mistakes)
        else:
            self._keep()
            metrics.tell_rulebook(serving.rulebook, current=True)

    @property
    def status(self) -> RulesStatus:
        """What serves now, and why not what stands in the folders."""
        rulebook = self._serving.rulebook
        return RulesStatus(
            "last-good" if self._refused else "current",
            rulebook.name,
            rulebook.revision,
            self._served_since,
            self._watched,
            self._served,
            self._refused_edits,
            self._refused,
        )

    def files_of(self, revision: str) -> Layered | None:
        """Return the files of the rulebook in force, or of one that was kept; None where neither is of this revision."""
        if revision == self._serving.rulebook.revision:
            return self.layered
        return self._kept.of(revision) if self._kept else None

    async def reload(self) -> None:
        """Put what stands in the folders in force, or say why not; what is in force already stays without a further look."""
        async with self._turn:
            await self._look(None)

    async def serve_edit(self, layered: Layered, verdict: Verdict, write: Callable[[], bool]) -> bool:
        """Write an edit that was tried out already and put it in force, with no other look at the folders in between.

        Args:
            layered: The files as they are to stand there.
            verdict: What the trial of exactly these found.
            write: Writes them; False where the folder is no longer as it was, so that nothing was written.

        Returns:
            Whether the edit was written.
        """
        async with self._turn:
            written = await asyncio.to_thread(write)
            if written:
                await self._look((layered, verdict))
            return written

    async def _look(self, tried: tuple[Layered, Verdict] | None) -> None:
        try:
            layered = await asyncio.to_thread(read_layers, self._folders, "default")
        except BrokenRulebook as broken:
            if broken.mistakes != self._refused_files:
                self._refused_files = broken.mistakes
                self._refuse(broken.mistakes)
            return
        if layered.files == self.layered.files:
            self._accept()
        elif tried is not None and tried[0].files == layered.files:
            await self._judge(layered, tried[1])
        elif layered.files != self._refused_files:
            await self._try(layered)

    async def _try(self, layered: Layered) -> None:
        try:
            verdict = await self._trial.run(try_out, layered)
        except TrialFailed as failed:
            verdict = Verdict(None, (failed.mistake,))
        await self._judge(layered, verdict)

    async def _judge(self, layered: Layered, verdict: Verdict) -> None:
        if not verdict.good or verdict.rulebook is None:
            self._refused_files = layered.files
            self._refuse(verdict.mistakes)
            return
        self.layered = layered
        if verdict.rulebook.revision != self._serving.rulebook.revision:
            self._serving.swap(await asyncio.to_thread(Program, verdict.rulebook))
            self._served_since = now()
            self._served += 1
            self._metrics.count_reload("served")
            self._log.info("rulebook served", revision=verdict.rulebook.revision, rules=len(verdict.rulebook.rules), cases=verdict.cases)
        self._keep()
        self._accept()

    def _accept(self) -> None:
        self._refused = self._refused_files = None
        self._metrics.tell_rulebook(self._serving.rulebook, current=True)

    def _refuse(self, mistakes: Sequence[Mistake]) -> None:
        self._refused_edits += 1
        self._refused = RefusedEdit(now(), tuple(mistakes[:_MOST_MISTAKES]), max(0, len(mistakes) - _MOST_MISTAKES))
        self._metrics.count_reload("refused")
        self._metrics.tell_rulebook(self._serving.rulebook, current=False)
        self._log.warning(
            "rules edit refused", serving=self._serving.rulebook.revision, mistakes=[str(mistake) for mistake in self._refused.mistakes]
        )

    def _keep(self) -> None:
        if self._kept is None:
            return
        try:
            self._kept.keep(self._serving.rulebook.revision, self.layered)
        except OSError as error:
            self._log.error("rulebook not kept: the state folder cannot be written", reason=error.strerror)

    async def watch(self, stop: asyncio.Event) -> None:
        """Reload after every edit until told to stop."""
        self._watched = True
        stamp: Stamp | None = None
        async for _ in self._looks(stop):
            seen = await asyncio.to_thread(_stamp, self._folders)
            if seen == stamp:
                continue
            stamp = seen
            try:
                await self.reload()
            except (AdvisorError, OSError) as error:
                stamp = None
                self._log.error("rules could not be reloaded", reason=str(error))

    async def _looks(self, stop: asyncio.Event) -> AsyncIterator[None]:
        """Yield when something may have changed: at once, when the system says so, and every few seconds, for what it does not tell of."""
        yield
        places = [_place(folder) for folder in self._folders or (Path(SHIPPED),)]
        try:
            async for _ in awatch(
                *places, watch_filter=None, stop_event=stop, debounce=400, rust_timeout=int(_POLL_SECONDS * 1000), yield_on_timeout=True
            ):
                yield
        except (OSError, RuntimeError) as error:
            self._log.warning("the system does not tell of edits; looking every few seconds instead", reason=type(error).__name__)
        while not stop.is_set():
            try:
                async with asyncio.timeout(_POLL_SECONDS):
                    await stop.wait()
            except TimeoutError:
                yield

    def close(self) -> None:
        """End the process that tries rulebooks out."""
        self._trial.close()


def _place(folder: Path) -> Path:
    return shipped_rules() if str(folder) == SHIPPED else folder


def _stamp(folders: Sequence[Path]) -> Stamp:
    """Return what tells an edit from no edit, without reading the files."""
    found: list[tuple[str, int, int, int]] = []
    for folder in folders or (Path(SHIPPED),):
        root = _place(folder).resolve()
        for path in sorted([*root.rglob("*.yaml"), *root.rglob("*.yml")]):
            try:
                status = path.stat()
            except OSError:
                continue
            found.append((str(path), status.st_mtime_ns, status.st_size, status.st_ino))
    return tuple(found)

"""What is seen of a followed job: a picture that renews itself on a terminal, plain lines where the output is piped."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from advisor.cli.following import Sight
from advisor.cli.layout import paragraph
from advisor.cli.report import report
from advisor.cli.report.checkpoints import checkpoint_table
from advisor.cli.terminal import show, write_bytes
from advisor.contract import Advice, AdviseRequest
from advisor.contract.advice import Finding
from advisor.service import to_json
from advisor.sources import ImportedRun


class Display(AbstractContextManager["Display"], Protocol):
    """Where a followed job appears."""

    def see(self, job_id: str, sight: Sight) -> None:
        """Show the job's status, or why it could not be seen."""

    def advise(self, advice: Advice, request: AdviseRequest, run: ImportedRun, *, ended: bool) -> None:
        """Show advice on the new points; the whole page where the job has ended."""

    def alarm(self, job_id: str, finding: Finding, request: AdviseRequest, *, ended: bool) -> None:
        """Show that something serious has appeared."""


class LinesDisplay(Display):
    """A line for each thing that is new, for pipes and logs; as JSON, a line for each advice and nothing else."""

    def __init__(self, bands: Sequence[str] = (), *, as_json: bool = False) -> None:
        self._bands = bands
        self._as_json = as_json
        self._last: str | None = None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Nothing is left open."""

    def see(self, job_id: str, sight: Sight) -> None:
        line = status_line(job_id, sight)
        if line != self._last and not self._as_json:
            show(Text(line))
        self._last = line

    def advise(self, advice: Advice, request: AdviseRequest, run: ImportedRun, *, ended: bool) -> None:
        if self._as_json:
            write_bytes(to_json(advice))
        elif ended:
            show("", *report(advice, request, run, self._bands))
        else:
            show(Text(advice_line(advice, request)))

    def alarm(self, job_id: str, finding: Finding, request: AdviseRequest, *, ended: bool) -> None:
        if not self._as_json:
            show(alarm_text(job_id, finding, request, ended=ended))


class LiveDisplay(Display):
    """One picture that renews itself: the status, the newest verdict and the points; alarms stay above it."""

    def __init__(self, console: Console, bands: Sequence[str] = ()) -> None:
        self._console = console
        self._bands = bands
        self._status: RenderableType = Text("")
        self._body: tuple[RenderableType, ...] = ()
        self._page: tuple[RenderableType, ...] = ()
        self._live = Live(console=console, auto_refresh=False, transient=True)

    def __enter__(self) -> LiveDisplay:
        self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._live.stop()
        if kind is None:
            show(*self._page)

    def see(self, job_id: str, sight: Sight) -> None:
        self._status = Text(status_line(job_id, sight), style="dim" if sight.fault is None else "yellow")
        self._draw()

    def advise(self, advice: Advice, request: AdviseRequest, run: ImportedRun, *, ended: bool) -> None:
        self._page = tuple(report(advice, request, run, self._bands)) if ended else ()
        table = checkpoint_table(advice, request.run, self._bands)
        verdict = Text.assemble((advice.verdict.id.upper(), "bold"), f"  {advice.verdict.title}")
        self._body = (verdict, paragraph(advice.verdict.explanation, indent=0), *(() if table is None else (table,)))
        self._draw()

    def alarm(self, job_id: str, finding: Finding, request: AdviseRequest, *, ended: bool) -> None:
        self._console.print(alarm_text(job_id, finding, request, ended=ended))

    def _draw(self) -> None:
        self._live.update(Group(self._status, *self._body), refresh=True)


def display(bands: Sequence[str] = ()) -> Display:
    """Return the display that suits standard output; ``bands`` are the rulebook's ratio bands in their order."""
    console = Console(highlight=False, emoji=False, markup=False)
    return LiveDisplay(console, bands) if console.is_terminal else LinesDisplay(bands)


def status_line(job_id: str, sight: Sight) -> str:
    """Return what is seen in one line."""
    if sight.fault is not None:
        return f"{job_id}: not seen. {sight.fault}"
    waiting = ", no points yet" if sight.run is None else ""
    return f"{job_id}: {sight.status}{waiting}"


def advice_line(advice: Advice, request: AdviseRequest) -> str:
    """Return the newest step and its verdict in one line, with the first action."""
    first = f" First: {advice.actions[0].title}." if advice.actions else ""
    return f"{_step(request)}: {advice.verdict.id.upper()}  {advice.verdict.explanation}{first}"


def alarm_text(job_id: str, finding: Finding, request: AdviseRequest, *, ended: bool) -> Text:
    """Return the alarm, with the way to cancel a job that still runs."""
    cancel = "" if ended else f' To cancel: client.fine_tuning.jobs.cancel("{job_id}")'
    weight = f"[{finding.severity}, {finding.confidence} confidence]"
    return Text.assemble(
        ("ALARM", "bold red"), f"  {_step(request)}: ", (finding.title, "bold"), f" {weight} {finding.explanation}{cancel}"
    )


def _step(request: AdviseRequest) -> str:
    points = request.run.checkpoints
    return f"step {points[-1].step_number:,}" if points else "no step"

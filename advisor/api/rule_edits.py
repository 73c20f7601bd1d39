"""An edit of the rules over HTTP: tried out as a whole before anything is written, then written, put in force and committed."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from structlog.typing import FilteringBoundLogger

from advisor.api.etags import tag_of
from advisor.api.problems import Place, Refusal, problem
from advisor.api.rulebook_reload import Reloader
from advisor.api.team_folder import Contents, HalfWritten, TeamFolder, Unfit, tag_of_all
from advisor.authoring.candidate import Verdict, try_out
from advisor.authoring.edit_history import commit_edit
from advisor.authoring.trial_process import MOST_WAITING, TrialFailed, TrialProcess
from advisor.errors import BrokenRulebook, Mistake, UnusableInput
from advisor.rulebook.overlay import Layer, Layered, lay, read_each
from advisor.settings import Settings

_TRIES = 3
_MOST_MISTAKES = 100

Changes = Mapping[str, bytes | None]
"""The new bytes of files by their path inside the team's folder; None takes a file away."""

Precondition = Callable[[Contents], None]
"""Raises a Refusal where the folder is not as the caller saw it."""


@dataclass(frozen=True, slots=True)
class EditedFile:
    """A file as it stands now; ``etag`` is None where it was taken away."""

    path: str
    etag: str | None


@dataclass(frozen=True, slots=True)
class RulesEdit:
    """An edit that was written.

    Attributes:
        files: The files that it was about.
        etag: The whole folder's entity tag now.
        revision: The rulebook in force now.
        served: Whether that rulebook holds the edit.
        commit: The commit that holds the edit; None where the folder is in no git repository, or nothing changed.
        warnings: What is worth a look all the same: warnings of the checks, and a commit that git did not take.
    """

    files: tuple[EditedFile, ...]
    etag: str
    revision: str
    served: bool
    commit: str | None
    warnings: tuple[str, ...] = ()


class RuleEdits:
    """Edits of the team's folder, one after the other."""

    def __init__(self, reloader: Reloader, trial: TrialProcess, log: FilteringBoundLogger, settings: Settings) -> None:
        self.folder = TeamFolder(settings.rules)
        self._folders = settings.rules
        self._reloader = reloader
        self._trial = trial
        self._log = log
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def apply(self, changes: Changes, precondition: Precondition, author: str, message: str) -> RulesEdit:
        """Carry an edit out, or leave everything as it was.

        Raises:
            Refusal: The precondition's own; 422 with every mistake of the rulebook as the edit would leave it; 409 where nothing can be
                written here; 503 or 507 where the folder cannot be written now.
        """
        if self._waiting >= MOST_WAITING:
            raise Refusal(problem(503, "Too many edits are being tried out. Try again later."), {"Retry-After": "5"})
        self._waiting += 1
        try:
            async with self._turn:
                for _ in range(_TRIES):
                    found = await self._apply(changes, precondition, author, message)
                    if found is not None:
                        return found
        except Unfit as unfit:
            raise Refusal(problem(409, str(unfit))) from None
        except OSError as error:
            status = 507 if error.errno == errno.ENOSPC else 503
            detail = f"The rules folder cannot be written ({error.strerror}). Nothing was changed in it."
            if isinstance(error, HalfWritten):
                torn = ", ".join(error.paths)
                detail = f"The rules folder cannot be written ({error.strerror}), nor put back as it was. Look at {torn} there."
            raise Refusal(problem(status, detail), {"Retry-After": "5"}) from None
        finally:
            self._waiting -= 1
        raise Refusal(problem(503, "The rules folder is being edited by somebody else. Try again later."), {"Retry-After": "5"})

    async def _apply(self, changes: Changes, precondition: Precondition, author: str, message: str) -> RulesEdit | None:
        for path in changes:
            self.folder.check(path)
        before = await asyncio.to_thread(self.folder.read)
        precondition(before)
        if all(before.get(path) == data for path, data in changes.items()):
            return self._edit(changes, before, None, ())
        try:
            candidate = await asyncio.to_thread(self._candidate, changes)
        except BrokenRulebook as broken:
            raise _refused(broken.mistakes) from None
        try:
            verdict = await self._trial.run(try_out, candidate)
        except TrialFailed as failed:
            verdict = Verdict(None, (failed.mistake,))
        if not verdict.good:
            raise _refused(verdict.mistakes)
        if not await self._reloader.serve_edit(candidate, verdict, lambda: self.folder.write(changes, before)):
            return None
        commit, told = await asyncio.to_thread(self._commit, tuple(changes), author, message)
        warnings = (*(_line(warning) for warning in verdict.warnings[:_MOST_MISTAKES]), *told)
        after = {path: data for path, data in {**before, **changes}.items() if data is not None}
        edit = self._edit(changes, after, commit, warnings)
        self._log.info("rules edited", by=author, files=list(changes), revision=edit.revision, commit=commit, warnings=list(told))
        return edit

    def _candidate(self, changes: Changes) -> Layered:
        *below, own = read_each(self._folders)
        files = {path: text for path, text in own.files.items() if path not in changes}
        mistakes = []
        for path, data in changes.items():
            if data is not None:
                try:
                    files[path] = data.decode("utf-8")
                except UnicodeDecodeError as error:
                    mistakes.append(Mistake(path, 0, 0, f"not UTF-8 text (byte {error.start})", "Save the file as UTF-8.", "not-utf8"))
        if mistakes:
            raise BrokenRulebook(mistakes)
        return lay([*below, Layer(own.name, dict(sorted(files.items())))], "default")

    def _commit(self, paths: tuple[str, ...], author: str, message: str) -> tuple[str | None, tuple[str, ...]]:
        text = message or f"Edit {', '.join(paths)}"
        try:
            return commit_edit(self.folder.place, paths, author, text), ()
        except UnusableInput as error:
            return None, (f"The edit is written and not committed: {error}",)

    def _edit(self, changes: Changes, contents: Contents, commit: str | None, warnings: tuple[str, ...]) -> RulesEdit:
        files = tuple(EditedFile(path, None if data is None else tag_of(data)) for path, data in changes.items())
        status = self._reloader.status
        return RulesEdit(files, tag_of_all(contents), status.revision, status.status == "current", commit, warnings)


def _refused(mistakes: tuple[Mistake, ...]) -> Refusal:
    shown = mistakes[:_MOST_MISTAKES]
    places = tuple(Place(f"{_line(m)} {m.remedy}".strip(), line=m.line or None, column=m.column or None) for m in shown)
    count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes, the first"
    detail = f"Nothing was written: with this edit the rulebook has {count}: {_line(mistakes[0])}"
    return Refusal(problem(422, detail, places, omitted=len(mistakes) - len(shown)))


def _line(mistake: Mistake) -> str:
    return str(mistake).splitlines()[0]

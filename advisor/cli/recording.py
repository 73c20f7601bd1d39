"""A run judged within its project: what the store knows counts, and run and advice are kept in it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from rich.text import Text

from advisor.cli.experiments_store import open_store
from advisor.cli.experiments_told import outcome_lines
from advisor.cli.judging import Explain, judge
from advisor.cli.terminal import note
from advisor.clock import now
from advisor.contract import Advice, AdviseRequest
from advisor.engine import Program
from advisor.errors import StoreFault
from advisor.sources import ImportedRun

if TYPE_CHECKING:
    from advisor.experiments import Store
    from advisor.experiments.records import Outcome


@dataclass(frozen=True, slots=True)
class Kept:
    """Advice with the request as it was judged.

    Attributes:
        experiment: The name that its run has in the project; None where it is not recorded.
        outcomes: What came of the advice on the run that it varies; empty until it is evaluated.
    """

    advice: Advice
    request: AdviseRequest
    experiment: str | None = None
    outcomes: tuple[Outcome, ...] = ()

    def tell(self) -> None:
        """Say on standard error what was recorded, and what came of the advice that led to the run."""
        if self.experiment is not None:
            note(Text(f"Recorded as {self.experiment} in project {self.request.project}.", style="dim"))
        for line in outcome_lines(self.outcomes):
            note(line)


def in_project(request: AdviseRequest, project: str | None, *, run: str | None = None, parent: str | None = None) -> AdviseRequest:
    """Return a request with the project, the name and the parent that options say; what they do not say stays."""
    named = {name: value for name, value in (("id", run), ("parent", parent)) if value is not None}
    changes: dict[str, object] = {"run": request.run.model_copy(update=named)} if named else {}
    if project is not None:
        changes["project"] = project
    return request.model_copy(update=changes) if changes else request


def judge_within(imported: ImportedRun, request: AdviseRequest, program: Program, explain: Explain = Explain.fired) -> Kept:
    """Return the advice on a run; where the request names a project, the run is judged and recorded in it.

    Raises:
        UnusableInput: The project or the run cannot be called so.
        StoreFault: The store cannot be read or written; nothing is recorded.
    """
    with nullcontext() if request.project is None else open_store() as store:
        return judge_with(store, imported, request, program, explain)


def judge_with(
    store: Store | None, imported: ImportedRun, request: AdviseRequest, program: Program, explain: Explain = Explain.fired
) -> Kept:
    """Return the advice on a run, recorded where there is a store."""
    if store is None:
        return Kept(judge(imported, request, program, explain), request)
    return keep(imported, request, program, store, explain)


def keep(
    imported: ImportedRun,
    request: AdviseRequest,
    program: Program,
    store: Store,
    explain: Explain = Explain.fired,
    *,
    also: Sequence[str] = (),
) -> Kept:
    """Return the advice on a run of a project, after recording both.

    Raises:
        UnusableInput: The project or the run cannot be called so.
        StoreFault: The store cannot be read or written; nothing is recorded.
    """
    from advisor.experiments.keeping import judge_and_keep

    warnings = (*imported.warnings, *map(str, imported.dropped), *also)
    kept = judge_and_keep(request, program, store, advice_id=uuid4().hex, created_at=now(), level=explain.value, warnings=warnings)
    return Kept(kept.advice, kept.request, kept.experiment, kept.outcomes)


def keep_if_possible(imported: ImportedRun, request: AdviseRequest, program: Program, store: Store) -> Kept:
    """Return the advice on a run of a project; where the store fails it is given all the same, with a warning."""
    try:
        return keep(imported, request, program, store)
    except StoreFault as fault:
        return Kept(judge(imported, request, program, also=(f"This advice is not kept. {fault}",)), request)

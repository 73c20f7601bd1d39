"""A run judged among what the store knows, and kept: the run, the advice, and what came of the advice that led to the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from advisor.advice import ExplainLevel
from advisor.contract import Advice, AdviseRequest
from advisor.engine import Program
from advisor.experiments.loop import surround
from advisor.experiments.records import Circumstances, Outcome
from advisor.experiments.settling import settle
from advisor.experiments.store import Store
from advisor.service import advise, to_json


@dataclass(frozen=True, slots=True)
class KeptJudgement:
    """An advice that is on the disk.

    Attributes:
        advice: What was said.
        body: The bytes of the answer.
        request: The request as it was judged.
        experiment: The name that its run has in the project; None without a project.
        outcomes: What came of the advice on the run that it varies; empty until it is evaluated.
    """

    advice: Advice
    body: bytes
    request: AdviseRequest
    experiment: str | None
    outcomes: tuple[Outcome, ...]


def judge_and_keep(
    request: AdviseRequest,
    program: Program,
    store: Store,
    *,
    advice_id: str,
    created_at: str,
    level: ExplainLevel,
    warnings: Sequence[str] = (),
) -> KeptJudgement:
    """Return the advice on a run after recording both.

    Raises:
        UnusableInput: The project or the run cannot be called so.
        StoreFault: The store cannot be read or written; nothing is kept.
    """
    known = surround(request, store)
    told = Circumstances(level, (*warnings, *known.warnings))
    advice = advise(known.request, program, advice_id=advice_id, created_at=created_at, level=level, warnings=told.warnings)
    body = to_json(advice)
    project = known.request.project
    outcomes: Sequence[Outcome] = ()
    with store.at_once():
        name = store.advice.keep(advice, body, known.request, program.rulebook, told, run=request.run)
        if project is not None and name is not None:
            experiment = store.experiments.get(project, name)
            outcomes = settle(project, experiment, store, program.rulebook.measures, created_at=created_at)
    return KeptJudgement(advice, body, known.request, name, tuple(outcomes))

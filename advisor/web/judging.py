"""A run that was read, judged by the rulebook in force."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from advisor.api.judging import judge
from advisor.api.parts import Parts
from advisor.clock import now
from advisor.contract import Advice, AdviseRequest
from advisor.errors import NotRecorded
from advisor.experiments.records import KeptAdvice
from advisor.rulebook import Rulebook
from advisor.service import ADVICE, advise
from advisor.sources import ImportedRun


@dataclass(frozen=True, slots=True)
class JudgedRun:
    """A request as it was judged, what was said, and the rulebook that said it; ``kept`` is None where nothing was kept."""

    request: AdviseRequest
    advice: Advice
    rulebook: Rulebook
    kept: KeptAdvice | None = None


def looked_at(request: AdviseRequest, parts: Parts) -> JudgedRun:
    """Judge a run with the outcome of every rule, and keep nothing of it."""
    with parts.serving.taken() as program:
        return JudgedRun(request, advise(request, program, advice_id=uuid4().hex, created_at=now(), level="all"), program.rulebook)


def judged(imported: ImportedRun, parts: Parts) -> JudgedRun:
    """Judge a run that somebody brought, and keep the advice where there is a store.

    Raises:
        Refusal: The request names a project, and the store does not take it.
    """
    warnings = (*imported.warnings, *(str(dropped) for dropped in imported.dropped))
    with parts.serving.taken() as program:
        body, said = judge(imported.request, "all", program, warnings, parts.store)
        parts.metrics.count_judged((said,))
        advice, rulebook = ADVICE.validate_json(body), program.rulebook
    kept = None if parts.store is None else _kept(advice.advice_id, parts)
    request = imported.request if kept is None else AdviseRequest.model_validate_json(kept.request)
    return JudgedRun(request, advice, rulebook, kept)


def _kept(advice_id: str, parts: Parts) -> KeptAdvice | None:
    assert parts.store is not None
    try:
        return parts.store.advice.get(advice_id)
    except NotRecorded:
        return None

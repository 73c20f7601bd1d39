"""One request judged, and kept where there is a store: what is answered when the store does not take it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from advisor.advice import ExplainLevel
from advisor.api.clock import now
from advisor.api.store_faults import refusal_of
from advisor.contract import Advice, AdviseRequest
from advisor.engine import Program
from advisor.errors import StoreFault, UnusableInput
from advisor.experiments import Store
from advisor.experiments.loop import surround
from advisor.experiments.records import Circumstances
from advisor.service import advise, to_json

_NO_STORE = "The request names a project, but this service keeps none: set ADVISOR_DATABASE_URL, or give the history in the request."


@dataclass(frozen=True, slots=True)
class Judged:
    """What was said about one run, for the metrics."""

    verdict: str
    findings: tuple[str, ...]


def judge(
    request: AdviseRequest,
    level: ExplainLevel,
    program: Program,
    warnings: Sequence[str] = (),
    store: Store | None = None,
    *,
    must_be_kept: bool = False,
) -> tuple[bytes, Judged]:
    """Return the answer to a request as JSON, and what it says.

    An answer to a request that names a project is kept, or refused; another one is given all the same, with a warning that says that it
    is not kept.

    Args:
        request: The run, with what is known around it.
        level: How much to explain.
        program: The rulebook in force.
        warnings: Sentences about how the run was read, passed on.
        store: Where the advice is kept; None keeps nothing.
        must_be_kept: Whether an answer that is not kept is worth nothing, also without a project.

    Raises:
        Refusal: 503 or 507 where it is not kept and must be; 422 where the project or the run cannot be called so.
    """
    if store is None:
        told = Circumstances(level, (*warnings, _NO_STORE) if request.project else tuple(warnings))
        return _answered(_advise(request, program, told))
    try:
        return _kept(request, program, Circumstances(level, tuple(warnings)), store)
    except StoreFault as fault:
        if must_be_kept or request.project is not None:
            raise refusal_of(fault) from None
        return _answered(_advise(request, program, Circumstances(level, (*warnings, f"This advice is not kept. {fault}"))))


def _kept(request: AdviseRequest, program: Program, told: Circumstances, store: Store) -> tuple[bytes, Judged]:
    try:
        known = surround(request, store)
    except UnusableInput as error:
        raise refusal_of(error, "/project") from None
    told = Circumstances(told.level, (*told.warnings, *known.warnings), known.record)
    advice = _advise(known.request, program, told)
    body, judged = _answered(advice)
    try:
        store.advice.keep(advice, body, known.request, program.rulebook, told)
    except UnusableInput as error:
        raise refusal_of(error, "/run/id") from None
    return body, judged


def _advise(request: AdviseRequest, program: Program, told: Circumstances) -> Advice:
    return advise(
        request,
        program,
        advice_id=uuid4().hex,
        created_at=now(),
        level=told.level,
        warnings=told.warnings,
        record=told.record,
    )


def _answered(advice: Advice) -> tuple[bytes, Judged]:
    return to_json(advice), Judged(advice.verdict.id, tuple(finding.id for finding in advice.findings))

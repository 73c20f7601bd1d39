"""One request judged, and kept where there is a store: what is answered when the store does not take it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from advisor.advice import ExplainLevel
from advisor.api.store_faults import refusal_of
from advisor.clock import now
from advisor.contract import Advice, AdviseRequest
from advisor.engine import Program
from advisor.errors import StoreFault, UnusableInput
from advisor.experiments import Store
from advisor.experiments.keeping import judge_and_keep
from advisor.experiments.projects import check_name
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
        return _told(request, level, (*warnings, _NO_STORE) if request.project else warnings, program)
    try:
        return _kept(request, level, warnings, program, store)
    except StoreFault as fault:
        if must_be_kept or request.project is not None:
            raise refusal_of(fault) from None
        return _told(request, level, (*warnings, f"This advice is not kept. {fault}"), program)


def _kept(request: AdviseRequest, level: ExplainLevel, warnings: Sequence[str], program: Program, store: Store) -> tuple[bytes, Judged]:
    try:
        if request.project is not None:
            check_name(request.project)
    except UnusableInput as error:
        raise refusal_of(error, "/project") from None
    try:
        kept = judge_and_keep(request, program, store, advice_id=uuid4().hex, created_at=now(), level=level, warnings=warnings)
    except UnusableInput as error:
        raise refusal_of(error, "/run/id") from None
    return kept.body, _said(kept.advice)


def _told(request: AdviseRequest, level: ExplainLevel, warnings: Sequence[str], program: Program) -> tuple[bytes, Judged]:
    advice = advise(request, program, advice_id=uuid4().hex, created_at=now(), level=level, warnings=warnings)
    return to_json(advice), _said(advice)


def _said(advice: Advice) -> Judged:
    return Judged(advice.verdict.id, tuple(finding.id for finding in advice.findings))

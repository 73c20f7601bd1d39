"""A run that somebody brought, judged by the rulebook in force."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from uuid import uuid4

from pydantic import BaseModel, TypeAdapter
from pydantic_core import from_json

from advisor.api.judging import judge
from advisor.api.large import Job
from advisor.api.log_answer import AroundLog, answer_log
from advisor.api.parts import Parts
from advisor.api.problems import Refusal, problem
from advisor.clock import now
from advisor.contract import Advice, AdviseRequest
from advisor.errors import NotRecorded
from advisor.experiments.records import KeptAdvice
from advisor.rulebook import Rulebook
from advisor.service import ADVICE, advise
from advisor.sources import ImportedRun


@dataclass(frozen=True, slots=True)
class JudgedRun:
    """A request as it was judged, what was said, and the rulebook that said it."""

    request: AdviseRequest
    advice: Advice
    rulebook: Rulebook


@dataclass(frozen=True, slots=True)
class KeptRun:
    """Advice that the store holds, by its id."""

    id: str


class _Kept(BaseModel):
    kept: str


class _Whole(BaseModel):
    request: AdviseRequest
    advice: Advice


_SAID: TypeAdapter[_Kept | _Whole] = TypeAdapter(_Kept | _Whole)


def looked_at(request: AdviseRequest, parts: Parts) -> JudgedRun:
    """Judge a run with the outcome of every rule, and keep nothing of it."""
    with parts.serving.taken() as program:
        return JudgedRun(request, advise(request, program, advice_id=uuid4().hex, created_at=now(), level="all"), program.rulebook)


async def judged_log(data: bytes, around: AroundLog, parts: Parts) -> JudgedRun | KeptRun:
    """Judge a log, a large one in a process of its own, and keep the advice where there is a store.

    Raises:
        Refusal: It is no run that can be read, what is known beside it does not fit, or the store does not take its project.
    """
    with parts.serving.taken() as program:
        if len(data) > parts.settings.large_body_bytes:
            answer = await parts.large.answer(Job("log", "all", 1, parts.settings.database_url, around), data, program.rulebook)
        else:
            answer = await asyncio.to_thread(answer_log, data, around, "all", program, parts.store)
        rulebook = program.rulebook
    parts.metrics.count_judged(answer.judged)
    if answer.status != 200:
        raise Refusal(problem(answer.status, from_json(answer.body)["detail"]), answer.headers)
    said = await asyncio.to_thread(_SAID.validate_json, answer.body)
    return KeptRun(said.kept) if isinstance(said, _Kept) else JudgedRun(said.request, said.advice, rulebook)


def judged_job(imported: ImportedRun, parts: Parts) -> JudgedRun | KeptRun:
    """Judge a job that was fetched, and keep the advice where there is a store.

    Raises:
        Refusal: The request names a project, and the store does not take it.
    """
    warnings = (*imported.warnings, *(str(dropped) for dropped in imported.dropped))
    with parts.serving.taken() as program:
        body, said = judge(imported.request, "all", program, warnings, parts.store)
        parts.metrics.count_judged((said,))
        advice, rulebook = ADVICE.validate_json(body), program.rulebook
    kept = None if parts.store is None else _kept(advice.advice_id, parts)
    return JudgedRun(imported.request, advice, rulebook) if kept is None else KeptRun(kept.id)


def _kept(advice_id: str, parts: Parts) -> KeptAdvice | None:
    assert parts.store is not None
    try:
        return parts.store.advice.get(advice_id)
    except NotRecorded:
        return None

"""``POST /advise`` and ``POST /advise/batch``."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from structlog.typing import FilteringBoundLogger

from advisor.advice import ExplainLevel
from advisor.api.answering import Answer, answer_advise, batch_answer, batch_items, batch_requests
from advisor.api.body import read_body
from advisor.api.description import ADVISE, BATCH, BatchAdvice, answers, refusals
from advisor.api.keys import Guard
from advisor.api.large import Job, LargeBodies
from advisor.api.metrics import Metrics
from advisor.api.serving import Serving
from advisor.contract import Advice
from advisor.experiments import Store
from advisor.settings import Settings

Explain = Annotated[
    ExplainLevel,
    Query(
        description="How much to explain: `off` leaves out signals and evidence, `all` adds the outcome of every rule, "
        "also why it did not fire and by how much it missed."
    ),
]


def advising_routes(
    serving: Serving,
    large: LargeBodies,
    metrics: Metrics,
    log: FilteringBoundLogger,
    settings: Settings,
    guard: Guard,
    store: Store | None,
) -> APIRouter:
    """Return the routes that judge runs by the rulebook in force, each request by one; with a store they record what they say."""
    router = APIRouter(tags=["advice"], dependencies=[Depends(guard.at_least("engineer"))] if store is not None else [])

    @router.post(
        "/advise",
        summary="Judge one run",
        openapi_extra=ADVISE,
        responses=answers(Advice) | refusals(401, 403, 408, 413, 415, 422, 503, 507),
    )
    async def advise(request: Request, explain: Explain = "fired") -> Response:
        """Say what to do next with a run: a verdict and ranked actions, each with the rules, numbers and thresholds behind it.

        Only `run.method` and `run.checkpoints` are required; whatever else is absent makes some rules say that they were not evaluated.
        `null` or absent means missing. A non-finite value is said by the strings "NaN", "Infinity" and "-Infinity". Unknown fields and
        metrics are tolerated; of two members of one name the later counts, and a warning says so.

        With `project` the run becomes an experiment of it, and history, baseline and goal come from there unless they are given; what
        cannot be recorded is then refused. Without it the advice alone is kept, and where it cannot be, `warnings` says so.
        """
        raw = await read_body(request, settings)
        with serving.taken() as program:
            if len(raw) > settings.large_body_bytes:
                answer = await large.answer(Job("advise", explain, 1, settings.database_url), raw, program.rulebook)
            elif store is not None:
                answer = await run_in_threadpool(answer_advise, raw, explain, program, store)
            else:
                answer = answer_advise(raw, explain, program)
        return _response(answer)

    @router.post(
        "/advise/batch",
        summary="Judge several runs",
        openapi_extra=BATCH,
        responses=answers(BatchAdvice) | refusals(401, 403, 408, 413, 415, 422, 503, 507),
    )
    async def advise_batch(request: Request, explain: Explain = "fired") -> Response:
        """Judge each request of a list, or of an object's `requests`; the results come in the same order.

        A result holds either `advice` or `error`: the problem that the request alone would have got, its pointers into that request. One
        wrong request never fails the others. How many a batch may hold is a setting of the service, 1,000 by default.
        """
        raw = await read_body(request, settings)
        with serving.taken() as program:
            if len(raw) > settings.large_body_bytes:
                return _response(
                    await large.answer(Job("batch", explain, settings.max_batch_items, settings.database_url), raw, program.rulebook)
                )
            requests = batch_requests(raw, settings.max_batch_items)
            if store is not None:
                return _response(batch_answer(await run_in_threadpool(list, batch_items(requests, explain, program, log, store))))
            items = []
            for item in batch_items(requests, explain, program, log):
                items.append(item)
                await asyncio.sleep(0)  # other requests take their turn between the items
        return _response(batch_answer(items))

    def _response(answer: Answer) -> Response:
        metrics.count_judged(answer.judged)
        return Response(answer.body, answer.status, dict(answer.headers), answer.media_type)

    return router

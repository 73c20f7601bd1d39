"""``POST /webhooks/openai``: the fine-tuning service says that a job has ended, and the job is judged once."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from structlog.typing import FilteringBoundLogger

from advisor.api.body import read_bytes
from advisor.api.description import WEBHOOK, refusals
from advisor.api.faults import LASTING, refusal_of
from advisor.api.jobs import judge_job
from advisor.api.metrics import Metrics
from advisor.api.problems import Refusal, problem
from advisor.api.serving import Serving
from advisor.errors import ServiceFault, UnusableInput, UnusableWebhook, WrongSignature
from advisor.experiments import Store
from advisor.settings import Settings

_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """What became of a delivery: ``advised``, ``ignored`` (it tells of no ended job), or ``not-judged`` and why."""

    webhook_id: str
    outcome: Literal["advised", "ignored", "not-judged"]
    job_id: str | None = None
    advice_id: str | None = None
    verdict: str | None = None
    detail: str | None = None


class OnceEach:
    """Does the work of each delivery once: a repeated one waits for the first and gets its answer.

    Work that raises is forgotten, so that the next delivery tries again. The last 10,000 are remembered, by this process alone; older
    deliveries are refused by their timestamp.
    """

    def __init__(self) -> None:
        self._work: OrderedDict[str, asyncio.Task[WebhookAnswer]] = OrderedDict()

    async def answer(self, webhook_id: str, work: Callable[[], Awaitable[WebhookAnswer]]) -> WebhookAnswer:
        """Return the answer to a delivery."""
        task = self._work.get(webhook_id)
        if task is None:
            task = asyncio.ensure_future(_run(work))
            self._work[webhook_id] = task
            task.add_done_callback(lambda done: self._forget_failed(webhook_id, done))
            while len(self._work) > _REMEMBERED:
                self._work.popitem(last=False)
        return await asyncio.shield(task)  # a caller that hangs up does not stop the work

    def _forget_failed(self, webhook_id: str, task: asyncio.Task[WebhookAnswer]) -> None:
        if task.cancelled() or task.exception() is not None:
            self._work.pop(webhook_id, None)


async def _run(work: Callable[[], Awaitable[WebhookAnswer]]) -> WebhookAnswer:
    return await work()


def webhook_routes(serving: Serving, metrics: Metrics, log: FilteringBoundLogger, settings: Settings, store: Store | None) -> APIRouter:
    """Return the route that takes events of the fine-tuning service."""
    router = APIRouter(tags=["advice"])
    once = OnceEach()

    @router.post(
        "/webhooks/openai",
        summary="A job has ended",
        openapi_extra=WEBHOOK,
        responses=refusals(400, 401, 408, 413, 422, 502, 503, 504, 507),
    )
    async def job_ended(request: Request) -> WebhookAnswer:
        """Take a signed event, fetch the job that it names and judge it; what was said is logged, and kept where there is a store.

        Only what is signed with OPENAI_WEBHOOK_SECRET within the last five minutes is taken. A delivery that comes again gets the same
        answer without being judged again; one that failed for a passing reason, or whose advice could not be kept, gets a 5xx, so that it
        is delivered again.
        """
        from advisor.sources.openai_access import ServiceAccess
        from advisor.sources.openai_webhooks import read_webhook

        payload = bytes(await read_bytes(request, settings))
        try:
            event = read_webhook(
                payload, {name.lower(): value for name, value in request.headers.items()}, ServiceAccess.from_environment()
            )
        except WrongSignature as error:
            raise Refusal(problem(401, str(error))) from None
        except UnusableWebhook as error:
            raise Refusal(problem(400, str(error))) from None
        except ServiceFault as fault:
            raise refusal_of(fault) from None
        if event.job_id is None:
            return WebhookAnswer(event.webhook_id, "ignored", detail=f"Nothing is done on {event.kind}.")
        job_id = event.job_id
        try:
            return await once.answer(event.webhook_id, lambda: _judged(event.webhook_id, job_id))
        except ServiceFault as fault:
            raise refusal_of(fault) from None

    async def _judged(webhook_id: str, job_id: str) -> WebhookAnswer:
        try:
            answer = await run_in_threadpool(judge_job, job_id, {}, "fired", serving, store, must_be_kept=store is not None)
        except ServiceFault as fault:
            if fault.kind not in LASTING:
                raise
            return WebhookAnswer(webhook_id, "not-judged", job_id, detail=str(fault))
        except UnusableInput as error:
            return WebhookAnswer(webhook_id, "not-judged", job_id, detail=str(error))
        metrics.count_judged(answer.judged)
        advice: dict[str, Any] = json.loads(answer.body)
        verdict = advice["verdict"]["id"]
        log.info("job advised", job_id=job_id, verdict=verdict, actions=[action["id"] for action in advice["actions"]])
        return WebhookAnswer(webhook_id, "advised", job_id, advice["advice_id"], verdict)

    return router

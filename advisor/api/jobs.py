"""``POST /jobs/{job_id}/advise``: a job of the fine-tuning service, fetched with this service's own key and judged."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from advisor.advice import ExplainLevel
from advisor.api.advising import Explain
from advisor.api.answering import Answer, answer_request
from advisor.api.body import read_body
from advisor.api.completing import completed
from advisor.api.description import AROUND, answers, refusals
from advisor.api.faults import refusal_of
from advisor.api.keys import Guard
from advisor.api.metrics import Metrics
from advisor.api.problems import Place, Refusal, problem
from advisor.api.reading import read_json
from advisor.api.serving import Serving
from advisor.contract import Advice
from advisor.contract.misnamed import misnamed_members
from advisor.errors import ServiceFault, UnusableInput
from advisor.experiments import Store
from advisor.settings import Settings


def job_routes(serving: Serving, metrics: Metrics, settings: Settings, guard: Guard, store: Store | None) -> APIRouter:
    """Return the route that judges jobs by the rulebook in force."""
    router = APIRouter(tags=["advice"], dependencies=[Depends(guard.at_least("engineer"))])

    @router.post(
        "/jobs/{job_id}/advise",
        summary="Fetch and judge one job",
        openapi_extra=AROUND,
        responses=answers(Advice) | refusals(401, 403, 404, 408, 409, 413, 415, 422, 502, 503, 504, 507),
    )
    async def advise_job(request: Request, job_id: str, explain: Explain = "fired") -> Response:
        """Fetch a job with its checkpoints, events and result file, and say what to do next with it.

        What the service cannot know (the baseline, the evaluation, the size of the data set) may be posted in the shape of the request of
        `POST /advise`; with `project` the job becomes an experiment of it. What could not be fetched stands in `warnings`. The key is the
        server's own, from its environment.
        """
        around = _around(await read_body(request, settings)) if await _has_body(request) else {}
        try:
            answer = await run_in_threadpool(judge_job, job_id, around, explain, serving, store)
        except ServiceFault as fault:
            raise refusal_of(fault) from None
        except UnusableInput as error:
            raise Refusal(problem(422, str(error))) from None
        metrics.count_judged(answer.judged)
        return Response(answer.body, answer.status, media_type=answer.media_type)

    return router


def judge_job(
    job_id: str, around: dict[str, Any], level: ExplainLevel, serving: Serving, store: Store | None, *, must_be_kept: bool = False
) -> Answer:
    """Return the advice on a job; this waits for the fine-tuning service.

    Args:
        job_id: The job's id.
        around: Members of a request that count before what was fetched; also within its ``run``, one by one.
        level: How much to explain.
        serving: The rulebook in force.
        store: Where the advice is recorded; None records nothing.
        must_be_kept: Whether advice that could not be recorded is refused, also without a project.

    Raises:
        ServiceFault: The service gave no job.
        UnusableInput: The id is none, or the fetched metrics are no run.
        Refusal: What was posted does not fit the contract, or the advice could not be recorded and must be.
    """
    from advisor.sources.openai_access import ServiceAccess
    from advisor.sources.openai_service import fetch_run

    imported = fetch_run(job_id, ServiceAccess.from_environment())
    warnings = (*imported.warnings, *(str(dropped) for dropped in imported.dropped), *misnamed_members(around))
    with serving.taken() as program:
        return answer_request(completed(imported.request, around), level, program, warnings, store, must_be_kept=must_be_kept)


def _around(raw: bytearray) -> dict[str, Any]:
    found = read_json(raw)
    if not isinstance(found, dict):
        raise Refusal(problem(422, "The body must be a JSON object, or empty.", (Place("must be an object", ""),)))
    run = found.get("run")
    if run is not None and not isinstance(run, dict):
        raise Refusal(problem(422, "The request is wrong in 1 place: /run must be an object.", (Place("must be an object", "/run"),)))
    return found


async def _has_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers

"""A faithful fake of the fine-tuning service: jobs, checkpoints, events and files, with the faults that the real one shows."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

from fastapi import APIRouter, FastAPI, Request, Response

Json = dict[str, Any]
Part = Literal["job", "checkpoints", "events", "file", "create"]

KEY = "sk-fake-0123456789abcdefghijklmnopqrstuvwxyz"
STARTED = 1_760_000_000


@dataclass
class Fault:
    """An answer in place of the real one; ``times`` says how many requests get it (None: every one)."""

    status: int = 200
    body: Json | str = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    times: int | None = None
    from_page: int = 1

    @classmethod
    def error(cls, status: int, message: str, *, code: str | None = None, **more: Any) -> Fault:
        kind = "server_error" if status >= 500 else "invalid_request_error"
        return cls(status, {"error": {"message": message, "type": kind, "param": None, "code": code}}, **more)

    @classmethod
    def html(cls) -> Fault:
        return cls(200, "<!doctype html><title>Sign in</title>", {"content-type": "text/html"})


RATE_LIMITED = Fault.error(429, "Rate limit reached.", code="rate_limit_exceeded", headers={"retry-after": "7"})
NOT_AVAILABLE = Fault.error(403, "Training is not available to this organization.", code="training_not_available")
BROKEN = Fault.error(500, "The server had an error.")


@dataclass
class FakeJob:
    """A job of the service.

    Attributes:
        metrics: The metrics of each evaluation by step, oldest first.
        seen_steps: How many of them have happened; None is all.
        kept: How many checkpoints the service keeps.
        result: Whether and how the result file is served.
    """

    id: str = "ftjob-abc123"
    model: str = "gpt-4.1-mini-2025-04-14"
    status: str = "succeeded"
    method: str = "supervised"
    hyperparameters: Json = field(default_factory=lambda: {"n_epochs": 4, "batch_size": 4, "learning_rate_multiplier": 1.0})
    metrics: dict[int, Json] = field(default_factory=dict)
    seen_steps: int | None = None
    kept: int = 3
    validation_file: str | None = "file-valid"
    result: Literal["base64", "plain", "null", "none"] = "base64"
    csv: str | None = None
    error: Json | None = None
    grader: Json | None = None
    metadata: dict[str, str] | None = None

    @property
    def steps(self) -> list[int]:
        return list(self.metrics)[: self.seen_steps]

    def as_object(self) -> Json:
        ended = self.status in ("succeeded", "failed", "cancelled")
        details: Json = {"hyperparameters": self.hyperparameters}
        if self.grader is not None:
            details["grader"] = self.grader
        results = [f"file-result-{self.id}"] if ended and self.result in ("base64", "plain") and self.steps else []
        return {
            "object": "fine_tuning.job",
            "id": self.id,
            "model": self.model,
            "created_at": STARTED,
            "finished_at": STARTED + 3600 if ended else None,
            "fine_tuned_model": f"ft:{self.model}:acme::{self.id[-6:]}" if self.status == "succeeded" else None,
            "organization_id": "org-acme",
            "result_files": None if self.result == "null" else results,
            "status": self.status,
            "validation_file": self.validation_file,
            "training_file": "file-train",
            "hyperparameters": self.hyperparameters if self.method == "supervised" else {},
            "trained_tokens": 5768 if self.status == "succeeded" else None,
            "integrations": [],
            "seed": 42,
            "estimated_finish": None,
            "error": self.error,
            "method": {"type": self.method, self.method: details},
            "metadata": self.metadata,
        }

    def checkpoint_objects(self) -> list[Json]:
        """Return the kept ones, newest first."""
        return [
            {
                "object": "fine_tuning.job.checkpoint",
                "id": f"ftckpt_{self.id[-6:]}_{step}",
                "created_at": STARTED + step,
                "fine_tuning_job_id": self.id,
                "fine_tuned_model_checkpoint": f"ft:{self.model}:acme::{self.id[-6:]}:ckpt-step-{step}",
                "step_number": step,
                "metrics": {"step": step, **self.metrics[step]},
            }
            for step in reversed(self.steps)
        ][: self.kept]

    def event_objects(self) -> list[Json]:
        """Return messages and metrics, newest first."""
        made = count()

        def event(message: str, data: Json, kind: str) -> Json:
            number = next(made)
            return {
                "object": "fine_tuning.job.event",
                "id": f"ftevent-{self.id[-6:]}-{number}",
                "created_at": STARTED + number,
                "level": "info",
                "message": message,
                "type": kind,
                "data": data,
            }

        events = [event("Created fine-tuning job", {}, "message")]
        total = max(self.metrics, default=0)
        for step in self.steps:
            data = {"step": step, "total_steps": total, **self.metrics[step]}
            events.append(event(f"Step {step}/{total}", data, "metrics"))
        return events[::-1]

    def result_csv(self) -> bytes:
        """Return a row per step, as OpenAI (base64) or Azure (plain) serves it."""
        if self.csv is not None:
            text = self.csv
        else:
            names = list(
                dict.fromkeys(name for step in self.steps for name in self.metrics[step] if not isinstance(self.metrics[step][name], list))
            )
            lines = [",".join(["step", *names])]
            lines += [",".join([str(step), *(str(self.metrics[step].get(name, "")) for name in names)]) for step in self.steps]
            text = "\n".join(lines) + "\n"
        return base64.b64encode(text.encode()) if self.result == "base64" else text.encode()


class FakeFineTuning:
    """The state of the service: its jobs, what goes wrong, and what it was asked."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget every job, fault and request."""
        self.jobs: dict[str, FakeJob] = {}
        self.faults: dict[Part, Fault] = {}
        self.asked: list[str] = []
        self.created: list[Json] = []
        self.most_per_page = 100
        self.repeats_cursor = False
        self.drops_ids = False
        self.never_ends = False
        self.breaks_off_files = False

    def add(self, job: FakeJob) -> FakeJob:
        self.jobs[job.id] = job
        return job

    async def refusal(self, request: Request, part: Part, page: int = 1) -> Response | None:
        """Return what is answered in place of the real thing, None where the request is fine."""
        self.asked.append(f"{request.method} {request.url.path}")
        given = request.headers.get("authorization", "").removeprefix("Bearer ") or request.headers.get("api-key", "")
        if given != KEY:
            wrong = f"Incorrect API key provided: {given}. You can find your API key in your account."
            return _answer(Fault.error(401, wrong, code="invalid_api_key"))
        fault = self.faults.get(part)
        if fault is None or page < fault.from_page or fault.times == 0:
            return None
        if fault.times is not None:
            fault.times -= 1
        await asyncio.sleep(fault.seconds)
        return _answer(fault) if fault.body else None

    def page(self, items: Sequence[Json], after: str | None, limit: int) -> Json:
        """Return one page behind a cursor."""
        ids = [item["id"] for item in items]
        start = 0 if after is None or self.repeats_cursor or after not in ids else ids.index(after) + 1
        size = min(limit, self.most_per_page)
        data: list[Json] = [dict(item) for item in items[start : start + size]]
        more = self.repeats_cursor or start + size < len(items)
        if self.never_ends and items:
            data = [{**items[0], "id": f"endless-{len(self.asked)}"}]
            more = True
        if self.drops_ids:
            for item in data:
                item["id"] = None
        return {
            "object": "list",
            "data": data,
            "has_more": more,
            "first_id": data[0]["id"] if data else None,
            "last_id": data[-1]["id"] if data else None,
        }


def _answer(fault: Fault) -> Response:
    body = fault.body if isinstance(fault.body, str) else json.dumps(fault.body)
    return Response(body, fault.status, {"content-type": "application/json", "x-request-id": "req_fake", **fault.headers})


def _json(value: Json) -> Response:
    return Response(json.dumps(value), media_type="application/json")  # bare NaN included, as the real service writes it


def _unknown(job_id: str) -> Response:
    return _answer(Fault.error(404, f"Could not find fine tune: {job_id}", code="fine_tune_not_found"))


def fake_app(fake: FakeFineTuning) -> FastAPI:
    """Return the service at the addresses of OpenAI (``/v1``), Azure's ``/openai/v1`` and Azure's dated ``/openai``."""
    app = FastAPI(openapi_url=None)
    app.include_router(_routes(fake), prefix="/v1")
    app.include_router(_routes(fake), prefix="/openai/v1")
    app.include_router(_routes(fake, dated=True), prefix="/openai")
    return app


def _routes(fake: FakeFineTuning, *, dated: bool = False) -> APIRouter:
    router = APIRouter()

    async def refusal(request: Request, part: Part, page: int = 1) -> Response | None:
        if dated and not request.query_params.get("api-version"):
            return _answer(Fault.error(404, "Resource not found", code="404"))
        return await fake.refusal(request, part, page)

    @router.post("/fine_tuning/jobs")
    async def create(request: Request) -> Response:
        refused = await refusal(request, "create")
        if refused is not None:
            return refused
        given = await request.json()
        fake.created.append(given)
        kind = given.get("method", {}).get("type", "supervised")
        settings = given.get("method", {}).get(kind, {}).get("hyperparameters", {})
        name, noted = f"ftjob-new{len(fake.created)}", given.get("metadata")
        job = fake.add(FakeJob(name, given["model"], "validating_files", kind, settings, metadata=noted))
        return _json(job.as_object())

    @router.get("/fine_tuning/jobs/{job_id}")
    async def retrieve(request: Request, job_id: str) -> Response:
        refused = await refusal(request, "job")
        job = fake.jobs.get(job_id)
        return refused or (_unknown(job_id) if job is None else _json(job.as_object()))

    @router.get("/fine_tuning/jobs/{job_id}/checkpoints")
    async def checkpoints(request: Request, job_id: str, after: str | None = None, limit: int = 10) -> Response:
        refused = await refusal(request, "checkpoints", 1 if after is None else 2)
        job = fake.jobs.get(job_id)
        return refused or (_unknown(job_id) if job is None else _json(fake.page(job.checkpoint_objects(), after, limit)))

    @router.get("/fine_tuning/jobs/{job_id}/events")
    async def events(request: Request, job_id: str, after: str | None = None, limit: int = 20) -> Response:
        refused = await refusal(request, "events", 1 if after is None else 2)
        job = fake.jobs.get(job_id)
        return refused or (_unknown(job_id) if job is None else _json(fake.page(job.event_objects(), after, limit)))

    @router.get("/files/{file_id}/content")
    async def content(request: Request, file_id: str) -> Response:
        refused = await refusal(request, "file")
        job = fake.jobs.get(file_id.removeprefix("file-result-"))
        if refused is not None or job is None:
            return refused or _answer(Fault.error(404, f"No such File object: {file_id}"))
        if fake.breaks_off_files:  # fewer bytes than announced
            return Response(job.result_csv(), headers={"content-length": "1000000"})
        return Response(job.result_csv(), media_type="application/octet-stream")

    return router

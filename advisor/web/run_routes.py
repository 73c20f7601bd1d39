"""The page of a run: the shipped example, a file that somebody drops, a job of the fine-tuning service, and thresholds on trial."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from advisor.api.body import read_body, read_bytes
from advisor.api.faults import refusal_of
from advisor.api.importing import Upload, upload_of
from advisor.api.parts import Parts
from advisor.api.problems import Refusal
from advisor.errors import ServiceFault, UnusableInput
from advisor.sources import ImportedRun
from advisor.sources.imported import as_json
from advisor.web.comparing import compared
from advisor.web.examples import example_request
from advisor.web.judging import JudgedRun, KeptRun, judged_job, judged_log, looked_at
from advisor.web.known_facts import around_log
from advisor.web.pages import Pages
from advisor.web.previewing import previewed
from advisor.web.run_view import run_view

_LONGEST_JOB = 200


def run_routes(parts: Parts, pages: Pages) -> APIRouter:
    """Return the routes of the page of a run; what records or fetches asks for the key that the API asks for."""
    router = APIRouter(include_in_schema=False)
    engineer = [Depends(parts.guard.at_least("engineer"))]

    @router.get("/")
    async def example(request: Request) -> Response:
        return await asyncio.to_thread(_example, request)

    @router.post("/ui/run", dependencies=engineer if parts.store is not None else [])
    async def dropped(request: Request) -> Response:
        upload = Upload("", b"")
        try:
            upload = await upload_of(request.headers, bytes(await read_bytes(request, parts.settings)))
            if not upload.name and not upload.data:
                raise UnusableInput("No file was chosen. Drop one here, or choose one.")
            return await _answer(request, await judged_log(upload.data, around_log(upload.name, upload.fields), parts))
        except Refusal as refusal:
            return _start(request, refusal.problem.detail, refusal.problem.status, upload)
        except UnusableInput as error:
            return _start(request, str(error), 422, upload)

    @router.post("/ui/job", dependencies=engineer)
    async def job(request: Request) -> Response:
        try:
            form = parse_qs((await read_bytes(request, parts.settings)).decode("utf-8", "replace"))
            job_id = form.get("job", [""])[0].strip()[:_LONGEST_JOB]
            if not job_id:
                raise UnusableInput("No job was named. A job's id looks like ftjob-abc123.")
            imported = await asyncio.to_thread(_fetched, job_id)
            return await _answer(request, await asyncio.to_thread(judged_job, imported, parts))
        except Refusal as refusal:
            return _start(request, refusal.problem.detail, refusal.problem.status)
        except ServiceFault as fault:
            return _start(request, str(fault), refusal_of(fault).problem.status)
        except UnusableInput as error:
            return _start(request, str(error), 422)

    @router.post("/ui/run/preview")
    async def preview(request: Request) -> Response:
        try:
            text, now, then = await previewed(await read_body(request, parts.settings), parts)
        except Refusal as refusal:
            return pages.page(request, "refused.html.j2", status=refusal.problem.status, sentences=[refusal.problem.detail])
        return pages.page(request, "preview.html.j2", compared=compared(now, then), overrides=text, now=now, then=then)

    async def _answer(request: Request, run: JudgedRun | KeptRun) -> Response:
        if isinstance(run, KeptRun):
            return RedirectResponse(f"/ui/decisions/{run.id}", 303)
        return await asyncio.to_thread(_shown, request, run)

    def _example(request: Request) -> Response:
        return _shown(request, looked_at(example_request(), parts), example=True)

    def _shown(request: Request, run: JudgedRun, *, example: bool = False) -> Response:
        view = run_view(run.request, run.advice, run.rulebook)
        return pages.page(request, "run.html.j2", section="/", view=view, example=example, kept=None, request_json=as_json(run.request))

    def _start(request: Request, sentence: str, status: int, upload: Upload | None = None) -> Response:
        name, fields = ("", {}) if upload is None else (upload.name, upload.fields)
        facts = {field: value for field, value in fields.items() if value.strip()}
        return pages.page(request, "start.html.j2", status=status, section="/", sentence=sentence, name=name, facts=facts)

    return router


def _fetched(job_id: str) -> ImportedRun:
    from advisor.sources.openai_access import ServiceAccess
    from advisor.sources.openai_service import fetch_run

    return fetch_run(job_id, ServiceAccess.from_environment())

"""The application: routes over the rulebook in force."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from advisor import __version__
from advisor.api.advising import advising_routes
from advisor.api.description import describe
from advisor.api.docs_page import docs_routes
from advisor.api.envelope import Envelope
from advisor.api.experiment_routes import experiment_routes
from advisor.api.importing import import_routes
from advisor.api.jobs import job_routes
from advisor.api.keys import Guard
from advisor.api.large import LargeBodies
from advisor.api.log import service_log
from advisor.api.log_routes import log_routes
from advisor.api.looking_up import lookup_routes
from advisor.api.metrics import Metrics
from advisor.api.parts import Parts
from advisor.api.places import wrong_parameters
from advisor.api.preview import preview_routes
from advisor.api.problems import Refusal, problem, problem_response
from advisor.api.project_routes import project_routes
from advisor.api.rule_edits import RuleEdits
from advisor.api.rule_files import rule_file_routes
from advisor.api.rulebook_reload import Reloader, first_edition
from advisor.api.rulebook_routes import rulebook_routes
from advisor.api.serving import Serving
from advisor.api.store_faults import refusal_of
from advisor.api.stored import Kept
from advisor.api.webhooks import webhook_routes
from advisor.authoring.trial_process import TrialProcess
from advisor.errors import AdvisorError, AlreadyRecorded, NotRecorded, StillVaried, StoreFault, UnusableInput
from advisor.experiments import Store
from advisor.experiments.loop import Replayer
from advisor.settings import Settings

_DETAILS = {404: "There is nothing at this address. GET /openapi.json lists what there is.", 405: "This address does not take this method."}


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the service over the rulebook that the settings name; without settings, those of the environment hold.

    Raises:
        BrokenRulebook: The rulebook has mistakes; nothing is served.
        UnusableInput: A setting is not in its form, or others could reach the service without any key.
        StoreFault: The store cannot be opened.
    """
    settings = settings or Settings()
    guard = Guard(settings)
    edition = first_edition(settings)
    serving = Serving(edition.program)
    large = LargeBodies(settings)
    metrics = Metrics()
    log = service_log()
    reloader = Reloader(edition, serving, metrics, log, settings)
    trial = TrialProcess(settings.rules_check_seconds)  # one of its own, so that previews never delay a reload
    store = None if settings.database_url is None else Store(settings.database_url)
    kept, replayer = Kept(store), None if store is None else Replayer(store)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        stop = asyncio.Event()
        watching = asyncio.create_task(reloader.watch(stop)) if settings.watch_rules else None
        yield
        stop.set()
        if watching is not None:
            await watching
        reloader.close()
        trial.close()
        large.close()
        if replayer is not None:
            replayer.close()
        if store is not None:
            store.close()

    app = FastAPI(
        title="Advisor",
        version=__version__,
        summary="What to do next with a fine-tuning run, judged by rules that ML leads own.",
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,  # FastAPI's own pages load their code from elsewhere
        redoc_url=None,
        exception_handlers={
            Refusal: _refused,
            RequestValidationError: _wrong_parameters,
            HTTPException: _no_such_route,
            **dict.fromkeys((StoreFault, NotRecorded, AlreadyRecorded, StillVaried, UnusableInput), _not_stored),
        },
    )
    app.add_middleware(Envelope, metrics=metrics, log=log)
    app.include_router(docs_routes())
    app.include_router(advising_routes(serving, large, metrics, log, settings, guard, store))
    app.include_router(job_routes(serving, metrics, settings, guard, store))
    app.include_router(webhook_routes(serving, metrics, log, settings, store))
    app.include_router(project_routes(kept, guard, settings))  # before the experiments: one called "export" must not take its address
    app.include_router(experiment_routes(kept, serving, guard, settings))
    app.include_router(log_routes(kept, replayer, serving, guard, settings))
    app.include_router(import_routes(settings, serving, large))
    app.include_router(preview_routes(serving, reloader, trial, settings, guard, store))
    app.include_router(rulebook_routes(reloader, store))  # before /rules/{rule_id}, which would take /rules/status for a rule
    app.include_router(rule_file_routes(RuleEdits(reloader, trial, log, settings), guard, settings))
    app.include_router(lookup_routes(serving, reloader, metrics, store))
    describe(app, serving)
    # For the pages, which add routes of their own.
    app.state.parts = Parts(settings, serving, large, reloader, trial, metrics, log, guard, store)
    app.state.reloader = reloader  # for whoever embeds the application and reloads when it likes
    return app


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return problem_response(error.problem, error.headers)


async def _not_stored(_: Request, error: Exception) -> Response:
    assert isinstance(error, AdvisorError)
    refusal = refusal_of(error)
    return problem_response(refusal.problem, refusal.headers)


async def _wrong_parameters(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    places = wrong_parameters(error.errors())
    return problem_response(problem(422, "The query is wrong: " + "; ".join(f"{p.parameter} {p.detail}" for p in places) + ".", places))


async def _no_such_route(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problem_response(problem(error.status_code, _DETAILS.get(error.status_code, str(error.detail))), error.headers)

"""``POST /rules/validate`` and ``POST /preview``: what candidate rules are worth, with nothing kept and nobody else served by them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from advisor.api.advising import Explain
from advisor.api.body import read_body
from advisor.api.description import refusals
from advisor.api.keys import Guard
from advisor.api.problems import Place, Refusal, problem
from advisor.api.reading import read_facts, read_json, read_request
from advisor.api.rulebook_reload import Reloader
from advisor.api.serving import Serving
from advisor.authoring.candidate import Verdict, try_out
from advisor.authoring.compare_advice import advise_all, differences, judge_all
from advisor.authoring.trial_process import TrialFailed, TrialProcess
from advisor.contract import Advice
from advisor.errors import BrokenRulebook, Mistake
from advisor.experiments import Store
from advisor.experiments.past_requests import PastRequest, past_requests
from advisor.rulebook.overlay import Layer, Layered, lay
from advisor.settings import Settings

_MOST_RUNS = 100


class Candidate(BaseModel):
    """Candidate rules.

    Attributes:
        files: The text of each file by its path; with ``overrides.yaml`` among them where ``on_top_of`` has something below.
        on_top_of: ``serving``: what is not given stays as in the rulebook in force. ``nothing``: these are all files.
        without: Paths to leave out of the rulebook in force.
    """

    model_config = ConfigDict(extra="forbid")

    files: dict[str, str] = Field(max_length=5000)
    on_top_of: Literal["serving", "nothing"] = "serving"
    without: list[str] = Field(default_factory=list)


class StoredRuns(BaseModel):
    """Runs that the store has advice on, the newest first; of one project where it is named."""

    model_config = ConfigDict(extra="forbid")

    project: str | None = None
    limit: int = Field(default=20, ge=1, le=_MOST_RUNS)


class Preview(Candidate):
    """Candidate rules and the runs to judge by them: each of ``requests`` is a request of ``POST /advise``; ``on`` takes stored runs."""

    requests: list[Any] = Field(default_factory=list, max_length=_MOST_RUNS)
    on: StoredRuns | None = None


@dataclass(frozen=True, slots=True)
class Validation:
    """Whether candidate rules could be served.

    Attributes:
        good: Whether they could.
        revision: What their revision would be.
        cases: How many cases were run; none for what serves already.
        mistakes: Everything that must be corrected first.
        warnings: What is worth a look all the same.
    """

    good: bool
    revision: str | None
    cases: int
    mistakes: tuple[Mistake, ...]
    warnings: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class Previewed:
    """One run judged by both: ``differs`` names the parts of the advice that are not the same, ``run`` a stored run."""

    now: Advice
    then: Advice
    differs: tuple[str, ...]
    run: str | None = None


@dataclass(frozen=True, slots=True)
class PreviewAnswer:
    """Each run's advice by the rulebook in force and by the candidate: first the requests, then the stored runs."""

    revision_now: str
    revision_then: str
    results: tuple[Previewed, ...]


def preview_routes(
    serving: Serving, reloader: Reloader, trial: TrialProcess, settings: Settings, guard: Guard, store: Store | None
) -> APIRouter:
    """Return the routes that try candidate rules out, in a process that does nothing else."""
    router = APIRouter(tags=["rulebook"])
    may_read = guard.allows("reader")

    @router.post(
        "/rules/validate", summary="Check candidate rules", openapi_extra=_body(Candidate), responses=refusals(408, 413, 415, 422, 503)
    )
    async def validate(request: Request, cases: bool = True) -> Validation:
        """Load and check candidate rules and run their cases. Nothing is kept; mistakes are the answer, and no refusal.

        The cases take most of the time, about a second for the shipped rules; `cases=false` leaves them out, for a look on every keystroke.
        """
        candidate = read_facts(Candidate, read_json(await read_body(request, settings)))
        check_room(trial)

        async def tried() -> Verdict:
            layered = layered_over(candidate, reloader.layered)
            if layered.files == reloader.layered.files:
                return Verdict(serving.rulebook)
            return await trial.run(partial(try_out, cases=cases), layered)

        return await validation_of(tried())

    @router.post(
        "/preview",
        summary="Advice now and by candidate rules",
        openapi_extra=_body(Preview),
        responses=refusals(401, 403, 408, 409, 413, 415, 422, 503),
    )
    async def preview(request: Request, explain: Explain = "fired") -> PreviewAnswer:
        """Judge runs by the rulebook in force and by candidate rules, side by side. Nothing is kept. Up to 100 runs at once.

        Stored runs (`on`) are for whoever may read the log of advice.
        """
        body = read_facts(Preview, read_json(await read_body(request, settings)))
        requests = [read_request(document) for document in body.requests]
        names: list[str | None] = [None] * len(requests)
        if body.on is not None:
            await may_read(request)
            for past in await asyncio.to_thread(_stored, store, body.on):
                names.append(past.name)
                requests.append(past.request)
        if not requests:
            nothing = Place("must hold a run, unless on takes stored ones.", "/requests")
            raise Refusal(problem(422, "There is no run to judge. Give requests, or stored runs by on.", (nothing,)))
        check_room(trial)
        with serving.taken() as program:
            now = judge_all(program, requests, explain)
            revision = program.rulebook.revision
        try:
            candidate, then = await trial.run(advise_all, layered_over(body, reloader.layered), requests, explain)
        except BrokenRulebook as broken:
            raise _refused(broken.mistakes) from None
        except TrialFailed as failed:
            raise _refused((failed.mistake,)) from None
        results = tuple(Previewed(one, other, differences(one, other), run) for one, other, run in zip(now, then, names, strict=True))
        return PreviewAnswer(revision, candidate, results)

    return router


def _stored(store: Store | None, on: StoredRuns) -> list[PastRequest]:
    if store is None:
        raise Refusal(problem(409, "This service keeps no runs. Give requests, or start it with ADVISOR_DATABASE_URL."))
    return list(past_requests(store.database, project=on.project, limit=on.limit))


def layered_over(candidate: Candidate, serving: Layered) -> Layered:
    """Return the candidate's files with those of the rulebook in force below them, where it stands on it."""
    if candidate.on_top_of == "nothing":
        return lay([Layer("default", candidate.files)])
    below = {path: text for path, text in serving.files.items() if path not in candidate.without}
    laid = lay([Layer(serving.name, below), Layer("candidate", candidate.files)], serving.name)
    kept = {path: text for path, text in below.items() if path.endswith(".cases.yaml")}
    return Layered(serving.name, {**kept, **laid.files}, {}, laid.edits)


def _refused(mistakes: tuple[Mistake, ...]) -> Refusal:
    places = tuple(Place(f"{str(mistake).splitlines()[0]} {mistake.remedy}".strip(), "/files") for mistake in mistakes[:100])
    detail = "The candidate rules have mistakes; POST /rules/validate gives them one by one."
    return Refusal(problem(422, detail, places, omitted=max(0, len(mistakes) - 100)))


async def validation_of(trying: Awaitable[Verdict]) -> Validation:
    """Return what came of trying rules out; what cannot be laid together, or takes too long, is told as a mistake like any other."""
    try:
        verdict = await trying
    except BrokenRulebook as broken:
        verdict = Verdict(None, broken.mistakes)
    except TrialFailed as failed:
        verdict = Verdict(None, (failed.mistake,))
    revision = verdict.rulebook.revision if verdict.rulebook else None
    return Validation(verdict.good, revision, verdict.cases, verdict.mistakes, verdict.warnings)


def check_room(trial: TrialProcess) -> None:
    """Raise the Refusal of one more candidate, 503, where too many are being tried out."""
    if trial.full:
        raise Refusal(problem(503, "Too many candidates are being tried out. Try again later."), {"Retry-After": "5"})


def _body(model: type[BaseModel]) -> dict[str, Any]:
    example: dict[str, Any] = {"files": {"sft/our-own.yaml": "id: our-own\ntitle: Our own rule\nwhen: [n_trian > 100]\n"}}
    if model is Preview:
        override = "rules: {valid-loss-rises: {parameters: {rise: 0.1}}}\n"
        example = {"files": {"overrides.yaml": override}, "requests": [{"run": {"method": "supervised", "checkpoints": []}}]}
    schema = model.model_json_schema()
    inner = schema.pop("$defs", {})
    for name, member in schema["properties"].items():  # references of a schema inside OpenAPI would lead elsewhere
        refs = [choice["$ref"].rpartition("/")[2] for choice in member.get("anyOf", []) if "$ref" in choice]
        if refs:
            schema["properties"][name] = inner[refs[0]]
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}}

"""The API's own description (OpenAPI): what FastAPI cannot know, because the bodies are read by Advisor itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema

from advisor.api import examples
from advisor.api.problems import MEDIA_TYPE, Problem, problem
from advisor.api.recording import OutcomeFacts
from advisor.api.serving import Serving
from advisor.contract import Advice, AdviseRequest
from advisor.engine import Program
from advisor.experiments.entries import ProjectFacts
from advisor.service import advise, to_json

_REF = "#/components/schemas/{model}"
_DETAILS = {
    400: "The webhook is not signed, or is no event.",
    401: "There is no valid API key; for a webhook: its signature is wrong, or too old.",
    403: "The API key is of a role that may not do this.",
    404: "There is nothing of this id, or nothing at this address.",
    408: "The body did not arrive in time.",
    409: "The job has not started, the name is taken already, the rulebook of then cannot be read any more, or the rules are read-only.",
    412: "It has been changed since it was read.",
    413: "The body is larger than the service takes (64 MiB by default).",
    415: "The body is not declared as JSON in UTF-8.",
    422: "The body is not JSON or not a request, or a parameter is wrong; `errors` names every place.",
    428: "The request does not say by If-Match what it was made on.",
    502: "The fine-tuning service refused, failed or answered something unreadable.",
    503: "Too much is asked of the service right now, or it lacks a key. Try again after `Retry-After` seconds where that is given.",
    504: "The fine-tuning service did not answer in time.",
    507: "The store has no room left; nothing was recorded.",
}
_EXAMPLES = {
    400: problem(400, "The webhook lacks webhook-signature: only what the fine-tuning service signs is taken."),
    401: problem(401, "This needs an API key. Send it as Authorization: Bearer KEY."),
    403: problem(403, "This needs a key of the role engineer; yours is of the role reader."),
    404: problem(404, "The rulebook has no rule of this id. GET /rules lists them."),
    408: problem(408, "The body did not arrive within 120 s."),
    409: problem(409, "Job ftjob-abc123 has not started (queued): there is nothing to judge yet; follow it by advisor watch ftjob-abc123."),
    412: problem(412, "Somebody has changed this experiment since it was read: read it again, then change it."),
    413: problem(413, "The body is larger than 67108864 bytes. Post fewer checkpoints, or a batch in parts."),
    415: problem(415, "The body must be JSON. Send it with Content-Type: application/json."),
    422: examples.WRONG_REQUEST,
    428: problem(428, "An edit says what it was made on. Send If-Match with the ETag of GET."),
    502: problem(502, "api.openai.com failed (status 500): that lies with the service; try again later."),
    503: problem(503, "Too many large requests are waiting. Try again later."),
    504: problem(504, "api.openai.com did not answer within 30 s: try again, or give it longer by ADVISOR_OPENAI_TIMEOUT_SECONDS."),
    507: problem(507, "The store has no room left, so nothing was recorded: free space on its disk, then ask again."),
}


@dataclass(frozen=True, slots=True)
class BatchResult:
    """One result of a batch: ``advice``, or ``error`` where the request is wrong."""

    advice: Advice | None = None
    error: Problem | None = None


@dataclass(frozen=True, slots=True)
class BatchAdvice:
    """The results of a batch, in the order of its requests."""

    results: tuple[BatchResult, ...]


def _body(schema: dict[str, Any], example: Any) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}}


_ONE = {"$ref": _REF.format(model="AdviseRequest")}
_MANY = {"type": "array", "items": {}, "description": "Requests as for `POST /advise`; each is checked for itself."}
_BATCH = {"type": "object", "properties": {"requests": _MANY}, "required": ["requests"]}

ADVISE = _body(_ONE, examples.REQUEST)
"""The body of ``POST /advise``."""

BATCH = _body({"anyOf": [_BATCH, _MANY]}, examples.BATCH)
"""The body of ``POST /advise/batch``."""

AROUND: dict[str, Any] = {
    "requestBody": {
        "required": False,
        "content": {
            "application/json": {
                "schema": {"type": "object", "description": "Any member of the request of `POST /advise`; what is said here counts."},
                "example": {"run": {"dataset": {"n_train": 335}}, "baseline": {"score": 8.05}},
            }
        },
    }
}
"""The optional body of ``POST /jobs/{job_id}/advise``."""

_SIGNED_BY = {
    "webhook-id": "The same for each delivery of one event.",
    "webhook-timestamp": "When it was sent, in seconds since 1970.",
    "webhook-signature": "Signatures of id, time and body.",
}
WEBHOOK: dict[str, Any] = {
    "parameters": [
        {"name": name, "in": "header", "required": True, "description": said, "schema": {"type": "string"}}
        for name, said in _SIGNED_BY.items()
    ],
    **_body(
        {"type": "object", "properties": {"type": {"type": "string"}, "data": {"type": "object"}}, "required": ["type"]},
        {
            "object": "event",
            "id": "evt_685343a1381c819085d44c354e1b330e",
            "type": "fine_tuning.job.succeeded",
            "created_at": 1750287018,
            "data": {"id": "ftjob-abc123"},
        },
    ),
}
"""The signed event of ``POST /webhooks/openai``."""

_RUN = {"$ref": _REF.format(model="EarlierRun")}
_ENTRY = {
    "anyOf": [
        _RUN,
        {"type": "object", "properties": {"run": _RUN, "parent": {"type": ["string", "null"]}}, "required": ["run"]},
    ]
}
_EXPORTED = {
    "type": "object",
    "properties": {
        "experiments": {"type": "array", "items": _ENTRY, "minItems": 1},
        "baseline": {"$ref": _REF.format(model="Baseline")},
        "goal": {"$ref": _REF.format(model="Goal")},
    },
    "required": ["experiments"],
}
EXPERIMENTS = _body({"anyOf": [_ENTRY, {"type": "array", "items": _ENTRY, "minItems": 1}, _EXPORTED]}, examples.EXPERIMENTS)
"""The body of ``POST /projects/{project}/experiments``."""

EXPERIMENT_CHANGES = _body(
    {"type": "object", "description": "Any member of a run, bare or as the member `run` beside `parent`; null takes it away."},
    {"evaluation": {"score": 9.15, "scale": [0, 10], "n_items": 120}},
)
"""The body of ``PATCH /projects/{project}/experiments/{name}``."""

_PROJECT = ProjectFacts.model_json_schema(ref_template=_REF)
del _PROJECT["$defs"]  # they stand among the components
PROJECT = _body(_PROJECT, examples.PROJECT)
"""The body of ``PUT`` and ``PATCH /projects/{project}``."""

OUTCOME = _body(
    OutcomeFacts.model_json_schema(),
    {"action": "reduce-epochs", "experiment": "R2", "score": 9.15, "note": "Two epochs, nothing else changed."},
)
"""The body of ``POST /advice/{advice_id}/outcome``."""

METRICS: dict[int | str, dict[str, Any]] = {
    200: {"description": "Prometheus' text format", "content": {"text/plain": {"schema": {"type": "string"}}}}
}
"""The answer of ``GET /metrics``."""


def answers(model: type) -> dict[int | str, dict[str, Any]]:
    """Return the documented answer of a route that makes its bytes itself."""
    return {200: {"description": "The answer", "model": model}}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the documented refusals of a route."""
    schema = {"$ref": _REF.format(model="Problem")}
    return {
        status: {
            "description": _DETAILS[status],
            "content": {MEDIA_TYPE: {"schema": schema, "example": examples.problem_example(_EXAMPLES[status])}},
        }
        for status in statuses
    }


def describe(app: FastAPI, serving: Serving) -> None:
    """Make the application's description whole: the schemas of the bodies, and answers that this rulebook really gives."""
    described, revision = app.openapi, ""

    def openapi() -> dict[str, Any]:
        nonlocal revision
        with serving.taken() as program:
            if app.openapi_schema is None or revision != program.rulebook.revision:
                app.openapi_schema, revision = None, program.rulebook.revision
                _complete(described(), program)
        return described()

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the description


def _complete(description: dict[str, Any], program: Program) -> None:
    schemas = description["components"]["schemas"]
    models = [(AdviseRequest, "validation")]
    _, requests = models_json_schema(models, ref_template=_REF)  # type: ignore[arg-type]
    schemas.update(requests["$defs"])
    schemas["Problem"] = TypeAdapter(Problem).json_schema(mode="serialization", ref_template=_REF)
    schemas.update(schemas["Problem"].pop("$defs"))
    for name in ("HTTPValidationError", "ValidationError"):  # FastAPI's own shape of a refusal, which no route gives
        schemas.pop(name, None)
    for path in description["paths"].values():
        for operation in path.values():
            if "application/json" in operation["responses"].get("422", {}).get("content", {}):
                del operation["responses"]["422"]
    advice = json.loads(
        to_json(
            advise(
                AdviseRequest.model_validate(examples.REQUEST),
                program,
                advice_id="4f1c0d6e8b5a4a0f9d6c3b2a1908f7e6",
                created_at="2026-11-20T12:00:00.000+00:00",
            )
        )
    )
    paths = description["paths"]
    for path in ("/advise", "/jobs/{job_id}/advise"):
        _answer(paths[path])["example"] = advice
    results = {"results": [{"advice": advice}, {"error": examples.problem_example(examples.WRONG_ITEM)}]}
    _answer(paths["/advise/batch"])["example"] = results


def _answer(path: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = path["post"]["responses"]["200"]["content"]["application/json"]
    return answer

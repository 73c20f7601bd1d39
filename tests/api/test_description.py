"""The API's own description is right: its examples are accepted, and answers look as it says."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from tests.api.wire import RUN
from tests.fake_openai.service import FakeFineTuning

Json = dict[str, Any]


@pytest.fixture(scope="module")
def description(client: TestClient) -> Json:
    found: Json = client.get("/openapi.json").json()
    return found


def _valid(description: Json, schema: Json, value: Any) -> None:
    Draft202012Validator(schema | {"components": description["components"]}).validate(value)


def _bodies(description: Json) -> Iterator[tuple[str, Json]]:
    """Yield everything with a schema and an example: bodies of requests and answers, by where they stand."""
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
                yield f"{method} {path} {media_type}", content
            for status, answer in operation["responses"].items():
                for media_type, content in answer.get("content", {}).items():
                    yield f"{method} {path} {status} {media_type}", content


def test_every_reference_leads_somewhere(description: Json):
    def references(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            yield from [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            yield from (found for member in value.values() for found in references(member))
        elif isinstance(value, list):
            yield from (found for member in value for found in references(member))

    known = {f"#/components/schemas/{name}" for name in description["components"]["schemas"]}
    used = set(references(description))
    assert used <= known
    assert {"#/components/schemas/AdviseRequest", "#/components/schemas/Advice", "#/components/schemas/Problem"} <= used


def test_every_body_of_the_advice_and_every_problem_has_an_example_that_fits_its_schema(description: Json):
    bodies = {place: content for place, content in _bodies(description) if "/advise" in place or "problem+json" in place}
    assert {
        "post /advise application/json",
        "post /advise 200 application/json",
        "post /advise 422 application/problem+json",
    } <= bodies.keys()
    for content in bodies.values():
        _valid(description, content["schema"], content["example"])


def test_every_refusal_is_described_as_a_problem(description: Json):
    refusals = [place for place, _ in _bodies(description) if place.split()[2][0] in "45"]
    assert refusals
    assert all(place.endswith("application/problem+json") for place in refusals)
    assert {"408", "413", "415", "422", "503"} <= set(description["paths"]["/advise"]["post"]["responses"])


@pytest.mark.parametrize("path", ["/advise", "/advise/batch"])
def test_the_example_of_a_request_gets_the_example_of_the_answer(client: TestClient, description: Json, path: str):
    operation = description["paths"][path]["post"]
    answer = client.post(path, json=operation["requestBody"]["content"]["application/json"]["example"]).json()
    shown = operation["responses"]["200"]["content"]["application/json"]["example"]
    for one in (answer, shown) if path == "/advise" else (answer["results"][0]["advice"], shown["results"][0]["advice"]):
        one.update(advice_id="", created_at="")
    assert answer == shown


@pytest.mark.parametrize("level", ["off", "fired", "all"])
def test_real_answers_fit_their_schemas(client: TestClient, description: Json, level: str):
    answers = {
        ("/advise", "200"): client.post(f"/advise?explain={level}", json={"run": RUN}),
        ("/advise", "422"): client.post("/advise", json={"run": {"checkpoints": [0]}}),
        ("/advise/batch", "200"): client.post(f"/advise/batch?explain={level}", json=[{"run": RUN}, {}]),
        ("/rules", "200"): client.get("/rules"),
        ("/signals", "200"): client.get("/signals"),
        ("/readyz", "200"): client.get("/readyz"),
    }
    for (path, status), answer in answers.items():
        (operation,) = description["paths"][path].values()
        _valid(description, operation["responses"][status]["content"][answer.headers["content-type"]]["schema"], answer.json())


CHECKED = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def test_whatever_is_sent_gets_a_described_answer(client: TestClient, service: FakeFineTuning, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_WEBHOOK_SECRET", "a secret")
    for found in schemathesis.openapi.from_asgi("/openapi.json", client.app).get_all_operations():
        assert isinstance(found, Ok)

        @given(case=found.ok().as_strategy())
        @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
        def answered(case: Any) -> None:
            case.call_and_validate(checks=CHECKED)

        answered()

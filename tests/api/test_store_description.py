"""The description of the routes over the store is right: its examples are taken, and answers look as it says."""

from __future__ import annotations

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

from tests.api.stored import Json, advice_on, stored

CHECKED = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
STORED = ("/projects", "/advice", "/record", "/rulebooks", "/readyz")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with stored(tmp_path_factory.mktemp("store")) as client:
        yield client


@pytest.fixture(scope="module")
def description(client: TestClient) -> Json:
    found: Json = client.get("/openapi.json").json()
    return found


def test_every_body_has_an_example_that_fits_its_schema_and_is_taken(client: TestClient, description: Json):
    advice = advice_on(client, "described")
    where = {"project": "examples", "name": "R1", "advice_id": advice["advice_id"]}
    taken = []
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            if not path.startswith(STORED) or "requestBody" not in operation:
                continue
            content = operation["requestBody"]["content"]["application/json"]
            Draft202012Validator(content["schema"] | {"components": description["components"]}).validate(content["example"])
            if path.endswith("/outcome"):
                client.post("/projects/described/experiments", json={"id": "R2"})
            answer = client.request(method, path.format(**where), json=content["example"])
            assert answer.status_code in (200, 201), answer.text
            taken.append(f"{method} {path}")
    assert len(taken) == 5


def test_whatever_is_sent_gets_a_described_answer(client: TestClient):
    for found in schemathesis.openapi.from_asgi("/openapi.json", client.app).get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if not operation.path.startswith(STORED):
            continue

        @given(case=operation.as_strategy())
        @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
        def answered(case: Any) -> None:
            case.call_and_validate(checks=CHECKED)

        answered()


def test_real_answers_fit_their_schemas(client: TestClient, description: Json):
    advice = advice_on(client, "real")["advice_id"]
    client.post("/projects/real/experiments", json=[{"id": "A", "evaluation": {"score": 8.1}}, {"id": "B", "base_model": "x"}])
    client.post(f"/advice/{advice}/outcome", json={"helped": True})
    for path in (
        "/projects",
        "/projects/{project}",
        "/projects/{project}/experiments",
        "/projects/{project}/experiments/{name}",
        "/advice",
        "/advice/{advice_id}",
        "/advice/{advice_id}/request",
        "/advice/{advice_id}/outcome",
        "/record",
        "/readyz",
    ):
        answer = client.get(path.format(project="real", name="A", advice_id=advice))
        assert answer.status_code == 200, path
        schema = description["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        Draft202012Validator(schema | {"components": description["components"]}).validate(answer.json())

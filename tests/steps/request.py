"""The request under construction, and posting it to the real HTTP app."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pytest_bdd import given, parsers, when

from advisor.api import create_app
from advisor.settings import Settings

Json = dict[str, Any]


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    """The real application with the shipped rulebook."""
    with TestClient(create_app()) as client:
        yield client


@pytest.fixture
def body() -> Json:
    """What the scenario's Given steps say; every run needs a method and checkpoints, so they are there from the start."""
    return {"run": {"method": "supervised", "checkpoints": []}}


@pytest.fixture
def raw() -> bytes | None:
    """A body that is sent as it is written, in place of the one that the Given steps built."""
    return None


@given("the team's own rule", target_fixture="client")
def with_the_teams_own_rule(tmp_path: Path, docstring: str) -> Iterator[TestClient]:
    """The same with one rule on top of the shipped ones."""
    rule_id = docstring.split("id:", 1)[1].split(maxsplit=1)[0]
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / f"{rule_id}.yaml").write_text(docstring + "\n", encoding="utf-8")
    with TestClient(create_app(Settings(rules=(Path("shipped"), tmp_path)))) as client:
        yield client


@given("the request body", target_fixture="raw")
def the_request_body(docstring: str) -> bytes:
    return docstring.encode()


@given(parsers.parse("the checkpoints carry {count:d} unknown metrics more"))
def unknown_metrics(body: Json, count: int) -> None:
    for checkpoint in body["run"]["checkpoints"]:
        checkpoint["metrics"] |= {f"custom/metric_{i}": i for i in range(count)}


@when("the run is posted to /advise", target_fixture="answer")
def posted(client: TestClient, body: Json, raw: bytes | None) -> Json:
    return _post(client, body, raw, "/advise")


@when(parsers.parse("the run is posted to /advise?explain={level}"), target_fixture="answer")
def posted_with_level(client: TestClient, body: Json, raw: bytes | None, level: str) -> Json:
    return _post(client, body, raw, f"/advise?explain={level}")


@when("the body is posted to /advise", target_fixture="refusal")
def refused(client: TestClient, body: Json, raw: bytes | None) -> Json:
    response = client.post("/advise", content=raw or json.dumps(body), headers={"content-type": "application/json"})
    assert response.status_code >= 400, f"accepted: {response.text[:500]}"
    return {"status": response.status_code, "type": response.headers["content-type"], "problem": response.json()}


def _post(client: TestClient, body: Json, raw: bytes | None, path: str) -> Json:
    response = client.post(path, content=raw or json.dumps(body), headers={"content-type": "application/json"})
    assert response.status_code == 200, response.text[:2000]
    answer: Json = response.json()
    return answer

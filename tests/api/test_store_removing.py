"""Experiments removed over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from tests.api.stored import R1, R2, advice_on, stored


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with stored(tmp_path_factory.mktemp("store")) as client:
        yield client


@pytest.fixture
def project() -> str:
    return f"project-{uuid4().hex}"


def test_a_mistaken_experiment_can_be_removed(client: TestClient, project: str):
    client.post(f"/projects/{project}/experiments", json=[R1, R2 | {"id": "sweep/a"}])
    answer = client.delete(f"/projects/{project}/experiments/sweep%2Fa")
    assert (answer.status_code, answer.content) == (204, b"")
    assert [one["run"] for one in client.get(f"/projects/{project}/experiments").json()["experiments"]] == ["R1"]
    again = client.delete(f"/projects/{project}/experiments/sweep%2Fa")
    assert again.status_code == 404
    assert "has no experiment sweep/a" in again.json()["detail"]


def test_one_that_was_changed_since_it_was_read_is_not_removed(client: TestClient, project: str):
    address = f"/projects/{project}/experiments/R1"
    client.post(f"/projects/{project}/experiments", json=R1)
    tag = client.get(address).headers["ETag"]
    client.patch(address, json={"evaluation": {"score": 8.2}})
    assert client.delete(address, headers={"If-Match": tag}).status_code == 412
    assert client.delete(address, headers={"If-Match": client.get(address).headers["ETag"]}).status_code == 204


def test_one_that_others_vary_is_refused_with_their_names(client: TestClient, project: str):
    client.post(f"/projects/{project}/experiments", json=[R1, R2 | {"parent": "R1"}])
    answer = client.delete(f"/projects/{project}/experiments/R1")
    assert answer.status_code == 409
    assert answer.json()["detail"] == "R2 varies experiment R1: remove that one first, or change its parent."


def test_the_advice_on_it_stays_in_the_log(client: TestClient, project: str):
    said = advice_on(client, project)
    assert client.delete(f"/projects/{project}/experiments/R1").status_code == 204
    (listed,) = client.get("/advice", params={"project": project}).json()["advice"]
    assert (listed["id"], listed["project"], listed["experiment"]) == (said["advice_id"], project, "R1")
    replayed = client.post(f"/advice/{said['advice_id']}/replay")
    assert replayed.status_code == 200
    assert replayed.json() == said
    outcome = client.post(f"/advice/{said['advice_id']}/outcome", json={"followed": True, "score": 9.0})
    assert outcome.status_code == 201

"""A job's advice is recorded in the project that the job's metadata name, unless the caller names another one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.stored import R1, stored
from tests.api.test_jobs_webhooks import SECRET, post_event
from tests.fake_openai.runs import overfit_job
from tests.fake_openai.service import FakeFineTuning

JOB = "ftjob-abc123"
PATH = f"/jobs/{JOB}/advise"


@pytest.fixture
def client(service: FakeFineTuning, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("OPENAI_WEBHOOK_SECRET", SECRET)
    with stored(tmp_path) as client:
        client.put("/projects/support", json={"baseline": {"score": 7.9}})
        client.post("/projects/support/experiments", json=R1)
        yield client


def runs(client: TestClient, project: str) -> list[tuple[str, str | None]]:
    return [(row["run"], row["parent"]) for row in client.get(f"/projects/{project}/experiments").json()["experiments"]]


def test_a_webhook_records_the_job_in_its_project(client: TestClient, service: FakeFineTuning):
    service.add(overfit_job(metadata={"advisor_project": "support", "advisor_parent": "R1", "owner": "ann"}))
    told = post_event(client, "wh-project").json()
    assert runs(client, "support") == [("R1", None), (JOB, "R1")]
    assert client.get(f"/advice/{told['advice_id']}").json()["signals"]["baseline_score"]["value"] == 7.9
    (kept,) = client.get("/advice?project=support").json()["advice"]
    assert (kept["id"], kept["experiment"]) == (told["advice_id"], JOB)


@pytest.mark.parametrize(("body", "project"), [(None, "support"), ({}, "support"), ({"project": "other"}, "other")])
def test_a_job_that_is_asked_for_is_recorded_there_too_unless_the_caller_names_a_project(
    client: TestClient, service: FakeFineTuning, body: Any, project: str
):
    service.add(overfit_job(metadata={"advisor_project": "support"}))
    assert client.post(PATH, json=body).status_code == 200
    found = {name: (JOB, None) in runs(client, name) for name in ("support", project)}
    assert found == {"support": False, project: True}


@pytest.mark.parametrize("metadata", [None, {}, {"project": "support"}, {"advisor_project": "../support"}, {"advisor_project": " "}])
def test_a_job_whose_metadata_name_no_project_is_kept_without_one(client: TestClient, service: FakeFineTuning, metadata: Any):
    service.add(overfit_job(metadata=metadata))
    told = post_event(client, "wh-none").json()
    assert told["outcome"] == "advised"
    kept = next(one for one in client.get("/advice").json()["advice"] if one["id"] == told["advice_id"])
    assert (kept["project"], runs(client, "support")) == (None, [("R1", None)])
    warnings = client.get(f"/advice/{told['advice_id']}").json()["warnings"]
    assert any("advisor_project" in said for said in warnings) is (metadata == {"advisor_project": "../support"})


def test_a_parent_that_the_project_has_not_does_not_stand_in_the_way(client: TestClient, service: FakeFineTuning):
    service.add(overfit_job(metadata={"advisor_project": "support", "advisor_parent": "ftjob-nobody-recorded"}))
    assert post_event(client, "wh-parent").json()["outcome"] == "advised"
    assert runs(client, "support") == [("R1", None), (JOB, None)]

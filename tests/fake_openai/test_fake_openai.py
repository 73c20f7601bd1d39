"""The fake answers in the shapes that the vendor publishes."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator

from tests.fake_openai.runs import overfit_job, reinforcement_job
from tests.fake_openai.service import BROKEN, KEY, NOT_AVAILABLE, RATE_LIMITED, FakeFineTuning, FakeJob, fake_app

_DESCRIPTION = Path(__file__).parents[3] / "shared" / "openai" / "fine-tuning-subset.openapi.json"
_STATUSES = ("validating_files", "queued", "running", "succeeded", "failed", "cancelled")


@pytest.fixture
def fake() -> FakeFineTuning:
    fake = FakeFineTuning()
    fake.add(overfit_job())
    fake.add(reinforcement_job(id="ftjob-rft456"))
    return fake


@pytest.fixture
def ask(fake: FakeFineTuning) -> TestClient:
    return TestClient(fake_app(fake), headers={"authorization": f"Bearer {KEY}"})


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    if not _DESCRIPTION.exists():
        pytest.skip("the vendor's description is not beside this checkout")
    components: dict[str, Any] = json.loads(_DESCRIPTION.read_text("utf-8"), object_hook=_in_todays_words)["components"]
    return components


def _in_todays_words(schema: dict[str, Any]) -> dict[str, Any]:
    """Rewrite a boolean ``exclusiveMinimum``, which JSON Schema has given up since."""
    if schema.get("exclusiveMinimum") is True:
        return {**schema, "exclusiveMinimum": schema["minimum"]}
    return schema


def _fits(components: dict[str, Any], schema: str, value: Any) -> None:
    Draft202012Validator({"$ref": f"#/components/schemas/{schema}", "components": components}).validate(value)


@pytest.mark.parametrize("status", _STATUSES)
@pytest.mark.parametrize("make", [overfit_job, reinforcement_job])
def test_a_job_in_every_status_fits_the_published_description(fake: FakeFineTuning, ask: TestClient, schemas: Any, status: str, make: Any):
    job = fake.add(make(status=status, seen_steps=0 if status in ("validating_files", "queued") else None))
    base = f"/v1/fine_tuning/jobs/{job.id}"
    _fits(schemas, "FineTuningJob", ask.get(base).json())
    _fits(schemas, "ListFineTuningJobCheckpointsResponse", ask.get(f"{base}/checkpoints").json())
    _fits(schemas, "ListFineTuningJobEventsResponse", ask.get(f"{base}/events").json())


def test_a_created_job_fits_the_published_description(ask: TestClient, schemas: Any):
    given = {
        "model": "gpt-4.1-mini",
        "training_file": "file-train",
        "method": {"type": "supervised", "supervised": {"hyperparameters": {}}},
        "metadata": {"advisor_project": "support"},
    }
    _fits(schemas, "CreateFineTuningJobRequest", given)
    made = ask.post("/v1/fine_tuning/jobs", json=given).json()
    _fits(schemas, "FineTuningJob", made)
    assert ask.get(f"/v1/fine_tuning/jobs/{made['id']}").json()["metadata"] == given["metadata"]


@pytest.mark.parametrize("fault", [NOT_AVAILABLE, RATE_LIMITED, BROKEN], ids=["403", "429", "500"])
def test_refusals_fit_the_published_description(fake: FakeFineTuning, ask: TestClient, schemas: Any, fault: Any):
    fake.faults["job"] = fault
    refused = ask.get("/v1/fine_tuning/jobs/ftjob-abc123")
    assert refused.status_code == fault.status
    _fits(schemas, "ErrorResponse", refused.json())
    _fits(schemas, "ErrorResponse", ask.get("/v1/fine_tuning/jobs/x", headers={"authorization": "Bearer other"}).json())


def test_at_most_three_checkpoints_are_kept_newest_first_in_pages(fake: FakeFineTuning, ask: TestClient):
    base = "/v1/fine_tuning/jobs/ftjob-abc123/checkpoints"
    first = ask.get(base, params={"limit": 2}).json()
    second = ask.get(base, params={"limit": 2, "after": first["last_id"]}).json()
    assert [c["step_number"] for c in first["data"]] == [336, 252]
    assert [c["step_number"] for c in second["data"]] == [168]
    assert (first["has_more"], second["has_more"]) == (True, False)


def test_the_result_file_is_base64_or_plain(fake: FakeFineTuning, ask: TestClient):
    packed = ask.get("/v1/files/file-result-ftjob-abc123/content").content
    fake.add(overfit_job(id="ftjob-plain", result="plain"))
    plain = ask.get("/v1/files/file-result-ftjob-plain/content").content
    assert base64.b64decode(packed) == plain
    assert plain.startswith(b"step,train_loss,")


def test_azures_dated_addresses_want_a_version_and_take_its_own_header(ask: TestClient):
    path = "/openai/fine_tuning/jobs/ftjob-abc123"
    headers = {"authorization": "", "api-key": KEY}
    assert ask.get(path, headers=headers).status_code == 404
    assert ask.get(path, headers=headers, params={"api-version": "2025-04-01-preview"}).status_code == 200


def test_a_job_without_results_names_no_file():
    assert FakeJob(result="none", metrics={1: {"train_loss": 0.5}}).as_object()["result_files"] == []
    assert FakeJob(result="null").as_object()["result_files"] is None

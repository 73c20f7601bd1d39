"""Jobs of the fine-tuning service, fetched and judged over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.wire import without_stamp
from tests.fake_openai.runs import overfit_job
from tests.fake_openai.service import BROKEN, KEY, NOT_AVAILABLE, RATE_LIMITED, FakeFineTuning, Fault

PATH = "/jobs/ftjob-abc123/advise"


def test_a_job_gets_the_advice_that_its_run_would_get(service: FakeFineTuning, client: TestClient):
    service.add(overfit_job())
    answer = client.post(PATH)
    assert answer.status_code == 200
    assert answer.json()["best_checkpoint"]["step_number"] == 168
    assert answer.json()["actions"][0]["change"] == {"parameter": "checkpoint", "from": 336, "to": 168}
    assert without_stamp(answer.content) == without_stamp(client.post(PATH, json={}).content)


def test_what_the_service_does_not_know_can_be_posted(service: FakeFineTuning, client: TestClient):
    service.add(overfit_job())
    around = {"run": {"dataset": {"n_train": 335}, "evaluation": {"score": 9.15, "scale": [0, 10]}}, "baseline": {"score": 8.05}}
    signals = client.post(PATH, json=around).json()["signals"]
    assert (signals["n_train"]["value"], signals["baseline_score"]["value"]) == (335, 8.05)


def test_what_is_posted_of_the_settings_leaves_what_the_job_says_of_them(service: FakeFineTuning, client: TestClient):
    service.add(overfit_job())
    plain = client.post(PATH).json()["signals"]
    signals = client.post(PATH, json={"run": {"status": None, "hyperparameters": {"learning_rate": 1e-5}, "dataset": None}}).json()[
        "signals"
    ]
    assert signals["learning_rate"]["value"] == 1e-5
    assert {name: value for name, value in signals.items() if name in plain} == plain


def test_the_level_of_explanation_is_chosen_as_for_a_posted_run(service: FakeFineTuning, client: TestClient):
    service.add(overfit_job())
    assert client.post(f"{PATH}?explain=all").json()["outcomes"]


def test_what_could_not_be_fetched_stands_in_the_warnings(service: FakeFineTuning, client: TestClient):
    service.add(overfit_job(result="none"))
    service.faults["events"] = BROKEN
    answer = client.post(PATH).json()
    assert len(answer["checkpoints"]) == 3
    assert answer["warnings"][0].startswith("The job's events are missing: 127.0.0.1 failed (status 500)")


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        (Fault.error(404, "No."), 404, "knows no job ftjob-abc123"),
        (Fault.error(401, f"Incorrect API key provided: {KEY}"), 502, "does not accept the key"),
        (NOT_AVAILABLE, 502, "training_not_available"),
        (BROKEN, 502, "failed (status 500)"),
        (Fault.html(), 502, "not the fine-tuning API's JSON"),
        (RATE_LIMITED, 503, "try again in 7 s"),
    ],
)
def test_a_fault_of_the_service_is_a_problem_without_the_key(
    service: FakeFineTuning, client: TestClient, fault: Fault, status: int, said: str
):
    service.add(overfit_job())
    service.faults["job"] = fault
    answer = client.post(PATH)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]
    assert KEY not in answer.text
    assert answer.headers.get("retry-after") == ("7" if status == 503 else None)


def test_a_slow_service_is_a_gateway_timeout(service: FakeFineTuning, client: TestClient, monkeypatch: pytest.MonkeyPatch):
    service.faults["job"] = Fault(seconds=5.0, body="{}")
    monkeypatch.setenv("ADVISOR_OPENAI_TIMEOUT_SECONDS", "0.1")
    assert client.post(PATH).status_code == 504


def test_a_job_that_has_not_started_is_a_conflict(service: FakeFineTuning, client: TestClient):
    service.add(overfit_job(status="queued", seen_steps=0))
    answer = client.post(PATH)
    assert answer.status_code == 409
    assert "has not started (queued)" in answer.json()["detail"]


def test_a_server_without_a_key_says_which_variable_is_missing(
    service: FakeFineTuning, client: TestClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("OPENAI_API_KEY")
    answer = client.post(PATH)
    assert answer.status_code == 503
    assert "set OPENAI_API_KEY" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/jobs/.../advise", None, None),
        (PATH, [], ""),
        (PATH, {"run": 3}, "/run"),
        (PATH, {"baseline": {"score": "high"}}, "/baseline/score"),
        (PATH, {"run": {"dataset": {"n_train": -1}}}, "/run/dataset/n_train"),
    ],
)
def test_what_is_asked_wrongly_is_unprocessable_and_says_where(
    service: FakeFineTuning, client: TestClient, path: str, body: Any, pointer: str | None
):
    service.add(overfit_job())
    answer = client.post(path) if body is None else client.post(path, json=body)
    assert answer.status_code == 422
    if pointer is not None:
        assert answer.json()["errors"][0]["pointer"] == pointer


def test_judged_jobs_are_counted(service: FakeFineTuning, client: TestClient):
    def counted() -> float:
        lines = client.get("/metrics").text.splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith("advisor_advice_total"))

    service.add(overfit_job())
    before = counted()
    client.post(PATH)
    assert counted() == before + 1

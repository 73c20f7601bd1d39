"""Settings under a name that nobody reads, and how their sender learns of it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from tests.api.stored import stored
from tests.api.wire import RUN

EPOCHS = "hyperparameters.epochs is not known and was not read: did you mean n_epochs?"


@pytest.fixture(scope="module")
def keeping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with stored(tmp_path_factory.mktemp("store")) as client:
        yield client


@pytest.fixture
def project() -> str:
    return f"/projects/project-{uuid4().hex}"


def test_advice_warns_of_misspelt_settings(client: TestClient):
    run = RUN | {"hyperparameters": {"n_epoch": 4, "warmup_ratio": 0.1}, "dataset": {"n_trian": 335}}
    answer = client.post("/advise", json={"run": run})
    assert answer.status_code == 200
    assert answer.json()["warnings"] == [
        "run.hyperparameters.n_epoch is not known and was not read: did you mean n_epochs?",
        "run.dataset.n_trian is not known and was not read: did you mean n_train?",
    ]


def test_each_request_of_a_batch_is_warned_of_its_own(client: TestClient):
    right, wrong = {"run": RUN}, {"run": RUN, "basline": {"score": 3}}
    results = client.post("/advise/batch", json=[right, wrong]).json()["results"]
    assert [result["advice"]["warnings"] for result in results] == [[], ["basline is not known and was not read: did you mean baseline?"]]


def test_a_run_that_is_read_from_a_file_is_warned_of_too(client: TestClient):
    answer = client.post("/import", json=RUN | {"hyperparameters": {"epochs": 4}})
    assert answer.json()["warnings"] == [EPOCHS]
    wrapped = client.post("/import", json={"run": RUN | {"hyperparameters": {"epochs": 4}}})
    assert wrapped.json()["warnings"] == [f"run.{EPOCHS}"]


def test_what_is_required_says_which_name_was_taken_for_it(client: TestClient):
    answer = client.post("/advise", json={"run": {"method": "supervised", "checkpoint": []}})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"pointer": "/run/checkpoints", "detail": "is required; call it checkpoints, not checkpoint"}]
    imported = client.post("/import", json={"run": {"method": "supervised", "checkpoint": []}})
    assert "/run/checkpoints  is missing; call it checkpoints, not checkpoint" in imported.json()["detail"]


def test_recorded_experiments_are_answered_with_warnings(keeping: TestClient, project: str):
    wrong = {"id": "R1", "hyperparameters": {"epochs": 4}}
    answer = keeping.post(f"{project}/experiments", json=wrong)
    assert answer.status_code == 201
    assert answer.json()["warnings"] == [EPOCHS]
    assert keeping.post(f"{project}/experiments", json={"id": "R2", "hyperparameters": {"n_epochs": 4}}).json()["warnings"] == []
    several = [{"id": "R3"}, {"run": {"id": "R4", "hyperparameters": {"epochs": 4}}}]
    assert keeping.post(f"{project}/experiments", json=several).json()["warnings"] == [f"1.run.{EPOCHS}"]
    exported = {"goal": {"target": 9}, "experiments": [{"id": "R5", "hyperparameters": {"epochs": 4}}]}
    assert keeping.post(f"{project}/experiments", json=exported).json()["warnings"] == [
        "goal.target is not known and was not read: did you mean target_score?",
        f"experiments.0.{EPOCHS}",
    ]


def test_a_change_is_answered_with_warnings_of_what_it_says(keeping: TestClient, project: str):
    keeping.post(f"{project}/experiments", json={"id": "R1", "hyperparameters": {"n_epochs": 4}})
    address = f"{project}/experiments/R1"
    assert keeping.patch(address, json={"hyperparameters": {"epochs": 3}}).json()["warnings"] == [EPOCHS]
    assert keeping.patch(address, json={"run": {"hyperparameters": {"epochs": 3}}}).json()["warnings"] == [f"run.{EPOCHS}"]
    assert keeping.patch(address, json={"hyperparameters": {"epochs": None, "n_epochs": 3}}).json()["warnings"] == []


def test_a_project_is_answered_with_warnings_of_what_it_says(keeping: TestClient, project: str):
    said = "goal.target is not known and was not read: did you mean target_score?"
    assert keeping.put(project, json={"goal": {"target": 9}}).json()["warnings"] == [said]
    assert keeping.patch(project, json={"goal": {"target": 9}}).json()["warnings"] == [said]
    assert keeping.patch(project, json={"goal": {"target_score": 9}}).json()["warnings"] == []

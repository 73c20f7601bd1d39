"""Experiments of a project: recorded one after the other in the store, and advised on with all that was recorded before."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from pytest_bdd import given, parsers, then, when

from advisor.api import create_app
from advisor.settings import Settings
from tests.steps.history import SETTINGS
from tests.steps.tables import one_line, read_cell, read_rows

Json = dict[str, Any]


@dataclass
class Project:
    """A project of the application's store, and the runs that the scenario has told of so far."""

    client: TestClient
    path: str
    runs: dict[str, Json] = field(default_factory=dict)
    recorded: Json = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    def ask(self, method: str, path: str, body: Json | list[Json] | None = None) -> Any:
        """Return the answer of a route as JSON; fail where it refuses."""
        response = self.client.request(method, path, json=body)
        assert response.status_code < 400, f"{method} {path}: {response.text[:2000]}"
        return response.json()

    def change(self, **changes: Any) -> None:
        """Say something about the project."""
        self.ask("PATCH", self.path, changes)

    def record(self, run: Json, parent: str | None = None) -> Json:
        """Record a run, and return what the service says to that."""
        entry = {"run": run} if parent is None else {"run": run, "parent": parent}
        (self.recorded,) = self.ask("POST", f"{self.path}/experiments", entry)["experiments"]
        self.runs[run["id"]] = deepcopy(run)
        return self.recorded


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The real application with the shipped rulebook and a store."""
    settings = Settings(database_url=f"sqlite:///{tmp_path_factory.mktemp('store') / 'advisor.db'}")
    with TestClient(create_app(settings)) as client:
        yield client


@pytest.fixture
def project(application: TestClient) -> Project:
    """A project of the scenario's own."""
    project = Project(application, f"/projects/{uuid4().hex}")
    project.ask("PUT", project.path, {})
    return project


@pytest.fixture
def own_application(tmp_path: Path) -> Iterator[TestClient]:
    """The real application with a store that nobody else writes to."""
    with TestClient(create_app(Settings(database_url=f"sqlite:///{tmp_path / 'advisor.db'}"))) as client:
        yield client


@given(parsers.parse("a team that has recorded nothing yet, and a baseline of {score:g}"), target_fixture="project")
def a_team_without_a_past(own_application: TestClient, score: float) -> Project:
    project = Project(own_application, "/projects/first")
    project.ask("PUT", project.path, {"baseline": {"score": score}})
    return project


@given("a project")
def a_project(project: Project) -> None:
    assert project.path


@given(parsers.parse("a project whose untuned base model scores {score:g}"))
def with_a_baseline(project: Project, score: float) -> None:
    project.change(baseline={"score": score})


@given(parsers.parse("its target is {score:g}"))
def with_a_target(project: Project, score: float) -> None:
    project.change(goal={"target_score": score})


@given(parsers.parse("it has {amount:g} {unit} left"))
def with_a_budget(project: Project, amount: float, unit: str) -> None:
    project.change(goal={"budget": {f"{unit}_left": amount}})


@given("its experiments so far are")
def experiments_so_far(project: Project, datatable: list[list[str]]) -> None:
    for row in read_rows(datatable):
        run: Json = {name: row[name] for name in ("id", "base_model", "best_valid_loss") if name in row} | {"method": "supervised"}
        run["hyperparameters"] = {name: row[name] for name in SETTINGS if name in row}
        run["dataset"] = {to: row[name] for name, to in (("dataset", "version"), ("n_train", "n_train")) if name in row}
        if "score" in row:
            run["evaluation"] = {"score": row["score"], "scale": [0, 10]}
        project.record(run)


@given(parsers.parse("experiment {name} is a supervised run of {base_model}"))
def a_new_experiment(body: Json, name: str, base_model: str) -> None:
    body["run"] = {"id": name, "method": "supervised", "base_model": base_model, "checkpoints": []}


@given(
    parsers.re(r"experiment (?P<name>\w+) is (?P<parent>\w+) with (?P<setting>n_epochs|learning_rate_multiplier|batch_size) (?P<value>\S+)")
)
def with_another_setting(body: Json, project: Project, name: str, parent: str, setting: str, value: str) -> None:
    run = _varied(body, project, name, parent)
    run["hyperparameters"] = run.get("hyperparameters", {}) | {setting: read_cell(value)}


@given(parsers.re(r'experiment (?P<name>\w+) is (?P<parent>\w+) on data set "(?P<version>\w+)" of (?P<count>\d+) examples'))
def on_other_data(body: Json, project: Project, name: str, parent: str, version: str, count: str) -> None:
    _varied(body, project, name, parent)["dataset"] = {"version": version, "n_train": int(count)}


@when(parsers.parse("{name} is recorded and advised on"), target_fixture="answer")
def recorded_and_advised_on(body: Json, project: Project, name: str) -> Json:
    run = body["run"]
    assert run["id"] == name
    project.record(run, run.pop("parent", None))
    return _advice(project, name, body)


@when(parsers.parse("{name} is advised on again"), target_fixture="answer")
def advised_on_again(body: Json, project: Project, name: str) -> Json:
    return _advice(project, name, {"run": project.runs[name], "deployments": body.get("deployments", [])})


@when(parsers.parse("{name} is evaluated and scores {score:g}"))
def evaluated(project: Project, name: str, score: float) -> None:
    changes = {"evaluation": {"score": score, "scale": [0, 10]}}
    project.recorded = project.ask("PATCH", f"{project.path}/experiments/{name}", changes)


@then(parsers.parse('recording it points out "{mistake}"'))
def pointed_out(project: Project, mistake: str) -> None:
    assert mistake in _mistakes(project)


@then(parsers.parse('recording it points out "{mistake}", which says'))
def pointed_out_in_words(project: Project, mistake: str, docstring: str) -> None:
    assert _mistakes(project)[mistake] == one_line(docstring)


@then("recording it points out no mistake")
def nothing_pointed_out(project: Project) -> None:
    assert _mistakes(project) == {}


@then(parsers.parse('following "{action}" has helped'))
def has_helped(project: Project, action: str) -> None:
    assert _outcomes(project)[action] is True


@then(parsers.parse('following "{action}" has not helped'))
def has_not_helped(project: Project, action: str) -> None:
    assert _outcomes(project)[action] is False


@then(parsers.parse('nobody knows whether following "{action}" has helped'))
def may_have_helped(project: Project, action: str) -> None:
    assert _outcomes(project)[action] is None


@then("no action was followed")
def nothing_followed(project: Project) -> None:
    assert _outcomes(project) == {}


@then(parsers.parse('the advice shows beside "{action}" that it helped {helped:d} of {followed:d} times'))
def shown_record(answer: Json, action: str, helped: int, followed: int) -> None:
    records = {a["id"]: a["record"] for a in answer["actions"]}
    assert records[action] == {"followed": followed, "helped": helped}


@then("the team's record reads")
def record_of_the_team(project: Project, datatable: list[list[str]]) -> None:
    record = project.ask("GET", "/record")
    assert [{"action": line.pop("id"), **line} for line in record["actions"]] == list(read_rows(datatable))


@then("the table of experiments reads")
def table_of_experiments(project: Project, datatable: list[list[str]]) -> None:
    exported = project.client.get(f"{project.path}/experiments/export?format=markdown").text.splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in exported]
    assert [rows[0], *rows[2:]] == datatable


@then("the same advice is given again word for word")
def given_again(project: Project, answer: Json) -> None:
    kept = project.client.get(f"/advice/{answer['advice_id']}")
    again = project.client.post(f"/advice/{answer['advice_id']}/replay")
    assert kept.status_code == again.status_code == 200
    assert kept.content == again.content
    assert again.json() == answer


def _varied(body: Json, project: Project, name: str, parent: str) -> Json:
    """Return the new run: everything of its parent but the curve and the evaluation."""
    run = {member: value for member, value in deepcopy(project.runs[parent]).items() if member != "evaluation"}
    body["run"] = run | {"id": name, "parent": parent, "checkpoints": []}
    varied: Json = body["run"]
    return varied


def _advice(project: Project, name: str, body: Json) -> Json:
    """Ask for advice on a recorded run: only its name is said, the rest comes from the store."""
    request: Json = {"run": {"id": name, "method": "supervised", "checkpoints": []}, "project": project.name}
    if body.get("deployments"):
        request["deployments"] = body["deployments"]
    answer: Json = project.ask("POST", "/advise", request)
    return answer


def _mistakes(project: Project) -> dict[str, str]:
    return {mistake["id"]: mistake["explanation"] for mistake in project.recorded["mistakes"]}


def _outcomes(project: Project) -> dict[str, bool | None]:
    return {outcome["action"]: outcome["helped"] for outcome in project.recorded["outcomes"]}

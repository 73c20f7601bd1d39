"""Projects and experiments over HTTP: recorded, listed, changed, exported, and pointed at where they go wrong."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from tests.api.stored import R1, R2, Json, advice_on, stored
from tests.api.wire import RUN


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with stored(tmp_path_factory.mktemp("store")) as client:
        yield client


@pytest.fixture
def project() -> str:
    """Return the path of a project that nobody has used."""
    return f"/projects/project-{uuid4().hex}"


def test_a_list_is_recorded_with_what_changed_from_one_to_the_next(client: TestClient, project: str):
    answer = client.post(f"{project}/experiments", json=[R1, R2])
    assert answer.status_code == 201
    first, second = answer.json()["experiments"]
    assert (first["name"], first["position"], first["changed"]) == ("R1", 1, [])
    assert second["changed"] == [{"parameter": "learning_rate_multiplier", "from": 1.0, "to": 0.5}]
    listed = client.get(f"{project}/experiments").json()
    assert [(row["run"], row["best_valid_loss"], row["score"]) for row in listed["experiments"]] == [
        ("R1", 0.412, 8.05),
        ("R2", 0.388, 9.15),
    ]
    assert listed["next"] is None
    assert listed["experiments"][1]["changed"] == second["changed"]


def test_common_mistakes_are_pointed_out_as_they_happen(client: TestClient, project: str):
    def mistakes(body: Json) -> set[str]:
        (added,) = client.post(f"{project}/experiments", json=body).json()["experiments"]
        return {mistake["id"] for mistake in added["mistakes"]}

    assert "no-baseline" in mistakes(R1)
    client.put(project, json={"baseline": {"score": 7.9}})
    assert mistakes(R2).isdisjoint({"no-baseline", "several-variables-changed"})
    both = {"id": "R3", "hyperparameters": {"n_epochs": 1, "learning_rate_multiplier": 0.2}, "best_valid_loss": 0.4}
    assert "several-variables-changed" in mistakes(R2 | both)
    seen = [mistakes(R2 | {"id": f"R{i}"}) for i in range(4, 12)]
    assert "eval-set-overused" in seen[-1]
    assert "eval-set-overused" not in seen[0]
    shown = client.get(f"{project}/experiments/R3").json()
    assert "several-variables-changed" in {mistake["id"] for mistake in shown["mistakes"]}


def test_going_back_to_a_better_run_is_one_change_where_the_parent_is_named(client: TestClient, project: str):
    client.post(f"{project}/experiments", json=[R1, R2])
    back = R1 | {"id": "R3", "hyperparameters": {"n_epochs": 2, "learning_rate_multiplier": 1.0}}
    (added,) = client.post(f"{project}/experiments", json={"run": back, "parent": "R1"}).json()["experiments"]
    assert (added["parent"], [change["parameter"] for change in added["changed"]]) == ("R1", ["n_epochs"])
    assert "several-variables-changed" not in {mistake["id"] for mistake in added["mistakes"]}


def test_a_list_with_one_mistake_is_recorded_not_at_all(client: TestClient, project: str):
    wrong = {"run": {"id": "R2", "evaluation": {"score": "high"}}}
    answer = client.post(f"{project}/experiments", json=[R1, wrong, {"id": 3}])
    assert answer.status_code == 422
    assert [place["pointer"] for place in answer.json()["errors"]] == ["/1/run/evaluation/score", "/2/id"]
    assert client.get(project).status_code == 404
    client.post(f"{project}/experiments", json=R1)
    answer = client.post(f"{project}/experiments", json=[R2, R1])
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
    assert "has an experiment R1 already" in answer.json()["detail"]
    assert client.get(project).json()["experiments"] == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ([], ""),
        ({"experiments": []}, "/experiments"),
        ({"experiments": R1}, "/experiments"),
        ({"experiments": [R1], "baseline": 8}, "/baseline"),
        ({"experiments": [{"run": {"id": False}}]}, "/experiments/0/run/id"),
        ({"runs": [R1]}, ""),
        ({"run": R1, "parent": 1}, "/parent"),
        (3, ""),
        ([[]], "/0"),
    ],
)
def test_a_body_that_holds_no_experiments_says_where_it_is_wrong(client: TestClient, project: str, body: Any, pointer: str):
    answer = client.post(f"{project}/experiments", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert client.get(project).status_code == 404


@pytest.mark.parametrize("name", ["sweep/lr=0.5", "export/2", "a b", "50 %", "R1?", "R#1", "größer", "/", "R1/"])
def test_an_experiment_is_reached_at_its_percent_encoded_name(client: TestClient, project: str, name: str):
    made = client.post(f"{project}/experiments", json=R1 | {"id": name})
    address = f"{project}/experiments/{quote(name, safe='')}"
    assert made.headers["location"] == address
    assert client.patch(address, json={"status": "failed"}).json()["run"]["status"] == "failed"
    shown = client.get(address)
    assert (shown.status_code, shown.json()["name"], shown.json()["run"]["status"]) == (200, name, "failed")


def test_several_experiments_are_located_by_their_list(client: TestClient):
    made = client.post("/projects/our%20bots/experiments", json=[R1, R2])
    assert made.headers["location"] == "/projects/our%20bots/experiments"
    assert len(client.get(made.headers["location"]).json()["experiments"]) == 2


def test_a_run_without_a_name_is_called_after_its_position(client: TestClient, project: str):
    unnamed = {name: value for name, value in R2.items() if name != "id"}
    added = client.post(f"{project}/experiments", json=[R1, unnamed]).json()["experiments"]
    assert [one["name"] for one in added] == ["R1", "R2"]


def test_pages_follow_each_other_without_a_gap(client: TestClient, project: str):
    client.post(f"{project}/experiments", json=[R1 | {"id": f"E{i}"} for i in range(7)])
    seen: list[str] = []
    after: int | None = 0
    while after is not None:
        page = client.get(f"{project}/experiments?limit=3&after={after}").json()
        seen += [row["run"] for row in page["experiments"]]
        after = page["next"]
    assert seen == [f"E{i}" for i in range(7)]


def test_a_change_leaves_the_rest_and_null_takes_away(client: TestClient, project: str):
    client.post(f"{project}/experiments", json=R1)
    answer = client.patch(f"{project}/experiments/R1", json={"dataset": {"n_train": 400}, "best_valid_loss": None})
    assert answer.status_code == 200
    run = client.get(f"{project}/experiments/R1").json()["run"]
    assert run["dataset"] == {"version": "v1", "n_train": 400}
    assert "best_valid_loss" not in run
    assert run["evaluation"] == R1["evaluation"]


def test_a_change_that_rests_on_an_older_state_is_refused(client: TestClient, project: str):
    client.post(f"{project}/experiments", json=R1)
    seen = client.get(f"{project}/experiments/R1").headers["etag"]
    path = f"{project}/experiments/R1"
    assert client.patch(path, json={"status": "failed"}, headers={"If-Match": seen}).status_code == 200
    answer = client.patch(path, json={"status": "succeeded"}, headers={"If-Match": seen})
    assert (answer.status_code, client.get(path).json()["run"]["status"]) == (412, "failed")
    now = client.get(path).headers["etag"]
    assert client.patch(path, json={"status": "cancelled"}, headers={"If-Match": f"W/{now}"}).status_code == 412
    assert client.patch(path, json={"status": "cancelled"}, headers={"If-Match": f'"other", {now}'}).status_code == 200
    assert client.patch(path, json={"status": "failed"}, headers={"If-Match": "*"}).status_code == 200


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"evaluation": {"score": "high"}}, "/evaluation/score"),
        ({"run": {"evaluation": {"score": "high"}}}, "/run/evaluation/score"),
        ({"id": "R9"}, "/id"),
        ([], ""),
        ({"run": 3}, "/run"),
    ],
)
def test_a_change_that_fits_no_run_is_refused_and_changes_nothing(client: TestClient, project: str, body: Any, pointer: str):
    client.post(f"{project}/experiments", json=R1)
    answer = client.patch(f"{project}/experiments/R1", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert client.get(f"{project}/experiments/R1").json()["run"] == R1


def test_a_change_comes_in_the_wrapper_that_recording_takes(client: TestClient, project: str):
    client.post(f"{project}/experiments", json=[R1, R2, {**R2, "id": "R3"}])
    path = f"{project}/experiments/R3"
    answer = client.patch(path, json={"run": {"evaluation": {"score": 9.6}}, "parent": "R1"}).json()
    assert (answer["run"]["evaluation"]["score"], answer["parent"]) == (9.6, "R1")
    answer = client.patch(path, json={"run": {"status": "failed"}, "parent": None}).json()
    assert (answer["run"]["status"], answer["parent"]) == ("failed", None)


def test_what_was_read_may_be_sent_back_with_a_changed_run(client: TestClient, project: str):
    client.post(f"{project}/experiments", json=[R1, {"run": R2, "parent": "R1"}])
    path = f"{project}/experiments/R2"
    read = client.get(path).json()
    changed = client.patch(path, json={**read, "run": {**read["run"], "evaluation": {"score": 9.6}}})
    assert (changed.status_code, changed.json()["run"]["evaluation"]["score"], changed.json()["parent"]) == (200, 9.6, "R1")
    again = client.patch(path, json={**changed.json(), "run": {**read["run"], "status": "failed", "parent": None}})
    assert (again.status_code, again.json()["parent"]) == (200, None)


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        ({"foo": 1}, "/foo is nothing that a change takes: give run and parent"),
        ({"evaluation": {"score": 9}}, "/evaluation belongs into run"),
        ({"parent": 3}, "/parent must be text or null"),
        ({"position": 7}, "/position cannot be changed: leave it out"),
        ({"name": "R9"}, "/name cannot be changed: leave it out"),
        ({"updated_at": "2020-01-01T00:00:00Z"}, "/updated_at is not that of now: read the experiment again"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_stands_beside_a_changed_run_is_refused_where_it_cannot_change(client: TestClient, project: str, beside: Json, said: str):
    client.post(f"{project}/experiments", json=R1)
    answer = client.patch(f"{project}/experiments/R1", json={"run": {"status": "failed"}, **beside})
    (wrong,) = answer.json()["errors"]
    assert (answer.status_code, f"{wrong['pointer']} {wrong['detail']}") == (422, said)
    assert client.get(f"{project}/experiments/R1").json()["run"] == R1


def test_a_parent_must_be_an_experiment_of_the_project(client: TestClient, project: str):
    assert client.post(f"{project}/experiments", json={"run": R1, "parent": "R0"}).status_code == 422
    client.post(f"{project}/experiments", json=[R1, R2])
    assert client.patch(f"{project}/experiments/R2", json={"parent": "R0"}).status_code == 422
    assert client.patch(f"{project}/experiments/R2", json={"parent": "R1"}).json()["parent"] == "R1"


def test_baseline_and_goal_are_said_replaced_and_changed(client: TestClient, project: str):
    answer = client.put(project, json={"baseline": {"score": 8.05}, "goal": {"target_score": 9.5, "needs": ["style"]}})
    assert answer.status_code == 200
    assert client.patch(project, json={"goal": {"needs": None, "budget": {"runs_left": 2}}}).status_code == 200
    shown = client.get(project).json()
    assert (shown["baseline"]["score"], shown["goal"]["target_score"], shown["goal"]["budget"]["runs_left"]) == (8.05, 9.5, 2)
    assert shown["goal"]["needs"] == []
    assert client.patch(project, json={"baseline": None}).json()["baseline"] is None
    assert client.put(project, json={}).json()["goal"]["target_score"] is None


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"baseline": {"score": "x"}}, "/baseline/score"),
        ({"baselin": {}}, "/baselin"),
        ([], ""),
        ({"goal": {"needs": [1]}}, "/goal/needs/0"),
    ],
)
def test_a_wrong_baseline_or_goal_says_where(client: TestClient, project: str, body: Any, pointer: str):
    client.put(project, json={"baseline": {"score": 1.0}})
    for send in (client.put, client.patch):
        answer = send(project, json=body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert client.get(project).json()["baseline"]["score"] == 1.0


def test_what_is_not_there_is_not_found_and_never_made_by_asking(client: TestClient, project: str):
    for method, path in (("GET", ""), ("PATCH", ""), ("GET", "/experiments"), ("GET", "/experiments/export"), ("GET", "/experiments/R1")):
        answer = client.request(method, f"{project}{path}", json={} if method == "PATCH" else None)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert client.patch(f"{project}/experiments/R1", json={}).status_code == 404
    assert project.removeprefix("/projects/") not in [one["name"] for one in client.get("/projects").json()["projects"]]


def test_a_name_that_cannot_stand_in_an_address_is_refused(client: TestClient):
    for name in (".hidden", "a%00b", "x" * 101, "tab%09", "<b>"):
        answer = client.post(f"/projects/{name}/experiments", json=R1)
        assert answer.status_code == 422, name
        assert "A project's name is" in answer.json()["detail"]


def test_the_table_is_exported_in_the_documents_columns(client: TestClient, project: str):
    client.post(f"{project}/experiments", json=[R1, R2])
    answer = client.get(f"{project}/experiments/export?format=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    head, first, second = csv.reader(io.StringIO(answer.text))
    assert head[:8] == ["Run", "Base model", "Dataset", "Epochs", "LR", "Batch", "Best val_loss", "Combined eval"]
    assert first == ["R1", "gpt-4.1-mini", "v1 (335 ex)", "3", "1.0", "default", "0.412", "8.05", ""]
    assert second[-1] == "learning_rate_multiplier: 1 → 0.5"
    markdown = client.get(f"{project}/experiments/export?format=markdown").text
    assert markdown.splitlines()[0].startswith("| Run | Base model |")
    assert client.get(f"{project}/experiments/export?format=xls").status_code == 422


def test_an_export_as_json_can_be_posted_to_another_project(client: TestClient, project: str):
    client.put(project, json={"baseline": {"score": 7.9}, "goal": {"target_score": 9.5}})
    client.post(f"{project}/experiments", json=[RUN | {"id": "R1"}, {"run": R2, "parent": "R1"}])
    exported = client.get(f"{project}/experiments/export?format=json").json()
    assert client.post(f"{project}-copy/experiments", json=exported).status_code == 201
    copied = client.get(f"{project}-copy/experiments/export?format=json").json()
    assert copied.pop("project") != exported.pop("project")
    assert copied == exported
    assert exported["experiments"][0]["run"]["checkpoints"] == RUN["checkpoints"]


def test_an_evaluation_says_what_came_of_the_advice_on_the_run_before(client: TestClient, project: str):
    name = project.removeprefix("/projects/")
    run = RUN | {"id": "R1", "evaluation": {"score": 8.4}}
    advice = advice_on(client, name, run)
    assert "reduce-epochs" in [action["id"] for action in advice["actions"]]
    followed = {"id": "R2", "hyperparameters": {"n_epochs": 2}, "evaluation": None}
    client.post(f"{project}/experiments", json=run | followed)
    changed = client.patch(f"{project}/experiments/R2", json={"evaluation": {"score": 9.0}}).json()
    (outcome,) = [one for one in changed["outcomes"] if one["action"] == "reduce-epochs"]
    assert (outcome["advice_id"], outcome["score_before"], outcome["score"], outcome["helped"]) == (advice["advice_id"], 8.4, 9.0, True)


def test_what_came_of_advice_follows_corrections_in_whatever_order_they_come(client: TestClient, project: str):
    name = project.removeprefix("/projects/")
    run = RUN | {"id": "R1", "evaluation": None}
    path = f"/advice/{advice_on(client, name, run)['advice_id']}/outcome"
    followed = run | {"id": "R2", "hyperparameters": {"n_epochs": 2}, "evaluation": {"score": 9.0}}
    client.post(f"{project}/experiments", json=followed)

    def after(run: str, change: Json) -> list[tuple[float | None, bool | None]]:
        assert client.patch(f"{project}/experiments/{run}", json=change).status_code == 200
        return [(one["score_before"], one["helped"]) for one in client.get(path).json()["outcomes"]]

    assert after("R2", {"evaluation": {"score": 9.15}}) == [(None, None)]
    assert after("R1", {"evaluation": {"score": 8.05}}) == [(8.05, True)]
    assert after("R1", {"evaluation": {"score": 9.8}}) == [(9.8, False)]
    assert after("R2", {"hyperparameters": {"n_epochs": 90}}) == []
    assert after("R2", {"hyperparameters": {"n_epochs": 2}}) == [(9.8, False)]
    assert after("R2", {"evaluation": None}) == []
    assert after("R2", {"evaluation": {"score": 9.9}}) == [(9.8, True)]
    advice_on(client, name, run | {"evaluation": {"score": 9.95}})
    assert after("R2", {}) == [(9.95, False)]


def test_what_a_person_stated_stays_when_an_evaluation_is_posted_again(client: TestClient, project: str):
    name = project.removeprefix("/projects/")
    run = RUN | {"id": "R1", "evaluation": {"score": 8.4}}
    path = f"/advice/{advice_on(client, name, run)['advice_id']}/outcome"
    client.post(f"{project}/experiments", json=run | {"id": "R2", "hyperparameters": {"n_epochs": 2}, "evaluation": {"score": 9.0}})
    (read_off,) = client.get(path).json()["outcomes"]
    assert (read_off["action"], read_off["helped"], read_off["stated"]) == ("reduce-epochs", True, False)
    said = client.post(path, json={"action": "reduce-epochs", "experiment": "R2", "helped": False, "note": "new data"}).json()
    assert (said["helped"], said["stated"]) == (False, True)
    again = client.patch(f"{project}/experiments/R2", json={"evaluation": {"score": 9.5}}).json()
    assert again["outcomes"] == client.get(path).json()["outcomes"] == [said]


def test_a_gain_within_the_noise_neither_helped_nor_hurt(client: TestClient, project: str):
    run = RUN | {"id": "R1", "evaluation": {"score": 8.4, "scale": [0, 10]}}
    path = f"/advice/{advice_on(client, project.removeprefix('/projects/'), run)['advice_id']}/outcome"
    followed = run | {"id": "R2", "hyperparameters": {"n_epochs": 2}, "evaluation": {"score": 8.5, "scale": [0, 10]}}
    (recorded,) = client.post(f"{project}/experiments", json=followed).json()["experiments"]
    said = client.post(path, json={"action": "reduce-epochs", "experiment": "R2"}).json()
    for outcome in (*recorded["outcomes"], said):
        assert (outcome["action"], outcome["helped"]) == ("reduce-epochs", None)
        assert outcome["note"] == "The scores differ by 0.1, within the noise of the two evaluations, 0.354."


def test_a_score_without_a_scale_that_does_not_lie_on_that_of_the_runs_before_is_kept_with_a_warning(client: TestClient, project: str):
    scaled = R1 | {"evaluation": {"score": 8.0, "scale": [0, 10]}}
    said = "The evaluation has the score 94, which does not lie on the scale of the runs before, [0, 10]: give its `scale`."
    first, second = client.post(f"{project}/experiments", json=[scaled, R2 | {"evaluation": {"score": 94}}]).json()["experiments"]
    assert (first["warnings"], second["warnings"]) == ([], [said])
    path = f"{project}/experiments/R2"
    assert client.patch(path, json={"evaluation": {"score": 94}}).json()["warnings"] == [said]
    assert client.patch(path, json={"evaluation": {"scale": [0, 100]}}).json()["warnings"] == []


def test_many_experiments_are_recorded_at_once_and_the_last_ones_looked_at(client: TestClient, project: str):
    added = client.post(f"{project}/experiments", json=[R1 | {"id": f"E{i}"} for i in range(30)]).json()["experiments"]
    assert [one["mistakes"] is None for one in added] == [True] * 10 + [False] * 20


def test_a_service_without_a_store_says_so(tmp_path: Path):
    from advisor.api import create_app
    from advisor.settings import Settings

    with TestClient(create_app(Settings())) as client:
        for path in ("/projects", "/projects/p", "/projects/p/experiments", "/advice", "/advice/x", "/record"):
            answer = client.get(path)
            assert (answer.status_code, "keeps nothing" in answer.json()["detail"]) == (404, True)
        assert client.post("/projects/p/experiments", json=R1).status_code == 404
        assert client.get("/readyz").json()["store"]["status"] == "none"

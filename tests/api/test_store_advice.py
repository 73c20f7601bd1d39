"""What was said: kept to the byte, found again, given again, and followed up."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from tests.api.rule_folders import RULE, edition, rulebook_folder, write
from tests.api.stored import OVERFIT, R1, R2, advice_on, store_of, stored
from tests.api.wire import RUN, without_stamp


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with stored(tmp_path_factory.mktemp("store")) as client:
        yield client


@pytest.fixture
def project() -> str:
    """Return the name of a project that nobody has used."""
    return f"project-{uuid4().hex}"


@pytest.mark.parametrize("level", ["off", "fired", "all"])
def test_an_advice_is_kept_and_given_again_byte_for_byte(client: TestClient, project: str, level: str):
    body = {"run": OVERFIT, "project": project, "baseline": {"score": 8.05}}
    given = client.post(f"/advise?explain={level}", json=body)
    path = f"/advice/{given.json()['advice_id']}"
    assert client.get(path).content == given.content
    again = client.post(f"{path}/replay")
    assert (again.content, again.headers["advisor-replay"]) == (given.content, "same")


def test_an_advice_without_a_project_is_kept_as_well(client: TestClient):
    given = client.post("/advise", json={"run": RUN})
    path = f"/advice/{given.json()['advice_id']}"
    assert client.post(f"{path}/replay").content == client.get(path).content == given.content
    assert not given.json()["warnings"]


def test_a_replay_rests_on_the_rules_and_the_history_of_then(tmp_path: Path):
    rules = rulebook_folder(tmp_path / "rules", "one")
    run = {"method": "supervised", "dataset": {"n_train": 150}, "checkpoints": [], "id": "R3"}
    with stored(tmp_path, rules=(rules,), watch_rules=False) as client:
        client.post("/projects/p/experiments", json=[R1, R2])
        given = client.post("/advise", json={"run": run, "project": "p"})
        client.post("/projects/p/experiments", json=R2 | {"id": "R4", "evaluation": {"score": 9.9}})
    write(rules, {RULE: edition("two")})
    with stored(tmp_path, rules=(rules,), watch_rules=False) as client:
        revision = given.json()["rulebook"]["revision"]
        assert client.post("/advise", json={"run": run, "project": "p"}).json()["rulebook"]["revision"] != revision
        again = client.post(f"/advice/{given.json()['advice_id']}/replay")
        assert (again.content, again.headers["advisor-replay"]) == (given.content, "same")
        assert "Edition one." in client.get(f"/rulebooks/{revision}").json()["files"][RULE]
        assert client.get("/rulebooks/0123456789abcdef").status_code == 404


def test_a_replay_by_another_version_says_so(client: TestClient, monkeypatch: pytest.MonkeyPatch):
    advice = advice_on(client, None)
    monkeypatch.setattr(import_module("advisor.advice.assemble"), "__version__", "99.0.0")
    monkeypatch.setattr("advisor.api.log_routes.__version__", "99.0.0")
    again = client.post(f"/advice/{advice['advice_id']}/replay")
    assert again.headers["advisor-replay"] == f"not the same: Advisor {advice['advisor']['version']} said it then, Advisor 99.0.0 now"
    assert again.json()["actions"] == advice["actions"]


def test_history_baseline_and_goal_come_from_the_project(client: TestClient, project: str):
    client.put(f"/projects/{project}", json={"baseline": {"score": 7.5}, "goal": {"target_score": 9.0}})
    client.post(f"/projects/{project}/experiments", json=[R1, R2])
    advice = advice_on(client, project, RUN | {"id": "R3", "evaluation": {"score": 9.2}})
    plain = {"history": [R1, R2], "baseline": {"score": 7.5}, "goal": {"target_score": 9.0}}
    by_hand = advice_on(client, None, RUN | {"id": "R3", "evaluation": {"score": 9.2}}, **plain)
    assert advice["signals"]["baseline_score"]["value"] == 7.5
    assert without_stamp(advice) == without_stamp(by_hand)
    judged = client.get(f"/advice/{advice['advice_id']}/request").json()
    assert [run["id"] for run in judged["history"]] == ["R1", "R2"]
    assert [row["run"] for row in client.get(f"/projects/{project}/experiments").json()["experiments"]] == ["R1", "R2", "R3"]


def test_what_the_request_says_itself_counts(client: TestClient, project: str):
    client.put(f"/projects/{project}", json={"baseline": {"score": 7.5}})
    client.post(f"/projects/{project}/experiments", json=[R1, R2])
    advice = advice_on(client, project, RUN | {"id": "R3"}, baseline={"score": 6.0}, history=[R1])
    judged = client.get(f"/advice/{advice['advice_id']}/request").json()
    assert (judged["baseline"]["score"], [run["id"] for run in judged["history"]]) == (6.0, ["R1"])


def test_the_items_of_a_batch_and_a_large_body_are_kept_like_any_other(tmp_path: Path):
    with stored(tmp_path, large_body_bytes=2_000) as client:
        results = client.post("/advise/batch", json=[{"run": R1 | {"checkpoints": []}, "project": "p"}, {}]).json()["results"]
        large = client.post("/advise", json={"run": RUN | {"id": "R2", "status": "x" * 2_000}, "project": "p"})
        assert large.status_code == 200
        for given in (results[0]["advice"], large.json()):
            assert client.get(f"/advice/{given['advice_id']}").json() == given
        assert [row["run"] for row in client.get("/projects/p/experiments").json()["experiments"]] == ["R1", "R2"]
        assert [run["id"] for run in client.get(f"/advice/{large.json()['advice_id']}/request").json()["history"]] == ["R1"]


def test_the_log_is_listed_newest_first_in_pages(client: TestClient, project: str):
    given = [advice_on(client, project, OVERFIT | {"id": f"R{i}"})["advice_id"] for i in range(5)]
    seen: list[str] = []
    path: str | None = f"/advice?project={project}&limit=2"
    while path:
        page = client.get(path).json()
        seen += [one["id"] for one in page["advice"]]
        path = f"/advice?project={project}&limit=2&before={page['next']}" if page["next"] else None
    assert sorted(seen) == sorted(given)
    stamps = [client.get(f"/advice/{one}").json()["created_at"] for one in seen]
    assert stamps == sorted(stamps, reverse=True)
    (only,) = client.get(f"/advice?project={project}&experiment=R3").json()["advice"]
    assert only["id"] == given[3]


def test_the_log_is_searched_by_verdict_finding_and_action(client: TestClient, project: str):
    overfit = advice_on(client, project)
    empty = advice_on(client, project, {"id": "R2", "method": "supervised", "checkpoints": []})

    def found(words: str) -> set[str]:
        page = client.get("/advice", params={"project": project, "q": words}).json()
        return {one["id"] for one in page["advice"]}

    assert found("VALID-loss-rises") == found("Deploy earlier") == {overfit["advice_id"]}
    assert found(empty["verdict"]["title"]) == {empty["advice_id"]}
    assert found("no such words") == found("v%s") == found("_____") == set()
    assert client.get(f"/advice?project={project}&q=a%00b").status_code == 422
    assert found("") == {overfit["advice_id"], empty["advice_id"]}
    (short,) = client.get("/advice", params={"project": project, "q": "valid-loss-rises"}).json()["advice"]
    assert short["said"]["verdict"]["id"] == overfit["verdict"]["id"]
    assert [one["id"] for one in short["said"]["actions"]] == [one["id"] for one in overfit["actions"]]


def test_what_came_of_advice_is_recorded_and_shown_beside_the_next_one(client: TestClient, project: str):
    advice = advice_on(client, project)
    first = advice["actions"][0]
    path = f"/advice/{advice['advice_id']}/outcome"
    client.post(f"/projects/{project}/experiments", json=R2)
    before = _line(client, first["id"])
    answer = client.post(path, json={"experiment": "R2", "note": "as advised"})
    assert answer.status_code == 201
    said = answer.json()
    assert (said["action"], said["score_before"], said["score"], said["helped"]) == (first["id"], 8.4, 9.15, True)
    assert said in client.get(path).json()["outcomes"]
    assert _line(client, first["id"]) == (before[0] + 1, before[1] + 1)
    assert client.post(path, json={"action": first["id"], "helped": False}).status_code == 201
    followed, helped = _line(client, first["id"])
    assert (followed, helped) == (before[0] + 1, before[1])
    later = advice_on(client, project, OVERFIT | {"id": "R9"})
    (action,) = [one for one in later["actions"] if one["id"] == first["id"]]
    assert action["record"] == {"followed": followed, "helped": helped}
    assert client.post(f"/advice/{later['advice_id']}/replay").headers["advisor-replay"] == "same"


def test_a_run_that_is_judged_with_its_score_teaches_whether_the_advice_before_it_helped(client: TestClient, project: str):
    advice = advice_on(client, project, OVERFIT | {"id": "R1", "evaluation": {"score": 8.05}})
    epochs = next(one["change"] for one in advice["actions"] if one["id"] == "reduce-epochs")
    following = {**OVERFIT, "id": "R2", "evaluation": None, "hyperparameters": {**OVERFIT["hyperparameters"], "n_epochs": epochs["to"]}}
    advice_on(client, project, following)
    path = f"/advice/{advice['advice_id']}/outcome"
    assert client.get(path).json()["outcomes"] == []
    advice_on(client, project, following | {"evaluation": {"score": 9.15}})
    (outcome,) = client.get(path).json()["outcomes"]
    assert (outcome["action"], outcome["experiment"], outcome["score"], outcome["helped"]) == ("reduce-epochs", "R2", 9.15, True)


def _line(client: TestClient, action: str) -> tuple[int, int]:
    lines = {line["id"]: (line["followed"], line["helped"]) for line in client.get("/record").json()["actions"]}
    return lines.get(action, (0, 0))


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"action": "no-such-action"}, "/action"),
        ({"experiment": "R77"}, "/experiment"),
        ({"followed": "yes"}, "/followed"),
        ({"score": "NaN"}, "/score"),
        ({"scor": 9}, "/scor"),
        ({"note": "a\x00b"}, "/note"),
        ([], ""),
    ],
)
def test_an_outcome_that_fits_no_advice_says_where(client: TestClient, project: str, body: Any, pointer: str):
    advice = advice_on(client, project)
    answer = client.post(f"/advice/{advice['advice_id']}/outcome", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert store_of(client).outcomes.of(advice["advice_id"]) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"foo": 1}, "/foo is not known: leave it out"),
        ({"note": "x" * 3_000}, "/note must be text of at most 2,000 characters"),
        ({"action": "x" * 201}, "/action must be text of at most 200 characters"),
    ],
)
def test_what_is_wrong_with_an_outcome_is_a_plain_sentence(client: TestClient, project: str, body: Any, said: str):
    answer = client.post(f"/advice/{advice_on(client, project)['advice_id']}/outcome", json=body).json()
    assert answer["detail"] == f"The body is wrong in 1 place: {said}."
    assert f"{answer['errors'][0]['pointer']} {answer['errors'][0]['detail']}" == said


@pytest.mark.parametrize(
    ("body", "pointer", "said"),
    [
        ({"score": 94}, "/score", "The score 94 does not lie on the scale of the runs, [0, 10]: give one that does."),
        ({"score": -1, "experiment": "R2"}, "/score", "The score -1 does not lie on the scale of the runs, [0, 10]"),
        ({"followed": False, "helped": True}, "/helped", "What was not followed cannot have helped"),
        ({"experiment": "R1"}, "/experiment", "R1 is the run that was advised on: name the one in which the advice was followed."),
    ],
)
def test_an_outcome_that_cannot_be_says_where(client: TestClient, project: str, body: Any, pointer: str, said: str):
    scaled = {"evaluation": {"score": 8.4, "scale": [0, 10]}}
    alone = advice_on(client, None, OVERFIT | scaled)
    advice = advice_on(client, project, OVERFIT | scaled)
    client.post(f"/projects/{project}/experiments", json=R2 | {"evaluation": None})
    for advice_id in [advice["advice_id"], *([] if body.get("experiment") == "R2" else [alone["advice_id"]])]:
        answer = client.post(f"/advice/{advice_id}/outcome", json=body)
        (error,) = answer.json()["errors"]
        assert (answer.status_code, error["pointer"]) == (422, pointer)
        assert said in error["detail"]
        assert store_of(client).outcomes.of(advice_id) == []


def test_the_scale_of_a_run_counts_for_the_score_in_it(client: TestClient, project: str):
    advice = advice_on(client, project, OVERFIT | {"evaluation": {"score": 8.4, "scale": [0, 10]}})
    client.post(f"/projects/{project}/experiments", json=R2 | {"evaluation": {"score": 90, "scale": [0, 100]}})
    assert client.post(f"/advice/{advice['advice_id']}/outcome", json={"experiment": "R2", "score": 94}).status_code == 201


@pytest.mark.parametrize("path", ["/advice/unknown", "/advice/unknown/request", "/advice/unknown/outcome", "/advice?before=unknown"])
def test_an_unknown_advice_is_not_found(client: TestClient, path: str):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert client.post("/advice/unknown/replay").status_code == 404
    assert client.post("/advice/unknown/outcome", json={}).status_code == 404


def test_a_project_or_run_that_cannot_be_called_so_is_refused_with_its_place(client: TestClient):
    for body, pointer in (
        ({"run": RUN, "project": "a/b"}, "/project"),
        ({"run": RUN | {"id": "x" * 201}, "project": "p"}, "/run/id"),
    ):
        answer = client.post("/advise", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


def test_a_project_where_nothing_is_kept_is_said_in_a_warning(tmp_path: Path):
    from advisor.api import create_app
    from advisor.settings import Settings

    with TestClient(create_app(Settings())) as client:
        (warning,) = client.post("/advise", json={"run": RUN, "project": "p"}).json()["warnings"]
    assert "this service keeps none" in warning

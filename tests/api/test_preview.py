"""Candidate rules tried out over HTTP: what is wrong with them, and what they would say of runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from advisor.api import create_app
from advisor.settings import Settings
from tests.api.rule_folders import CASES, RULE, RUN, case, edition, rulebook_folder, said
from tests.rulebook.books import files


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    rules = rulebook_folder(Path(tmp_path_factory.mktemp("rules")))
    with TestClient(create_app(Settings(rules=(rules,), watch_rules=False))) as client:
        yield client


def validated(client: TestClient, **body: Any) -> Any:
    answer = client.post("/rules/validate", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_good_candidates_get_their_revision_and_are_not_served(served: TestClient):
    before = said(served)
    found = validated(served, files={RULE: edition("two")})
    assert (found["good"], found["mistakes"], found["cases"]) == (True, [], 1)
    assert found["revision"] != before[0]
    assert said(served) == before


def test_every_mistake_of_a_candidate_is_named_with_file_and_line(served: TestClient):
    found = validated(served, files={RULE: edition("two").replace("n_train >", "n_trian >"), "sft/other.yaml": "a: [\n"})
    assert not found["good"]
    assert {(m["file"], m["line"]) for m in found["mistakes"]} >= {(RULE, 9), ("sft/other.yaml", 2)}


def test_a_candidate_whose_case_does_not_hold_is_not_good(served: TestClient):
    found = validated(served, files={RULE: edition("two", many=1000)})
    assert [(m["file"], m["code"]) for m in found["mistakes"]] == [(CASES, "case-fails")]
    assert validated(served, files={RULE: edition("two", many=1000), CASES: case(1500, fires=True)})["good"]
    assert validated(served, files={"overrides.yaml": "rules: {enough-examples: {parameters: {many: 1000}}}"})["mistakes"]


def test_a_candidate_may_stand_for_itself_or_leave_files_out(served: TestClient):
    assert validated(served, files=files(), on_top_of="nothing")["good"]
    assert not validated(served, files={RULE: edition("two")}, on_top_of="nothing")["good"]
    assert validated(served, files={}, without=[RULE, CASES])["good"]


def test_runs_are_judged_now_and_by_the_candidate_side_by_side(served: TestClient):
    quiet = {"run": {"method": "supervised", "dataset": {"n_train": 50}, "checkpoints": []}}
    body = {"files": {"overrides.yaml": "rules: {enough-examples: {severity: high}}"}, "requests": [RUN, quiet]}
    answer = served.post("/preview", json=body).json()
    fires, stays_quiet = answer["results"]
    severity = [next(f["severity"] for f in fires[side]["findings"] if f["id"] == "enough-examples") for side in ("now", "then")]
    assert severity == ["medium", "high"]
    assert "findings" in fires["differs"]
    assert stays_quiet["differs"] == []
    assert (fires["now"]["rulebook"]["revision"], fires["then"]["rulebook"]["revision"]) == (
        answer["revision_now"],
        answer["revision_then"],
    )


def test_a_broken_candidate_is_refused_with_its_mistakes(served: TestClient):
    answer = served.post("/preview", json={"files": {RULE: "a: ["}, "requests": [RUN]})
    assert answer.status_code == 422
    assert RULE in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/rules/validate", {"files": 7}, "/files"),
        ("/rules/validate", {"files": {}, "on_top_of": "air"}, "/on_top_of"),
        ("/preview", {"files": {}}, "/requests"),
        ("/preview", {"files": {}, "requests": [{"run": {"checkpoints": []}}]}, "/run/method"),
    ],
)
def test_a_body_that_is_no_candidate_is_refused_at_its_place(served: TestClient, path: str, body: Any, pointer: str):
    answer = served.post(path, json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


def test_a_trial_that_takes_too_long_is_a_mistake_and_no_failure(tmp_path: Path):
    rules = rulebook_folder(tmp_path)
    with TestClient(create_app(Settings(rules=(rules,), watch_rules=False, rules_check_seconds=0.001))) as client:
        assert validated(client, files={RULE: edition("two")})["mistakes"][0]["code"] == "too-slow"
        assert said(client)[1] == "Edition one."


def test_the_caller_may_leave_the_cases_out_and_sees_warnings_too(served: TestClient):
    wrong_case = {RULE: edition("two", many=1000)}
    answer = served.post("/rules/validate?cases=false", json={"files": wrong_case}).json()
    assert (answer["good"], answer["cases"]) == (True, 0)
    assert "no-parameter-source" in {warning["code"] for warning in answer["warnings"]}
    assert not validated(served, files=wrong_case)["good"]


def test_stored_runs_are_judged_by_the_candidate(tmp_path: Path):
    rules = rulebook_folder(tmp_path / "rules")
    settings = Settings(rules=(rules,), watch_rules=False, database_url=f"sqlite:///{tmp_path / 'advisor.db'}")
    body = {"files": {"overrides.yaml": "rules: {enough-examples: {severity: high}}"}, "on": {"project": "receipts", "limit": 5}}
    with TestClient(create_app(settings)) as client:
        for project, name in (("receipts", "R1"), ("receipts", "R2"), ("other", "R1")):
            assert client.post("/advise", json={**RUN, "run": {**RUN["run"], "id": name}, "project": project}).status_code == 200
        answer = client.post("/preview", json=body)
        assert answer.status_code == 200, answer.text
        found = [(result["run"], "findings" in result["differs"]) for result in answer.json()["results"]]
        assert found == [("receipts/R2", True), ("receipts/R1", True)]
        nobody = client.post("/preview", json={**body, "on": {"project": "nobody"}})
        assert (nobody.status_code, nobody.json()["errors"][0]["pointer"]) == (422, "/requests")


def test_without_a_store_there_are_no_stored_runs(served: TestClient):
    assert served.post("/preview", json={"files": {}, "on": {}}).status_code == 409

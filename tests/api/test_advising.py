import asyncio
import json
import re
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from tests.api.wire import RUN, request_with, without_stamp

CONTRACT = Path(__file__).parents[3] / "shared" / "design" / "contract.md"


def test_a_run_gets_a_verdict_ranked_actions_and_the_evidence(client: TestClient):
    advice = client.post("/advise", json={"run": RUN}).json()
    assert advice["verdict"]["id"] == "iterate"
    assert [action["rank"] for action in advice["actions"]] == list(range(1, len(advice["actions"]) + 1))
    assert advice["best_checkpoint"]["step_number"] == 168
    rise = next(finding for finding in advice["findings"] if finding["id"] == "valid-loss-rises")
    assert {"signal": "valid_loss_rise_ratio", "operator": ">"}.items() <= rise["evidence"][1].items()


def test_the_contract_s_own_example_is_accepted_as_it_stands(client: TestClient):
    if not CONTRACT.is_file():
        pytest.skip("the wire contract's document is not beside this checkout")
    block = CONTRACT.read_text(encoding="utf-8").split("```jsonc")[1].split("```")[0]
    text = re.sub(r"/\*.*?\*/", "", re.sub(r"(?m)//.*$", "", block))
    answer = client.post("/advise", content=text, headers={"content-type": "application/json"})
    assert answer.status_code == 200, answer.text


def test_a_run_without_checkpoints_is_an_outcome_and_no_error(client: TestClient):
    advice = client.post("/advise", json={"run": {"method": "dpo", "checkpoints": []}}).json()
    assert "cannot-judge" in [finding["id"] for finding in advice["findings"]]


def test_every_answer_has_an_id_of_its_own_and_its_time_in_utc(client: TestClient):
    one, other = (client.post("/advise", json={"run": RUN}).json() for _ in range(2))
    assert one["advice_id"] != other["advice_id"]
    assert one["created_at"].endswith("+00:00")
    assert without_stamp(one) == without_stamp(other)


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=UTF-8", "application/vnd.advisor+json", None])
def test_json_is_taken_under_each_of_its_names_and_under_none(client: TestClient, content_type: str | None):
    headers = {"content-type": content_type} if content_type else {}
    assert client.post("/advise", content=json.dumps({"run": RUN}), headers=headers).status_code == 200


def test_without_explanation_signals_evidence_and_outcomes_are_left_out(client: TestClient):
    advice = client.post("/advise?explain=off", json={"run": RUN}).json()
    assert advice["signals"] == {}
    assert all(finding["evidence"] == [] for finding in advice["findings"])
    assert advice["outcomes"] is None


def test_the_default_explains_what_fired(client: TestClient):
    default, fired = (client.post(f"/advise{query}", json={"run": RUN}).json() for query in ("", "?explain=fired"))
    assert without_stamp(default) == without_stamp(fired)
    assert default["signals"]
    assert default["outcomes"] is None


def test_the_whole_explanation_tells_of_every_rule_and_how_far_each_condition_was(client: TestClient):
    advice = client.post("/advise?explain=all", json={"run": RUN}).json()
    assert {outcome["rule"] for outcome in advice["outcomes"]} == {rule["id"] for rule in client.get("/rules").json()}
    quiet = next(outcome for outcome in advice["outcomes"] if outcome["outcome"] == "not_fired")
    assert all(
        condition["margin"] is not None for condition in quiet["conditions"] if condition["value"] is not None and condition["operator"]
    )


def test_an_unknown_level_of_explanation_is_refused(client: TestClient):
    answer = client.post("/advise?explain=everything", json={"run": RUN})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"parameter": "explain", "detail": 'must be "off", "fired" or "all"'}]


@pytest.mark.parametrize("wrap", [lambda requests: requests, lambda requests: {"requests": requests}], ids=["list", "object"])
def test_a_batch_gives_each_request_what_it_would_have_got_alone(client: TestClient, wrap: Any):
    wrong: Any = {"run": {"method": "supervised", "checkpoints": [{"step_number": -1}]}}
    results = client.post("/advise/batch", json=wrap([{"run": RUN}, wrong, 7, {"run": RUN}])).json()["results"]
    assert [list(result) for result in results] == [["advice"], ["error"], ["error"], ["advice"]]
    assert without_stamp(results[3]["advice"]) == without_stamp(client.post("/advise", json={"run": RUN}).json())
    assert results[1]["error"] == client.post("/advise", json=wrong).json()
    assert results[2]["error"]["errors"] == [{"pointer": "", "detail": "must be an object"}]


def test_an_empty_batch_has_no_results(client: TestClient):
    assert client.post("/advise/batch", json=[]).json() == {"results": []}


def test_a_batch_explains_as_asked(client: TestClient):
    results = client.post("/advise/batch?explain=off", json=[{"run": RUN}]).json()["results"]
    assert results[0]["advice"]["signals"] == {}


@pytest.mark.parametrize(("body", "pointer"), [({"run": RUN}, "/requests"), ({"requests": RUN}, "/requests"), ("text", "")])
def test_a_body_that_is_no_batch_is_refused(client: TestClient, body: Any, pointer: str):
    answer = client.post("/advise/batch", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_batch_above_the_limit_is_refused_with_the_limit(client: TestClient):
    answer = client.post("/advise/batch", json=[{}] * 1001)
    assert answer.status_code == 422
    assert "1001 requests; at most 1000" in answer.json()["detail"]


def test_requests_at_the_same_time_get_what_they_get_one_by_one(client: TestClient):
    bodies = [request_with(count) for count in range(40)]
    alone = [without_stamp(client.post("/advise", json=body).json()) for body in bodies]

    async def together() -> list[httpx2.Response]:
        transport = httpx2.ASGITransport(client.app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://advisor") as caller:
            return await asyncio.gather(*(caller.post("/advise", json=body) for body in bodies))

    assert [without_stamp(answer.json()) for answer in asyncio.run(together())] == alone

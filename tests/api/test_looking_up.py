import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from advisor.api import create_app
from advisor.errors import BrokenRulebook
from advisor.rulebook import load_rulebook, shipped_rules
from advisor.rulebook.conditions import comparisons
from advisor.settings import Settings
from tests.api.wire import RUN


def counted(client: TestClient, sample: str) -> float:
    """Return a sample of the metrics, 0 where it has not been counted yet."""
    lines = client.get("/metrics").text.splitlines()
    return next((float(line.rpartition(" ")[2]) for line in lines if line.rpartition(" ")[0] == sample), 0.0)


def test_the_rules_are_listed_with_what_they_raise_and_where_they_stand(client: TestClient):
    rules = {rule["id"]: rule for rule in client.get("/rules").json()}
    rule = rules["valid-loss-rises"]
    assert (rule["kind"], rule["finding"], rule["file"]) == ("finding", "valid-loss-rises", "sft/valid-loss-rises.yaml")
    assert rule["applies_to"] == ["supervised", "dpo"]
    assert {"finding", "stopping", "mistake", "verdict"} == {rule["kind"] for rule in rules.values()}
    assert rules["no-baseline"]["finding"] is None


def test_every_listed_rule_can_be_shown_in_full(client: TestClient):
    entries = client.get("/rules").json()
    assert len(entries) == len(load_rulebook(shipped_rules()).rules)
    for entry in entries:
        shown = client.get(f"/rules/{entry['id']}").json()
        assert entry.items() <= shown.items()
        assert f"id: {entry['id']}" in shown["text"]
        assert set(shown["when"]) <= {"all", "any", "none"}


def test_a_rule_shows_its_condition_its_numbers_and_its_advice(client: TestClient):
    shown = client.get("/rules/valid-loss-rises").json()
    assert "valid_loss_rise_ratio > rise" in shown["when"]["all"]
    assert "rise" in [parameter["name"] for parameter in shown["parameters"]]
    assert shown["recommend"] == ["deploy-earlier-checkpoint", "reduce-epochs"]


def test_an_unknown_rule_is_a_problem(client: TestClient):
    answer = client.get("/rules/no-such-rule")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_every_signal_of_an_answer_is_listed_with_the_same_unit(client: TestClient):
    listed = {signal["name"]: signal for signal in client.get("/signals").json()}
    answered = client.post("/advise", json={"run": RUN}).json()["signals"]
    assert answered
    assert {name: signal["unit"] for name, signal in answered.items()} == {name: listed[name]["unit"] for name in answered}


def test_every_signal_says_what_it_is_and_where_it_comes_from(client: TestClient):
    signals = client.get("/signals").json()
    assert signals
    assert all(signal["description"] and signal["source"] and signal["methods"] for signal in signals)
    assert len({signal["name"] for signal in signals}) == len(signals)


def test_every_signal_that_a_rule_reads_is_listed(client: TestClient):
    listed = {signal["name"] for signal in client.get("/signals").json()}
    read = {name for rule in load_rulebook(shipped_rules()).rules for found in comparisons(rule.when) for name in found.needs}
    assert {"valid_loss_rise_ratio", "model_known", "larger_models_available"} <= read
    assert {name for name in read if ":" not in name} <= listed


def test_the_service_says_that_it_is_alive_and_by_which_rulebook_it_judges(client: TestClient):
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    advice = client.post("/advise", json={"run": RUN}).json()
    assert ready["status"] == "ready"
    assert {name: ready["rulebook"][name] for name in ("name", "revision")} == advice["rulebook"]
    assert ready["rulebook"]["rules"] == len(client.get("/rules").json())


def test_a_broken_rulebook_is_never_served(tmp_path: Path):
    (tmp_path / "priorities.yaml").write_text("tiers: 7\n")
    with pytest.raises(BrokenRulebook) as broken:
        create_app(Settings(rules=(tmp_path,)))
    assert len(broken.value.mistakes) > 1


def test_no_answer_names_a_place_on_the_server(client: TestClient):
    here = str(Path(__file__).parents[2])
    for path in ("/rules", "/rules/valid-loss-rises", "/signals", "/readyz", "/metrics", "/openapi.json"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert here not in answer.text


def test_requests_verdicts_and_findings_are_counted():
    with TestClient(create_app(Settings())) as client:
        client.post("/advise", json={"run": RUN})
        client.post("/advise/batch", json=[{"run": RUN}, {}])
        client.post("/advise", json={})
        assert counted(client, 'advisor_requests_total{method="POST",route="/advise",status="200"}') == 1
        assert counted(client, 'advisor_requests_total{method="POST",route="/advise",status="422"}') == 1
        assert counted(client, 'advisor_request_seconds_count{route="/advise"}') == 2
        assert counted(client, 'advisor_advice_total{verdict="iterate"}') == 2
        assert counted(client, 'advisor_findings_total{finding="valid-loss-rises"}') == 2


def test_each_application_counts_for_itself():
    with TestClient(create_app(Settings())) as one, TestClient(create_app(Settings())) as other:
        one.post("/advise", json={"run": RUN})
        assert counted(other, 'advisor_advice_total{verdict="iterate"}') == 0


def test_addresses_and_methods_that_callers_make_up_do_not_become_labels():
    with TestClient(create_app(Settings())) as client:
        for i in range(5):
            client.request(f"MADE-UP-{i}", f"/made/up/{i}")
            client.get(f"/rules/made-up-{i}")
        labels = re.findall(r"advisor_requests_total\{(.*?)\}", client.get("/metrics").text)
    assert [label for label in labels if "unmatched" in label] == ['method="other",route="unmatched",status="404"']
    assert not any("made" in label for label in labels)

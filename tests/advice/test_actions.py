"""The order of the advice: first tiers, then the evidence, then the four priorities, then cost, then the name."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.contract.advice import CONFIDENCES, SEVERITIES
from tests.advice.examples import PRIORITIES, action, advice_from, criterion, program, rule

Files = tuple[str, dict[str, Any]]


def _ranked(*files: Files) -> list[str]:
    advice = advice_from(program(*files), hyperparameters={"n_epochs": 2, "learning_rate_multiplier": 1.0, "batch_size": 8})
    assert [a.rank for a in advice.actions] == list(range(1, len(advice.actions) + 1))
    return [a.id for a in advice.actions]


def test_first_tiers_come_before_any_evidence():
    weak = rule("a-guess", "evaluate", severity="info", confidence="low")
    strong = rule("a-fault", "lower-rate", severity="critical", confidence="high")

    assert _ranked(weak, strong) == ["evaluate", "lower-rate"]


def test_of_two_first_tiers_the_one_that_stands_first_leads():
    unblock = action("fix-grader", "unblock", "data")

    assert _ranked(unblock, rule("a", "evaluate", severity="critical"), rule("b", "fix-grader", severity="info")) == [
        "fix-grader",
        "evaluate",
    ]


@pytest.mark.parametrize(
    ("stronger", "weaker"),
    [(("high", "low"), ("medium", "high")), (("medium", "high"), ("medium", "medium")), (("low", "low"), ("info", "high"))],
)
def test_severity_goes_before_confidence(stronger: tuple[str, str], weaker: tuple[str, str]):
    files = [
        rule("a", "stop", severity=stronger[0], confidence=stronger[1]),
        rule("b", "more-data", severity=weaker[0], confidence=weaker[1]),
    ]

    assert _ranked(*files) == ["stop", "more-data"]


def test_equally_supported_actions_stand_in_the_order_of_the_four_priorities():
    assert _ranked(rule("a", "to-dpo", "other-model", "stop", "lower-rate", "more-data"))[:2] == ["more-data", "lower-rate"]
    everything = rule("a", "stop", "to-dpo", "larger-model", "lower-rate", "more-data")

    advice = advice_from(program(everything), base_model="middle", hyperparameters={"learning_rate_multiplier": 1})
    assert [a.id for a in advice.actions] == ["more-data", "lower-rate", "larger-model", "to-dpo", "stop"]


def test_within_a_tier_the_cheaper_comes_first_then_the_name():
    files = [action("b-costly", cost="data"), action("a-costly", cost="data"), action("z-free", cost="none"), action("y-run", cost="run")]

    assert _ranked(*files, rule("a", "b-costly", "y-run", "a-costly", "z-free")) == ["z-free", "y-run", "a-costly", "b-costly"]


def test_the_keys_and_their_order_are_the_rulebooks():
    by_name = ("priorities.yaml", {**PRIORITIES, "rank_by": ["id"]})

    assert _ranked(by_name, rule("a", "stop", severity="critical"), rule("b", "evaluate", severity="info")) == ["evaluate", "stop"]


def test_an_action_is_supported_by_the_strongest_of_its_findings_and_names_them_all():
    advice = advice_from(
        program(
            rule("a-hint", "lower-rate", severity="low", confidence="low"),
            rule("a-fault", "lower-rate", severity="high", confidence="medium"),
            rule("a-sign", "lower-rate", severity="high", confidence="low"),
        ),
        hyperparameters={"learning_rate_multiplier": 1},
    )

    (lower,) = advice.actions
    assert (lower.severity, lower.confidence) == ("high", "medium")
    assert lower.because == ("a-fault", "a-sign", "a-hint")
    assert lower.rule.id == "a-fault"
    assert lower.rule.file == "test/a-fault.yaml"
    assert lower.explanation == "Do lower-rate. Because of a-fault."


def test_a_recommendation_may_be_less_pressing_than_its_finding():
    advice = advice_from(program(rule("a-fault", {"action": "stop", "severity": "low"}, "more-data", severity="high")))

    assert [(a.id, a.severity) for a in advice.actions] == [("more-data", "high"), ("stop", "low")]
    assert advice.findings[0].severity == "high"


def test_a_recommendation_on_a_condition_is_made_where_it_holds():
    files = rule("a-fault", {"action": "stop", "when": {"all": ["n_train > 5"]}}, "more-data")

    assert [a.id for a in advice_from(program(files), dataset={"n_train": 6}).actions] == ["more-data", "stop"]
    assert [a.id for a in advice_from(program(files), dataset={"n_train": 5}).actions] == ["more-data"]
    assert [a.id for a in advice_from(program(files)).actions] == ["more-data"]


def test_a_rule_in_shadow_advises_nothing():
    advice = advice_from(program(rule("a-trial", "stop", status="shadow")))

    assert advice.actions == ()
    assert advice.findings == ()


def test_a_suppressed_finding_advises_nothing():
    advice = advice_from(program(rule("a-cause", "stop", suppresses=["a-symptom"]), rule("a-symptom", "more-data")))

    assert [a.id for a in advice.actions] == ["stop"]
    assert [f.id for f in advice.findings] == ["a-cause"]


def test_what_cannot_be_changed_any_further_is_said_and_not_urged():
    advice = advice_from(
        program(rule("a-fault", "fewer-epochs", severity="critical", confidence="high"), rule("a-hint", "stop", severity="low")),
        hyperparameters={"n_epochs": 1},
    )

    assert [a.id for a in advice.actions] == ["stop", "fewer-epochs"]
    exhausted = advice.actions[1]
    assert (exhausted.severity, exhausted.confidence) == ("info", "low")
    assert exhausted.explanation == "No fewer epochs. Because of a-fault."
    assert exhausted.change is not None
    assert exhausted.change.to is None


def test_the_sentence_of_an_action_is_filled_with_its_change():
    change = {"parameter": "n_epochs", "to": "down"}
    words = action(
        "fewer", "hyperparameters", "run", change=change, explain="Take {change_parameter} {change_to} instead of {change_from}."
    )

    advice = advice_from(program(words, rule("a-fault", "fewer")), hyperparameters={"n_epochs": 3})

    assert advice.actions[0].explanation == "Take n_epochs 2 instead of 3. Because of a-fault."


def test_a_step_of_a_long_run_is_written_out():
    words = action("use", "decide", change={"parameter": "checkpoint", "to_signal": "last_step"}, explain="Use step {change_to}.")

    advice = advice_from(program(words, rule("a-fault", "use")), checkpoints=[{"step_number": 12345678}])

    assert advice.actions[0].explanation == "Use step 12345678. Because of a-fault."


@given(
    st.lists(
        st.tuples(st.sampled_from(SEVERITIES), st.sampled_from(CONFIDENCES), st.sampled_from(["stop", "more-data", "evaluate", "to-dpo"])),
        min_size=1,
        max_size=5,
    ),
    st.randoms(use_true_random=False),
)
@settings(max_examples=15, deadline=None)
def test_the_ranking_does_not_depend_on_the_names_of_the_rules(supports: list[tuple[str, str, str]], dice: Any):
    def ranked(names: list[str]) -> list[tuple[str, str, str]]:
        files = [rule(name, to, severity=s, confidence=c) for name, (s, c, to) in zip(names, supports, strict=True)]
        return [(a.id, a.severity, a.confidence) for a in advice_from(program(*files)).actions]

    names = [f"rule-{i}" for i in range(len(supports))]

    assert ranked(names) == ranked(dice.sample(names, len(names)))


def test_what_a_verdict_calls_for_is_advised_with_it_alone_and_may_rank_before_the_evidence():
    over = criterion("verdicts", "over", ["run_failed"], order=1, recommend=[{"action": "stop", "severity": "info"}])
    files = (over, rule("a", "lower-rate", severity="critical"), rule("b", "stop"), rule("c", "evaluate", severity="info"))
    first = ("priorities.yaml", {**PRIORITIES, "rank_by": ["first", "verdict", "support", "tier", "cost", "id"]})

    assert [a.id for a in advice_from(program(*files), status="succeeded").actions] == ["evaluate", "lower-rate"]
    assert [a.id for a in advice_from(program(*files), status="failed").actions] == ["evaluate", "lower-rate", "stop"]
    assert [a.id for a in advice_from(program(first, *files), status="failed").actions] == ["evaluate", "stop", "lower-rate"]

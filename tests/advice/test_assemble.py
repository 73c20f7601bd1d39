"""The whole answer: the verdict, stopping, mistakes, what could not be judged, how much is explained."""

from __future__ import annotations

from typing import Any

from advisor.engine import Program
from advisor.rulebook import load_rulebook, shipped_rules
from advisor.service import to_json
from tests.advice.examples import advice_from, criterion, program, rule

HISTORY = {"history": [{"method": "supervised", "evaluation": {"score": 8, "scale": [0, 10]}}]}


# --- verdict, stopping, mistakes ---------------------------------------------------------------------------------------------------


def test_the_first_verdict_by_its_order_that_fires_is_the_runs():
    early = criterion("verdicts", "ship", ["n_train > 5"], order=1)
    late = criterion("verdicts", "stop", ["n_train > 1"], order=2)

    assert advice_from(program(late, early), dataset={"n_train": 9}).verdict.id == "ship"
    assert advice_from(program(late, early), dataset={"n_train": 3}).verdict.id == "stop"
    assert advice_from(program(late, early), dataset={"n_train": 1}).verdict.id == "iterate"
    assert advice_from(program(late, early)).verdict.id == "iterate"  # not known is not met
    assert advice_from(program()).verdict.explanation == "Because of iterate."


def test_a_stopping_criterion_is_met_not_met_or_not_known():
    enough = criterion(
        "stopping", "good-enough", ["score_above_target >= 0"], recommend=["stop"], otherwise="The target is {target_score:g}."
    )
    compiled = program(enough)
    goal = {"goal": {"target_score": 9}}

    (met,) = advice_from(compiled, evaluation={"score": 9}, around=goal).stopping
    (unmet,) = advice_from(compiled, evaluation={"score": 8}, around=goal).stopping
    (unknown,) = advice_from(compiled, evaluation={"score": 8}).stopping

    assert (met.id, met.met, met.explanation) == ("good-enough", True, "Because of good-enough.")
    assert (unmet.met, unmet.explanation) == (False, "The target is 9.")
    assert (unknown.met, unknown.explanation) == (None, "Cannot be judged without goal.target_score.")


def test_a_criterion_without_words_for_it_is_plainly_not_met():
    (criterion_,) = advice_from(program(criterion("stopping", "over", ["n_train > 5"])), dataset={"n_train": 1}).stopping

    assert criterion_.explanation == "Not met."


def test_everything_that_a_criterion_lacks_is_listed():
    (criterion_,) = advice_from(program(criterion("stopping", "over", ["n_train > 5", "n_valid > 5", "n_epochs > 5"]))).stopping

    assert criterion_.explanation == "Cannot be judged without n_train, n_valid and n_epochs."


def test_only_mistakes_that_were_made_are_told_and_they_support_their_action():
    made = criterion("mistakes", "no-baseline", ["baseline_known == 0"], recommend=["evaluate"])
    compiled = program(made, criterion("mistakes", "another", ["baseline_known"]))

    advice = advice_from(compiled)
    assert [(m.id, m.explanation) for m in advice.mistakes] == [("no-baseline", "Because of no-baseline.")]
    assert advice.actions[0].because == ("no-baseline",)
    assert [m.id for m in advice_from(compiled, around={"baseline": {"score": 1}}).mistakes] == ["another"]


# --- findings ----------------------------------------------------------------------------------------------------------------------


def test_findings_come_most_severe_first_then_most_certain_then_by_name():
    files = [
        rule("b", severity="high", confidence="low"),
        rule("a", severity="high", confidence="low"),
        rule("c", severity="high", confidence="high"),
        rule("d", severity="critical", confidence="low"),
        rule("e", severity="info", confidence="high"),
    ]

    assert [f.id for f in advice_from(program(*files)).findings] == ["d", "c", "a", "b", "e"]


def test_several_rules_raise_one_finding_which_speaks_with_the_strongest_voice_and_holds_all_evidence():
    weak = rule("a-weak", finding="fault", severity="low", when={"all": ["n_train > 5"]})
    strong = rule("a-strong", finding="fault", severity="high", when={"all": ["n_valid >= 3"]})

    (fault,) = advice_from(program(weak, strong), dataset={"n_train": 9, "n_valid": 3}).findings

    assert (fault.id, fault.rule.id, fault.severity, fault.explanation) == ("fault", "a-strong", "high", "Because of a-strong.")
    assert [(e.signal, e.value, e.operator, e.threshold, e.margin) for e in fault.evidence] == [
        ("n_valid", 3, ">=", 3, 0),
        ("n_train", 9, ">", 5, 4),
    ]


def test_a_rule_that_could_not_be_judged_says_what_it_needs_and_what_it_could_have_said():
    (lacking,) = advice_from(
        program(rule("a-rule", when={"all": ["n_train > 5", "overfit_ratio_last > 2"]})), method="supervised"
    ).not_evaluated

    assert (lacking.rule, lacking.missing) == ("a-rule", ("n_train", "train_loss", "valid_loss"))
    assert lacking.would == "It is a-rule (Diagnosis of a-rule)"


def test_a_rule_that_is_refuted_by_what_is_known_needs_nothing_more():
    advice = advice_from(program(rule("a-rule", when={"all": ["n_train > 5", "n_valid > 5"]})), dataset={"n_train": 1})

    assert advice.not_evaluated == ()


def test_a_rule_of_another_method_is_neither_judged_nor_missed():
    advice = advice_from(program(rule("a-rule", applies_to=["dpo"], when={"all": ["n_train > 5"]})), level="all")

    assert advice.not_evaluated == ()
    assert advice.outcomes is not None
    assert [o.outcome for o in advice.outcomes if o.rule == "a-rule"] == ["not_applicable"]


# --- how much is explained ---------------------------------------------------------------------------------------------------------


def test_the_more_is_explained_the_more_is_said_and_nothing_else_changes():
    compiled = program(rule("a-rule", "stop", when={"all": ["n_train > 5"]}))
    run: dict[str, Any] = {"dataset": {"n_train": 9}}
    off, fired, everything = (advice_from(compiled, level=level, **run) for level in ("off", "fired", "all"))

    assert (off.signals, off.findings[0].evidence, off.outcomes) == ({}, (), None)
    assert fired.findings[0].evidence
    assert fired.signals["n_train"].value == 9
    assert fired.signals["n_train"].unit == "examples"
    assert fired.outcomes is None
    assert everything.outcomes is not None
    assert off.actions == fired.actions == everything.actions
    assert off.verdict == fired.verdict == everything.verdict


def test_every_rule_has_its_outcome_with_the_margin_of_each_condition():
    compiled = program(
        rule("a-fires", when={"all": ["n_train > 5"]}, suppresses=["b-eased"]),
        rule("b-eased", when={"all": ["n_train > 5"]}),
        rule("c-quiet", when={"all": ["n_train > 50"]}),
        rule("d-lacks", when={"all": ["n_valid > 5"]}),
    )

    outcomes = advice_from(compiled, level="all", dataset={"n_train": 9}).outcomes

    assert outcomes is not None
    by_rule = {o.rule: o for o in outcomes}
    assert {name: o.outcome for name, o in by_rule.items()} == {
        "a-fires": "fired",
        "b-eased": "suppressed",
        "c-quiet": "not_fired",
        "d-lacks": "not_evaluated",
        "iterate": "fired",
    }
    assert by_rule["b-eased"].by == "a-fires"
    assert by_rule["d-lacks"].missing == ("n_valid",)
    (quiet,) = by_rule["c-quiet"].conditions
    assert (quiet.value, quiet.threshold, quiet.margin, quiet.holds) == (9, 50, -41, False)
    (lacking,) = by_rule["d-lacks"].conditions
    assert (lacking.value, lacking.margin, lacking.holds) == (None, None, None)


# --- the shipped rulebook ----------------------------------------------------------------------------------------------------------


def _overfit() -> dict[str, Any]:
    losses = zip([1.0, 0.7, 0.45, 0.3, 0.15, 0.1], [1.1, 0.9, 0.85, 0.95, 1.2, 1.5], strict=True)
    checkpoints = [{"step_number": 20 * (i + 1), "metrics": {"train_loss": t, "full_valid_loss": v}} for i, (t, v) in enumerate(losses)]
    return {"checkpoints": checkpoints, "hyperparameters": {"n_epochs": 6}, "base_model": "gpt-4.1-mini", "dataset": {"n_train": 335}}


def test_the_same_request_gives_the_same_bytes():
    one, other = (Program(load_rulebook(shipped_rules())) for _ in range(2))

    first = to_json(advice_from(one, level="all", **_overfit()))

    assert to_json(advice_from(one, level="all", **_overfit())) == first
    assert to_json(advice_from(other, level="all", **_overfit())) == first


def test_every_action_rests_on_something_that_the_answer_says():
    advice = advice_from(Program(load_rulebook(shipped_rules())), around=HISTORY, **_overfit())

    said = (
        {f.id for f in advice.findings} | {m.id for m in advice.mistakes} | {s.id for s in advice.stopping if s.met} | {advice.verdict.id}
    )
    assert advice.actions
    for action in advice.actions:
        assert set(action.because) <= said
        assert action.because

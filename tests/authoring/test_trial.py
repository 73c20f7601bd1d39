"""A case put to the shipped rulebook: it holds, or it says what was expected, what came, and by how much."""

from __future__ import annotations

import pytest

from advisor.authoring import Case, load_cases, run_case, unproven
from advisor.authoring.trial import run_cases
from advisor.engine import Program
from advisor.rulebook import build_rulebook
from tests.rulebook.books import files, rule

OVERFITS = "{n_epochs: 4, train_loss: 0.9 0.6 0.4 0.2, full_valid_loss: 0.95 0.80 0.88 1.05}"
FALLS = "{n_epochs: 4, train_loss: 0.9 0.6 0.5 0.4, full_valid_loss: 0.95 0.80 0.75 0.72}"
ZERO = "{n_epochs: 3, train_loss: 0.2 0.1 0.0, full_valid_loss: 0.1 -0.1 0.2}"


def case(rule: str, given: str, expect: str, folder: str = "sft") -> Case:
    text = f"- name: A claim\n  given: {given}\n  expect: {expect}\n"
    cases, mistakes = load_cases({f"{folder}/{rule}.yaml": "", f"{folder}/{rule}.cases.yaml": text})
    assert not mistakes
    return cases[0]


@pytest.mark.parametrize(
    ("rule", "given", "expect"),
    [
        ("valid-loss-rises", OVERFITS, "{fires: true, severity: medium, confidence: medium}"),
        ("valid-loss-rises", OVERFITS, "{actions: [deploy-earlier-checkpoint, reduce-epochs]}"),
        ("valid-loss-rises", FALLS, "{fires: false}"),
        ("valid-loss-rises", ZERO, "{missing: [valid_loss]}"),
        ("valid-loss-rises", "{method: reinforcement, train_mean_reward: 0.3 0.4}", "{fires: false}"),
        ("good-enough", "{score: 9.6, goal: {target_score: 9.5}}", "{met: true}"),
        ("good-enough", "{score: 9.4, goal: {target_score: 9.5}}", "{met: false}"),
        ("good-enough", "{score: 9.4}", "{met: null}"),
        ("ship", "{score: 9.6, baseline: 8.0, goal: {target_score: 9.5}}", "{verdict: ship}"),
    ],
)
def test_a_true_claim_holds(program: Program, rule: str, given: str, expect: str):
    result = run_case(case(rule, given, expect), program)
    assert result.holds, result.report()


@pytest.mark.parametrize(
    ("rule", "given", "expect", "said"),
    [
        ("valid-loss-rises", FALLS, "{fires: true}", "expected the rule to fire, but it did not fire"),
        ("valid-loss-rises", OVERFITS, "{fires: false}", "expected the rule not to fire, but it fired"),
        ("valid-loss-rises", ZERO, "{fires: false}", "expected the rule not to fire, but it could not be judged without valid_loss"),
        (
            "valid-loss-rises",
            ZERO,
            "{missing: [train_loss]}",
            "expected the rule to lack train_loss, but it could not be judged without valid_loss",
        ),
        ("valid-loss-rises", FALLS, "{missing: [valid_loss]}", "expected the rule to lack valid_loss, but it did not fire"),
        (
            "valid-loss-rises",
            OVERFITS,
            "{suppressed_by: loss-diverges}",
            "expected the rule to be suppressed by loss-diverges, but it fired",
        ),
        ("valid-loss-rises", OVERFITS, "{severity: low}", "expected severity: low\n                got: medium"),
        ("valid-loss-rises", OVERFITS, "{confidence: high}", "expected confidence: high"),
        (
            "valid-loss-rises",
            OVERFITS,
            "{explain: All is well.}",
            "expected explain: All is well.\n               got: Validation loss was lowest",
        ),
        (
            "valid-loss-rises",
            OVERFITS,
            "{actions: [stop]}",
            "expected actions: stop\n               got: deploy-earlier-checkpoint, reduce-epochs",
        ),
        ("valid-loss-rises", OVERFITS, "{actions: []}", "expected actions: none"),
        ("valid-loss-rises", OVERFITS, "{met: true}", "expected met: true, got no stopping criterion"),
        ("good-enough", "{score: 9.4}", "{met: false}", "expected met: false, got null"),
        ("ship", "{status: running}", "{verdict: ship}", "expected verdict: ship"),
        ("no-such-rule", "{}", "{fires: true}", 'there is no rule "no-such-rule"'),
    ],
)
def test_a_false_claim_says_what_was_expected_and_what_came(program: Program, rule: str, given: str, expect: str, said: str):
    result = run_case(case(rule, given, expect), program)
    assert not result.holds
    assert said in "\n".join(result.failures)


def test_a_report_shows_the_claim_its_place_and_the_margin_of_each_condition(program: Program):
    report = run_case(case("valid-loss-rises", FALLS, "{fires: true}"), program).report()
    assert report.splitlines()[:2] == ["valid-loss-rises: A claim", "  sft/valid-loss-rises.cases.yaml:1"]
    assert "    true    valid_loss_points >= 3    is 4, beyond by 1" in report
    assert "    false   valid_loss_rise_ratio > rise    is 0, short by 0.05" in report
    assert "missing valid_loss_rise_ratio > rise" in run_case(case("valid-loss-rises", ZERO, "{fires: true}"), program).report()


def test_a_finding_explains_another_away_whichever_of_its_rules_raised_it():
    book = files(
        {
            "sft/few.yaml": rule("few", "[n_train < 100]"),
            "sft/cause.yaml": rule("cause", "[n_train < 10]", "finding: cause\nsuppresses: [few]\n"),
            "sft/also-cause.yaml": rule("also-cause", "[n_train < 50]", "finding: cause\n"),
        }
    )
    rulebook = build_rulebook(book)
    claim = case("few", "{n_train: 20}", "{suppressed_by: cause}")
    whole = Program(rulebook)
    assert run_case(claim, whole).holds
    whole.close()
    assert run_cases([claim], rulebook)[0].holds


def test_a_result_says_of_each_condition_whether_it_held(program: Program):
    assert [c.holds for c in run_case(case("valid-loss-rises", FALLS, "{fires: false}"), program).conditions] == [True, False, False]
    assert [c.holds for c in run_case(case("valid-loss-rises", ZERO, "{fires: false}"), program).conditions] == [True, None, None]


def test_an_open_finding_is_missing_and_not_false(program: Program):
    no_validation = "{n_epochs: 3, learning_rate_multiplier: 0.1, n_train: 800, train_loss: 1.2 1.0 0.9}"
    result = run_case(case("learning-rate-low", no_validation, "{missing: [valid_loss]}", "settings"), program)
    assert result.holds, result.report()
    assert {c.condition: c.holds for c in result.conditions}["finding: overfitting"] is None


def test_a_rule_is_proven_by_firing_quiet_and_where_it_can_lack_something_missing_cases(program: Program):
    rule = program.rulebook.rule("dataset-small")
    assert rule is not None
    fires, quiet, missing = (
        run_case(case("dataset-small", given, expect, "data"), program)
        for given, expect in (("{n_train: 335}", "{fires: true}"), ("{n_train: 900}", "{fires: false}"), ("{}", "{missing: [n_train]}"))
    )
    assert unproven(rule, [], program) == ("firing", "quiet")
    assert unproven(rule, [fires], program) == ("missing", "quiet")
    assert unproven(rule, [fires, quiet, missing], program) == ()


def test_a_rule_that_can_lack_nothing_needs_no_missing_case(program: Program):
    rule = program.rulebook.rule("run-failed")
    assert rule is not None
    fires = run_case(case("run-failed", "{status: failed}", "{fires: true}", "settings"), program)
    quiet = run_case(case("run-failed", "{status: succeeded}", "{fires: false}", "settings"), program)
    assert unproven(rule, [fires, quiet], program) == ()


def test_a_case_that_does_not_hold_proves_nothing(program: Program):
    rule = program.rulebook.rule("dataset-small")
    assert rule is not None
    wrong = run_case(case("dataset-small", "{n_train: 900}", "{fires: true}", "data"), program)
    assert "firing" in unproven(rule, [wrong], program)

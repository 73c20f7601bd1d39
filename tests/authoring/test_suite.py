from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest

from advisor.authoring.coverage import at_boundary
from advisor.authoring.suite import Suite, coverage_text, run_suite, suite_junit, suite_text
from advisor.contract.advice import ConditionResult
from advisor.errors import BrokenRulebook, UnusableInput
from tests.rulebook.books import files, rule

_QUIET = "- name: Stays quiet\n  given: {n_train: 99}\n  expect: {fires: false}\n"
_FIRES = "- name: Fires\n  given: {n_train: 200}\n  expect: {fires: true}\n"
_WRONG = "- name: Fires already at 50\n  given: {n_train: 50}\n  expect: {fires: true}\n"


def suite(cases: str, when: str = "[n_train > 100]") -> Suite:
    return run_suite(files({"sft/many.yaml": rule("many", when), "sft/many.cases.yaml": cases}), ["many"])


def test_cases_that_hold_pass():
    found = suite(_FIRES + _QUIET)
    assert (found.passed, suite_text(found, covered=False)) == (True, "2 cases: 2 hold")


def test_a_case_that_fails_says_what_was_expected_what_came_and_by_how_much():
    found = suite(_QUIET + _WRONG)
    text = suite_text(found, covered=False)
    assert not found.passed
    assert text.startswith("FAIL  many: Fires already at 50\n  sft/many.cases.yaml:4\n  expected the rule to fire, but it did not fire")
    assert "false   n_train > 100    is 50, short by 50" in text
    assert text.endswith("2 cases: 1 hold, 1 fail")


def test_a_todo_is_waited_for_until_it_holds():
    waiting = suite(_QUIET + _WRONG + "  todo: needs a lower threshold\n")
    assert (waiting.passed, suite_text(waiting, covered=False)) == (True, "2 cases: 1 hold, 1 todo")
    done = suite(_FIRES + "  todo: needs a lower threshold\n")
    assert not done.passed
    assert "holds now: take its todo out" in suite_text(done, covered=False)


def test_coverage_counts_each_side_and_is_shown_when_cases_fail():
    found = suite(_WRONG)
    assert found.coverage.share == 2 / 5
    text = suite_text(found, covered=True)
    assert "no firing case" in text
    assert "n_train > 100: never true, never at the boundary" in text
    assert "FAIL" in text


def test_cases_on_both_sides_and_at_the_boundary_cover_a_rule_wholly():
    assert coverage_text(suite(_FIRES + _QUIET).coverage) == "Coverage 100.0% of 5 sides of 1 rule"


def test_conditions_of_confidence_and_recommendations_count_where_the_rule_speaks():
    more = "confidence: {high: [n_train > 500]}\nrecommend: [{action: reduce-epochs, when: [n_train < 150]}]\n"
    book = files({"sft/many.yaml": rule("many", "[n_train > 100]", more), "sft/many.cases.yaml": _FIRES + _QUIET})
    found = run_suite(book, ["many"]).coverage
    assert [(c.condition, c.unseen) for c in found.rules[0].conditions] == [
        ("n_train > 100", ()),
        ("n_train > 500", ("true", "at the boundary")),
        ("n_train < 150", ("true", "at the boundary")),  # of 99 examples the rule says nothing
    ]


def test_a_flag_has_no_boundary():
    found = suite(
        "- name: Fires\n  given: {status: failed}\n  expect: {fires: true}\n- name: No\n  given: {status: succeeded}\n  expect: {fires: false}\n",
        "[run_failed]",
    )
    assert (found.coverage.share, found.coverage.rules[0].sides) == (1.0, 4)


@pytest.mark.parametrize(
    ("value", "threshold", "near"),
    [(0.055, 0.05, True), (0.056, 0.05, False), (7, 6, True), (8, 6, False), (0.04, 0, True), (0.06, 0, False), (109, 100, True)],
)
def test_the_boundary_is_a_tenth_of_the_threshold_or_one_step(value: float, threshold: float, near: bool):
    assert at_boundary(ConditionResult("x", value, ">", threshold, value - threshold, value > threshold)) is near


def test_a_missing_value_is_not_at_the_boundary():
    assert not at_boundary(ConditionResult("x", None, ">", 1.0, None, None))


def test_junit_tells_failed_from_waiting():
    root = fromstring(suite_junit(suite(_QUIET + _WRONG + _FIRES.replace("Fires", "Later").replace("200", "9") + "  todo: later\n")))[0]
    assert {name: root.get(name) for name in ("tests", "failures", "skipped")} == {"tests": "3", "failures": "1", "skipped": "1"}
    failed = next(case for case in root if case.find("failure") is not None)
    assert (failed.get("file"), failed.get("line")) == ("sft/many.cases.yaml", "4")


def test_mistakes_in_rules_and_cases_are_said_together():
    broken = {"sft/many.yaml": rule("many", "[n_trian > 1]"), "sft/many.cases.yaml": "- name: x\n"}
    with pytest.raises(BrokenRulebook) as caught:
        run_suite(files(broken))
    assert {m.file for m in caught.value.mistakes} == set(broken)


def test_an_unknown_rule_is_answered_with_the_nearest():
    with pytest.raises(UnusableInput, match='There is no rule "mny"'):
        run_suite(files({"sft/many.yaml": rule("many"), "sft/many.cases.yaml": _FIRES}), ["mny"])

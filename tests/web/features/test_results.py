from __future__ import annotations

from pathlib import Path

from advisor.web.features.documents import read_feature
from advisor.web.features.results import Outcome, Results, read_results
from advisor.web.features.view import shown

TEXT = b"""Feature: x
  Scenario: First
    Given a
    When b
    Then c
  Scenario Outline: Second <n>
    Given <n>
    Examples:
      | n |
      | 1 |
      | 2 |
"""
FEATURE = read_feature(TEXT, "x.feature")


def _results(*outcomes: Outcome) -> Results:
    return Results(finished="2026-01-01T00:00:00+00:00", digests={"x.feature": FEATURE.digest}, outcomes=outcomes)


def _outcome(line: int, state: str, **more: object) -> Outcome:
    return Outcome.model_validate({"feature": "x.feature", "scenario": line, "state": state, **more})


def test_a_scenario_ends_at_the_step_that_failed_and_the_steps_below_are_not_reached():
    results = _results(_outcome(2, "failed", step=4, message="no b today"))
    first = next(shown(FEATURE, results.of(FEATURE)))
    assert first.state == "failed"
    assert [(step.step.text, step.mark, step.message) for step in (*first.given, *first.then)] == [
        ("a", "", ""),
        ("b", "failed", "no b today"),
        ("c", "not reached", ""),
    ]


def test_an_undefined_step_is_visible_as_such():
    first = next(shown(FEATURE, _results(_outcome(2, "undefined", step=3)).of(FEATURE)))
    assert (first.state, first.given[0].mark) == ("undefined", "undefined")


def test_an_outline_is_as_good_as_its_worst_example_and_each_example_has_a_result():
    results = _results(_outcome(6, "passed", example={"n": "1"}), _outcome(6, "failed", example={"n": "2"}, step=7))
    _, second = shown(FEATURE, results.of(FEATURE))
    assert second.state == "failed"
    assert second.examples[0].rows == ((("1",), "passed"), (("2",), "failed"))


def test_an_example_that_was_not_run_is_no_success():
    _, second = shown(FEATURE, _results(_outcome(6, "passed", example={"n": "1"})).of(FEATURE))
    assert second.state == "not run"


def test_a_result_about_another_text_is_not_shown_as_one_about_this():
    changed = read_feature(TEXT.replace(b"Given a", b"Given aa"), "x.feature")
    assert next(shown(changed, _results(_outcome(2, "passed")).of(changed))).state == "changed"


def test_results_that_are_not_there_or_no_results_are_none(tmp_path: Path):
    path = tmp_path / "results.json"
    assert (read_results(None), read_results(path)) == (None, None)
    path.write_text("[1]")
    assert read_results(path) is None
    path.write_text(_results(_outcome(2, "passed")).model_dump_json(exclude_defaults=True))
    assert read_results(path) == _results(_outcome(2, "passed"))

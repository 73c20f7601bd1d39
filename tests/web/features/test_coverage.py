from __future__ import annotations

from advisor.rulebook import load_rulebook
from advisor.rulebook.shipped import shipped_rules
from advisor.web.features.coverage import coverage
from advisor.web.features.documents import read_feature, read_features, shipped_features

RULES = load_rulebook(shipped_rules()).rules


def _rules_of(*steps: str) -> set[str]:
    text = "Feature: x\n  Scenario: y\n" + "".join(f"    {step}\n" for step in steps)
    feature = read_feature(text.encode(), "x.feature")
    return set(coverage([feature], RULES).rules["x.feature", 2])


def test_a_finding_speaks_of_every_rule_that_raises_it():
    raising = {rule.id for rule in RULES if (rule.kind, rule.raises) == ("finding", "overfitting")}
    assert len(raising) > 1
    assert _rules_of('Then the finding "overfitting" is raised') == raising


def test_what_is_given_and_what_is_advised_speak_of_no_rule():
    assert _rules_of('Given the run is "succeeded"', 'Then the action "ship" is advised', 'And the first action is "ship"') == set()


def test_a_verdict_speaks_of_the_verdicts_rule():
    assert _rules_of('Then the verdict is "ship"') == {rule.id for rule in RULES if (rule.kind, rule.raises) == ("verdict", "ship")}


def test_reasons_mistakes_and_criteria_are_found():
    found = _rules_of(
        'Then the action "reduce-epochs" is advised because of "valid-loss-rises"',
        'And the mistake "no-baseline" is named',
        'But the stopping criterion "good-enough" is not met',
        'And recording it points out "curves-ignored"',
    )
    assert {"valid-loss-rises", "no-baseline", "good-enough", "curves-ignored"} <= found


def test_most_shipped_scenarios_speak_of_a_rule():
    features = read_features(shipped_features())
    covered = coverage(features, RULES)
    spoken = sum(bool(rules) for rules in covered.rules.values())
    assert spoken > 0.7 * len(covered.rules)
    assert all(m.scenario in m.feature.scenarios for found in covered.scenarios.values() for m in found)

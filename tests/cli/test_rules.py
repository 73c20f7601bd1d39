from __future__ import annotations

import json
import shutil
from pathlib import Path

from advisor.rulebook import load_rulebook, shipped_rules
from tests.cli.conftest import Advisor


def test_every_rule_is_listed_once(advisor: Advisor):
    result = advisor("rules", "list")
    first_words = [line.split()[0] for line in result.output.splitlines() if line.strip()]
    for rule in load_rulebook(shipped_rules()).rules:
        assert first_words.count(rule.id) == 1


def test_the_list_as_json_holds_the_rules_properties(advisor: Advisor):
    listed = json.loads(advisor("rules", "list", "--json").stdout)
    rule = next(r for r in listed if r["id"] == "valid-loss-rises")
    assert (rule["kind"], rule["file"]) == ("finding", "sft/valid-loss-rises.yaml")
    assert rule["applies_to"] == ["supervised", "dpo"]


def test_a_rule_is_shown_with_its_numbers_its_reason_and_what_would_make_it_wrong(advisor: Advisor):
    page = advisor("rules", "show", "valid-loss-rises").output
    for heading in ("Fires when", "Parameters", "Why", "What would make it wrong", "It says", "It recommends"):
        assert f"\n{heading}\n" in page
    assert "valid_loss_rise_ratio > 0.05" in page
    assert "deploy-earlier-checkpoint: Deploy an earlier checkpoint, when" in page


_NESTED = """\
id: nested
title: A rule of our own
applies_to: [supervised]
diagnosis: Nothing
severity: low
source: this test
why: To see its shape.
false_positives: [None known]
parameters:
  few: {value: 7, unit: examples, source: this test}
when:
  all:
    - n_train < few
    - any:
        - finding: overfitting
        - all:
            - overfit_ratio_last > 3
            - none:
                - run_failed
explain: It says something.
"""


def test_nested_conditions_say_how_they_are_joined(advisor: Advisor, tmp_path: Path):
    folder = tmp_path / "rules"
    shutil.copytree(shipped_rules(), folder)
    (folder / "sft" / "nested.yaml").write_text(_NESTED, "utf-8")
    page = advisor("rules", "show", "nested", "--rules", folder).output
    condition = page.split("\nFires when\n")[1].split("\n\n")[0]
    assert [line.removeprefix("   ") for line in condition.splitlines()] == [
        "n_train < 7",
        "at least one of these holds:",
        "   finding overfitting is raised",
        "   all of these hold:",
        "      overfit_ratio_last > 3",
        "      none of these holds:",
        "         run_failed",
    ]


def test_the_cases_beside_a_rule_are_named(advisor: Advisor, tmp_path: Path):
    folder = tmp_path / "rules"
    shutil.copytree(shipped_rules(), folder)
    (folder / "sft" / "valid-loss-rises.cases.yaml").write_text("- name: Fires at 31 %\n  given: {}\n  expect: {fires: true}\n", "utf-8")
    page = advisor("rules", "show", "valid-loss-rises", "--rules", folder).output
    assert page.rstrip().endswith("- Fires at 31 %")


def test_an_unknown_rule_is_wrong_usage_with_the_nearest_name(advisor: Advisor):
    result = advisor("rules", "show", "valid-loss-rise")
    assert result.exit_code == 2
    assert 'did you mean "valid-loss-rises"?' in " ".join(result.stderr.split())


def test_a_finding_of_several_rules_names_them(advisor: Advisor):
    result = advisor("rules", "show", "validation-loss-turned")
    assert result.exit_code == 2
    assert "several rules raise" in " ".join(result.stderr.replace("│", " ").split())


def test_a_broken_rulebook_is_not_listed(advisor: Advisor, broken_rules: Path):
    assert advisor("rules", "list", "--rules", broken_rules).exit_code == 4

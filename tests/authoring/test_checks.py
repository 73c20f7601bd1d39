from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from advisor.authoring.checks import CHECKS, Checked, check_files
from advisor.authoring.checks.formats import FORMATS
from advisor.rulebook import read_folder, shipped_rules
from tests.rulebook.books import files, rule

ROOT = Path(__file__).parents[2]
_CASES = """\
- name: Fires
  given: {n_train: 200}
  expect: {fires: true}
- name: Stays quiet
  given: {n_train: 50}
  expect: {fires: false}
"""
_RAISE_EPOCHS = """\
id: increase-epochs
title: Train for more epochs
tier: hyperparameters
cost: run
change: {parameter: n_epochs, to: up}
source: made up
explain: Train longer.
"""


def found(*rules: tuple[str, str], **more: str) -> list[tuple[str, str, int]]:
    """Return what is found in a small rulebook with these rules, what stands in the smallest one left out: (code, file, line)."""
    added = {f"sft/{name}.yaml": text for name, text in rules} | {f"sft/{name}.cases.yaml": _CASES for name, _ in rules}
    base = set(check_files(files()).problems)
    checked = check_files(files(added | {name.replace("__", "/") + ".yaml": text for name, text in more.items()}))
    new = [p for p in checked.problems if p not in base and p.mistake.code != "unused-action"]
    return [(p.mistake.code, p.mistake.file, p.mistake.line) for p in new]


def test_the_shipped_rulebook_is_clean():
    checked = check_files(read_folder(shipped_rules()))
    assert FORMATS["text"](checked, "rules") == f"No problem in {len(checked.rulebook.rules)} rules with {len(checked.cases)} cases."  # type: ignore[union-attr]


def test_a_sound_rule_has_no_problem():
    assert found(("sound", rule("sound"))) == []


@pytest.mark.parametrize(
    ("when", "code", "line"),
    [
        ("[n_train > 100, n_train < 100]", "never-holds", 9),
        ("[n_train > 100, n_train <= 100]", "never-holds", 9),
        ("[checkpoints_count < 0]", "never-holds", 9),
        ("[run_failed, run_failed == 0]", "never-holds", 9),
        ("{all: [n_train > 100], none: [n_train > 50]}", "never-holds", 9),
        ("{all: [n_train > 100, {any: [n_train < 50, run_failed]}]}", "never-holds", 9),
        ("[checkpoints_count >= 0]", "always-holds", 9),
        ("{any: [n_train > 100, n_train < 200]}", "always-holds", 9),
        ("{none: [checkpoints_count < 0]}", "always-holds", 9),
        ("[n_train > 100, n_train > 50]", "implied-condition", 9),
        ("{any: [n_train > 100, n_train > 50]}", "implied-condition", 9),
        ("[n_train > 100, n_train > 100]", "implied-condition", 9),
        ("[run_failed > 0.5]", "flag-compared", 9),
        ("[train_loss_zero_share > 20]", "share-beyond-one", 9),
        ("[valid_loss_rise_ratio > 15]", "ratio-like-percent", 9),
        ("[n_train > n_epochs]", "unit-mismatch", 9),
        ("[reward_gap > 0.1]", "signal-not-for-method", 9),
    ],
)
def test_a_condition_that_says_nothing_is_found(when: str, code: str, line: int):
    assert (code, "sft/odd.yaml", line) in found(("odd", rule("odd", when)))


@pytest.mark.parametrize(
    "when",
    [
        "[n_train > 100, n_train < 200]",
        "[n_train >= 100, n_train <= 100]",
        "{any: [n_train < 100, n_train > 200]}",
        "[overfit_ratio_last > 2]",
        "[n_train > 2 * n_valid]",
        "[baseline_known == 0]",
        "{all: [n_train > 100, {any: [n_train > 500, run_failed]}]}",
    ],
)
def test_a_condition_that_can_hold_and_fail_is_left_alone(when: str):
    assert found(("plain", rule("plain", when))) == []


def test_a_problem_stands_at_the_line_of_its_comparison():
    text = rule("odd", "\n  all:\n    - n_train > 100\n    - train_loss_zero_share > 20")
    assert found(("odd", text)) == [("share-beyond-one", "sft/odd.yaml", 12)]


def test_a_parameter_of_another_unit_is_found():
    more = "parameters:\n  many: {value: 100, unit: epochs, source: made up}\n"
    assert found(("odd", rule("odd", "[n_train > many]", more))) == [("unit-mismatch", "sft/odd.yaml", 9)]


def test_a_number_without_a_source_is_found():
    assert found(("odd", rule("odd", "[n_train > many]", "parameters:\n  many: 100\n"))) == [("no-parameter-source", "sft/odd.yaml", 12)]


def test_a_rule_that_only_repeats_a_stronger_one_is_found():
    weak = rule("weak", "[n_train > 200]", "finding: large\n", severity="low")
    strong = rule("strong", "[n_train > 100]", "finding: large\n")
    assert found(("strong", strong), ("weak", weak)) == [("shadowed-rule", "sft/weak.yaml", 9)]


def test_two_equal_rules_are_found_once():
    both = [(name, rule(name, more="finding: large\n")) for name in ("one", "two")]
    assert found(*both) == [("shadowed-rule", "sft/two.yaml", 9)]


def test_a_stronger_rule_on_a_narrower_condition_is_left_alone():
    weak = rule("weak", "[n_train > 100]", "finding: large\n", severity="low")
    strong = rule("strong", "[n_train > 200]", "finding: large\n")
    assert found(("strong", strong), ("weak", weak)) == []


def test_opposite_actions_of_equal_support_are_found():
    shorter = rule("shorter", "[n_train > 100]", "recommend: [reduce-epochs]\n")
    longer = rule("longer", "[n_train > 200]", "recommend: [increase-epochs]\n")
    codes = found(("shorter", shorter), ("longer", longer), **{"actions__increase-epochs": _RAISE_EPOCHS})
    assert codes == [("opposite-actions", "sft/longer.yaml", 11)]


def test_actions_that_only_the_alphabet_ranks_are_found():
    text = rule("both", more="recommend: [reduce-epochs, wait-a-bit]\n")
    wait = _RAISE_EPOCHS.replace("increase-epochs", "wait-a-bit").replace("change: {parameter: n_epochs, to: up}\n", "")
    assert found(("both", text), **{"actions__wait-a-bit": wait}) == [("rank-tie", "sft/both.yaml", 11)]


def test_an_action_that_nobody_recommends_is_found():
    codes = {p.mistake.code for p in check_files(files({"actions/increase-epochs.yaml": _RAISE_EPOCHS})).problems}
    assert "unused-action" in codes


def test_what_is_never_raised_for_the_rules_method_is_found():
    large = rule("large", applies_to="reinforcement")
    codes = found(
        ("large", large), ("other", rule("other", "[finding: large, run_failed]")), ("third", rule("third", more="suppresses: [large]\n"))
    )
    assert codes == [("never-raised", "sft/other.yaml", 9), ("suppresses-nothing", "sft/third.yaml", 11)]


def test_a_rule_without_cases_is_an_error_and_one_without_a_quiet_case_a_warning():
    problems = {p.mistake.code: p.severity for p in check_files(files({"sft/bare.yaml": rule("bare")})).problems}
    assert problems["no-cases"] == "error"
    half = {"sft/half.yaml": rule("half"), "sft/half.cases.yaml": _CASES.split("- name: Stays", maxsplit=1)[0]}
    problems = {p.mistake.code: p.severity for p in check_files(files(half)).problems if p.mistake.file.startswith("sft")}
    assert problems == {"few-cases": "warning"}


def test_a_text_that_is_still_to_be_written_is_found():
    assert found(("odd", rule("odd", title="TODO say it"))) == [("unfinished-text", "sft/odd.yaml", 2)]


def test_bands_without_an_end_are_found():
    bands = "id: size\ntitle: Size\nsignal: n_train\nsource: made up\nbands:\n  - {id: some, from: 1, below: 9, meaning: Some}\n"
    assert found(bands__size=bands) == [("bands-open", "bands/size.yaml", 6)] * 2


def test_a_comment_with_a_reason_allows_a_problem_and_one_without_does_not():
    text = rule("odd", "\n  all:\n    # advisor: allow ratio-like-percent losses of toy models explode\n    - valid_loss_rise_ratio > 15")
    assert found(("odd", text)) == []
    assert [c for c, _, _ in found(("odd", text.replace(" losses of toy models explode", "")))] == [
        "allow-without-reason",
        "ratio-like-percent",
    ]


def test_a_comment_that_allows_nothing_is_found():
    text = "# advisor: allow unit-mismatch it was once here\n" + rule("odd")
    assert found(("odd", text)) == [("allow-unused", "sft/odd.yaml", 1)]


def test_a_rulebook_that_does_not_load_says_every_mistake_of_rules_and_cases():
    broken = {"sft/a.yaml": rule("a", "[n_trian > 1]"), "sft/b.yaml": rule("b", "[n_train >> 1]"), "sft/b.cases.yaml": "- name: x\n"}
    checked = check_files(files(broken))
    assert checked.rulebook is None
    assert {p.mistake.file for p in checked.problems} == {"sft/a.yaml", "sft/b.yaml", "sft/b.cases.yaml"}


def test_a_condition_that_is_too_complex_for_the_engine_has_its_line():
    many = ", ".join(f"{{any: [n_train > {i}1, n_epochs > {i}]}}" for i in range(1, 9))
    assert ("too-complex", "sft/odd.yaml", 9) in found(("odd", rule("odd", f"[{many}]")))


@pytest.fixture
def wrong() -> Checked:
    return check_files(files({"sft/odd.yaml": rule("odd", "[train_loss_zero_share > 20]"), "sft/odd.cases.yaml": _CASES}))


def test_sarif_names_the_rule_the_file_and_the_line(wrong: Checked):
    run = json.loads(FORMATS["sarif"](wrong, "rules"))["runs"][0]
    result = next(r for r in run["results"] if r["ruleId"] == "share-beyond-one")
    location = result["locations"][0]["physicalLocation"]
    assert (location["artifactLocation"]["uri"], location["region"]["startLine"], result["level"]) == ("rules/sft/odd.yaml", 9, "error")
    assert {r["id"] for r in run["tool"]["driver"]["rules"]} == {r["ruleId"] for r in run["results"]}


def test_github_annotations_escape_what_would_end_them(wrong: Checked):
    line = next(line for line in FORMATS["github"](wrong, "rules").splitlines() if "share-beyond-one" in line)
    assert line.startswith("::error file=rules/sft/odd.yaml,line=9,col=8,title=share-beyond-one::")
    assert "20 %25 as 0.2" in line


def test_junit_fails_the_file_with_an_error(wrong: Checked):
    suite = fromstring(FORMATS["junit"](wrong, ""))[0]
    failed = [case.get("name") for case in suite if case.find("failure") is not None]
    assert (suite.get("failures"), failed) == ("2", ["sft/odd.yaml", "verdicts/iterate.yaml"])


def test_json_counts_and_links_each_problem(wrong: Checked):
    report = json.loads(FORMATS["json"](wrong, ""))
    assert report["errors"] + report["warnings"] == len(report["problems"])
    assert {p["docs"] for p in report["problems"]} == {f"docs/rules/checks.md#{p['code']}" for p in report["problems"]}


def test_every_check_has_its_section_in_the_docs():
    sections = re.findall(r"^### `?([a-z0-9-]+)`?$", (ROOT / "docs/rules/checks.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(sections) == sorted(CHECKS)


def test_every_code_of_the_loader_is_a_known_check():
    modules = [*(ROOT / "advisor/rulebook").glob("*.py"), ROOT / "advisor/authoring/cases.py", ROOT / "advisor/authoring/given.py"]
    codes = {
        code
        for module in modules
        for code in re.findall(
            r'(?:Mistake|_wrong|mistake|refuse)\((?:[^()]|\([^()]*\))*?"([a-z][a-z0-9]*(?:-[a-z0-9]+)+)"\s*\)', module.read_text("utf-8")
        )
    }
    assert len(codes) > 20
    assert codes <= set(CHECKS)


def test_a_word_that_is_nearly_one_of_the_known_is_answered_with_it():
    found = check_files(files({"sft/odd.yaml": rule("odd", severity="mediun", applies_to="supervized")})).problems
    assert {p.mistake.remedy for p in found if p.mistake.code == "wrong-value"} == {'Did you mean "medium"?', 'Did you mean "supervised"?'}


def test_a_condition_that_cannot_be_read_is_told_of_alone():
    odd = rule("odd", "[n_train => many]", "parameters: {many: {value: 1, unit: examples, source: x}}\n")
    assert [p.mistake.code for p in check_files(files({"sft/odd.yaml": odd})).problems if p.severity == "error"] == ["condition-syntax"]

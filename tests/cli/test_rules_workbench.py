from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from advisor.rulebook import shipped_rules
from tests.cli.conftest import EXAMPLE, Advisor


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A copy of the shipped rules, without their cases."""
    return Path(shutil.copytree(shipped_rules(), tmp_path / "rules", ignore=shutil.ignore_patterns("*.cases.yaml")))


def test_a_rule_that_fired_is_explained_by_each_of_its_conditions(advisor: Advisor):
    page = advisor("rules", "explain", "valid-loss-rises", EXAMPLE).output
    assert page.startswith("valid-loss-rises  fired\n")
    for part in ("Its conditions", "valid_loss_rise_ratio > rise", "The narrowest hit", "For it not to fire"):
        assert part in page


def test_a_quiet_rule_is_explained_by_its_nearest_miss(advisor: Advisor):
    page = advisor("rules", "explain", "learning-rate-high", EXAMPLE).output
    assert "did not fire" in page
    assert "The nearest miss" in page
    assert "would have to be at least" in page


def test_an_explanation_can_be_had_as_json(advisor: Advisor):
    found = json.loads(advisor("rules", "explain", "learning-rate-high", EXAMPLE, "--json").stdout)
    assert (found["rule"], found["outcome"]) == ("learning-rate-high", "not_fired")
    assert found["would_have_to_change"]


def test_a_rule_or_run_that_does_not_exist_is_said(advisor: Advisor, tmp_path: Path):
    unknown = advisor("rules", "explain", "learning-rate-hihg", EXAMPLE)
    assert (unknown.exit_code, 'Did you mean "learning-rate-high"?' in unknown.output) == (2, True)
    assert advisor("rules", "explain", "learning-rate-high", tmp_path / "no.json").exit_code == 1


def test_a_new_rule_is_written_once(advisor: Advisor, rules: Path):
    first = advisor("rules", "new", "brand-new", "--folder", "rft", "--rules", rules)
    assert (first.exit_code, (rules / "rft" / "brand-new.cases.yaml").is_file()) == (0, True)
    assert f"\n  advisor rules test --rules {rules} --rule brand-new\n" in first.output
    again = advisor("rules", "new", "brand-new", "--rules", rules)
    assert (again.exit_code, "is taken by rules/rft/brand-new.yaml." in again.output) == (2, True)
    tested = advisor("rules", "test", rules, "--rule", "brand-new")
    assert (tested.exit_code, tested.stdout) == (0, "3 cases: 3 todo\n")


def test_a_new_rule_in_a_folder_of_ones_own_is_laid_over_the_shipped_ones(
    advisor: Advisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):  # without the folder, and with one that is no whole rulebook
        alone = advisor("rules", "new", "our-own", "--folder", "sft", "--rules", "our-rules")
        assert (alone.exit_code, alone.stderr) == (
            2,
            (
                "advisor: our-rules is no whole rulebook by itself\n"
                "    Lay it over the shipped one: advisor rules new our-own --folder sft --rules shipped --rules our-rules\n"
            ),
        )
        (tmp_path / "our-rules").mkdir(exist_ok=True)
    (tmp_path / "our-rules").rmdir()
    taken = advisor("rules", "new", "valid-loss-rises", "--rules", "shipped", "--rules", "our-rules")
    assert (taken.exit_code, (tmp_path / "our-rules").exists()) == (2, False)
    made = advisor("rules", "new", "our-own", "--folder", "sft", "--rules", "shipped", "--rules", "our-rules")
    assert made.exit_code == 0, made.output
    assert made.stdout == (
        "Wrote our-rules/sft/our-own.yaml\n"
        "Wrote our-rules/sft/our-own.cases.yaml\n"
        "Fill in what says TODO, then:\n"
        "  advisor rules check --rules shipped --rules our-rules\n"
        "  advisor rules test --rules shipped --rules our-rules --rule our-own\n"
    )
    tested = advisor("rules", "test", "--rules", "shipped", "--rules", "our-rules", "--rule", "our-own")
    assert (tested.exit_code, tested.stdout) == (0, "3 cases: 3 todo\n")


def test_schemas_are_written_a_file_per_kind(advisor: Advisor, tmp_path: Path):
    assert advisor("rules", "schema", tmp_path / "schemas").exit_code == 0
    names = {file.name for file in (tmp_path / "schemas").iterdir()}
    assert {"rule.schema.json", "cases.schema.json", "action.schema.json"} <= names
    assert set(json.loads(advisor("rules", "schema").stdout)) == {name.removesuffix(".schema.json") for name in names}


def test_a_moved_threshold_shows_on_the_runs_that_feel_it(advisor: Advisor, rules: Path):
    file = rules / "sft" / "valid-loss-rises.yaml"
    file.write_text(file.read_text("utf-8").replace("rise: {value: 0.05", "rise: {value: 0.9"), "utf-8")
    found = advisor("rules", "diff", shipped_rules(), rules, "--on", EXAMPLE, "--format", "markdown")
    assert found.exit_code == 5
    assert "`valid-loss-rises` is no longer found | valid-loss-rises (edited): fired → quiet on 1 run" in found.output


def test_the_same_rules_end_with_0(advisor: Advisor, rules: Path):
    found = advisor("rules", "diff", shipped_rules(), rules, "--on", EXAMPLE)
    assert (found.exit_code, found.output) == (0, "The two rulebooks are the same, apart from their cases.\n")


def test_past_runs_are_whatever_advise_reads_and_the_rest_is_counted(advisor: Advisor, rules: Path, tmp_path: Path):
    past = tmp_path / "past"
    (past / "a" / "checkpoint-20").mkdir(parents=True)
    (past / "console.log").write_text("{'loss': 1.5, 'epoch': 0.1}\n{'loss': 1.2, 'epoch': 0.2}\n", "utf-8")
    (past / "loop.txt").write_text("step 1: loss 2.0\nstep 2: loss 1.0\n", "utf-8")
    for place in ("a", "a/checkpoint-20"):
        (past / place / "trainer_state.json").write_text('{"log_history": [{"step": 10, "loss": 1.0}, {"step": 20, "loss": 0.9}]}', "utf-8")
    (past / "notes.txt").write_text("what we tried in spring\n", "utf-8")
    (past / "table.csv").write_text("name,age\nx,3\n", "utf-8")
    (past / "picture.png").write_bytes(b"\x89PNG\r\n")
    file = rules / "sft" / "valid-loss-rises.yaml"
    file.write_text(file.read_text("utf-8").replace("rise: {value: 0.05", "rise: {value: 0.9"), "utf-8")
    found = advisor("rules", "diff", shipped_rules(), rules, "--on", past, "--format", "json")
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout)["runs"] == 3
    assert found.stderr.startswith("advisor: 2 files were no runs and were left out, such as notes.txt: ")


def test_a_side_that_does_not_exist_is_said(advisor: Advisor, rules: Path):
    found = advisor("rules", "diff", "nowhere", rules)
    assert (found.exit_code, "is neither a folder nor a revision" in found.output) == (1, True)


def test_the_rulebook_is_written_as_pages(advisor: Advisor, rules: Path, tmp_path: Path):
    assert advisor("rules", "docs", tmp_path / "pages", "--rules", rules).exit_code == 0
    assert "# Rulebook rules" in (tmp_path / "pages" / "index.md").read_text("utf-8")
    in_the_way = advisor("rules", "docs", rules / "models.yaml", "--rules", rules)
    assert (in_the_way.exit_code, "cannot be written" in in_the_way.output) == (1, True)

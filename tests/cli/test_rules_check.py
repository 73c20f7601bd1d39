from __future__ import annotations

import json
import shutil
from pathlib import Path

from advisor.rulebook import shipped_rules
from tests.cli.conftest import Advisor


def test_the_shipped_rules_pass_even_strictly(advisor: Advisor):
    result = advisor("rules", "check", "--strict")
    assert (result.exit_code, result.stdout.split()[0]) == (0, "No")


def test_a_broken_rulebook_ends_with_1_and_names_every_place(advisor: Advisor, broken_rules: Path):
    result = advisor("rules", "check", broken_rules)
    assert result.exit_code == 1
    assert "data/dataset-small.yaml:17:7  error unknown-signal" in result.stdout
    assert "sft/overfit-ratio-mild.yaml:" in result.stdout


def test_a_warning_fails_only_a_strict_check(advisor: Advisor, tmp_path: Path):
    folder = tmp_path / "rules"
    shutil.copytree(shipped_rules(), folder)
    (folder / "actions" / "idle.yaml").write_text(
        (folder / "actions" / "wait.yaml").read_text("utf-8").replace("id: wait", "id: idle"), "utf-8"
    )
    assert advisor("rules", "check", folder).exit_code == 0
    strict = advisor("rules", "check", folder, "--strict", "--format", "json")
    assert strict.exit_code == 1
    assert [p["code"] for p in json.loads(strict.stdout)["problems"]] == ["unused-action"]


def test_a_folder_that_does_not_exist_is_said_in_the_chosen_format(advisor: Advisor, tmp_path: Path):
    result = advisor("rules", "check", tmp_path / "nowhere", "--format", "json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["problems"][0]["code"] == "no-folder"


def test_folders_on_top_of_each_other_are_checked_as_one_and_named(advisor: Advisor, tmp_path: Path):
    team = tmp_path / "team"
    team.mkdir()
    (team / "overrides.yaml").write_text("rules:\n  valid-loss-rises: {severity: high}\n  saved-epochs: {status: deprecated}\n")
    found = advisor("rules", "check", "--rules", "shipped", "--rules", team)
    assert "team/overrides.yaml:2:22  error no-cases  the rule has no cases" in found.stdout
    assert "saved-epochs.yaml:1:1  error" not in found.stdout
    made = advisor("rules", "new", "our-own", "--rules", "shipped", "--rules", team)
    assert made.exit_code == 0, made.output
    assert (team / "sft" / "our-own.yaml").is_file()
    assert "3 cases: 3 todo" in advisor("rules", "test", "--rules", "shipped", "--rules", team, "--rule", "our-own").stdout
    assert advisor("rules", "new", "valid-loss-rises", "--rules", "shipped", "--rules", team).exit_code == 2
    assert advisor("rules", "show", "our-own", "--rules", "shipped", "--rules", team).exit_code == 0

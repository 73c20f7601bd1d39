from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import parse

import pytest

from advisor.cli.rules_test import watch_cases
from tests.cli.conftest import Advisor
from tests.rulebook.books import files, rule

_CASES = "- name: Fires\n  given: {n_train: 200}\n  expect: {fires: true}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small rulebook in a folder."""
    root = tmp_path / "rules"
    for name, text in files({"sft/many.yaml": rule("many"), "sft/many.cases.yaml": _CASES}).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


def test_cases_that_hold_end_with_0_and_a_report(advisor: Advisor, folder: Path, tmp_path: Path):
    result = advisor("rules", "test", folder, "--junit", tmp_path / "report.xml")
    assert (result.exit_code, result.stdout) == (0, "1 case: 1 hold\n")
    assert parse(tmp_path / "report.xml").getroot()[0].get("tests") == "1"


def test_a_case_that_fails_ends_with_1(advisor: Advisor, folder: Path):
    (folder / "sft/many.cases.yaml").write_text(_CASES.replace("200", "20"), "utf-8")
    assert advisor("rules", "test", folder).exit_code == 1


def test_each_place_is_named_so_that_it_can_be_opened_from_where_the_reader_stands(
    advisor: Advisor, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    team = tmp_path / "our" / "team"
    (team / "sft").mkdir(parents=True)
    for name, text in {"sft/few.yaml": rule("few", "[n_train < 9]"), "sft/few.cases.yaml": _CASES}.items():
        (team / name).write_text(text, "utf-8")
    (folder / "sft/many.cases.yaml").write_text(_CASES.replace("200", "20"), "utf-8")
    monkeypatch.chdir(tmp_path)
    alone = advisor("rules", "test", "rules", "--junit", "report.xml").stdout
    assert "  rules/sft/many.cases.yaml:1\n" in alone
    assert parse("report.xml").getroot()[0][0].get("file") == "rules/sft/many.cases.yaml"
    both = advisor("rules", "test", "--rules", "rules", "--rules", "our/team", "--coverage").stdout
    assert "  rules/sft/many.cases.yaml:1\n" in both
    assert "  our/team/sft/few.cases.yaml:1\n" in both
    assert "%  our/team/sft/few.yaml\n" in both
    (team / "sft/few.cases.yaml").write_text("- name: No expectation\n", "utf-8")
    assert "our/team/sft/few.cases.yaml:1:" in advisor("rules", "test", "--rules", "rules", "--rules", "our/team").output


def test_the_gate_fails_below_the_wanted_coverage(advisor: Advisor, folder: Path):
    assert advisor("rules", "test", folder, "--rule", "many", "--fail-under", "40").exit_code == 0
    low = advisor("rules", "test", folder, "--rule", "many", "--fail-under", "41")
    assert low.exit_code == 1
    assert "The coverage of 40.0% is below 41 %." in low.output


def test_watching_runs_again_after_each_change_and_survives_a_broken_save(folder: Path, capfd: pytest.CaptureFixture[str]):
    def saves() -> Iterator[set[str]]:
        (folder / "sft/many.yaml").write_text("when: [", "utf-8")
        yield {"saved"}
        (folder / "sft/many.yaml").write_text(rule("many", "[n_train > 300]"), "utf-8")
        yield {"saved"}

    watch_cases(folder, [], saves(), coverage=False)
    out, err = capfd.readouterr()
    assert out.split("\n\n")[0] == "1 case: 1 hold"
    assert "sft/many.yaml:1:" in err
    assert out.rstrip().endswith("1 case: 1 fail")

"""``advisor experiments remove``."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Advisor


def _recorded(advisor: Advisor, *names: str) -> None:
    for name in names:
        assert advisor("experiments", "add", "-p", "support", "--run", name, "--epochs", "2").exit_code == 0


def test_it_asks_before_it_removes(advisor: Advisor, store_file: Path):
    _recorded(advisor, "R1", "R2")
    refused = advisor("experiments", "remove", "R2", "-p", "support", given="n\n")
    assert refused.exit_code == 0
    assert "Nothing was removed." in refused.output
    assert "R2" in advisor("experiments", "list", "-p", "support").stdout
    agreed = advisor("experiments", "remove", "R2", "-p", "support", given="y\n")
    assert agreed.exit_code == 0, agreed.output
    assert "Removed experiment R2 from project support." in agreed.stdout
    assert "R2" not in advisor("experiments", "list", "-p", "support").stdout


def test_with_yes_nothing_is_asked(advisor: Advisor, store_file: Path):
    _recorded(advisor, "R1")
    removed = advisor("experiments", "remove", "R1", "-p", "support", "--yes")
    assert removed.exit_code == 0
    assert "for good?" not in removed.output


def test_what_is_not_there_or_still_varied_is_said(advisor: Advisor, store_file: Path):
    _recorded(advisor, "R1")
    assert advisor("experiments", "add", "-p", "support", "--run", "R2", "--parent", "R1", "--epochs", "3").exit_code == 0
    missing = advisor("experiments", "remove", "R7", "-p", "support", "--yes")
    assert missing.exit_code == 1
    assert "has no experiment R7" in missing.output
    varied = advisor("experiments", "remove", "R1", "-p", "support", "--yes")
    assert varied.exit_code == 1
    assert "R2 varies experiment R1" in varied.output


def test_misspelt_settings_of_a_file_are_told(advisor: Advisor, store_file: Path, tmp_path: Path):
    runs = tmp_path / "runs.json"
    runs.write_text('[{"id": "R1", "hyperparameters": {"epochs": 4}}]')
    added = advisor("experiments", "add", "-p", "support", runs)
    assert added.exit_code == 0, added.output
    assert "did you mean n_epochs?" in " ".join(added.output.split())

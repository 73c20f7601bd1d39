"""git is asked about the folder that was meant, whatever the caller's environment says, and never tells where that folder lies."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from advisor.authoring.edit_history import commit_edit
from advisor.authoring.git import ask_git
from advisor.authoring.revisions import read_side
from advisor.errors import UnusableInput


def repository(folder: Path, text: str = "old") -> Path:
    """Return a rules folder with one committed file."""
    (folder / "rules" / "sft").mkdir(parents=True)
    (folder / "rules" / "sft" / "a.yaml").write_text(text, "utf-8")
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for arguments in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "-m", "rules"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)
    return folder / "rules"


def stored(revision: str) -> dict[str, str]:
    raise AssertionError(revision)


def test_variables_that_git_gives_its_hooks_lead_to_no_other_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    meant, other = repository(tmp_path / "meant"), repository(tmp_path / "other", "of another repository")
    monkeypatch.setenv("GIT_DIR", str(other.parent / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.parent))
    monkeypatch.chdir(meant)
    assert read_side("HEAD:rules", stored) == {"sft/a.yaml": "old"}


@pytest.mark.parametrize("arguments", [("log", "--bogus=/srv/secret"), ("rev-parse", "--verify", "no-such"), ("archive", "HEAD:nowhere")])
def test_a_refusal_is_one_line_that_names_no_folder_by_its_path(tmp_path: Path, arguments: tuple[str, ...]):
    answer = ask_git(repository(tmp_path), *arguments)
    assert (answer.done, answer.output) == (False, b"")
    assert answer.reason
    assert "/" not in answer.reason.replace("--bogus=/srv/secret", "")
    assert "\n" not in answer.reason


def test_a_folder_that_is_not_there_and_one_of_somebody_else_are_named_without_what_lies_above(tmp_path: Path):
    assert str(tmp_path) not in ask_git(tmp_path / "nowhere", "status").reason
    broken = repository(tmp_path / "a team's rules")
    (broken.parent / ".git" / "config").write_text("[core\n", "utf-8")
    said = ask_git(broken, "status").reason
    assert "config" in said
    assert str(tmp_path) not in said


def test_a_commit_that_git_refuses_says_why_and_not_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    rules = repository(tmp_path)
    (rules / "sft" / "a.yaml").write_text("new", "utf-8")
    (tmp_path / ".git" / "index.lock").write_text("", "utf-8")
    monkeypatch.setattr("advisor.authoring.edit_history.time.sleep", lambda seconds: None)
    with pytest.raises(UnusableInput, match=r"index\.lock") as refused:
        commit_edit(rules, ["sft/a.yaml"], "a lead", "Said why")
    assert str(tmp_path) not in str(refused.value)


def test_without_git_the_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnusableInput, match="git is not installed"):
        read_side("main:rules", stored)

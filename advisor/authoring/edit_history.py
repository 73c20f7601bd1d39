"""Edits of rules as commits, so that each has an author and can be taken back."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from advisor.authoring.git import ask_git, literal
from advisor.errors import UnusableInput

_TRIES = 20
_BUSY = "index.lock"


def commit_edit(folder: Path, paths: Sequence[str], author: str, message: str) -> str | None:
    """Commit these files of a rules folder, and nothing else that may be staged there.

    Args:
        folder: The rules folder.
        paths: Files by their path inside the folder; one that is gone is committed as deleted.
        author: Whoever made the edit: the name of a key.
        message: What the commit says.

    Returns:
        The commit's id; None where the folder is in no git repository, or the files are as they were committed last.

    Raises:
        UnusableInput: git did not take the commit; the sentence says why.
    """
    if not ask_git(folder, "rev-parse", "--is-inside-work-tree").done:
        return None
    known = set(_said(folder, "ls-files", "-z", "--", *map(literal, paths)).split("\0"))
    wanted = [path for path in paths if (folder / path).exists() or path in known]
    if not wanted:
        return None
    pathspecs = [literal(path) for path in wanted]
    _said(folder, "add", "--all", "--", *pathspecs)
    if ask_git(folder, "diff", "--cached", "--quiet", "--", *pathspecs).done:
        return None
    email = f"{author.lower()}@advisor.invalid"
    made = ("-c", f"user.name={author}", "-c", f"user.email={email}", "-c", "commit.gpgsign=false", "-c", f"core.hooksPath={os.devnull}")
    _said(folder, *made, "commit", "--quiet", "--only", f"--message={message}", "--", *pathspecs)
    return _said(folder, "rev-parse", "HEAD").strip()


def _said(folder: Path, *arguments: str) -> str:
    answer = ask_git(folder, *arguments)
    for _ in range(_TRIES):
        if answer.done or _BUSY not in answer.reason:
            break
        time.sleep(0.1)  # somebody else commits at this moment
        answer = ask_git(folder, *arguments)
    if not answer.done:
        raise UnusableInput(f"git did not take the commit: {answer.reason}")
    return answer.text

"""Edits of rules as commits, so that each has an author and can be taken back."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from advisor.errors import UnusableInput

_SECONDS = 30
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
    if _run(folder, "rev-parse", "--is-inside-work-tree").returncode != 0:
        return None
    known = set(_said(folder, "ls-files", "-z", "--", *map(_literal, paths)).split("\0"))
    wanted = [path for path in paths if (folder / path).exists() or path in known]
    if not wanted:
        return None
    pathspecs = [_literal(path) for path in wanted]
    _said(folder, "add", "--all", "--", *pathspecs)
    if _run(folder, "diff", "--cached", "--quiet", "--", *pathspecs).returncode == 0:
        return None
    email = f"{author.lower()}@advisor.invalid"
    made = ("-c", f"user.name={author}", "-c", f"user.email={email}", "-c", "commit.gpgsign=false", "-c", f"core.hooksPath={os.devnull}")
    _said(folder, *made, "commit", "--quiet", "--only", f"--message={message}", "--", *pathspecs)
    return _said(folder, "rev-parse", "HEAD").strip()


def _literal(path: str) -> str:
    return f":(literal){path}"


def _said(folder: Path, *arguments: str) -> str:
    told = ""
    for _ in range(_TRIES):
        done = _run(folder, *arguments)
        if done.returncode == 0:
            return done.stdout.decode("utf-8", "replace")
        told = done.stderr.decode("utf-8", "replace")
        if _BUSY not in told:
            break
        time.sleep(0.1)  # somebody else commits at this moment
    first = told.strip().splitlines()[0] if told.strip() else "no reason given"
    reason = first.removeprefix("fatal: ").removeprefix("error: ").replace(str(folder), "the rules folder")
    raise UnusableInput(f"git did not take the commit: {reason}")


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        return subprocess.run(  # noqa: S603  # arguments are ours; paths follow -- and are taken literally
            ["git", "-C", str(folder), *arguments],  # noqa: S607  # git as the machine has it
            capture_output=True,
            env=environment,
            stdin=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        return subprocess.CompletedProcess([], 127, b"", b"git is not installed")
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess([], 124, b"", b"git did not answer")

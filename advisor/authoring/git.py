"""git as the machine has it, asked about a folder: no variable of the caller's leads it elsewhere, and no answer tells where the folder lies."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 30
_PATH = re.compile(r"""(?<=')/[^'\n]*(?=')|(?<=")/[^"\n]*(?=")|(?<![^\s(])/[^\s:'"()]+""")


@dataclass(frozen=True, slots=True)
class Answer:
    """What git answered.

    Attributes:
        done: Whether it did what it was asked.
        output: What it printed; empty where it did not.
        reason: Why it did not, in a line that names files and folders by their last name alone; empty where it did.
    """

    done: bool
    output: bytes
    reason: str

    @property
    def text(self) -> str:
        """What it printed, as text."""
        return self.output.decode("utf-8", "replace")


def ask_git(folder: Path, *arguments: str) -> Answer:
    """Run git in a folder, with its messages in English, without asking anybody anything, for half a minute at most."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        ended = subprocess.run(  # noqa: S603  # arguments are ours; names that users give stand behind -- or are checked
            ["git", "-C", str(folder), *arguments],  # noqa: S607  # git as the machine has it
            capture_output=True,
            env=environment,
            stdin=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        return Answer(False, b"", "git is not installed")
    except subprocess.TimeoutExpired:
        return Answer(False, b"", "git did not answer")
    return Answer(True, ended.stdout, "") if ended.returncode == 0 else Answer(False, b"", _reason(ended.stderr.decode("utf-8", "replace")))


def literal(path: str) -> str:
    """Return a pathspec that means this file and nothing else, whatever characters its name has."""
    return f":(literal){path}"


def _reason(said: str) -> str:
    first = next((line for line in said.splitlines() if line.strip()), "no reason given")
    plain = first.removeprefix("fatal: ").removeprefix("error: ")
    return _PATH.sub(lambda path: path[0].rstrip("/").rsplit("/", 1)[-1], plain)

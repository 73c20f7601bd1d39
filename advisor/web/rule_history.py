"""Who changed a rule file, as git knows it, or why nobody is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from advisor.authoring.git import ask_git, literal
from advisor.rulebook import shipped_rules
from advisor.rulebook.overlay import SHIPPED

_MOST = 20
_APART = "\x1f"


@dataclass(frozen=True, slots=True)
class Edit:
    """A commit that changed the file; ``day`` is its date, ISO 8601."""

    commit: str
    day: str
    author: str
    subject: str


@dataclass(frozen=True, slots=True)
class History:
    """The last edits of a file, newest first; ``told`` says in a sentence why there is none, empty where there is one."""

    edits: tuple[Edit, ...]
    told: str = ""


def history_of(path: str, folders: Sequence[Path]) -> History:
    """Return the last edits of a rule file.

    Args:
        path: The file's path inside its rules folder.
        folders: The folders that are served, lowest first; without any, the shipped one.
    """
    for folder in reversed(folders or (Path(SHIPPED),)):
        place = shipped_rules() if str(folder) == SHIPPED else folder
        if (place / path).is_file():
            return _log(place, path)
    return History((), "The file is not in its rules folder any more.")


def _log(folder: Path, path: str) -> History:
    form = _APART.join(("%h", "%ad", "%an", "%s"))
    answer = ask_git(folder, "log", f"--max-count={_MOST}", "--date=short", f"--format={form}", "--", literal(path))
    if not answer.done:
        apart = answer.reason.startswith("not a git repository")
        return History((), "The rules lie in no git repository here." if apart else f"git could not say who changed it: {answer.reason}.")
    edits = tuple(Edit(*parts) for line in answer.text.splitlines() if len(parts := line.split(_APART)) == 4)  # as asked for above
    return History(edits, "" if edits else "The rules lie in a git repository, and no commit in it holds this file.")

"""Who changed a rule file, as git knows it; nothing where the rules lie in no git repository."""

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


def edits_of(path: str, folders: Sequence[Path]) -> tuple[Edit, ...]:
    """Return the last edits of a rule file, newest first.

    Args:
        path: The file's path inside its rules folder.
        folders: The folders that are served, lowest first; without any, the shipped one.
    """
    for folder in reversed(folders or (Path(SHIPPED),)):
        place = shipped_rules() if str(folder) == SHIPPED else folder
        if (place / path).is_file():
            return _log(place, path)
    return ()


def _log(folder: Path, path: str) -> tuple[Edit, ...]:
    form = _APART.join(("%h", "%ad", "%an", "%s"))
    lines = ask_git(folder, "log", f"--max-count={_MOST}", "--date=short", f"--format={form}", "--", literal(path)).text.splitlines()
    return tuple(Edit(*parts) for line in lines if len(parts := line.split(_APART)) == 4)  # as asked for above

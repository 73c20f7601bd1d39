"""The two sides of a comparison: rules folders, the rules as a git revision holds them, or a revision that the store keeps."""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

from advisor.authoring.git import Answer, ask_git
from advisor.errors import UnusableInput
from advisor.rulebook.overlay import SHIPPED, named_folders, read_layers

_STORED = re.compile(r"[0-9a-f]{16}")


def read_side(name: str, stored: Callable[[str], Mapping[str, str]]) -> Mapping[str, str]:
    """Return the texts of a rulebook's files.

    Args:
        name: A folder; folders on top of each other with ``:`` between them, lowest first, ``shipped`` for the shipped rules;
            ``REVISION:FOLDER`` in git; or a rulebook's revision, as every advice names it.
        stored: Gives the files of such a revision; raises NotRecorded where it is not kept.

    Raises:
        UnusableInput: There is nothing of that name.
        BrokenRulebook: A folder cannot be read, or does not fit what lies below it.
        NotRecorded: No rulebook of this revision is kept.
    """
    folders = named_folders(name)
    if folders and all(str(folder) == SHIPPED or folder.is_dir() for folder in folders):
        return read_layers(folders).files
    if _STORED.fullmatch(name):
        return stored(name)
    revision, colon, inside = name.partition(":")
    if not colon or not revision or revision.startswith("-"):
        raise UnusableInput(
            f'"{name}" is neither a folder nor a revision\n    Give a folder, REVISION:FOLDER such as main:rules, or the revision that an '
            "advice names."
        )
    return _from_git(revision, inside.rstrip("/") or ".")


def _from_git(revision: str, inside: str) -> dict[str, str]:
    top = Path(_git(Path(), "rev-parse", "--show-toplevel").text.strip())
    # From the repository's top: below it, git archives only what lies below.
    archive = _git(top, "archive", "--format=tar", f"{revision}:{inside.removeprefix('.')}").output
    files: dict[str, str] = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            stored = tar.extractfile(member) if member.isfile() and member.name.endswith((".yaml", ".yml")) else None
            if stored is not None:
                files[member.name] = stored.read().decode("utf-8", "replace")
    if not files:
        raise UnusableInput(
            f"{revision}:{inside} holds no rule files\n    Name the rules folder inside the repository, such as {revision}:rules."
        )
    return files


def _git(folder: Path, *arguments: str) -> Answer:
    answer = ask_git(folder, *arguments)
    if not answer.done:
        raise UnusableInput(f"git cannot read the revision: {answer.reason}\n    Give REVISION:FOLDER, such as main:rules, or two folders.")
    return answer

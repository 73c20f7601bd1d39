"""The two sides of a comparison: rules folders, the rules as a git revision holds them, or a revision that the store keeps."""

from __future__ import annotations

import io
import re
import subprocess
import tarfile
from collections.abc import Callable, Mapping

from advisor.errors import UnusableInput
from advisor.rulebook.overlay import SHIPPED, named_folders, read_layers

_SECONDS = 60
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
    top = _git("rev-parse", "--show-toplevel").decode().strip()
    # From the repository's top: below it, git archives only what lies below.
    archive = _git("archive", "--format=tar", f"{revision}:{inside.removeprefix('.')}", folder=top)
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


def _git(*arguments: str, folder: str | None = None) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, cwd=folder, timeout=_SECONDS, check=False)  # noqa: S603, S607  # git as the user has it
    except FileNotFoundError:
        raise UnusableInput("git is not installed\n    Give two folders instead.") from None
    except subprocess.TimeoutExpired:
        raise UnusableInput("git did not answer\n    Give two folders instead.") from None
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = said[0].removeprefix("fatal: ") if said else "no reason given"
        raise UnusableInput(f"git cannot read the revision: {reason}\n    Give REVISION:FOLDER, such as main:rules.")
    return done.stdout

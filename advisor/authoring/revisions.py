"""The two sides of a comparison: a rules folder, or the rules as a git revision holds them."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

from advisor.errors import UnusableInput
from advisor.rulebook import read_folder

_SECONDS = 60


def read_side(name: str) -> dict[str, str]:
    """Return the texts of a rulebook's files: of the folder of that name, or of ``REVISION:FOLDER`` in git.

    Raises:
        UnusableInput: There is neither such a folder nor such a revision.
        BrokenRulebook: The folder cannot be read.
    """
    folder = Path(name)
    if folder.is_dir():
        return read_folder(folder)
    revision, colon, inside = name.partition(":")
    if not colon or not revision or revision.startswith("-"):
        raise UnusableInput(f'"{name}" is neither a folder nor a git revision\n    Give a folder, or REVISION:FOLDER such as main:rules.')
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

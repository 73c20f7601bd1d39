"""The text of every file of a rules folder, and the revision that stands for their content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from advisor.errors import BrokenRulebook, Mistake

CASES_SUFFIX = ".cases.yaml"


def read_folder(folder: Path) -> dict[str, str]:
    """Return the text of every ``.yaml`` file below a folder by its path inside it.

    Raises:
        BrokenRulebook: The folder is missing, a file lies outside of it (a link), or is no UTF-8 text.
    """
    root = folder.resolve()
    if not root.is_dir():
        raise BrokenRulebook(
            [Mistake(folder.name, 0, 0, "there is no rules folder at this place", "Give a folder with rule files.", "no-folder")]
        )
    files: dict[str, str] = {}
    mistakes: list[Mistake] = []
    for path in sorted([*root.rglob("*.yaml"), *root.rglob("*.yml")]):
        name = path.relative_to(root).as_posix()
        if any(part.startswith(".") for part in PurePosixPath(name).parts):
            continue
        try:
            if not path.resolve(strict=True).is_relative_to(root):
                mistakes.append(
                    Mistake(name, 0, 0, "a link that leads out of the rules folder", "Copy the file into the folder.", "outside")
                )
            elif path.is_file():
                files[name] = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            mistakes.append(Mistake(name, 0, 0, f"not UTF-8 text (byte {error.start})", "Save the file as UTF-8.", "not-utf8"))
        except OSError as error:
            mistakes.append(
                Mistake(name, 0, 0, f"cannot be read ({error.strerror})", "Check that it is still there and readable.", "unreadable")
            )
    if mistakes:
        raise BrokenRulebook(mistakes)
    return files


def revision(files: Mapping[str, str]) -> str:
    """Return a short name for the content of these files: other texts or paths have another one."""
    digest = hashlib.sha256()
    for path, text in sorted(files.items()):
        for part in (path, text):
            data = part.encode()
            digest.update(len(data).to_bytes(8, "big"))
            digest.update(data)
    return digest.hexdigest()[:16]

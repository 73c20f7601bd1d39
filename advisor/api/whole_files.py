"""Files that are there whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside its place and move it there, so that no reader ever sees a part of it; raise OSError where that fails."""
    write_all({path: data})


def write_all(changes: Mapping[Path, bytes | None]) -> None:
    """Write files whole and take those away that are None; where one of them fails, everything is as it was before.

    Raises:
        OSError: It could not be written. The folders hold what they held, unless putting that back failed too.
    """
    with ExitStack() as undo, ExitStack() as parts:  # parts go first: they may hold the room that putting back needs
        moved = {}
        for path, data in changes.items():
            if data is not None:
                _make_folder(path.parent, undo)
                moved[path] = _part_of(path, data, parts)
        for path in changes:
            before = (path.read_bytes(), path.stat().st_mode) if path.exists() else None
            if path in moved:
                moved[path].replace(path)
            else:
                path.unlink(missing_ok=True)
            undo.callback(_put_back, path, before)
        undo.pop_all()


def _make_folder(folder: Path, undo: ExitStack) -> None:
    for missing in [place for place in (folder, *folder.parents) if not place.exists()][::-1]:
        missing.mkdir(exist_ok=True)
        undo.callback(_take_folder_away, missing)


def _part_of(path: Path, data: bytes, parts: ExitStack, mode: int = 0o644) -> Path:
    """Return a file beside the place of another one that holds its new bytes, on the disk."""
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    part = Path(name)
    parts.callback(part.unlink, missing_ok=True)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.chmod((path.stat().st_mode if path.exists() else mode) & 0o777)
    return part


def _put_back(path: Path, before: tuple[bytes, int] | None) -> None:
    if before is None:
        path.unlink(missing_ok=True)
        return
    data, mode = before
    with ExitStack() as parts:
        _part_of(path, data, parts, mode).replace(path)


def _take_folder_away(folder: Path) -> None:
    with suppress(OSError):  # somebody has put something else into it
        folder.rmdir()

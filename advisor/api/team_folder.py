"""The folder of rules that leads write over HTTP: the highest of those that are served, and nothing outside it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from advisor.api.etags import tag_of
from advisor.api.whole_files import write_all
from advisor.rulebook.overlay import SHIPPED

Contents = Mapping[str, bytes]
"""The bytes of every rule file by its path inside the folder."""

_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_LONGEST = 200
_DEEPEST = 5
_READ_ONLY = (
    "The shipped rules are read-only. Start the service with a folder of your own on top of them (ADVISOR_RULES=shipped:our-rules): there "
    "overrides.yaml changes single numbers, and a file of the same path replaces a rule."
)


class Unfit(Exception):
    """A path or a folder that cannot be written; the message is a sentence for the caller, without any place on this machine."""


class HalfWritten(OSError):
    """Some files of an edit were written, and could not be put back."""

    def __init__(self, error: OSError, paths: Sequence[str]) -> None:
        super().__init__(error.errno, error.strerror)
        self.paths = tuple(paths)


def tag_of_all(contents: Contents) -> str:
    """Return the entity tag of a whole folder."""
    return tag_of("\n".join(f"{path} {tag_of(contents[path])}" for path in sorted(contents)).encode())


class TeamFolder:
    """The highest rules folder; none where only the shipped rules are served."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folder = folders[-1] if folders and str(folders[-1]) != SHIPPED else None

    @property
    def writable(self) -> bool:
        """Whether there is a folder of the team's own."""
        return self._folder is not None

    @property
    def place(self) -> Path:
        """The folder; raise Unfit where there is none."""
        if self._folder is None:
            raise Unfit(_READ_ONLY)
        return self._folder.resolve()

    def check(self, path: str) -> None:
        """Raise Unfit where a path does not name a rule file of this folder, or leads through a link."""
        parts = path.split("/")
        if not path.endswith(".yaml"):
            raise Unfit("A rule file's name ends in .yaml, such as sft/our-rule.yaml.")
        if len(path) > _LONGEST or len(parts) > _DEEPEST or not all(_PART.fullmatch(part) for part in parts):
            raise Unfit(
                "A path leads down from the rules folder, such as sft/our-rule.yaml: letters, digits, dots, dashes and underscores, no part "
                f"that starts with a dot, at most {_DEEPEST} parts and {_LONGEST} characters."
            )
        place = self.place
        for part in parts:
            place /= part
            if place.is_symlink():
                raise Unfit("The path leads through a link, and links are not written. Name the file itself.")
        if place.is_dir():
            raise Unfit("This is a folder. Name a file in it.")

    def read(self) -> dict[str, bytes]:
        """Return the files; those behind links are left out, they cannot be written either."""
        place = self.place
        found = {}
        for path in sorted(place.rglob("*.yaml")):
            name = path.relative_to(place).as_posix()
            with suppress(OSError, Unfit):
                self.check(name)
                found[name] = path.read_bytes()
        return found

    def write(self, changes: Mapping[str, bytes | None], expected: Contents) -> bool:
        """Write files whole and take those away that are None, or return False where something else changed the folder meanwhile.

        Raises:
            OSError: The folder cannot be written, and is as it was.
            HalfWritten: Nor could it be put back as it was.
            Unfit: A path was replaced by a link meanwhile.
        """
        place = self.place
        with _alone(place):
            if self.read() != expected:
                return False
            for path in changes:
                self.check(path)
            try:
                write_all({place / path: data for path, data in changes.items()})
            except OSError as error:
                now = self.read()
                torn = [path for path in changes if now.get(path) != expected.get(path)]
                raise (HalfWritten(error, torn) if torn else error) from None
        return True


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes of the service from writing; an editor is not kept, and its save is noticed by the comparison."""
    try:
        import fcntl
    except ImportError:  # no POSIX system: the service is one process there
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)

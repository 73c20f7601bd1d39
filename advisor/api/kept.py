"""Every rulebook that was served, kept as files: the last good one survives a restart, and an older revision can be looked at."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from advisor.api.whole_files import write_whole
from advisor.errors import BrokenRulebook
from advisor.rulebook.overlay import Layered

_LAST_GOOD = "last-good"
_MOST = 100
_REVISION = re.compile(r"[0-9a-f]{16}")
_FILE = TypeAdapter(Layered)


class KeptRulebooks:
    """A folder with a file per revision, the newest hundred of them, and the revision that served last."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "rulebooks"

    def keep(self, revision: str, layered: Layered) -> None:
        """Keep a rulebook as the last good one; raise OSError where the folder cannot be written."""
        write_whole(self._folder / f"{revision}.json", _FILE.dump_json(Layered(layered.name, layered.files)))
        write_whole(self._folder / _LAST_GOOD, revision.encode())
        newest_first = sorted(self._folder.glob("*.json"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
        for old in newest_first[_MOST:]:
            old.unlink(missing_ok=True)

    def last_good(self) -> Layered | None:
        """Return the rulebook that served last; None where there is none, or where it is not what its revision says."""
        try:
            revision = (self._folder / _LAST_GOOD).read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError):
            return None
        return self.of(revision)

    def of(self, revision: str) -> Layered | None:
        """Return the rulebook of a revision; None where it is not kept, or not whole any more."""
        if not _REVISION.fullmatch(revision):
            return None
        try:
            found = _FILE.validate_json((self._folder / f"{revision}.json").read_bytes())
            return found if found.build().revision == revision else None
        except (OSError, ValidationError, BrokenRulebook):
            return None

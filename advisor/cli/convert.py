"""``advisor convert``: a log of any format in, the contract's JSON out."""

from __future__ import annotations

from rich.text import Text

from advisor.cli.given import Mapped, RunPath, read_given
from advisor.cli.terminal import note, write_bytes
from advisor.sources.imported import as_json


def convert(path: RunPath, mapped: Mapped = None) -> None:
    """Print a run as the JSON that POST /advise takes; how it was read is said on standard error."""
    imported = read_given(path, mapped)
    write_bytes(as_json(imported.request, indent=2))
    note(Text(f"Points read: {imported.points} ({imported.format})."))
    for sentence in (*imported.warnings, *map(str, imported.dropped)):
        note(Text(sentence))

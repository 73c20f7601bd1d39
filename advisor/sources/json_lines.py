"""Logs with one JSON object a line, and what of them can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from advisor.sources.content import Content
from advisor.sources.curve import Entry, Reading, read_curve
from advisor.sources.imported import Dropped, ImportedRun

Translate = Callable[[dict[str, Any]], Entry | None]
"""Turns a line's object into an entry, None where it is none."""


def read_lines(format_id: str, content: Content, translate: Translate, reading: Reading) -> ImportedRun:
    """Read a log line by line; lines that hold no JSON object (a crash in the middle of one, text below) are counted as left out."""
    broken = 0

    def entries() -> Iterator[Entry]:
        nonlocal broken
        broken = 0
        for found in content.json_lines():
            entry = None if found is None else translate(found)
            if entry is not None:
                yield entry
            elif found is None:
                broken += 1

    result = read_curve(format_id, entries, reading)
    return replace(result, dropped=(Dropped(broken, "line", "it holds no whole JSON object"), *result.dropped)) if broken else result


def as_it_stands(found: dict[str, Any]) -> Entry:
    """Return a line's object as an entry."""
    return found

"""A JSON document that holds a list of entries with steps and losses, somewhere near its top."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from advisor.sources.content import Content
from advisor.sources.curve import Reading, read_curve
from advisor.sources.imported import Format, ImportedRun
from advisor.sources.names import flatten
from advisor.sources.roles import EPOCHS, STEPS, is_telling, plain

_DEEPEST = 3


def recognises(content: Content) -> bool:
    """Say whether the document has a list whose objects have a step or an epoch, and some a loss or a reward."""
    return bool(_entries(content.document))


def read(content: Content) -> ImportedRun:
    """Read the longest such list."""
    return read_curve(FORMAT.id, lambda: _entries(content.document), Reading())


def read_mapped(content: Content, given: Mapping[str, str]) -> ImportedRun:
    """Read a list of objects whose names were mapped by hand; nested ones go by their path, ``metrics/loss``."""
    lists = sorted(_lists(content.document, _DEEPEST), key=len)
    entries = [flatten(item) for item in lists[-1]] if lists else []
    return read_curve(FORMAT.id, lambda: entries, Reading(given=given, rows_are_epochs=True))


def _entries(document: Any) -> list[dict[str, Any]]:
    found = [entries for entries in _lists(document, _DEEPEST) if _is_curve(entries)]
    return max(found, key=len, default=[])


def _lists(document: Any, depth: int) -> list[list[dict[str, Any]]]:
    if isinstance(document, list):
        items = [item for item in document if isinstance(item, dict)]
        return [items] if items else []
    if not isinstance(document, dict) or not depth:
        return []
    return [found for value in document.values() for found in _lists(value, depth - 1)]


def _is_curve(entries: list[dict[str, Any]]) -> bool:
    placed = sum(any(plain(name) in STEPS or plain(name) in EPOCHS for name in entry) for entry in entries)
    return 2 * placed >= len(entries) and any(is_telling(name) for entry in entries for name in entry)


FORMAT = Format(
    "json-entries", "JSON with a list of entries", recognises, read, "a list of objects with a step or an epoch and a loss or a reward"
)

"""JSON lines of any other loop: one object a line with a step (or an epoch) and a loss or a reward."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.sources.content import Content
from advisor.sources.curve import Reading
from advisor.sources.imported import Format, ImportedRun
from advisor.sources.json_lines import as_it_stands, read_lines
from advisor.sources.names import flatten
from advisor.sources.roles import EPOCHS, STEPS, is_telling, plain


def recognises(content: Content) -> bool:
    """Say whether lines have a step or an epoch, and lines have a loss or a reward."""
    if not content.is_json_lines or any("object" in found for found in content.sample_objects):
        return False
    placed = any(plain(name) in STEPS or plain(name) in EPOCHS for found in content.sample_objects for name in found)
    return placed and any(is_telling(name) for found in content.json_lines() if found is not None for name in found)


def read(content: Content) -> ImportedRun:
    """Read every line that has a value."""
    return read_lines(FORMAT.id, content, as_it_stands, Reading())


def read_mapped(content: Content, given: Mapping[str, str]) -> ImportedRun:
    """Read lines whose names were mapped by hand; nested ones go by their path, ``metrics/loss``."""
    return read_lines(FORMAT.id, content, flatten, Reading(given=given, rows_are_epochs=True))


FORMAT = Format("json-lines", "JSON lines", recognises, read, "an object a line with a step or an epoch and a loss or a reward")

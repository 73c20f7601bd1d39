"""CSV of any other loop: a step and a loss or a reward under names that are known, or mapped by hand."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.sources import table
from advisor.sources.content import Content
from advisor.sources.curve import Reading, read_curve
from advisor.sources.imported import Format, ImportedRun
from advisor.sources.roles import EPOCHS, STEPS, is_telling, plain


def recognises(content: Content) -> bool:
    """Say whether the header has a step or an epoch and a loss or a reward."""
    names = {plain(name) for name in content.header}
    return bool(names & {*STEPS, *EPOCHS}) and any(is_telling(name) for name in names)


def read(content: Content) -> ImportedRun:
    """Read the numbers of every row."""
    return read_mapped(content, {})


def read_mapped(content: Content, given: Mapping[str, str]) -> ImportedRun:
    """Read rows whose columns were mapped by hand."""
    return read_curve(FORMAT.id, lambda: table.entries(content), Reading(given=given, rows_are_epochs=bool(given)))


FORMAT = Format("csv", "CSV of any loop", recognises, read, "a step or an epoch and a loss or a reward; other names with --map")

"""The rows of a CSV as entries: numbers under their column names, everything else left aside."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.sources.content import Content
from advisor.sources.curve import Entry
from advisor.sources.numbers import parse_metric


def entries(content: Content) -> Iterator[Entry]:
    """Yield each row's numbers; blank cells, texts and cells without a column are absent."""
    header = content.header
    decimal_comma = content.delimiter == ";"
    for _, cells in content.rows():
        entry = {}
        for name, cell in zip(header, cells, strict=False):
            if not cell or not name:
                continue
            try:
                value = parse_metric(cell, decimal_comma=decimal_comma)
            except ValueError:
                continue
            if value is not None:
                entry[name] = value
        yield entry

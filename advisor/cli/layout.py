"""The few shapes that all printed pages are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from advisor.shown import number as number

INDENT = 3


def heading(text: str) -> Padding:
    """Return a heading with a blank line above it."""
    return Padding(Text(text, style="bold"), (1, 0, 0, 0))


def paragraph(text: str, *, indent: int = INDENT, style: str = "") -> Padding:
    """Return wrapped text."""
    return Padding(Text(text, style=style), (0, 0, 0, indent))


def bullets(items: Iterable[RenderableType]) -> Table:
    """Return wrapped items behind dashes."""
    return _marked([("-", item) for item in items])


def numbered(items: Sequence[tuple[int, RenderableType]]) -> Table:
    """Return items behind their numbers."""
    return _marked([(f"{number}.", item) for number, item in items])


def labelled(pairs: Iterable[tuple[str, RenderableType]], *, style: str = "dim") -> Padding:
    """Return values behind their labels, the values aligned."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style=style, no_wrap=True)
    grid.add_column(overflow="fold")
    for label, value in pairs:
        grid.add_row(label, value)
    return Padding(grid, (0, 0, 0, INDENT))


def _marked(rows: Iterable[tuple[str, RenderableType]]) -> Table:
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(justify="right", width=INDENT - 1, no_wrap=True)
    grid.add_column(overflow="fold", ratio=1)
    for mark, item in rows:
        grid.add_row(mark, item)
    return grid

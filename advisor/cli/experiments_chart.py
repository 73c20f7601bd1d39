"""Lines over an axis, drawn with characters: legible in a pipe, on paper and without colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

from rich.text import Text

from advisor.cli.layout import INDENT, number

Point = tuple[float, float]

_HEIGHT = 9
_LABEL = 8
_STYLES = ("bold cyan", "bold yellow", "bold green")
_MARKS = ("●", "○", "◆")
_PLAIN_MARKS = ("*", "o", "#")


@dataclass(frozen=True, slots=True)
class Curve:
    """Named points; values that are not finite leave a gap."""

    label: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """A value to compare with, as a line across."""

    label: str
    value: float


def chart(
    curves: Sequence[Curve], levels: Sequence[Level] = (), *, width: int, ascii_only: bool = False, ends: tuple[str, str] | None = None
) -> list[Text]:
    """Return the lines of a chart; none where no curve has two points.

    Args:
        curves: At most three.
        levels: Values to compare with.
        width: Columns at most.
        ascii_only: For terminals that know no other characters.
        ends: What stands below the ends of the axis; None writes the numbers.
    """
    known = [(c.label, [p for p in c.points if isfinite(p[1])]) for c in curves]
    points = [p for _, curve in known for p in curve]
    if len({x for x, _ in points}) < 2:
        return []
    xs, ys = [x for x, _ in points], [y for _, y in points] + [level.value for level in levels]
    left, right, low, high = min(xs), max(xs), min(ys), max(ys)
    if low == high:
        low, high = low - 1, high + 1
    columns = max(width - INDENT - _LABEL - 2, 10)
    grid = [[(" ", "")] * columns for _ in range(_HEIGHT)]

    def cell(x: float, y: float) -> tuple[int, int]:
        return round((high - y) / (high - low) * (_HEIGHT - 1)), round((x - left) / (right - left) * (columns - 1))

    dash, dot = ("-", ".") if ascii_only else ("╌", "·")
    for level in levels:
        row, _ = cell(left, level.value)
        grid[row] = [(dash, "dim")] * columns
    for i, (_, curve) in enumerate(known):
        for (x0, y0), (x1, y1) in pairwise(curve):
            for row, column in _between(cell(x0, y0), cell(x1, y1)):
                if grid[row][column][0] in (" ", dash):
                    grid[row][column] = (dot, _STYLES[i].removeprefix("bold "))
    marks = _PLAIN_MARKS if ascii_only else _MARKS
    for i, (_, curve) in reversed(list(enumerate(known))):
        for x, y in curve:
            row, column = cell(x, y)
            grid[row][column] = (marks[i], _STYLES[i])
    lines = [Text.assemble(" " * INDENT, *_legend(known, levels, marks, dash))]
    labels = {0: high, _HEIGHT // 2: (low + high) / 2, _HEIGHT - 1: low}
    for i, cells in enumerate(grid):
        label = f"{labels[i]:.4g}" if i in labels else ""
        lines.append(Text.assemble(" " * INDENT, (f"{label:>{_LABEL}} ", "dim"), *cells))
    first, last = ends or (number(left), number(right))
    lines.append(Text(f"{'':{INDENT + _LABEL + 1}}{first}{last:>{max(columns - len(first), 1)}}", style="dim"))
    return lines


def _legend(curves: list[tuple[str, list[Point]]], levels: Sequence[Level], marks: Sequence[str], dash: str) -> list[str | tuple[str, str]]:
    parts: list[str | tuple[str, str]] = []
    for i, (label, _) in enumerate(curves):
        parts += [(marks[i], _STYLES[i]), f" {label}   "]
    for level in levels:
        parts += [(dash * 2, "dim"), f" {level.label} {number(level.value)}   "]
    return parts


def _between(start: tuple[int, int], end: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the cells on the way from one to another, both left out."""
    (r0, c0), (r1, c1) = start, end
    steps = max(abs(r1 - r0), abs(c1 - c0))
    return [(round(r0 + (r1 - r0) * i / steps), round(c0 + (c1 - c0) * i / steps)) for i in range(1, steps)]

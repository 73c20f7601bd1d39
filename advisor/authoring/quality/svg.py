"""Small charts without a plotting library: bars and a heat map as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_INK, _BAR, _GRID = "#222222", "#3b6ea8", "#dddddd"
_ROW, _LABEL, _WIDTH, _TOP = 24, 260, 360, 44
_CELL = 44


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a value between 0 and 1 (None: nothing to show) and a note beside it, such as its count."""

    label: str
    value: float | None
    note: str = ""


def bars(title: str, rows: Sequence[Bar]) -> str:
    """Return a horizontal bar chart of shares; negative values are drawn as nothing, with their note."""
    parts = [_text(8, 22, title, size=15)]
    for quarter in range(5):
        x = _LABEL + _WIDTH * quarter / 4
        parts.append(f'<line x1="{x:g}" y1="{_TOP - 8}" x2="{x:g}" y2="{_TOP + _ROW * len(rows)}" stroke="{_GRID}"/>')
    for i, row in enumerate(rows):
        y = _TOP + _ROW * i
        width = _WIDTH * min(max(row.value or 0.0, 0.0), 1.0)
        parts.append(_text(_LABEL - 8, y + 14, row.label, anchor="end"))
        parts.append(f'<rect x="{_LABEL}" y="{y + 2}" width="{width:.1f}" height="{_ROW - 8}" fill="{_BAR}"/>')
        parts.append(_text(_LABEL + width + 6, y + 14, row.note))
    return _document(_LABEL + _WIDTH + 220, _TOP + _ROW * len(rows) + 12, parts)


def heat_map(title: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[float | None]]]) -> str:
    """Return a heat map of shares of 0 to 1, darker is more; the column names stand upright above it."""
    top = _TOP + 8 * max((len(name) for name in columns), default=0)
    parts = [_text(8, 22, title, size=15)]
    for j, name in enumerate(columns):
        x = _LABEL + _CELL * j + _CELL / 2 + 4
        parts.append(_text(x, top - 8, name, turn=f"rotate(-90 {x:g} {top - 8})"))
    for i, (name, values) in enumerate(rows):
        y = top + _ROW * i
        parts.append(_text(_LABEL - 8, y + 16, name, anchor="end"))
        for j, value in enumerate(values):
            if value is None:
                continue
            x = _LABEL + _CELL * j
            parts.append(f'<rect x="{x}" y="{y}" width="{_CELL - 2}" height="{_ROW - 2}" fill="{_BAR}" fill-opacity="{value:.2f}"/>')
            parts.append(_text(x + _CELL / 2 - 1, y + 16, f"{value:.2f}"[-3:] if value < 1 else "1", anchor="middle"))
    return _document(_LABEL + _CELL * len(columns) + 20, top + _ROW * len(rows) + 12, parts)


def _text(x: float, y: float, text: str, *, anchor: str = "start", size: int = 12, turn: str = "") -> str:
    transform = f' transform="{turn}"' if turn else ""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-size="{size}" fill="{_INK}"{transform}>{escape(text)}</text>'


def _document(width: float, height: float, parts: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" font-family="sans-serif">'
    return "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *parts, "</svg>", ""])

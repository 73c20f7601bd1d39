"""The curves that a scenario gives, as small pictures: one for each kind of metric, drawn without any style or script."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import isfinite

from advisor.web.features.documents import Step

WIDTH = 260
HEIGHT = 84
_EDGE = 7
_NO_METRICS = frozenset({"step_number", "epoch", "fine_tuned_model_checkpoint"})
_SERIES = re.compile(r"every (?P<stride>\d+) steps the (?P<name>\S+) is (?P<values>.+)")
_FAMILIES = ("loss", "reward", "accuracy", "tokens", "score")

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """One series in a picture: its name, where it starts and ends, and its strokes in the picture's coordinates."""

    name: str
    tone: str
    first: str
    last: str
    strokes: tuple[str, ...]
    dots: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """Series of one kind over the steps; ``said`` tells in words what it shows."""

    lines: tuple[Line, ...]
    said: str


def pictures(steps: Iterable[Step]) -> tuple[Picture, ...]:
    """Return a picture for each kind of metric that the steps give, losses first; none where they give no curve."""
    series: dict[str, dict[float, float]] = {}
    for step in steps:
        for name, at, value in _points(step):
            series.setdefault(name, {})[at] = value
    curves = {name: sorted(points.items()) for name, points in series.items() if len(points) > 1}
    by_family = groupby(sorted(curves, key=_family_order), key=_family)
    return tuple(_picture([(name, curves[name]) for name in names]) for _, names in by_family)


def _points(step: Step) -> Iterator[tuple[str, float, float]]:
    """Yield (metric, step number, value) for everything that a step gives."""
    found = _SERIES.fullmatch(step.text)
    if found is not None:
        for i, word in enumerate(found["values"].split(), 1):
            yield from _point(found["name"], str(i * int(found["stride"])), word)
    if step.table and step.table[0][0] == "step_number":
        names, *rows = step.table
        for row in rows:
            for name, cell in zip(names, row, strict=True):
                if name not in _NO_METRICS:
                    yield from _point(name, row[0], cell)


def _point(name: str, at: str, word: str) -> Iterator[tuple[str, float, float]]:
    try:
        yield name, float(at), float(word)
    except ValueError:
        return


def _family(name: str) -> str:
    return next((family for family in _FAMILIES if family in name), name)


def _family_order(name: str) -> tuple[int, str]:
    family = _family(name)
    return (_FAMILIES.index(family) if family in _FAMILIES else len(_FAMILIES), family)


def _picture(curves: Sequence[tuple[str, Sequence[Point]]]) -> Picture:
    xs = [x for _, points in curves for x, _ in points]
    ys = [y for _, points in curves for _, y in points if isfinite(y)] or [0.0]
    frame = (min(xs), max(xs), min(ys), max(ys))
    lines = tuple(_line(name, points, frame, number) for number, (name, points) in enumerate(curves))
    said = "; ".join(f"{line.name} from {line.first} to {line.last}" for line in lines)
    return Picture(lines, f"Steps {frame[0]:g} to {frame[1]:g}: {said}")


def _line(name: str, points: Sequence[Point], frame: tuple[float, float, float, float], number: int) -> Line:
    low_x, high_x, low_y, high_y = frame
    places = [
        (_scaled(x, low_x, high_x, WIDTH), _scaled(high_y + low_y - y, low_y, high_y, HEIGHT)) if isfinite(y) else None for x, y in points
    ]
    runs = [list(run) for drawn, run in groupby(places, key=lambda place: place is not None) if drawn]
    strokes = tuple(" ".join(f"{x},{y}" for x, y in filter(None, run)) for run in runs)
    tone = "train" if name.startswith("train") else "valid" if "valid" in name else f"other-{number % 3}"
    return Line(name, tone, f"{points[0][1]:g}", f"{points[-1][1]:g}", strokes, tuple(place for place in places if place is not None))


def _scaled(value: float, low: float, high: float, length: int) -> str:
    share = (value - low) / (high - low) if high > low else 0.5
    return f"{_EDGE + share * (length - 2 * _EDGE):.1f}"

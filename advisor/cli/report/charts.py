"""A run's curves as lines in a box, ready to be drawn: what is where, in pixels from the upper left corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

from advisor.cli.layout import number
from advisor.contract import Advice
from advisor.facts import Run
from advisor.shown import Kind, Metric, Role, kinds_of, series, thinned
from advisor.shown import Point as MeasuredPoint

WIDTH, HEIGHT = 720, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 28, 40, 36
_MOST_DOTS = 60
_STRETCHES = 300

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """One metric: its parts between values that are not numbers, and its single points where they are few."""

    label: str
    role: Role
    parts: tuple[tuple[Point, ...], ...]
    dots: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One box of curves with the best and the final checkpoint marked."""

    title: str
    lines: tuple[Line, ...]
    across: tuple[Tick, ...]
    upwards: tuple[Tick, ...]
    marks: tuple[Tick, ...]
    left: float = _LEFT
    right: float = WIDTH - _RIGHT
    top: float = _TOP
    bottom: float = HEIGHT - _BOTTOM


def charts(run: Run, advice: Advice) -> tuple[Chart, ...]:
    """Return a chart per kind of metric that the run has at two steps or more."""
    found = (_chart(kind, [(metric, series(run, metric.name)) for metric in kind.metrics], advice) for kind in kinds_of(run.method))
    return tuple(chart for chart in found if chart is not None)


def _chart(kind: Kind, known: Sequence[tuple[Metric, Sequence[MeasuredPoint]]], advice: Advice) -> Chart | None:
    finite = [(x, y) for _, points in known for x, y in points if isfinite(y)]
    if len({x for x, _ in finite}) < 2:
        return None
    steps, values = [x for x, _ in finite], [y for _, y in finite]
    first, last = min(steps), max(steps)
    upwards = _ticks(min(values), max(values), 5)
    low, high = upwards[0], upwards[-1]

    def x_of(step: float) -> float:
        return round(_LEFT + (step - first) / (last - first) * (WIDTH - _LEFT - _RIGHT), 1)

    def y_of(value: float) -> float:
        return round(HEIGHT - _BOTTOM - (value - low) / (high - low) * (HEIGHT - _TOP - _BOTTOM), 1)

    lines = []
    for metric, points in known:
        if any(isfinite(y) for _, y in points):
            placed = [[(x_of(x), y_of(y)) for x, y in part] for part in _parts(points)]
            few = len(points) <= _MOST_DOTS
            lines.append(
                Line(
                    metric.label, metric.role, tuple(map(tuple, placed)), tuple(p for part in placed for p in part if few or len(part) == 1)
                )
            )
    marks = [Tick(x_of(last), "final")]
    best = advice.best_checkpoint
    if best is not None and first <= best.step_number <= last:
        is_final = best.step_number == last
        marks = [Tick(x_of(best.step_number), "best and final" if is_final else "best"), *([] if is_final else marks)]
    return Chart(
        f"{kind.title}, {kind.unit}",
        tuple(lines),
        tuple(Tick(x_of(t), number(t)) for t in _ticks(first, last, 8) if first <= t <= last),
        tuple(Tick(y_of(t), f"{t:g}") for t in upwards),
        tuple(marks),
    )


def _parts(points: Sequence[MeasuredPoint]) -> list[Sequence[MeasuredPoint]]:
    """Return the runs of finite values, thinned where there are more than a line of this width can show."""
    parts: list[list[MeasuredPoint]] = [[]]
    for point in points:
        if isfinite(point[1]):
            parts[-1].append(point)
        elif parts[-1]:
            parts.append([])
    return [thinned(part, _STRETCHES) for part in parts if part]


def _ticks(low: float, high: float, wanted: int) -> list[float]:
    """Return round numbers that span a range, about as many as wanted."""
    span = high - low or abs(high) or 1.0
    power = 10.0 ** floor(log10(span / wanted))
    step = next(power * m for m in (1, 2, 5, 10) if span / (power * m) <= wanted)
    return [round(i * step, 12) for i in range(floor(low / step), ceil(high / step) + 1)] if low < high else [low - step, low, low + step]

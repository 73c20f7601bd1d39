"""A run's curves as lines in a box, ready to be drawn: what is where, in pixels from the upper left corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

from advisor.cli.layout import number
from advisor.contract import Advice
from advisor.facts import Run, as_float

WIDTH, HEIGHT = 720, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 28, 40, 36
_MOST_DOTS = 60
_MOST_POINTS = 600

_CHARTS = (
    ("Loss, nats per token", (("train_loss", "Train"), ("valid_loss", "Validation, one batch"), ("full_valid_loss", "Validation"))),
    ("Reward", (("train_mean_reward", "Train"), ("full_valid_mean_reward", "Validation"))),
    ("Completion length, tokens", (("completion_tokens_mean", "Mean"),)),
)

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """One metric: its parts between values that are not numbers, and its single points where they are few."""

    label: str
    metric: str
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
    """Return a chart per kind of metric that the run has at two steps or more; losses of a reinforcement run say little and are left out."""
    kinds = _CHARTS[1:] if run.method == "reinforcement" else _CHARTS[:1]
    found = (_chart(title, {name: (label, _series(run, name)) for name, label in metrics}, advice) for title, metrics in kinds)
    return tuple(chart for chart in found if chart is not None)


def _series(run: Run, name: str) -> list[Point]:
    """Return (step, value) by rising step, of a step given twice the later value."""
    values = {p.step_number: value for p in run.checkpoints if (value := as_float(getattr(p.metrics, name))) is not None}
    return [(float(step), values[step]) for step in sorted(values)]


def _chart(title: str, known: dict[str, tuple[str, list[Point]]], advice: Advice) -> Chart | None:
    finite = [(x, y) for _, points in known.values() for x, y in points if isfinite(y)]
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
    for name, (label, points) in known.items():
        if any(isfinite(y) for _, y in points):
            placed = [[(x_of(x), y_of(y)) for x, y in part] for part in _parts(points)]
            few = len(points) <= _MOST_DOTS
            lines.append(Line(label, name, tuple(map(tuple, placed)), tuple(p for part in placed for p in part if few or len(part) == 1)))
    marks = [Tick(x_of(last), "final")]
    best = advice.best_checkpoint
    if best is not None and first <= best.step_number <= last:
        is_final = best.step_number == last
        marks = [Tick(x_of(best.step_number), "best and final" if is_final else "best"), *([] if is_final else marks)]
    return Chart(
        title,
        tuple(lines),
        tuple(Tick(x_of(t), number(t)) for t in _ticks(first, last, 8) if first <= t <= last),
        tuple(Tick(y_of(t), f"{t:g}") for t in upwards),
        tuple(marks),
    )


def _parts(points: Sequence[Point]) -> list[list[Point]]:
    """Return the runs of finite values, thinned where there are more than a line of this width can show."""
    parts: list[list[Point]] = [[]]
    for point in points:
        if isfinite(point[1]):
            parts[-1].append(point)
        elif parts[-1]:
            parts.append([])
    return [_thinned(part) for part in parts if part]


def _thinned(points: list[Point]) -> list[Point]:
    """Return the lowest and the highest point of each stretch, so that no spike is lost."""
    if len(points) <= _MOST_POINTS:
        return points
    size = ceil(2 * len(points) / _MOST_POINTS)
    out: list[Point] = []
    for start in range(0, len(points), size):
        stretch = points[start : start + size]
        out += sorted({min(stretch, key=lambda p: p[1]), max(stretch, key=lambda p: p[1])})
    return [points[0], *(p for p in out if p not in (points[0], points[-1])), points[-1]]


def _ticks(low: float, high: float, wanted: int) -> list[float]:
    """Return round numbers that span a range, about as many as wanted."""
    span = high - low or abs(high) or 1.0
    power = 10.0 ** floor(log10(span / wanted))
    step = next(power * m for m in (1, 2, 5, 10) if span / (power * m) <= wanted)
    return [round(i * step, 12) for i in range(floor(low / step), ceil(high / step) + 1)] if low < high else [low - step, low, low + step]

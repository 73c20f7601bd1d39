"""A run's curve as a picture of a few pixels: the validation loss or reward, else the train one."""

from __future__ import annotations

from math import isfinite

from advisor.facts import EarlierRun, as_float

_SHOWN = ("full_valid_loss", "valid_loss", "full_valid_mean_reward", "train_loss", "train_mean_reward")
_WIDTH, _HEIGHT, _EDGE = 96, 24, 3
_COLOUR = "#c9662f"  # readable on white and on black


def sparkline(run: EarlierRun) -> str:
    """Return an SVG; an empty one where the run has no two points of any curve."""
    points = next((found for name in _SHOWN if len(found := _points(run, name)) > 1), [])
    drawn = ""
    if points:
        placed = _placed(points)
        path = " ".join(f"{x:g},{y:g}" for x, y in placed)
        x, y = placed[-1]
        drawn = (
            f'<polyline points="{path}" fill="none" stroke="{_COLOUR}" stroke-width="1.5" stroke-linejoin="round"/>'
            f'<circle cx="{x:g}" cy="{y:g}" r="2" fill="{_COLOUR}"/>'
        )
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}">{drawn}</svg>'


def _points(run: EarlierRun, name: str) -> list[tuple[int, float]]:
    known = {p.step_number: value for p in run.checkpoints if (value := as_float(getattr(p.metrics, name))) is not None}
    return [(step, known[step]) for step in sorted(known) if isfinite(known[step])]


def _placed(points: list[tuple[int, float]]) -> list[tuple[float, float]]:
    """Return the points in pixels: of many, the lowest and the highest of each column."""
    first, last = points[0][0], points[-1][0]
    values = [value for _, value in points]
    low, high = min(values), max(values)
    columns: dict[int, list[float]] = {}
    for step, value in points:
        x = round(_EDGE + (step - first) / (last - first) * (_WIDTH - 2 * _EDGE))
        columns.setdefault(x, []).append(value)

    def y_of(value: float) -> float:
        return round(_HEIGHT - _EDGE - ((value - low) / (high - low) if high > low else 0.5) * (_HEIGHT - 2 * _EDGE), 1)

    return [(x, y_of(v)) for x, found in columns.items() for v in ([*dict.fromkeys((min(found), max(found)))] if len(found) > 2 else found)]

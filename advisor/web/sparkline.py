"""A run's curve as a picture of a few pixels: the validation loss or reward, else the train one."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from advisor.facts import EarlierRun
from advisor.shown import Point, series, thinned

_SHOWN = ("full_valid_loss", "valid_loss", "full_valid_mean_reward", "train_loss", "train_mean_reward")
_WIDTH, _HEIGHT, _EDGE = 96, 24, 3
_COLOUR = "#c9662f"  # readable on white and on black


def sparkline(run: EarlierRun) -> str:
    """Return an SVG; an empty one where the run has no two points of any curve."""
    curves = (tuple(point for point in series(run, name) if isfinite(point[1])) for name in _SHOWN)
    points = next((found for found in curves if len(found) > 1), ())
    drawn = ""
    if points:
        placed = _placed(thinned(points, _WIDTH - 2 * _EDGE))
        path = " ".join(f"{x:g},{y:g}" for x, y in placed)
        x, y = placed[-1]
        drawn = (
            f'<polyline points="{path}" fill="none" stroke="{_COLOUR}" stroke-width="1.5" stroke-linejoin="round"/>'
            f'<circle cx="{x:g}" cy="{y:g}" r="2" fill="{_COLOUR}"/>'
        )
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}">{drawn}</svg>'


def _placed(points: Sequence[Point]) -> list[tuple[float, float]]:
    """Return the points in pixels."""
    first, last = points[0][0], points[-1][0]
    values = [value for _, value in points]
    low, high = min(values), max(values)

    def y_of(value: float) -> float:
        return round(_HEIGHT - _EDGE - ((value - low) / (high - low) if high > low else 0.5) * (_HEIGHT - 2 * _EDGE), 1)

    return [(round(_EDGE + (step - first) / (last - first) * (_WIDTH - 2 * _EDGE), 1), y_of(value)) for step, value in points]

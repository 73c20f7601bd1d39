"""What the reward signals share: rewards as shares of the grader's range, and where their curves start and end."""

from __future__ import annotations

from advisor.facts import Grader
from advisor.signals.curves import Curves
from advisor.signals.registry import Missing
from advisor.signals.series import Series, mean

_DEFAULT_RANGE = Grader().range


def grader_range(curves: Curves) -> tuple[float, float]:
    """Return the lowest and the highest reward that the grader gives."""
    return curves.run.grader.range if curves.run.grader is not None else _DEFAULT_RANGE


def range_width(curves: Curves) -> float:
    """Return how many points the grader's range spans."""
    low, high = grader_range(curves)
    return high - low


def share_of_range(curves: Curves, reward: float) -> float:
    """Return how far up the grader's range a reward lies: 0 at its bottom, 1 at its top."""
    low, _ = grader_range(curves)
    return (reward - low) / range_width(curves)


def from_zero_share(curves: Curves, reward: float) -> float:
    """Return a reward's distance from 0 (from the bottom, where the range does not hold 0) as a share of the range."""
    low, high = grader_range(curves)
    zero = 0.0 if low <= 0 <= high else low
    return (reward - zero) / range_width(curves)


def train_rewards(curves: Curves) -> Series:
    """Return the mean train reward of each step."""
    return curves.series("train_mean_reward")


def valid_rewards(curves: Curves) -> Series:
    """Return the mean reward on the whole validation set."""
    return curves.series("full_valid_mean_reward")


def no_points(name: str, points: int = 1) -> Missing:
    """Return that a metric has fewer points than a signal needs."""
    return Missing(f"needs {points} point{'s' if points > 1 else ''} of {name}", (name,))


def window_width(curves: Curves, points: int) -> int:
    """Return how many points make up the start or the end of a reward curve; with few points the two overlap."""
    m = curves.measures
    return min(points, max(int(m.window_points_min), round(m.window_share * points)))


def ends(curves: Curves, values: tuple[float, ...]) -> tuple[float, float]:
    """Return the means of the first and of the last window of a reward curve."""
    width = window_width(curves, len(values))
    return mean(values[:width]), mean(values[-width:])


def opening(curves: Curves, values: tuple[float, ...]) -> float:
    """Return the start of a reward curve: the lower of the means of its first window and of its very first points."""
    return min(ends(curves, values)[0], mean(values[: int(curves.measures.opening_points)]))

"""Pure functions on number series: smoothing, noise, windows, trends. Plain Python: at 20 points a numpy call costs more than the loop."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from sys import float_info

MOST_NOISES = 1000.0
"""How many noises apart two values are told to be at the most: without noise it would be infinitely many."""


@dataclass(frozen=True, slots=True)
class Series:
    """A metric over the steps of a run, oldest first; only finite values, ``non_finite`` counts the others.

    Attributes:
        name: The metric's name.
        steps: Step numbers, rising.
        values: One finite value per step.
        non_finite: How many further points were NaN or infinite.
    """

    name: str
    steps: tuple[int, ...]
    values: tuple[float, ...]
    non_finite: int = 0

    def __len__(self) -> int:
        return len(self.values)


def median(values: Sequence[float]) -> float:
    """Return the median of at least one value."""
    ordered = sorted(values)
    n = len(ordered)
    middle = n // 2
    return ordered[middle] if n % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def mean(values: Sequence[float]) -> float:
    """Return the mean of at least one value."""
    return sum(values) / len(values)


def robust_noise(values: Sequence[float]) -> float:
    """Return the standard deviation of a curve's point-to-point noise, in the curve's unit, robust against trend and outliers.

    Args:
        values: At least three values, oldest first.

    Returns:
        1.4826 × median absolute deviation of the successive differences from their median, over √2 (a difference holds two noises).
    """
    steps = [b - a for a, b in pairwise(values)]
    centre = median(steps)
    return 1.4826 * median([abs(s - centre) for s in steps]) / 2**0.5


def relative_noise(values: Sequence[float]) -> float:
    """Return the relative standard deviation of one point of a positive curve, robust against trend, curvature and outliers.

    Args:
        values: At least three values of 0 or more, oldest first, the highest above 0; those far below it count as a millionth of it.

    Returns:
        1.4826 × median absolute second difference of the logarithm, over √6 (a second difference holds six variances).
    """
    low = max(max(values) * 1e-6, float_info.min)
    logs = [log(max(v, low)) for v in values]
    return 1.4826 * median([abs(c - 2 * b + a) for a, b, c in zip(logs, logs[1:], logs[2:], strict=False)]) / 6**0.5


def turning_share(values: Sequence[float]) -> float:
    """Return the share of the moves of a curve that go the other way than the move before: 0 for a monotone curve, 2/3 for white noise."""
    ups = [b > a for a, b in pairwise(values) if a != b]
    return sum(a != b for a, b in pairwise(ups)) / (len(ups) - 1) if len(ups) > 1 else 0.0


def running_median(values: Sequence[float], width: int) -> tuple[float, ...]:
    """Return the running median over ``width`` points (odd, at most their number); at both ends the window stops moving, not shrinking."""
    half, last = width // 2, len(values) - width
    held, start = sorted(values[:width]), 0
    medians = []
    for i in range(len(values)):
        if start < min(i - half, last):
            # Sorting each window anew would take minutes for 100,000 points: their window is a share of the curve.
            del held[bisect_left(held, values[start])]
            insort(held, values[start + width])
            start += 1
        medians.append(held[half])
    return tuple(medians)


def window(points: int, share: float, least: float) -> int:
    """Return how many points make up the start or the end of a curve: ``share`` of them, at least ``least``, at most half, at least 1."""
    return max(1, min(max(int(points * share), int(least)), points // 2))


def lowest_index(values: Sequence[float]) -> int:
    """Return the index of the lowest value, the earliest of equals."""
    return min(range(len(values)), key=values.__getitem__)


def highest_index(values: Sequence[float]) -> int:
    """Return the index of the highest value, the earliest of equals."""
    return max(range(len(values)), key=values.__getitem__)

"""Timing of two things in turn, so that a machine whose speed drifts does not favour either."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter


def seconds_each(calls: Sequence[Callable[[], object]], *, rounds: int = 15, repeats: int = 50) -> list[float]:
    """Return the median over rounds of the mean seconds per call, for each callable, measured in turn after one warm-up round."""
    taken: list[list[float]] = [[] for _ in calls]
    for round_number in range(rounds + 1):
        for i, call in enumerate(calls):
            gc.collect()
            start = perf_counter()
            for _ in range(repeats):
                call()
            if round_number:
                taken[i].append((perf_counter() - start) / repeats)
    return [median(times) for times in taken]

"""What the loss signals share: what a loss curve lacks, one loss over another, and where a curve starts and ends."""

from __future__ import annotations

from advisor.signals.curves import Curves
from advisor.signals.registry import Missing
from advisor.signals.series import Series, median, window

VALID_LOSS = ("valid_loss",)
TRAIN_LOSS = ("train_loss",)


def too_short(series: Series, points: int) -> Missing:
    """Return that a loss has fewer points than a signal needs."""
    needs = ("valid_loss",) if "valid" in series.name else (series.name,)
    if not series.values:
        return Missing(f"no {needs[0]} was given", needs)
    return Missing(f"needs {points} points of {series.name}, there {'is' if len(series) == 1 else 'are'} {len(series)}", needs)


def loss_over(curves: Curves, loss: float, other: float) -> float:
    """Return one loss over another; below the rulebook's least_loss they count as that, for a zero loss is a loss too."""
    least = curves.measures.least_loss
    return max(loss, least) / max(other, least)


def start_and_end(curves: Curves, values: tuple[float, ...]) -> tuple[float, float]:
    """Return the medians of the first and of the last window of a curve."""
    width = window(len(values), curves.measures.window_share, curves.measures.window_points_min)
    return median(values[:width]), median(values[-width:])


def late_window(curves: Curves, points: int) -> int:
    """Return how many points make up each of the two stretches at the end of a curve; 0 where there are too few for two."""
    return min(int(points * curves.measures.late_window_share), points // 2)

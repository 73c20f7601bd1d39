"""Whether train and validation loss of a run are measured alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from statistics import fmean, median
from typing import Any

_FEWEST = 3
_LEAST_FACTOR = 1.7  # dropout and a running mean lift the train loss too, but hardly by as much from the first evaluation to the last
_WIDEST_SPREAD = 1.6  # between the lowest and the highest factor: sums over batches or devices stay in proportion


def warn_of_other_scale(checkpoints: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return a sentence where the train loss is a constant multiple of the validation loss throughout the run, nothing elsewhere."""
    factors: list[float] = []
    window: list[float] = []
    for checkpoint in checkpoints:
        metrics = checkpoint["metrics"]
        train = metrics.get("train_loss")
        if isinstance(train, float) and isfinite(train) and train > 0:
            window.append(train)
        valid = metrics.get("full_valid_loss", metrics.get("valid_loss"))
        if isinstance(valid, float) and isfinite(valid) and valid > 0 and window:
            factors.append(fmean(window) / valid)
            window = []
    if len(factors) < _FEWEST or min(factors) < _LEAST_FACTOR or max(factors) > _WIDEST_SPREAD * min(factors):
        return []
    return [
        (
            f"The train loss is about {median(factors):.2g} times the validation loss throughout the run: it seems to be on another scale "
            "(summed over accumulation steps or devices, perhaps), so that the two cannot be compared."
        )
    ]

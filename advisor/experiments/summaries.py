"""A run as text: whole, and in short as an entry of a history."""

from __future__ import annotations

from math import isfinite

from advisor.facts import EarlierRun, Run, as_float


def run_json(run: Run) -> bytes:
    """Return a run as JSON: what was said of it, and nothing else."""
    return run.model_dump_json(exclude_unset=True).encode()


def summary_of(run: EarlierRun) -> bytes:
    """Return a run in short: of its curve the last point only, and the lowest validation loss, which is all that a history is asked for."""
    lowest = best_valid_loss(run)
    changes: dict[str, object] = {"checkpoints": run.checkpoints[-1:]}
    if lowest is not None:
        changes["best_valid_loss"] = lowest
    return run_json(run.model_copy(update=changes))


def best_valid_loss(run: EarlierRun) -> float | None:
    """Return the lowest finite validation loss that a run states or shows, the full one where a point has both; None without any."""
    shown = [c.metrics.full_valid_loss if c.metrics.full_valid_loss is not None else c.metrics.valid_loss for c in run.checkpoints]
    losses = [value for value in map(as_float, (run.best_valid_loss, *shown)) if value is not None and isfinite(value)]
    return min(losses, default=None)

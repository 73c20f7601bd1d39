"""What tests look at in an imported run."""

from __future__ import annotations

from typing import Any

from advisor.sources import ImportedRun


def steps(imported: ImportedRun) -> list[int]:
    """Return the steps of the points in their order."""
    return [point.step_number for point in imported.request.run.checkpoints]


def metrics_at(imported: ImportedRun, step: int) -> dict[str, Any]:
    """Return the metrics of one step that have a value."""
    point = next(p for p in imported.request.run.checkpoints if p.step_number == step)
    return point.metrics.model_dump(exclude_none=True)

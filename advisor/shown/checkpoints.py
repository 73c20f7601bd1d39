"""The checkpoints as rows: what was measured at each, and what it is good for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite, isnan

from advisor.contract.advice import Advice, BestCheckpoint, Candidate, CheckpointRow
from advisor.facts import Run, as_float


@dataclass(frozen=True, slots=True)
class ShownCheckpoint:
    """A row: the checkpoint, its metrics by name, and whether it is best, final, or worth an evaluation for another reason."""

    checkpoint: CheckpointRow
    metrics: Mapping[str, float]
    marks: tuple[str, ...]


def shown_checkpoints(run: Run, advice: Advice, names: Iterable[str]) -> tuple[ShownCheckpoint, ...]:
    """Return a row per step, with the metrics of these names that were measured there."""
    wanted = tuple(names)
    measured: dict[int, dict[str, float]] = {}
    for point in run.checkpoints:
        known = measured.setdefault(point.step_number, {})
        for name in wanted:
            value = as_float(getattr(point.metrics, name))
            if value is not None:
                known[name] = value
    marks = _marks(advice)
    return tuple(ShownCheckpoint(row, measured.get(row.step_number, {}), marks.get(row.step_number, ())) for row in advice.checkpoints)


def candidate_reason(candidate: Candidate, best: BestCheckpoint | None) -> str:
    """Say why a checkpoint is worth an evaluation; the best one's stand-in is not called best."""
    stands_in = candidate.reason == "best" and best is not None and candidate.step_number != best.step_number
    return "saved nearest to the best" if stands_in else candidate.reason


def epoch_cell(epoch: float | None) -> str:
    """Return an epoch as it stands in a table; empty where it is not known."""
    return "" if epoch is None else f"{epoch:.2f}"


def ratio_cell(ratio: float | None) -> str:
    """Return an overfitting ratio as it stands in a table; empty where there is none."""
    return "" if ratio is None else f"{ratio:.2f}" if ratio < 1000 else f"{ratio:,.0f}"


def metric_cell(name: str, value: float | None) -> str:
    """Return a metric as it stands in a table; empty where it was not measured."""
    if value is None:
        return ""
    if not isfinite(value):
        return "NaN" if isnan(value) else "infinite"
    if abs(value) >= 1e5:
        return f"{value:.4g}"
    return f"{value:,.0f}" if name.endswith("tokens_mean") else f"{value:.4f}"


def _marks(advice: Advice) -> dict[int, tuple[str, ...]]:
    best = advice.best_checkpoint
    marks: dict[int, tuple[str, ...]] = {} if best is None else {best.step_number: ("best",)}
    for candidate in advice.candidates:
        known, reason = marks.get(candidate.step_number, ()), candidate_reason(candidate, best)
        if reason not in known:
            marks[candidate.step_number] = (*known, reason)
    return marks

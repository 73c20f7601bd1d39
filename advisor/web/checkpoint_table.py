"""The curves as a table: for screen readers, and for whoever wants the numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from advisor.contract.advice import Advice
from advisor.facts import Run
from advisor.shown import ShownCheckpoint, epoch_cell, metric_cell, number, ratio_cell, shown_checkpoints
from advisor.signals import counted_scores

_COLUMNS = (
    ("train_loss", "Train loss"),
    ("valid_loss", "Validation loss, one batch"),
    ("full_valid_loss", "Validation loss"),
    ("train_mean_reward", "Train reward"),
    ("full_valid_mean_reward", "Validation reward"),
    ("completion_tokens_mean", "Completion tokens"),
    ("reasoning_tokens_mean", "Reasoning tokens"),
)
_VALIDATION = frozenset({"valid_loss", "full_valid_loss", "full_valid_mean_reward"})
_MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class CheckpointTable:
    """Rows of cells under titles; ``note`` says which rows were left out, None where all are there."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str | None


def checkpoint_table(run: Run, advice: Advice) -> CheckpointTable | None:
    """Return a row per step, evenly thinned where there are very many, the marked ones kept; None without checkpoints."""
    scores = dict(counted_scores(run))
    every = shown_checkpoints(run, advice, (name for name, _ in _COLUMNS))
    if not every:
        return None
    rows = _thinned(every, scores.keys())
    columns = [(name, title) for name, title in _COLUMNS if any(name in row.metrics for row in every)]
    titles = ["Step", "Epoch", *(title for _, title in columns), *(["Score"] if scores else []), "Ratio", "Band", "Note"]
    cells = [
        [
            f"{row.checkpoint.step_number:,}",
            epoch_cell(row.checkpoint.epoch),
            *(metric_cell(name, row.metrics.get(name)) for name, _ in columns),
            *([_score(scores.get(row.checkpoint.step_number))] if scores else []),
            ratio_cell(row.checkpoint.overfit_ratio),
            row.checkpoint.overfit_band or "",
            ", ".join(row.marks),
        ]
        for row in rows
    ]
    used = [i for i, title in enumerate(titles) if i == 0 or title == "Note" or any(line[i] for line in cells)]
    note = None if len(rows) == len(every) else f"{len(rows)} of {len(every):,} steps; the others are in the curves only."
    return CheckpointTable(tuple(titles[i] for i in used), tuple(tuple(line[i] for i in used) for line in cells), note)


def _score(score: float | None) -> str:
    return "" if score is None else number(score)


def _thinned(rows: Sequence[ShownCheckpoint], scored: Collection[int]) -> Sequence[ShownCheckpoint]:
    if len(rows) <= _MOST_ROWS:
        return rows
    judged = [i for i, row in enumerate(rows) if not _VALIDATION.isdisjoint(row.metrics)] or list(range(len(rows)))
    kept = {*judged[:: -(-len(judged) // _MOST_ROWS)], 0, len(rows) - 1}
    return [row for i, row in enumerate(rows) if i in kept or row.marks or row.checkpoint.step_number in scored]

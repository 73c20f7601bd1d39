"""The curves as a table: for screen readers, and for whoever wants the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

from advisor.contract.advice import Advice
from advisor.facts import Run, as_float
from advisor.signals import counted_scores
from advisor.web.pages import number

_COLUMNS = (
    ("train_loss", "Train loss"),
    ("valid_loss", "Validation loss, one batch"),
    ("full_valid_loss", "Validation loss"),
    ("train_mean_reward", "Train reward"),
    ("full_valid_mean_reward", "Validation reward"),
    ("completion_tokens_mean", "Completion tokens"),
    ("reasoning_tokens_mean", "Reasoning tokens"),
)
_VALIDATION = ("valid_loss", "full_valid_loss", "full_valid_mean_reward")
_MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class CheckpointTable:
    """Rows of cells under titles; ``note`` says which rows were left out, None where all are there."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str | None


def checkpoint_table(run: Run, advice: Advice) -> CheckpointTable | None:
    """Return a row per step, evenly thinned where there are very many, the marked ones kept; None without checkpoints."""
    measured: dict[int, dict[str, float]] = {}
    for point in run.checkpoints:
        known = measured.setdefault(point.step_number, {})
        for name, _ in _COLUMNS:
            raw = getattr(point.metrics, name)
            if raw is not None and (value := as_float(raw)) is not None:
                known[name] = value
    marks = _marks(advice)
    scores = dict(counted_scores(run))
    rows = [row for row in advice.checkpoints if row.step_number in measured]
    if not rows:
        return None
    kept = _thinned([row.step_number for row in rows], marks.keys() | scores.keys(), measured)
    columns = [(name, title) for name, title in _COLUMNS if any(name in known for known in measured.values())]
    titles = ["Step", "Epoch", *(title for _, title in columns), *(["Score"] if scores else []), "Ratio", "Band", "Note"]
    cells = [
        [
            f"{row.step_number:,}",
            "" if row.epoch is None else f"{row.epoch:.2f}",
            *(_metric(measured[row.step_number].get(name)) for name, _ in columns),
            *([_metric(scores.get(row.step_number))] if scores else []),
            "" if row.overfit_ratio is None else f"{row.overfit_ratio:.2f}",
            row.overfit_band or "",
            ", ".join(marks.get(row.step_number, ())),
        ]
        for row in rows
        if row.step_number in kept
    ]
    used = [i for i, title in enumerate(titles) if i == 0 or title == "Note" or any(line[i] for line in cells)]
    note = None if len(cells) == len(rows) else f"{len(cells)} of {len(rows):,} steps; the others are in the curves only."
    return CheckpointTable(tuple(titles[i] for i in used), tuple(tuple(line[i] for i in used) for line in cells), note)


def _marks(advice: Advice) -> dict[int, tuple[str, ...]]:
    best = advice.best_checkpoint
    marks: dict[int, tuple[str, ...]] = {} if best is None else {best.step_number: ("best",)}
    for candidate in advice.candidates:
        known = marks.get(candidate.step_number, ())
        if candidate.reason not in known and not (candidate.reason == "best" and best is not None):
            marks[candidate.step_number] = (*known, candidate.reason)
    return marks


def _thinned(steps: list[int], marked: set[int], measured: dict[int, dict[str, float]]) -> set[int]:
    if len(steps) <= _MOST_ROWS:
        return set(steps)
    judged = [step for step in steps if any(name in measured[step] for name in _VALIDATION)] or steps
    size = -(-len(judged) // _MOST_ROWS)
    return set(judged[::size]) | {steps[0], steps[-1]} | (marked & set(steps))


def _metric(value: float | None) -> str:
    if value is None:
        return ""
    return "NaN" if isnan(value) else "infinite" if value in (float("inf"), float("-inf")) else number(value)

"""The same data through several base models: which ones, by the roles of the rulebook's table."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.contract import AdviseRequest
from advisor.rulebook import Rulebook
from advisor.rulebook.shapes import ModelShape, RangeShape
from advisor.rulebook.tables import available_models, find_model


@dataclass(frozen=True, slots=True)
class ModelRun:
    """One base model to run the data through.

    Attributes:
        model: The base model.
        role: What it is run for.
        best_for: What it is best for.
        start: The range of each setting to start with, [lowest, highest].
        tried: Whether this run or another one has trained it.
        needs_examples: How many training examples it needs and the data set lacks, as far as is known; None where it has enough.
    """

    model: str
    role: str
    best_for: str
    start: dict[str, tuple[float, float]]
    tried: bool
    needs_examples: int | None


def model_runs(rulebook: Rulebook, request: AdviseRequest) -> tuple[ModelRun, ...]:
    """Return the available models with a role that can be trained by the run's method, in the order of the table."""
    run = request.run
    tried = {row.id for r in (run, *request.other_runs) if (row := find_model(rulebook.models, r.base_model)) is not None}
    rows = [m for m in available_models(rulebook.models, request) if m.role is not None and run.method in m.methods]
    order = {m.id: i for i, m in enumerate(rulebook.models.models)}
    rows.sort(key=lambda m: order[m.id])
    return tuple(
        ModelRun(m.id, m.role or "", m.best_for, _start(m), m.id in tried, _lacking(m.run_with_at_least, run.dataset.n_train)) for m in rows
    )


def _start(model: ModelShape) -> dict[str, tuple[float, float]]:
    ranges = {"n_epochs": model.start.n_epochs, "learning_rate_multiplier": model.start.learning_rate_multiplier}
    return {name: _ends(limits) for name, limits in ranges.items() if limits is not None}


def _ends(limits: RangeShape) -> tuple[float, float]:
    return limits.low, limits.high


def _lacking(needed: int | None, n_train: int | None) -> int | None:
    """Return what is needed where the data set is known to be smaller, or nobody said how large it is."""
    return needed if needed is not None and (n_train is None or n_train < needed) else None

"""The experiment table of the workflow document, with what changed since the previous experiment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from advisor.contract.advice import Change, ChangeValue
from advisor.experiments.records import Experiment
from advisor.experiments.store import Store
from advisor.experiments.summaries import best_valid_loss
from advisor.facts import EarlierRun
from advisor.signals import changed_variables, run_score

COLUMNS = ("Run", "Base model", "Dataset", "Epochs", "LR", "Batch", "Best val_loss", "Combined eval", "Changed")
"""The document's columns, and one more."""


@dataclass(frozen=True, slots=True)
class ExperimentRow:
    """One line of the table; None is unknown.

    Attributes:
        learning_rate: The multiplier, or the absolute rate where no multiplier is given.
        batch: None is the service's default.
        scale: The scale of the score, lowest and highest; None where the run does not state it.
        changed: What differs from the run that this one varies, of what both state; empty for the first.
    """

    run: str
    position: int
    parent: str | None
    created_at: str
    updated_at: str
    base_model: str | None
    dataset: str | None
    examples: int | None
    epochs: float | str | None
    learning_rate: float | str | None
    batch: float | str | None
    best_valid_loss: float | None
    score: float | None
    scale: tuple[float, float] | None
    changed: tuple[Change, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """The line as text, under ``COLUMNS``."""
        size = "" if self.examples is None else f"{self.examples} ex"
        dataset = f"{self.dataset} ({size})" if self.dataset and size else self.dataset or size
        return (
            self.run,
            self.base_model or "",
            dataset,
            _setting(self.epochs),
            self.learning_rate
            if isinstance(self.learning_rate, str)
            else ""
            if self.learning_rate is None
            else str(float(self.learning_rate)),
            _setting(self.batch) or "default",
            "" if self.best_valid_loss is None else f"{self.best_valid_loss:.3f}",
            "" if self.score is None else f"{self.score:.2f}",
            "; ".join(f"{c.parameter}: {_said(c.from_)} → {_said(c.to)}" for c in self.changed),
        )


def table_page(store: Store, project: str, *, after: int = 0, limit: int | None = None) -> list[ExperimentRow]:
    """Return lines of a project's table, oldest first, from the one after a position."""
    experiments = store.experiments.page(project, after=max(after - 1, 0), limit=None if limit is None else limit + (after > 0))
    known = {experiment.name: experiment.run for experiment in experiments}
    for parent in {e.parent for e in experiments if e.parent} - known.keys():
        found = store.experiments.find(project, parent)
        if found is not None:
            known[parent] = found.run
    return table_rows(experiments, known)[1 if after and experiments and experiments[0].position <= after else 0 :]


def table_rows(experiments: Sequence[Experiment], known: Mapping[str, EarlierRun]) -> list[ExperimentRow]:
    """Return the lines of consecutive experiments; the first is compared only with a parent that is known."""
    rows = []
    for i, experiment in enumerate(experiments):
        previous = known.get(experiment.parent) if experiment.parent else experiments[i - 1].run if i else None
        rows.append(_row(experiment, () if previous is None else changes_between(experiment.run, previous)))
    return rows


def changes_between(run: EarlierRun, previous: EarlierRun) -> tuple[Change, ...]:
    """Return what differs between two runs, of what both of them state."""
    return tuple(Change(name, _value(previous, name), _value(run, name)) for name in changed_variables(run, previous))


def _value(run: EarlierRun, name: str) -> ChangeValue:
    if name == "dataset":
        return run.dataset.version if run.dataset.version is not None else run.dataset.n_train
    value: ChangeValue = getattr(run, name) if name in ("base_model", "method") else getattr(run.hyperparameters, name)
    return value


def _row(experiment: Experiment, changed: tuple[Change, ...]) -> ExperimentRow:
    run = experiment.run
    settings, data = run.hyperparameters, run.dataset
    multiplier = settings.learning_rate_multiplier
    rate = settings.learning_rate if multiplier is None else multiplier
    return ExperimentRow(
        run=experiment.name,
        position=experiment.position,
        parent=experiment.parent,
        created_at=experiment.created_at,
        updated_at=experiment.updated_at,
        base_model=run.base_model,
        dataset=data.version,
        examples=data.n_train,
        epochs=settings.n_epochs,
        learning_rate=rate,
        batch=settings.batch_size,
        best_valid_loss=best_valid_loss(run),
        score=run_score(run),
        scale=None if run.evaluation is None else run.evaluation.scale,
        changed=changed,
    )


def _setting(value: float | str | None) -> str:
    return "" if value is None else value if isinstance(value, str) else f"{value:.10g}"


def _said(value: ChangeValue) -> str:
    return "unknown" if value is None else value if isinstance(value, str) else f"{value:.10g}"

"""What the peers and the criteria are fed: the very curves of the request that the advisor gets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from advisor.contract import AdviseRequest
from advisor.facts import Run, as_float

Point = tuple[int, float]


@dataclass(frozen=True, slots=True)
class Curves:
    """Train and validation curves of one run as (step, value), the evaluation's scores, and the settings that are numbers.

    Validation is ``full_valid_loss`` where there is any, else the loss of one batch: the choice on which the others score best.
    """

    train_loss: list[Point]
    valid_loss: list[Point]
    train_accuracy: list[Point]
    valid_accuracy: list[Point]
    scores: list[Point]
    n_epochs: float | None
    learning_rate: float | None

    @property
    def last_step(self) -> int:
        return max((step for curve in (self.train_loss, self.valid_loss, self.scores) for step, _ in curve), default=0)

    def epochs_until(self, step: float) -> float | None:
        """Return how many epochs end at a step."""
        return self.n_epochs * step / self.last_step if self.n_epochs and self.last_step else None

    def rows(self) -> list[dict[str, float]]:
        """Return log rows as trainers write them: ``loss`` for training, ``eval_loss`` and ``eval_score`` for evaluations."""
        rows: list[dict[str, float]] = [{"step": step, "loss": value} for step, value in self.train_loss]
        scores = dict(self.scores)
        rows += [{"step": step, "eval_loss": value} for step, value in self.valid_loss]
        rows += [{"step": step, "eval_score": value} for step, value in sorted(scores.items())]
        return rows


def curves_of(request: AdviseRequest) -> Curves:
    """Return a request's curves."""
    run = request.run
    settings = run.hyperparameters
    scores = [(c.step_number, c.score) for c in run.evaluation.checkpoints if c.score is not None] if run.evaluation else []
    return Curves(
        list(_series(run, "train_loss")),
        list(_series(run, "full_valid_loss")) or list(_series(run, "valid_loss")),
        list(_series(run, "train_mean_token_accuracy")),
        list(_series(run, "full_valid_mean_token_accuracy")),
        scores,
        as_float(settings.n_epochs),
        as_float(settings.learning_rate_multiplier),
    )


def _series(run: Run, name: str) -> Iterator[Point]:
    for checkpoint in sorted(run.checkpoints, key=lambda c: c.step_number):
        value = as_float(getattr(checkpoint.metrics, name))
        if value is not None:
            yield checkpoint.step_number, value

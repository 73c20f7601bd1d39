"""Runs whose truth is known: what the advisor is given of them, and what is kept from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from advisor.contract import AdviseRequest
from advisor.facts import EarlierRun, Run
from advisor.facts.numbers import Count, Real

KnobValue = bool | int | float | str


class _Label(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Neighbour(_Label):
    """What happened when exactly one thing was changed, in points of the test score.

    ``test_score_delta`` compares the best-evaluated checkpoints of the two runs, ``final_delta`` the last ones (None: the same difference).
    ``run_id`` is None where the other run is not recorded.
    """

    knob: str
    before: KnobValue = Field(alias="from")
    after: KnobValue = Field(alias="to")
    run_id: str | None = None
    test_score_delta: Real
    final_delta: Real | None = None


class Truth(_Label):
    """The causes that were found or injected; ``symptom_verified`` says whether an injected fault showed at all."""

    causes: tuple[str, ...] = ()
    primary: str | None = None
    symptom_verified: bool = False


class CheckpointTruth(_Label):
    """The scores of one checkpoint: the evaluation's, which the advisor sees, and the test's, which it does not."""

    step: Count
    eval_score: Real
    test_score: Real


@dataclass(frozen=True, slots=True)
class LabelledRun:
    """A run with its truth. ``family`` is the task that it belongs to: splits go by family, never by run."""

    id: str
    family: str
    run: Run
    earlier: EarlierRun
    truth: Truth
    neighbours: tuple[Neighbour, ...]
    checkpoints: tuple[CheckpointTruth, ...]
    test_score: float | None
    knobs: dict[str, Any]

    def request(self, history: tuple[EarlierRun, ...] = ()) -> AdviseRequest:
        """Return what a user would post: never a truth, a neighbour or a test score."""
        return AdviseRequest(run=self.run, history=history)


@dataclass(frozen=True, slots=True)
class LabelledHistory:
    """A training history that somebody called overfit or not. ``family`` is the problem that it was trained on."""

    id: str
    family: str
    overfit: bool
    n_epochs: float | None
    epochs: tuple[float, ...]
    train_loss: tuple[float | None, ...]
    valid_loss: tuple[float | None, ...]

    def request(self, points: int) -> AdviseRequest:
        """Return this history thinned evenly to at most ``points`` evaluations, the first and the last among them."""
        checkpoints = [
            {
                "step_number": round(self.epochs[i]),
                "epoch": self.epochs[i],
                "metrics": {"train_loss": self.train_loss[i], "full_valid_loss": self.valid_loss[i]},
            }
            for i in thinned(len(self.epochs), points)
        ]
        settings = {} if self.n_epochs is None else {"n_epochs": self.n_epochs}
        run = {"id": self.id, "method": "supervised", "base_model": "unknown", "hyperparameters": settings, "checkpoints": checkpoints}
        return AdviseRequest.model_validate({"run": run})


def thinned(count: int, points: int) -> list[int]:
    """Return which of ``count`` points to keep, evenly spread, first and last included."""
    if count <= points:
        return list(range(count))
    return sorted({round(i * (count - 1) / (points - 1)) for i in range(points)}) if points > 1 else [count - 1]

"""What a training run is, in OpenAI's own names. Everything but the method and the checkpoints may be absent."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from advisor.facts.numbers import NON_FINITE, Count, Metric, Real, Setting, null_as
from advisor.facts.text import Text

Method = Literal["supervised", "dpo", "reinforcement"]

ACTIVE = frozenset({"running", "queued", "validating_files", "paused", "pausing", "resuming", "cancelling"})
"""The words for a job that goes on, as OpenAI's API says them; the status is an open string, so that others occur."""

BROKEN = frozenset({"failed", "cancelled"})
"""The words for a job that did not end well."""


class Fact(BaseModel):
    """Base of all facts: immutable, and tolerant of fields that it does not know."""

    model_config = ConfigDict(frozen=True, extra="ignore", protected_namespaces=())


class Metrics(Fact):
    """The metrics of one checkpoint or evaluation point. Unknown names are kept in ``model_extra`` and never break a run.

    Losses are mean nats per token, accuracies shares of 0 to 1, rewards in the grader's range, lengths in tokens per rollout,
    error fields counts per step (or shares, where the source reports shares).
    """

    model_config = ConfigDict(frozen=True, extra="allow", protected_namespaces=())

    train_loss: Metric | None = None
    valid_loss: Metric | None = None
    full_valid_loss: Metric | None = None
    train_mean_token_accuracy: Metric | None = None
    valid_mean_token_accuracy: Metric | None = None
    full_valid_mean_token_accuracy: Metric | None = None
    train_mean_reward: Metric | None = None
    full_valid_mean_reward: Metric | None = None
    completion_tokens_mean: Metric | None = None
    reasoning_tokens_mean: Metric | None = None
    mean_unresponsive_rewards: Metric | None = None
    train_sample_parse_error_count: Metric | None = None
    train_other_error_count: Metric | None = None


class Checkpoint(Fact):
    """One point of a run's curves; ``fine_tuned_model_checkpoint`` is set only where the weights were kept."""

    step_number: Count
    epoch: Real | None = Field(default=None, ge=0)
    fine_tuned_model_checkpoint: Text | None = None
    metrics: Annotated[Metrics, null_as({}, Metrics | None)] = Metrics()


SETTINGS = ("n_epochs", "learning_rate_multiplier", "learning_rate", "batch_size", "beta", "reasoning_effort")
"""The hyperparameters that Advisor knows, in the order in which it names them."""


class Hyperparameters(Fact):
    """The settings of a run; ``learning_rate`` is the absolute rate of open-source trainers, ``"auto"`` means the service chose."""

    model_config = ConfigDict(frozen=True, extra="allow", protected_namespaces=())

    n_epochs: Setting | None = None
    batch_size: Setting | None = None
    learning_rate_multiplier: Setting | None = None
    learning_rate: Real | None = Field(default=None, gt=0)
    beta: Setting | None = None
    reasoning_effort: Text | None = None


class Dataset(Fact):
    """The training data: how many examples train (``n_train``) and validate (``n_valid``), and whether somebody checked their quality."""

    version: Text | None = None
    n_train: Count | None = None
    n_valid: Count | None = None
    quality_checked: bool | None = Field(default=None, strict=True)


class Grader(Fact):
    """How a reinforcement run is rewarded: the range of its rewards and the threshold that counts as a pass."""

    range: Annotated[tuple[Real, Real], null_as((0.0, 1.0), tuple[Real, Real] | None)] = (0.0, 1.0)
    pass_threshold: Real | None = None

    @field_validator("range")
    @classmethod
    def _rising(cls, value: tuple[float, float]) -> tuple[float, float]:
        if not value[0] < value[1]:
            raise ValueError("must be [lowest, highest] with lowest < highest")
        return value


class CheckpointScore(Fact):
    """The evaluation score of one checkpoint; without a score it was not evaluated."""

    step_number: Count
    score: Real | None = None
    completion_tokens_mean: Real | None = Field(default=None, ge=0)


class Evaluation(Fact):
    """The held-out evaluation of a run: ``score`` on ``scale`` (default unknown), ``n_items`` or ``standard_error`` give its noise."""

    score: Real | None = None
    scale: tuple[Real, Real] | None = None
    test_score: Real | None = None
    n_items: Count | None = None
    standard_error: Real | None = Field(default=None, ge=0)
    by_category: Annotated[dict[Text, Real | None], null_as({}, dict[Text, Real | None] | None)] = Field(default_factory=dict)
    checkpoints: Annotated[tuple[CheckpointScore, ...], null_as((), tuple[CheckpointScore, ...] | None)] = ()

    @model_validator(mode="after")
    def _on_the_scale(self) -> Evaluation:
        if self.scale is not None:
            low, high = self.scale
            for score in (self.score, self.test_score, *(c.score for c in self.checkpoints)):
                if score is not None and not low <= score <= high:
                    raise ValueError(f"has the score {score:g}, which does not lie on its scale [{low:g}, {high:g}]")
        return self

    @property
    def checkpoint_scores(self) -> tuple[tuple[int, float], ...]:
        """(step, score) of the checkpoints that were evaluated, in the order given, each step as often as it is given."""
        return tuple((c.step_number, c.score) for c in self.checkpoints if c.score is not None)

    @field_validator("scale")
    @classmethod
    def _rising(cls, value: tuple[float, float] | None) -> tuple[float, float] | None:
        if value is not None and not value[0] < value[1]:
            raise ValueError("must be [lowest, highest] with lowest < highest")
        return value


class Run(Fact):
    """One training run with everything that is known of it; the same shape serves the run to judge and the history.

    ``parent`` is the id of the earlier run that this one varies; without it, that is the one before.
    """

    id: Text | None = None
    parent: Text | None = None
    method: Method
    base_model: Text | None = None
    status: Text | None = None
    hyperparameters: Annotated[Hyperparameters, null_as({}, Hyperparameters | None)] = Hyperparameters()
    dataset: Annotated[Dataset, null_as({}, Dataset | None)] = Dataset()
    checkpoints: tuple[Checkpoint, ...]
    grader: Grader | None = None
    rollouts_per_step: Count | None = None
    evaluation: Evaluation | None = None
    best_valid_loss: Metric | None = None


class EarlierRun(Run):
    """A run of the history: its checkpoints and even its method may be left out."""

    method: Method | None = None  # type: ignore[assignment]  # earlier runs are known by what somebody noted of them
    checkpoints: Annotated[tuple[Checkpoint, ...], null_as((), tuple[Checkpoint, ...] | None)] = ()


def as_float(value: object) -> float | None:
    """Return a metric as a float: non-finite words become ``nan`` or ``inf``, anything that no float can hold becomes None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        try:
            return float(value)
        except OverflowError:  # JSON's whole numbers have no limit; a float has
            return None
    if isinstance(value, str) and value in NON_FINITE:
        return float(value)
    return None

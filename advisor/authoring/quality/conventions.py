"""The definitions that a score rests on: what a change costs, what counts as a clear gain, and which change an advised action makes.

These are properties of the measurement, not advice: a rulebook is free to say anything, and is measured by these alike. Scores are in
points on the evaluation's scale of 0 to 10.
"""

from __future__ import annotations

from math import log2
from typing import Literal

Direction = Literal["up", "down"]
Knob = tuple[str, Direction]

CLEAR_GAIN = 0.3
"""Points above which a change clearly helps; below it lies the spread between seeds."""

LARGE_GAIN = 2.0
"""Points above which a run is called sick: an alarm is due."""

COST_PER_DOUBLING = 0.1
"""Points that a doubling of data or epochs costs."""

COST_OF_NEW_DATA_OR_MODEL = 0.2
"""Points that cleaning or diversifying data, or a larger model, costs."""

COST_OF_UNRECORDED = 0.1
"""Points lost for each advised experiment that comes first and whose outcome nobody recorded."""

FEWEST_RUNS_OF_A_CAUSE = 5
"""Causes with fewer runs are left out of the macro means."""

ACTION_KNOBS: dict[str, Knob] = {
    "raise-learning-rate": ("learning_rate_multiplier", "up"),
    "lower-learning-rate": ("learning_rate_multiplier", "down"),
    "increase-epochs": ("n_epochs", "up"),
    "reduce-epochs": ("n_epochs", "down"),
    "increase-batch-size": ("batch_size", "up"),
    "reduce-batch-size": ("batch_size", "down"),
    "add-data": ("n_train", "up"),
    "add-diverse-data": ("mismatch", "down"),
    "clean-data": ("noise", "down"),
    "audit-data": ("noise", "down"),
    "filter-or-augment-data": ("noise", "down"),
    "use-larger-model": ("model", "up"),
    "try-base-model": ("model", "up"),
}
"""Which recorded change an action leads to."""

FEWER_EPOCHS: Knob = ("n_epochs", "down")
"""The change whose gain shows only at the end of a run: stopping before the score falls."""

FAULT_KNOBS = frozenset({"noise", "mismatch"})
"""Faults of the training set: repairing a set that has none is an experiment without effect."""

DATA_KNOBS = FAULT_KNOBS | {"n_train"}
"""What cannot change where the data are fixed."""

TOO_HARD_ACTIONS = frozenset({"simplify-task", "use-larger-model"})
"""What is right for a task that cannot be learned as it stands."""

GRADER_FAULTS: dict[str, frozenset[str]] = {
    "grader_broken": frozenset({"reward-flat-near-zero"}),
    "threshold_too_strict": frozenset({"reward-flat-near-zero"}),
    "pass_threshold_too_high": frozenset({"reward-always-negative"}),
    "grader_too_lenient": frozenset({"reward-high-from-start"}),
    "train_valid_gap": frozenset({"reward-gap"}),
    "verbosity_reward": frozenset({"token-growth-excessive", "token-growth-moderate"}),
    "grader_parse_errors": frozenset({"parse-errors-tolerable", "parse-errors-blocking"}),
    "grader_logic_errors": frozenset({"grader-logic-errors"}),
    "reward_hacking": frozenset({"reward-evaluation-divergence", "reward-gap"}),
}
"""Fault of a grader -> the findings of which one must be raised."""

HEALTHY = "healthy"
TOO_HARD = "task_too_hard"
OVERFITTING = "overfitting"
CANNOT_JUDGE = "cannot-judge"


def cost_of(knob: str, before: float | str, after: float | str, direction: Direction) -> float:
    """Return what a change costs, in points; a knob that is free to turn costs nothing."""
    if knob in ("n_train", "n_epochs") and isinstance(before, int | float) and isinstance(after, int | float) and before > 0 < after:
        return COST_PER_DOUBLING * log2(after / before)
    if knob in FAULT_KNOBS or (knob == "model" and direction == "up"):
        return COST_OF_NEW_DATA_OR_MODEL
    return 0.0

"""How many rollouts of a reinforcement run could not be graded, and whose fault that was."""

from __future__ import annotations

from advisor.facts import as_float
from advisor.signals.curves import Curves
from advisor.signals.registry import REWARD, Missing, SignalCatalogue, Value
from advisor.signals.reward_range import ends, no_points
from advisor.signals.series import mean

signal = SignalCatalogue()

_GUIDE = "Training Curve Analysis"


def rollouts(curves: Curves) -> float | None:
    """Return the rollouts graded per step: as given, else group size times batch size of open-source trainers; None where unknown."""
    if curves.run.rollouts_per_step:
        return float(curves.run.rollouts_per_step)
    settings = curves.run.hyperparameters
    extra = settings.model_extra or {}
    group = as_float(extra.get("group_size")) or as_float(extra.get("num_generations"))
    batch = as_float(settings.batch_size)
    return group * batch if group and batch else None


def _rate(curves: Curves, name: str, value: float) -> float | Missing:
    """Turn a count per step into a share of the rollouts; values of at most 1 are shares already.

    But where a metric that is named a count has only whole values, a 1 is one rollout, not all of them.
    """
    values = curves.series(name).values
    counted = name.endswith("_count") and any(values) and all(v.is_integer() for v in values)
    if max(values) <= 1 and not counted:
        return value
    per_step = rollouts(curves)
    return value / per_step if per_step else Missing("counts, and rollouts_per_step is not given", ("rollouts_per_step",))


@signal("rollouts", methods=REWARD)
def rollouts_per_step(curves: Curves) -> Value:
    """How many rollouts are graded in one step: as given, else group size times batch size."""
    count = rollouts(curves)
    return Missing("rollouts_per_step is not given", ("rollouts_per_step",)) if count is None else count


@signal("share", methods=REWARD, source=f"{_GUIDE}, RFT metrics")
def unresponsive_share(curves: Curves) -> Value:
    """Share of the rollouts without a scoreable output in the last window of points."""
    name = "mean_unresponsive_rewards"
    values = curves.series(name).values
    return _rate(curves, name, ends(curves, values)[1]) if values else no_points(name)


@signal("share", methods=REWARD)
def unresponsive_share_growth(curves: Curves) -> Value:
    """How much the share of rollouts without scoreable output grew from the first point to the last window."""
    name = "mean_unresponsive_rewards"
    values = curves.series(name).values
    return _rate(curves, name, ends(curves, values)[1] - values[0]) if len(values) >= 2 else no_points(name, 2)


@signal("rollouts", methods=REWARD, source=f"{_GUIDE}, parse errors vs logic errors")
def parse_errors_mean(curves: Curves) -> Value:
    """Mean number of rollouts per step whose output the grader could not parse, over the whole run."""
    values = curves.series("train_sample_parse_error_count").values
    return mean(values) if values else no_points("train_sample_parse_error_count")


@signal("share", methods=REWARD)
def parse_error_steps_share(curves: Curves) -> Value:
    """Share of the steps in which the grader could not parse at least one output."""
    values = curves.series("train_sample_parse_error_count").values
    return sum(v > 0 for v in values) / len(values) if values else no_points("train_sample_parse_error_count")


@signal("share", methods=REWARD)
def parse_error_share(curves: Curves) -> Value:
    """Share of the rollouts whose output the grader could not parse, over the whole run."""
    name = "train_sample_parse_error_count"
    errors = parse_errors_mean(curves)
    return errors if isinstance(errors, Missing) else _rate(curves, name, errors)


@signal("errors", methods=REWARD, source=f"{_GUIDE}, parse errors vs logic errors")
def other_errors_total(curves: Curves) -> Value:
    """Sum of the grader's own failures over the points given: above 0 the grader has a bug."""
    values = curves.series("train_other_error_count").values
    return sum(values) if values else no_points("train_other_error_count")

"""The run's state, its settings and its data as numbers that rules can compare."""

from __future__ import annotations

from math import ceil

from advisor.facts.run import ACTIVE, BROKEN
from advisor.signals.curves import Curves
from advisor.signals.registry import LOSS, Missing, SignalCatalogue, Value

signal = SignalCatalogue()

_MOST_EXAMPLES = 2**53  # beyond it a float holds no whole numbers


@signal("points")
def checkpoints_count(curves: Curves) -> Value:
    """How many checkpoints or evaluation points the run has; a step given twice is one."""
    return float(len({point.step_number for point in curves.checkpoints}))


@signal("points")
def measured_points(curves: Curves) -> Value:
    """How many finite values of loss or reward there are, whichever curve has most."""
    names = ("train_loss", "valid_loss", "full_valid_loss", "train_mean_reward", "full_valid_mean_reward")
    return float(max(len(curves.series(name)) for name in names))


@signal("flag", source="OpenAI fine-tuning API, job status")
def run_active(curves: Curves) -> Value:
    """1 while the run is queued, running or paused; 0 when it has ended or its status is not given."""
    return float(curves.run.status in ACTIVE)


@signal("flag", source="OpenAI fine-tuning API, job status")
def run_failed(curves: Curves) -> Value:
    """1 where the run failed or was cancelled."""
    return float(curves.run.status in BROKEN)


@signal("steps")
def last_step(curves: Curves) -> Value:
    """The highest step number."""
    return float(curves.last_step) if curves.checkpoints else Missing("there are no checkpoints", ("checkpoints",))


@signal("epochs")
def epochs_trained(curves: Curves) -> Value:
    """The epoch of the last checkpoint, else the number of epochs asked for."""
    reached = curves.epoch_at(curves.last_step) if curves.checkpoints else None
    return n_epochs(curves) if reached is None else reached


@signal("epochs")
def n_epochs(curves: Curves) -> Value:
    """The number of epochs that the run was given."""
    return curves.setting("n_epochs")


@signal("multiplier")
def learning_rate_multiplier(curves: Curves) -> Value:
    """The learning rate multiplier that the run was given."""
    return curves.setting("learning_rate_multiplier")


@signal("learning rate")
def learning_rate(curves: Curves) -> Value:
    """The absolute learning rate of open-source trainers."""
    return curves.setting("learning_rate")


@signal("examples")
def batch_size(curves: Curves) -> Value:
    """The batch size that the run was given."""
    return curves.setting("batch_size")


@signal("examples")
def n_train(curves: Curves) -> Value:
    """How many training examples the data set has: as given, else the batch size times the steps of an epoch."""
    count = curves.run.dataset.n_train
    if count is not None:
        return float(count)
    size, steps = batch_size(curves), curves.steps_per_epoch
    if isinstance(size, Missing) or steps is None or not size * steps < _MOST_EXAMPLES:
        return Missing("the number of training examples is neither given nor derivable", ("n_train",))
    return float(round(size * steps))


@signal("examples")
def n_valid(curves: Curves) -> Value:
    """How many validation examples the data set has."""
    count = curves.run.dataset.n_valid
    return Missing("the number of validation examples is not given", ("n_valid",)) if count is None else float(count)


@signal("flag")
def dataset_quality_checked(curves: Curves) -> Value:
    """1 where somebody checked the quality of the training data; 0 where nobody did or nobody says so."""
    return float(curves.run.dataset.quality_checked is True)


@signal("steps")
def steps_per_epoch(curves: Curves) -> Value:
    """How many optimiser steps one pass over the training data takes: the number of examples over the batch size."""
    if _numbered_by_epoch(curves):
        return Missing("the points are numbered by epoch", ("n_train", "batch_size"))
    steps = curves.steps_per_epoch
    if steps is not None:
        return steps
    return Missing("nothing tells where an epoch ends", ("n_epochs",) if curves.checkpoints else ("checkpoints",))


@signal("steps")
def updates(curves: Curves) -> Value:
    """How many optimiser steps the run took: its last step, else (also where points are numbered by epoch) from examples, batch and epochs."""
    by_epoch = _numbered_by_epoch(curves)
    if curves.last_step and not by_epoch:
        return float(curves.last_step)
    size, batch, epochs = n_train(curves), batch_size(curves), n_epochs(curves)
    if isinstance(size, Missing) or isinstance(batch, Missing) or isinstance(epochs, Missing):
        needs = ("n_train", "batch_size") if by_epoch else ("checkpoints",)
        return Missing("the points are numbered by epoch" if by_epoch else "there are no checkpoints", needs)
    return size / batch * epochs


def _numbered_by_epoch(curves: Curves) -> bool:
    return bool(curves.last_step) and curves.epoch_at(curves.last_step) == curves.last_step


@signal("beta", methods=("dpo",))
def dpo_beta(curves: Curves) -> Value:
    """The beta of a preference run."""
    return curves.setting("beta")


@signal("deployments")
def stale_deployments(curves: Curves) -> Value:
    """How many deployments are known to be out of use."""
    deployments = curves.request.deployments
    return float(sum(d.in_use is False for d in deployments)) if deployments else Missing("no deployments were given", ("deployments",))


@signal("flag")
def goal_needs_reasoning(curves: Curves) -> Value:
    """1 where the goal says that the model must reason better."""
    return float("reasoning" in curves.request.goal.needs)


@signal("flag")
def goal_needs_style(curves: Curves) -> Value:
    """1 where the goal says that the model must match a style."""
    return float("style" in curves.request.goal.needs)


@signal("flag")
def goal_needs_latency(curves: Curves) -> Value:
    """1 where the goal says that the model must be fast."""
    return float("latency" in curves.request.goal.needs)


@signal("flag")
def goal_needs_multilingual(curves: Curves) -> Value:
    """1 where the goal says that the model must handle several languages."""
    return float("multilingual" in curves.request.goal.needs)


@signal("flag")
def goal_needs_low_cost(curves: Curves) -> Value:
    """1 where the goal says that the model must be cheap."""
    return float("low-cost" in curves.request.goal.needs)


@signal("share", methods=LOSS)
def valid_share(curves: Curves) -> Value:
    """Validation examples over all examples."""
    train, valid = n_train(curves), n_valid(curves)
    if isinstance(train, Missing):
        return train
    return valid if isinstance(valid, Missing) else valid / max(train + valid, 1.0)


@signal("runs")
def runs_left(curves: Curves) -> Value:
    """How many more runs the budget allows."""
    return _left(curves, "runs_left")


@signal("money")
def money_left(curves: Curves) -> Value:
    """How much money the budget has left."""
    return _left(curves, "money_left")


@signal("hours")
def hours_left(curves: Curves) -> Value:
    """How many hours the budget has left."""
    return _left(curves, "hours_left")


@signal("multiple")
def budget_left_lowest(curves: Curves) -> Value:
    """The smallest of what is left of runs, money and hours: 0 or less where one of them is spent."""
    budget = curves.request.goal.budget
    known = [float(v) for v in (budget.runs_left, budget.money_left, budget.hours_left) if v is not None]
    return min(known) if known else Missing("no budget was given", ("goal.budget",))


def _left(curves: Curves, name: str) -> Value:
    value = getattr(curves.request.goal.budget, name)
    return Missing(f"{name} is not given", (f"goal.budget.{name}",)) if value is None else float(value)


@signal("epochs")
def epochs_for_enough_updates(curves: Curves) -> Value:
    """How many epochs bring the run to ``enough_updates``.

    At least ``least_times_more`` as many as now, at most ``most_times_longer`` as many, and ``most_epochs``.
    """
    epochs, steps, m = n_epochs(curves), updates(curves), curves.measures
    if isinstance(epochs, Missing):
        return epochs
    if isinstance(steps, Missing) or steps <= 0:
        return Missing("the number of optimiser steps is not known", ("checkpoints",))
    wanted = ceil(min(m.enough_updates * epochs / steps, m.most_epochs))
    return max(m.least_times_more * epochs, min(float(wanted), m.most_times_longer * epochs, m.most_epochs))


@signal("examples")
def batch_size_for_enough_updates(curves: Curves) -> Value:
    """The batch size that brings the run to ``enough_updates`` at the same number of epochs: smaller by ``least_times_more`` at the least."""
    size, steps, m = batch_size(curves), updates(curves), curves.measures
    if isinstance(size, Missing):
        return size
    if isinstance(steps, Missing) or steps <= 0:
        return Missing("the number of optimiser steps is not known", ("checkpoints",))
    wanted = round(min(size * steps / m.enough_updates, size))
    return max(1.0, min(float(int(size / m.least_times_more)), max(size / (m.least_times_more * m.most_times_longer), float(wanted))))


@signal("flag")
def n_train_known(curves: Curves) -> Value:
    """1 where the number of training examples is given or can be derived."""
    return float(not isinstance(n_train(curves), Missing))


@signal("flag")
def learning_rate_multiplier_known(curves: Curves) -> Value:
    """1 where the learning rate multiplier is given as a number."""
    return float(not isinstance(learning_rate_multiplier(curves), Missing))


@signal("flag")
def epochs_known(curves: Curves) -> Value:
    """1 where epochs are given or can be derived."""
    return float(bool(curves.checkpoints) and curves.epoch_at(curves.last_step) is not None)


@signal("examples")
def enough_examples(curves: Curves) -> Value:
    """How many training examples to aim at: ``enough_train_examples``, at least ``least_times_more`` as many as now."""
    size = n_train(curves)
    return size if isinstance(size, Missing) else max(curves.measures.enough_train_examples, curves.measures.least_times_more * size)

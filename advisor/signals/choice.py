"""Which checkpoint is best, by which measure, and whether an earlier one beats the last by more than the noise."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log, sqrt

from advisor.signals.curves import Curves
from advisor.signals.registry import Missing, SignalCatalogue, Value
from advisor.signals.reward_range import range_width
from advisor.signals.reward_trends import valid_reward_error
from advisor.signals.scores import score_noise

signal = SignalCatalogue()

_HELD_OUT = {"supervised": "valid_loss", "dpo": "valid_loss", "reinforcement": "full_valid_mean_reward"}


@dataclass(frozen=True, slots=True)
class Best:
    """The best point of a run.

    Attributes:
        step: Its step number.
        by: The measure: evaluation_score, full_valid_loss, valid_loss or full_valid_mean_reward.
        value: The measure there.
        last_step: The step of the measure's last point.
        better_than_last: Whether it beats the last point by more than the noise of the difference; None where the noise is not known.
    """

    step: int
    by: str
    value: float
    last_step: int
    better_than_last: bool | None


def best_point(curves: Curves) -> Best | None:
    """Return the best checkpoint: by evaluation score, else validation reward (reinforcement), else full, else one-batch validation loss.

    The highest score wins, of equal ones the one with the fewest tokens, then the earliest; None where nothing was measured.
    """
    return curves.once(_best_of_all)


def best_kept_point(curves: Curves) -> Best | None:
    """Return the best checkpoint among those whose weights were kept; among all where the run names no kept one."""
    return curves.once(_best_of_kept)


def _best_of_all(curves: Curves) -> Best | None:
    return _best(curves, None)


def _best_of_kept(curves: Curves) -> Best | None:
    kept = {p.step_number for p in curves.checkpoints if p.fine_tuned_model_checkpoint}
    return _best(curves, kept or None)


def _best(curves: Curves, among: set[int] | None) -> Best | None:
    """Return the best of these steps (None: of all), compared with the last point that was measured."""
    if len(curves.scores) > 1:  # one score compares nothing
        return _by_score(curves, among)
    if curves.run.method == "reinforcement":
        return _by_reward(curves, among)
    return _by_loss(curves, among)


def _chosen(steps: tuple[int, ...], among: set[int] | None) -> list[int]:
    return [i for i, step in enumerate(steps) if among is None or step in among]


def tokens_by_step(curves: Curves) -> dict[int, float]:
    """Return the mean answer length at each step that has one: as counted in the evaluation, else in training."""
    lengths = curves.series("completion_tokens_mean")
    evaluated = curves.run.evaluation.checkpoints if curves.run.evaluation is not None else ()
    counted = {c.step_number: c.completion_tokens_mean for c in evaluated if c.completion_tokens_mean is not None}
    return dict(zip(lengths.steps, lengths.values, strict=True)) | counted


def _by_score(curves: Curves, among: set[int] | None) -> Best | None:
    steps = tuple(s for s, _ in curves.scores)
    values = [v for _, v in curves.scores]
    open_to = _chosen(steps, among)
    if not open_to:
        return None
    tokens = tokens_by_step(curves)
    i = max(open_to, key=lambda i: (values[i], -tokens.get(steps[i], inf)))
    noise = score_noise(curves)
    better = (values[i] - values[-1]) / (noise * sqrt(2)) > curves.measures.noise_multiple_best if noise else None
    return Best(steps[i], "evaluation_score", values[i], steps[-1], better)


def _by_reward(curves: Curves, among: set[int] | None) -> Best | None:
    series = curves.series("full_valid_mean_reward")
    open_to = _chosen(series.steps, among)
    if not open_to:
        return None
    tokens = tokens_by_step(curves)
    i = max(open_to, key=lambda i: (series.values[i], -tokens.get(series.steps[i], inf)))
    gain = (series.values[i] - series.values[-1]) / range_width(curves)
    return Best(
        series.steps[i],
        series.name,
        series.values[i],
        series.steps[-1],
        gain / valid_reward_error(curves) > curves.measures.noise_multiple_best,
    )


def _by_loss(curves: Curves, among: set[int] | None) -> Best | None:
    steps, values = curves.valid.steps, curves.valid_smooth
    open_to = _chosen(steps, among)
    if not open_to:
        return None
    i = curves.best_index if among is None or steps[curves.best_index] in among else min(open_to, key=values.__getitem__)
    rise = values[-1] / values[i] - 1 if values[i] > 0 else float(values[-1] > 0)
    limit = max(curves.measures.noise_multiple_best * curves.valid_difference_noise, curves.measures.tie_ratio)
    return Best(steps[i], curves.valid.name, curves.valid.values[i], steps[-1], log(1 + rise) > limit if rise > -1 else False)


@signal("flag")
def earlier_checkpoint_better(curves: Curves) -> Value:
    """1 where an earlier checkpoint whose weights were kept beats the last by more than ``noise_multiple_best`` times the noise.

    By evaluation score where there is one, else by validation reward or loss; losses within ``tie_ratio`` of each other are equal.
    """
    best = best_kept_point(curves)
    if best is None:
        return Missing("no kept checkpoint was measured on held-out data", (_HELD_OUT[curves.run.method],))
    if best.step >= best.last_step:
        return 0.0
    if best.better_than_last is None:
        return Missing("the noise of the evaluation is not known", ("evaluation.scale",))
    return float(best.better_than_last)


@signal("steps")
def deploy_checkpoint_step(curves: Curves) -> Value:
    """The step of the best checkpoint whose weights were kept; of the best of all where the run names no kept one."""
    best = best_kept_point(curves)
    return (
        Missing("no kept checkpoint was measured on held-out data", (_HELD_OUT[curves.run.method],)) if best is None else float(best.step)
    )


@signal("steps")
def best_checkpoint_step(curves: Curves) -> Value:
    """The step of the best checkpoint."""
    best = best_point(curves)
    return Missing("nothing was measured on held-out data", (_HELD_OUT[curves.run.method],)) if best is None else float(best.step)


@signal("epochs")
def best_checkpoint_epoch(curves: Curves) -> Value:
    """The epoch of the best checkpoint."""
    best = best_point(curves)
    epoch = curves.epoch_at(best.step) if best is not None else None
    return (
        Missing("nothing was measured on held-out data, or epochs are unknown", (_HELD_OUT[curves.run.method], "n_epochs"))
        if epoch is None
        else epoch
    )


@signal("checkpoints")
def deployable_checkpoints(curves: Curves) -> Value:
    """How many checkpoints of the run can be deployed: those with a fine_tuned_model_checkpoint."""
    return float(len({p.step_number for p in curves.checkpoints if p.fine_tuned_model_checkpoint}))

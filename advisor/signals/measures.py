"""The numbers that signals are measured with. Their values live in the rulebook (``parameters.yaml``), never here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_LEAST: Mapping[str, float] = MappingProxyType(
    {  # what the formulas need: a noise takes three points, a window of five takes five
        "noise_points_min": 3,
        "smoothing_points_min": 3,
        "smoothing_points_min_one_batch": 3,
        "smoothing_five_from": 5,
        "smoothing_seven_from": 7,
        "window_points_min": 1,
        "history_window": 1,
    }
)


@dataclass(frozen=True, slots=True)
class Measures:
    """How curves are read.

    Attributes:
        noise_points_min: From how many points on the noise is estimated from the curve itself; below it the floors hold.
        noise_floor_full_valid_loss: Relative noise assumed for a full validation loss with too few points to measure it.
        noise_floor_valid_loss: The same for a validation loss on one batch.
        noise_floor_min: Relative noise below which no curve is believed to be, however smooth it looks.
        noise_multiple_best: How many noises apart two checkpoints must lie to count as different.
        window_share: Share of a curve's points that make up its start and its end when windows are compared.
        window_points_min: The least number of points of such a window, where the curve has enough of them.
        smoothing_points_min: From how many points on a full validation loss that turns round too often is smoothed.
        smoothing_points_min_one_batch: The same for a one-batch loss, which is always smoothed.
        noisy_turning_share: Share of turns from which a full validation loss counts as noisy; white noise has 2/3.
        smoothing_five_from: From how many points on the smoothing takes five instead of three.
        smoothing_seven_from: From how many points on the smoothing takes seven.
        smoothing_share: Share of a long curve's points over which it is smoothed.
        least_loss: A loss below it is nothing to a reader; ratios of losses divide by it at the least, since a zero loss is a loss.
        tie_ratio: Relative difference of two validation losses below which they are equal, however small the noise.
        rollout_noise_share: Noise of the mean reward of one step, as a share of the range, where it cannot be measured.
        valid_items_assumed: How many validation items a validation reward rests on where n_valid is not given.
        evaluation_items_assumed: The same for a reinforcement run's evaluation, where neither n_items nor standard_error is given.
        evaluation_noise_share: Noise of an evaluation score, as a share of its scale, where the request does not tell it.
        history_window: How many of the last experiments "the last experiments" are.
        swing_ratio: Relative size from which a move of the validation loss counts as a swing.
        leak_ratio: Validation loss over train loss below which validation examples may stand in the training data.
        baseline_near_zero_share: Share of the scale below which a baseline is nearly 0 and gains are taken relative to the scale.
        enough_updates: How many optimiser steps a longer run aims at.
        enough_train_examples: How many training examples a data set that is to grow aims at.
        most_epochs: The most epochs that are ever proposed to reach them.
        most_times_longer: The most times as long as now.
        reward_gap_limit: Train above validation reward, as a share of the range, from which the gap counts.
        first_epoch: The epoch up to which learning counts as early.
    """

    noise_points_min: float
    noise_floor_full_valid_loss: float
    noise_floor_valid_loss: float
    noise_floor_min: float
    noise_multiple_best: float
    window_share: float
    window_points_min: float
    smoothing_points_min: float
    smoothing_points_min_one_batch: float
    noisy_turning_share: float
    smoothing_five_from: float
    smoothing_seven_from: float
    smoothing_share: float
    least_loss: float
    tie_ratio: float
    rollout_noise_share: float
    valid_items_assumed: float
    evaluation_items_assumed: float
    evaluation_noise_share: float
    history_window: float
    swing_ratio: float
    leak_ratio: float
    baseline_near_zero_share: float
    enough_updates: float
    enough_train_examples: float
    most_epochs: float
    most_times_longer: float
    reward_gap_limit: float
    first_epoch: float

    @classmethod
    def limits(cls, name: str) -> tuple[float, float]:
        """Return between which values the formulas work; a name that is no measure has no limits."""
        if name not in cls.__dataclass_fields__:
            return float("-inf"), float("inf")
        return _LEAST.get(name, 1e-9), 0.99 if name.endswith("_share") else 1e6

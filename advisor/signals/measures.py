"""The numbers that signals are measured with. Their values live in the rulebook (``parameters.yaml``), never here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_LEAST: Mapping[str, float] = MappingProxyType(
    {  # what the formulas need: a noise takes three points, a window at least one
        "noise_points_min": 3,
        "smoothing_points_min": 3,
        "smoothing_points_min_one_batch": 3,
        "full_points_min": 1,
        "window_points_min": 1,
        "opening_points": 1,
        "gap_opening_points": 1,
        "gap_window_points_min": 1,
        "gap_error_points_min": 1,
        "score_window_points": 1,
        "history_window": 1,
        "least_step": 1,
        "least_times_more": 1,
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
        smoothing_reach: Over how many neighbours to either side a curve is smoothed.
        smoothing_middle_from: From how many points on it is smoothed over smoothing_middle_reach instead.
        smoothing_middle_reach: The neighbours to either side of a middle curve.
        smoothing_long_from: From how many points on it is smoothed over smoothing_long_reach instead.
        smoothing_long_reach: The neighbours to either side of a long curve.
        smoothing_share: Share of a long curve's points over which it is smoothed.
        full_points_min: From how many points on the full validation loss is judged, however many one-batch losses there are.
        opening_points: How many points make up the very start of a curve.
        late_window_share: Share of a curve's points in each of the two stretches at its end whose means are compared.
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
        least_times_more: How many times more steps or examples a run that lacks them is given at the least.
        least_step: How many times apart two values of a setting must lie to be two experiments.
        gap_opening_points: How many validations make up the start of the gap between train and validation reward.
        gap_window_share: Share of the validations that make up the end of that gap.
        gap_window_points_min: The least number of them, where there are enough.
        gap_error_points_min: The least number of train rewards that count as averaged at its end.
        score_window_points: How many evaluated checkpoints make up the end of a reinforcement run's evaluation.
        least_reward_variance_share: Variance of one validation item's reward below which none is believed, as a share of the range squared.
        least_score_variance_share: The same for one evaluated item, as a share of the scale squared.
        least_reward_error_share: Error of a reward below which none is believed, as a share of the range.
        least_length_noise_share: Noise of an answer length below which none is believed, as a share of the first length.
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
    smoothing_reach: float
    smoothing_middle_from: float
    smoothing_middle_reach: float
    smoothing_long_from: float
    smoothing_long_reach: float
    smoothing_share: float
    full_points_min: float
    opening_points: float
    late_window_share: float
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
    least_times_more: float
    least_step: float
    gap_opening_points: float
    gap_window_share: float
    gap_window_points_min: float
    gap_error_points_min: float
    score_window_points: float
    least_reward_variance_share: float
    least_score_variance_share: float
    least_reward_error_share: float
    least_length_noise_share: float
    reward_gap_limit: float
    first_epoch: float

    @classmethod
    def limits(cls, name: str) -> tuple[float, float]:
        """Return between which values the formulas work; a name that is no measure has no limits."""
        if name not in cls.__dataclass_fields__:
            return float("-inf"), float("inf")
        return _LEAST.get(name, 1e-9), 0.99 if name.endswith("_share") else 1e6

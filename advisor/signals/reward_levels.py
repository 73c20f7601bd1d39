"""How high the rewards of a reinforcement run are, relative to the grader's range."""

from __future__ import annotations

from advisor.signals.curves import Curves
from advisor.signals.registry import REWARD, SignalCatalogue, Value
from advisor.signals.reward_range import (
    ends,
    from_zero_share,
    grader_range,
    no_points,
    opening,
    range_width,
    share_of_range,
    train_rewards,
    valid_rewards,
    window_width,
)
from advisor.signals.series import highest_index, median

signal = SignalCatalogue()

_GUIDE = "Training Curve Analysis"


@signal("points", methods=REWARD)
def reward_points(curves: Curves) -> Value:
    """How many train rewards there are."""
    return float(len(train_rewards(curves)))


@signal("points", methods=REWARD)
def valid_reward_points(curves: Curves) -> Value:
    """How many validation rewards there are."""
    return float(len(valid_rewards(curves)))


@signal("share", methods=REWARD, source=f"{_GUIDE}, RFT metrics")
def reward_first_share(curves: Curves) -> Value:
    """Train reward at the start as a share of the grader's range (0 its bottom): the lower of the first window and ``opening_points``."""
    values = train_rewards(curves).values
    return share_of_range(curves, opening(curves, values)) if values else no_points("train_mean_reward")


@signal("share", methods=REWARD, source=f"{_GUIDE}, RFT metrics")
def reward_last_share(curves: Curves) -> Value:
    """Train reward in the last window of points as a share of the grader's range."""
    values = train_rewards(curves).values
    return share_of_range(curves, ends(curves, values)[1]) if values else no_points("train_mean_reward")


@signal("share", methods=REWARD, source=f"{_GUIDE}, reward curve patterns")
def reward_farthest_from_zero_share(curves: Curves) -> Value:
    """The largest distance from 0 of the train reward in any window of the run, as a share of the range: near 0 it was flat at 0."""
    values = train_rewards(curves).values
    if not values:
        return no_points("train_mean_reward")
    width = window_width(curves, len(values))
    total = sum(values[:width])
    highest = abs(from_zero_share(curves, total / width))
    for i in range(width, len(values)):
        total += values[i] - values[i - width]
        highest = max(highest, abs(from_zero_share(curves, total / width)))
    return highest


@signal("share", methods=REWARD)
def valid_reward_farthest_from_zero_share(curves: Curves) -> Value:
    """The largest distance from 0 of any validation reward, as a share of the range."""
    values = valid_rewards(curves).values
    return max(abs(from_zero_share(curves, v)) for v in values) if values else no_points("full_valid_mean_reward")


@signal("share", methods=REWARD, source=f"{_GUIDE}, reward curve patterns")
def reward_negative_share(curves: Curves) -> Value:
    """Share of the train rewards that are below 0."""
    values = train_rewards(curves).values
    return sum(v < 0 for v in values) / len(values) if values else no_points("train_mean_reward")


@signal("reward", methods=REWARD)
def reward_last(curves: Curves) -> Value:
    """Train reward in the last window of points, in the grader's own points."""
    values = train_rewards(curves).values
    return ends(curves, values)[1] if values else no_points("train_mean_reward")


@signal("reward", methods=REWARD)
def valid_reward_highest(curves: Curves) -> Value:
    """The highest validation reward, in the grader's own points."""
    values = valid_rewards(curves).values
    return max(values) if values else no_points("full_valid_mean_reward")


@signal("share", methods=REWARD)
def reward_above_range_share(curves: Curves) -> Value:
    """How far the highest train reward lies above the grader's range, as a share of it: above 0 the stated range is wrong."""
    values = train_rewards(curves).values
    return max(0.0, (max(values) - grader_range(curves)[1]) / range_width(curves)) if values else no_points("train_mean_reward")


@signal("share", methods=REWARD)
def reward_median_share(curves: Curves) -> Value:
    """The median train reward of the run as a share of the grader's range."""
    values = train_rewards(curves).values
    return share_of_range(curves, median(values)) if values else no_points("train_mean_reward")


@signal("share", methods=REWARD, source=f"{_GUIDE}, RFT metrics")
def valid_reward_first_share(curves: Curves) -> Value:
    """The first validation reward as a share of the grader's range."""
    values = valid_rewards(curves).values
    return share_of_range(curves, values[0]) if values else no_points("full_valid_mean_reward")


@signal("share", methods=REWARD, source=f"{_GUIDE}, RFT metrics")
def valid_reward_last_share(curves: Curves) -> Value:
    """Validation reward in the last window of points as a share of the grader's range."""
    values = valid_rewards(curves).values
    return share_of_range(curves, ends(curves, values)[1]) if values else no_points("full_valid_mean_reward")


@signal("steps", methods=REWARD)
def valid_reward_peak_step(curves: Curves) -> Value:
    """The step of the highest validation reward."""
    series = valid_rewards(curves)
    return float(series.steps[highest_index(series.values)]) if series.values else no_points("full_valid_mean_reward")

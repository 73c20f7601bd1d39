"""Whether the rewards of a reinforcement run rise or fall, beside their own noise."""

from __future__ import annotations

from math import sqrt

from advisor.signals.curves import Curves
from advisor.signals.registry import REWARD, Missing, SignalCatalogue, Value
from advisor.signals.reward_range import ends, no_points, opening, range_width, share_of_range, train_rewards, valid_rewards, window_width
from advisor.signals.series import MOST_NOISES, highest_index, mean, robust_noise

signal = SignalCatalogue()


@signal("share", methods=REWARD)
def reward_rise_share(curves: Curves) -> Value:
    """How far the train reward rose from its start to its last window, as a share of the grader's range."""
    values = train_rewards(curves).values
    if len(values) < 2:
        return no_points("train_mean_reward", 2)
    return (ends(curves, values)[1] - opening(curves, values)) / range_width(curves)


@signal("share", methods=REWARD)
def reward_noise_share(curves: Curves) -> Value:
    """Point-to-point noise of the train reward as a share of the range; ``rollout_noise_share`` below ``noise_points_min`` points."""
    values = train_rewards(curves).values
    if not values:
        return no_points("train_mean_reward")
    m = curves.measures
    return robust_noise(values) / range_width(curves) if len(values) >= m.noise_points_min else m.rollout_noise_share


@signal("multiple", methods=REWARD)
def reward_rise_noise_multiple(curves: Curves) -> Value:
    """The rise of the train reward as a multiple of the noise of the difference of its start and its end.

    That noise is ``least_reward_error_share`` at the least.
    """
    rise, noise = reward_rise_share(curves), reward_noise_share(curves)
    if isinstance(rise, Missing):
        return rise
    if isinstance(noise, Missing):
        return noise
    points = len(train_rewards(curves))
    error = noise * sqrt(1 / min(int(curves.measures.opening_points), points) + 1 / window_width(curves, points))
    return min(rise / max(error, curves.measures.least_reward_error_share), MOST_NOISES)


@signal("share", methods=REWARD)
def valid_reward_rise_share(curves: Curves) -> Value:
    """How far the validation reward rose from its first point to its last window, as a share of the grader's range."""
    values = valid_rewards(curves).values
    return (ends(curves, values)[1] - values[0]) / range_width(curves) if len(values) >= 2 else no_points("full_valid_mean_reward", 2)


def valid_reward_error(curves: Curves) -> float:
    """Return the standard error of one validation reward as a share of the range, as if items were passed or failed; half of them if unknown.

    Rewards are graded on the same prompts each time, so that averaging evaluations does not make it smaller.
    """
    n_valid = curves.run.dataset.n_valid or curves.measures.valid_items_assumed
    values = valid_rewards(curves).values
    share = share_of_range(curves, ends(curves, values)[1]) if values else 0.5
    share = share if 0 <= share <= 1 else 0.5
    return sqrt(max(share * (1 - share), curves.measures.least_reward_variance_share) / n_valid)


@signal("share", methods=REWARD)
def valid_reward_fall_since_peak_share(curves: Curves) -> Value:
    """How far the last validation rewards after the highest lie below it, as a share of the grader's range; 0 where the last is highest."""
    values = valid_rewards(curves).values
    if len(values) < 2:
        return no_points("full_valid_mean_reward", 2)
    peak = highest_index(values)
    after = values[peak + 1 :][-window_width(curves, len(values)) :]
    return (values[peak] - mean(after)) / range_width(curves) if after else 0.0


@signal("multiple", methods=REWARD)
def valid_reward_fall_noise_multiple(curves: Curves) -> Value:
    """The fall of the validation reward since its highest value as a multiple of the sampling error of one validation reward.

    The error is that of n_valid items (``valid_items_assumed`` where not given) whose rewards vary by ``least_reward_variance_share`` or more.
    """
    fall = valid_reward_fall_since_peak_share(curves)
    return fall if isinstance(fall, Missing) else fall / valid_reward_error(curves)

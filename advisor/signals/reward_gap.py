"""How far the train reward lies above the validation reward, and whether that is more than luck."""

from __future__ import annotations

from bisect import bisect_left
from math import hypot, sqrt

from advisor.signals.curves import Curves
from advisor.signals.registry import REWARD, Missing, SignalCatalogue, Value
from advisor.signals.reward_range import no_points, range_width, train_rewards, valid_rewards, window_width
from advisor.signals.reward_trends import reward_noise_share, valid_reward_error
from advisor.signals.series import mean

signal = SignalCatalogue()

_GUIDE = "Training Curve Analysis"


def _gaps(curves: Curves) -> list[float]:
    """Mean train reward around each validation, less the validation reward, in shares of the range."""
    train, valid = train_rewards(curves), valid_rewards(curves)
    if not train.values:
        return []
    width = max(1, int(curves.measures.window_share * len(train))) | 1
    sums = [0.0]
    for value in train.values:
        sums.append(sums[-1] + value)
    gaps = []
    for step, reward in zip(valid.steps, valid.values, strict=True):
        after = bisect_left(train.steps, step)
        nearest = min((i for i in (after - 1, after) if 0 <= i < len(train)), key=lambda i: abs(train.steps[i] - step))
        start = min(max(nearest - width // 2, 0), len(train) - width)
        gaps.append(((sums[start + width] - sums[start]) / width - reward) / range_width(curves))
    return gaps


def _no_gap(curves: Curves) -> Missing:
    needs = tuple(name for name in ("train_mean_reward", "full_valid_mean_reward") if not curves.series(name).values)
    return Missing("needs train and validation rewards", needs or ("full_valid_mean_reward",))


def _late(curves: Curves, points: int, least: float) -> int:
    """How many of these points make up the end of the gap: the rulebook's share of them, at least so many."""
    return min(points, max(int(least), round(points * curves.measures.gap_window_share)))


def _late_gap(curves: Curves, gaps: list[float]) -> float:
    return mean(gaps[-_late(curves, len(gaps), curves.measures.gap_window_points_min) :])


@signal("share", methods=REWARD, source=f"{_GUIDE}, reward curve patterns")
def reward_gap(curves: Curves) -> Value:
    """Train reward (mean around each validation) minus validation reward, as a share of the range, over ``gap_window_share`` at the end of the run.

    The end is ``gap_window_points_min`` validations at the least. Below 0 validation is better.
    """
    gaps = curves.once(_gaps)
    return _late_gap(curves, gaps) if gaps else _no_gap(curves)


@signal("share", methods=REWARD)
def reward_gap_growth(curves: Curves) -> Value:
    """How much the gap between train and validation reward grew since the first ``gap_opening_points`` validations, as a share of the range."""
    gaps, opening = curves.once(_gaps), int(curves.measures.gap_opening_points)
    if len(gaps) < 2 * opening:
        return _no_gap(curves) if not gaps else no_points("full_valid_mean_reward", 2 * opening)
    return _late_gap(curves, gaps) - mean(gaps[:opening])


@signal("share", methods=REWARD)
def reward_gap_persistence(curves: Curves) -> Value:
    """Share of the validations in the second half of the run at which the gap lies above ``reward_gap_limit``."""
    gaps = curves.once(_gaps)
    half = gaps[len(gaps) // 2 :]
    return sum(g > curves.measures.reward_gap_limit for g in half) / len(half) if half else _no_gap(curves)


@signal("share", methods=REWARD)
def reward_gap_error(curves: Curves) -> Value:
    """Sampling error of the gap as a share of the range: the train rewards' noise over their number, and the validation items'.

    At least ``gap_error_points_min`` train rewards count as averaged, where there are as many.
    """
    gaps, noise = curves.once(_gaps), reward_noise_share(curves)
    if not gaps or isinstance(noise, Missing):
        return _no_gap(curves)
    points = len(train_rewards(curves))
    behind = max(window_width(curves, points), _late(curves, points, curves.measures.gap_error_points_min))
    return max(hypot(noise / sqrt(behind), valid_reward_error(curves)), curves.measures.least_reward_error_share)


@signal("multiple", methods=REWARD)
def reward_gap_noise_multiple(curves: Curves) -> Value:
    """The gap between train and validation reward as a multiple of its sampling error."""
    gap, error = reward_gap(curves), reward_gap_error(curves)
    if isinstance(gap, Missing):
        return gap
    return error if isinstance(error, Missing) else gap / error

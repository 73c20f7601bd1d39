"""How long the answers of a reinforcement run are, and how much they grew."""

from __future__ import annotations

from advisor.signals.curves import Curves
from advisor.signals.registry import REWARD, Missing, SignalCatalogue, Value
from advisor.signals.reward_range import no_points
from advisor.signals.series import MOST_NOISES, mean, robust_noise

signal = SignalCatalogue()

_GUIDE = "Training Curve Analysis"


def _tail(curves: Curves, points: int) -> int:
    """How many points make up the end of a curve of lengths: the rulebook's share of them, so that short curves end at their last point."""
    return max(1, int(curves.measures.window_share * points))


def _grown(curves: Curves, name: str) -> Value:
    values = curves.series(name).values
    if len(values) < 2:
        return no_points(name, 2)
    return mean(values[-_tail(curves, len(values)) :]) / values[0] if values[0] > 0 else Missing(f"{name} starts at 0", (name,))


@signal("tokens", methods=REWARD, source=f"{_GUIDE}, RFT metrics")
def completion_tokens_first(curves: Curves) -> Value:
    """Mean completion length at the first checkpoint."""
    values = curves.series("completion_tokens_mean").values
    return values[0] if values else no_points("completion_tokens_mean")


@signal("tokens", methods=REWARD, source=f"{_GUIDE}, RFT metrics")
def completion_tokens_last(curves: Curves) -> Value:
    """Completion length at the end: the mean of ``window_share`` of the points, the last point itself on a short run."""
    values = curves.series("completion_tokens_mean").values
    return mean(values[-_tail(curves, len(values)) :]) if values else no_points("completion_tokens_mean")


@signal("ratio", methods=REWARD, source=f"{_GUIDE}, token growth")
def completion_tokens_growth_ratio(curves: Curves) -> Value:
    """Completion length at the end (mean of the last window) over that of the first checkpoint: 2 is doubled."""
    return _grown(curves, "completion_tokens_mean")


@signal("multiple", methods=REWARD)
def completion_tokens_growth_noise_multiple(curves: Curves) -> Value:
    """The growth of the completion length as a multiple of its point-to-point noise (at least ``least_length_noise_share``)."""
    values = curves.series("completion_tokens_mean").values
    ratio = _grown(curves, "completion_tokens_mean")
    if isinstance(ratio, Missing):
        return ratio
    noise = robust_noise(values) if len(values) >= curves.measures.noise_points_min else 0.0
    return min((ratio - 1) / max(noise / values[0], curves.measures.least_length_noise_share), MOST_NOISES)


@signal("ratio", methods=REWARD, source=f"{_GUIDE}, token growth")
def reasoning_tokens_growth_ratio(curves: Curves) -> Value:
    """Reasoning length at the end (mean of the last window) over that of the first checkpoint."""
    return _grown(curves, "reasoning_tokens_mean")

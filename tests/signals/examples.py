"""Small runs to measure signals on, and the default measures as plain numbers, so that each expectation can be worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from advisor.contract import AdviseRequest
from advisor.signals import SIGNALS, Curves, Measures, Missing, Value

MEASURES = Measures(
    noise_points_min=6,
    noise_floor_full_valid_loss=0.05,
    noise_floor_valid_loss=0.15,
    noise_floor_min=0.0001,
    noise_multiple_best=2,
    tie_ratio=0.01,
    least_loss=0.001,
    window_share=0.2,
    window_points_min=3,
    smoothing_points_min=9,
    smoothing_points_min_one_batch=5,
    noisy_turning_share=0.3333,
    smoothing_reach=1,
    smoothing_middle_from=12,
    smoothing_middle_reach=2,
    smoothing_long_from=30,
    smoothing_long_reach=3,
    smoothing_share=0.05,
    evaluation_noise_share=0.025,
    history_window=3,
    swing_ratio=0.03,
    leak_ratio=0.8,
    baseline_near_zero_share=0.05,
    first_epoch=1,
    rollout_noise_share=0.07,
    valid_items_assumed=50,
    evaluation_items_assumed=80,
    enough_updates=1000,
    enough_train_examples=1000,
    most_epochs=10,
    most_times_longer=8,
    reward_gap_limit=0.1,
    full_points_min=3,
    opening_points=3,
    late_window_share=0.25,
    least_times_more=2,
    least_step=1.15,
    gap_opening_points=2,
    gap_window_share=0.3333,
    gap_window_points_min=3,
    gap_error_points_min=5,
    score_window_points=3,
    least_reward_variance_share=0.05,
    least_score_variance_share=0.02,
    least_reward_error_share=0.001,
    least_length_noise_share=0.02,
)

Numbers = Sequence[float | str | None]


def points(steps: Sequence[int] | None = None, /, **metrics: Numbers) -> list[dict[str, Any]]:
    """Return checkpoints, one per step (10, 20, … where none are given); None leaves a metric out of its checkpoint."""
    count = max(map(len, metrics.values()), default=0)
    numbered = steps or [10 * (i + 1) for i in range(count)]
    return [
        {"step_number": step, "metrics": {name: values[i] for name, values in metrics.items() if i < len(values) and values[i] is not None}}
        for i, step in enumerate(numbered)
    ]


def request(method: str = "supervised", *, around: dict[str, Any] | None = None, **run: Any) -> AdviseRequest:
    """Return a request for a run; ``around`` is what stands beside the run: baseline, history, goal."""
    return AdviseRequest.model_validate({"run": {"method": method, "checkpoints": [], **run}, **(around or {})})


def curves(method: str = "supervised", *, around: dict[str, Any] | None = None, **run: Any) -> Curves:
    """Return a run prepared for measuring."""
    return Curves(request(method, around=around, **run), MEASURES)


def supervised(steps: Sequence[int] | None = None, /, **metrics: Numbers) -> Curves:
    """Return a supervised run that is known by its curves alone."""
    return curves(checkpoints=points(steps, **metrics))


def reinforcement(steps: Sequence[int] | None = None, /, *, run: Any = None, **metrics: Numbers) -> Curves:
    """Return a reinforcement run that is known by its curves, and by ``run``."""
    return curves("reinforcement", checkpoints=points(steps, **metrics), **(run or {}))


def measured(name: str, of: Curves) -> Value:
    """Return what a signal says of a run."""
    return SIGNALS[name].measure(of)


def number(name: str, of: Curves) -> float:
    """Return a signal's number; fail where it is missing."""
    value = measured(name, of)
    assert not isinstance(value, Missing), f"{name} is missing: {value}"
    return value


def missing(name: str, of: Curves) -> Missing:
    """Return what a signal lacks; fail where it has a number."""
    value = measured(name, of)
    assert isinstance(value, Missing), f"{name} is {value}"
    return value


def near(value: float) -> Any:
    """Return a value to compare with, up to rounding."""
    return pytest.approx(value, rel=1e-9, abs=1e-12)

"""What the reward curves of a reinforcement run say, on any range of rewards, worked out by hand."""

from __future__ import annotations

from math import hypot, sqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.signals import Missing, answer_length, measure_signals, reward_evaluation, reward_gap, reward_levels, reward_trends, rollouts
from tests.signals.examples import Numbers, curves, missing, near, number, reinforcement

RISING = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]  # windows of three: 0.2 at the start, 0.5 at the end
NEGATIVE = [-0.8, -0.6, -0.4, -0.6]

BY_HAND: list[tuple[str, dict[str, Numbers], list[float], float]] = [
    ("reward_points", {"train_mean_reward": [0.1, "NaN", 0.2]}, [0, 1], 2),
    ("valid_reward_points", {"full_valid_mean_reward": [0.1]}, [0, 1], 1),
    ("reward_first_share", {"train_mean_reward": RISING}, [0, 1], 0.2),
    ("reward_first_share", {"train_mean_reward": RISING}, [-1, 1], 0.6),
    ("reward_first_share", {"train_mean_reward": [5]}, [0, 10], 0.5),
    ("reward_last_share", {"train_mean_reward": RISING}, [0, 1], 0.5),
    ("reward_last_share", {"train_mean_reward": NEGATIVE}, [-1, 1], (1 - 1.6 / 3) / 2),
    ("reward_last", {"train_mean_reward": NEGATIVE}, [-1, 1], -1.6 / 3),
    ("reward_rise_share", {"train_mean_reward": RISING}, [0, 10], 0.03),
    # no noise in a straight line: the least error of 0.001 stands
    ("reward_rise_noise_multiple", {"train_mean_reward": RISING}, [0, 1], 300),
    ("reward_noise_share", {"train_mean_reward": [1, 2, 3]}, [0, 10], 0.07),  # assumed below six points
    # differences 1 3 1 3 1: median 1, absolute deviations 0 2 0 2 0: median 0
    ("reward_noise_share", {"train_mean_reward": [0, 1, 4, 5, 8, 9]}, [0, 10], 0),
    # differences 1 3 1 3: median 2, absolute deviations 1: but six points are needed, so one more pair
    ("reward_noise_share", {"train_mean_reward": [0, 1, 4, 5, 8, 9, 12]}, [0, 10], 1.4826 / sqrt(2) / 10),
    # windows of three, farthest from 0 is the mean of -0.8 -0.6 -0.4
    ("reward_farthest_from_zero_share", {"train_mean_reward": NEGATIVE}, [-1, 1], 0.3),
    ("reward_farthest_from_zero_share", {"train_mean_reward": [3, 3, 3, 1]}, [1, 5], 0.5),  # a range without 0 counts from its bottom
    ("valid_reward_farthest_from_zero_share", {"full_valid_mean_reward": [0.1, -0.4]}, [-1, 1], 0.2),
    ("reward_negative_share", {"train_mean_reward": [-1, 0, 1, -0.5]}, [-1, 1], 0.5),
    ("reward_above_range_share", {"train_mean_reward": [0.5, 1.5]}, [0, 1], 0.5),
    ("reward_above_range_share", {"train_mean_reward": [0.5, 0.9]}, [0, 1], 0),
    ("reward_median_share", {"train_mean_reward": [0, 0, 10]}, [0, 10], 0),
    ("valid_reward_first_share", {"full_valid_mean_reward": [0, 1]}, [-1, 1], 0.5),
    ("valid_reward_last_share", {"full_valid_mean_reward": RISING}, [0, 1], 0.5),
    ("valid_reward_rise_share", {"full_valid_mean_reward": RISING}, [0, 1], 0.4),
    ("valid_reward_highest", {"full_valid_mean_reward": [2, 9, 3]}, [0, 10], 9),
    ("valid_reward_peak_step", {"full_valid_mean_reward": [2, 9, 9]}, [0, 10], 20),
    ("valid_reward_fall_since_peak_share", {"full_valid_mean_reward": [2, 9, 3, 3, 3]}, [0, 10], 0.6),
    ("completion_tokens_first", {"completion_tokens_mean": [100, 300]}, [0, 1], 100),
    ("completion_tokens_last", {"completion_tokens_mean": [100, 300]}, [0, 1], 300),
    ("completion_tokens_last", {"completion_tokens_mean": [100, 200, 300, 400]}, [0, 1], 400),
    ("completion_tokens_growth_ratio", {"completion_tokens_mean": [100, 300]}, [0, 1], 3),
    ("completion_tokens_growth_ratio", {"completion_tokens_mean": [100, 200, 300, 400]}, [0, 1], 4),
    ("completion_tokens_growth_noise_multiple", {"completion_tokens_mean": [100, 110]}, [0, 1], 5),  # at least 2 % noise
    ("reasoning_tokens_growth_ratio", {"reasoning_tokens_mean": [100, 50]}, [0, 1], 0.5),
    ("other_errors_total", {"train_other_error_count": [0, 2, 1]}, [0, 1], 3),
    ("parse_errors_mean", {"train_sample_parse_error_count": [0, 3, 0, 1]}, [0, 1], 1),
    ("parse_error_steps_share", {"train_sample_parse_error_count": [0, 3, 0, 1]}, [0, 1], 0.5),
]


@pytest.mark.parametrize(("name", "metrics", "grades", "expected"), BY_HAND)
def test_the_value_is_the_one_worked_out_by_hand(name: str, metrics: dict[str, Numbers], grades: list[float], expected: float):
    assert number(name, reinforcement(run={"grader": {"range": grades}}, **metrics)) == near(expected)


def test_rewards_lie_between_0_and_1_where_no_range_is_given():
    assert number("reward_first_share", reinforcement(train_mean_reward=[0.25])) == 0.25
    assert number("reward_first_share", reinforcement(run={"grader": {"range": None}}, train_mean_reward=[0.25])) == 0.25


NO_POINT = {
    "train_mean_reward": [
        "reward_first_share", "reward_last_share", "reward_farthest_from_zero_share", "reward_negative_share", "reward_last",
        "reward_above_range_share", "reward_rise_share", "reward_noise_share", "reward_rise_noise_multiple", "reward_median_share",
    ],
    "full_valid_mean_reward": [
        "valid_reward_farthest_from_zero_share", "valid_reward_highest", "valid_reward_first_share", "valid_reward_last_share",
        "valid_reward_rise_share", "valid_reward_fall_since_peak_share", "valid_reward_peak_step",
    ],
    "completion_tokens_mean": [
        "completion_tokens_first", "completion_tokens_last", "completion_tokens_growth_ratio", "completion_tokens_growth_noise_multiple",
    ],
    "reasoning_tokens_mean": ["reasoning_tokens_growth_ratio"],
    "mean_unresponsive_rewards": ["unresponsive_share", "unresponsive_share_growth"],
    "train_sample_parse_error_count": ["parse_errors_mean", "parse_error_steps_share", "parse_error_share"],
    "train_other_error_count": ["other_errors_total"],
    "rollouts_per_step": ["rollouts_per_step"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "needs"), [(name, needs) for needs, names in NO_POINT.items() for name in names])
def test_without_a_curve_its_field_is_what_is_needed(name: str, needs: str):
    assert missing(name, reinforcement()).needs == (needs,)


def test_the_fall_of_the_validation_reward_is_measured_in_sampling_errors():
    # from 1.0 to a last window of 0.5 on 100 items: an error of 0.05 of the range
    run = reinforcement(run={"dataset": {"n_valid": 100}}, full_valid_mean_reward=[1.0, 0.5, 0.5, 0.5])

    assert number("valid_reward_fall_noise_multiple", run) == near(10)
    assert missing("valid_reward_fall_noise_multiple", reinforcement()).needs == ("full_valid_mean_reward",)


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("reward_rise_share", "train_mean_reward"),
        ("reward_rise_noise_multiple", "train_mean_reward"),
        ("valid_reward_rise_share", "full_valid_mean_reward"),
        ("valid_reward_fall_since_peak_share", "full_valid_mean_reward"),
        ("completion_tokens_growth_ratio", "completion_tokens_mean"),
        ("completion_tokens_growth_noise_multiple", "completion_tokens_mean"),
        ("reasoning_tokens_growth_ratio", "reasoning_tokens_mean"),
        ("unresponsive_share_growth", "mean_unresponsive_rewards"),
    ],
)
def test_one_point_is_no_trend(name: str, metric: str):
    assert missing(name, reinforcement(**{metric: [0.5]})).needs == (metric,)


def test_an_early_dip_is_not_taken_for_the_start():
    """The start is the lower of two windows, so a run that dips and recovers has risen from the dip."""
    dip = reinforcement(train_mean_reward=[0.5, 0.1, 0.1, 0.1, 0.5, *[0.6] * 15])

    # first window of four (a fifth of twenty): 0.2; first three: 0.7 / 3
    assert number("reward_first_share", dip) == near(0.2)


def test_lengths_that_start_at_zero_have_no_growth():
    assert missing("completion_tokens_growth_ratio", reinforcement(completion_tokens_mean=[0, 5])).needs == ("completion_tokens_mean",)


# --- the gap between train and validation reward -----------------------------------------------------------------------------------


def test_the_gap_is_signed_and_relative_to_the_range():
    run = reinforcement(run={"grader": {"range": [0, 10]}}, train_mean_reward=[5] * 6, full_valid_mean_reward=[None, 4, None, 4, None, 4])
    better = reinforcement(train_mean_reward=[0.5] * 6, full_valid_mean_reward=[0.7] * 6)

    assert number("reward_gap", run) == near(0.1)
    assert number("reward_gap", better) == near(-0.2)


def test_the_gap_is_that_of_the_last_third_and_grows_from_the_first_two():
    run = reinforcement(train_mean_reward=[0.5] * 12, full_valid_mean_reward=[0.5] * 6 + [0.3] * 6)

    # of twelve validations the last four; the first two have no gap
    assert number("reward_gap", run) == near(0.2)
    assert number("reward_gap_growth", run) == near(0.2)
    assert number("reward_gap_persistence", run) == 1


def test_a_gap_at_the_limit_is_not_above_it():
    run = reinforcement(run={"grader": {"range": [0, 8]}}, train_mean_reward=[4] * 6, full_valid_mean_reward=[3.5] * 6)

    assert number("reward_gap", run) == near(0.0625)
    assert number("reward_gap_persistence", run) == 0


def test_train_rewards_are_averaged_around_the_nearest_step_of_each_validation():
    short = reinforcement([1, 2, 3, 4, 5, 6], train_mean_reward=[0.0, 0.1, 0.2, 0.3, 0.4, None], full_valid_mean_reward=[None] * 5 + [0.1])
    steps = list(range(1, 17))
    long = reinforcement(steps, train_mean_reward=[n / 100 for n in range(15)] + [None], full_valid_mean_reward=[None] * 15 + [0.1])

    assert number("reward_gap", short) == near(0.3)  # a fifth of five points is the nearest one
    assert number("reward_gap", long) == near(0.03)  # a fifth of fifteen points: the mean of the last three


def test_the_error_of_the_gap_holds_the_noise_of_both_sides():
    # six train points without noise; validation reward 0.5 on 100 items: √(0.25 / 100)
    smooth = reinforcement(run={"dataset": {"n_valid": 100}}, train_mean_reward=[0.5] * 6, full_valid_mean_reward=[0.5] * 6)
    # two train points of the assumed noise, 50 assumed items
    short = reinforcement(train_mean_reward=[0.5] * 2, full_valid_mean_reward=[0.5] * 2)

    assert number("reward_gap_error", smooth) == near(0.05)
    assert number("reward_gap_error", short) == near(hypot(0.07 / sqrt(2), sqrt(0.25 / 50)))
    assert number("reward_gap_noise_multiple", smooth) == near(0)


def test_a_reward_outside_the_stated_range_is_still_answered():
    run = reinforcement(train_mean_reward=[40, 50], full_valid_mean_reward=[30, 20])

    assert number("reward_gap", run) == near(20)
    assert number("reward_gap_error", run) > 0


@pytest.mark.parametrize(
    "name", ["reward_gap", "reward_gap_growth", "reward_gap_persistence", "reward_gap_error", "reward_gap_noise_multiple"]
)
def test_a_gap_needs_both_rewards(name: str):
    both = ("train_mean_reward", "full_valid_mean_reward")

    assert missing(name, reinforcement()).needs == both
    assert missing(name, reinforcement(train_mean_reward=[1])).needs == both[1:]
    assert missing(name, reinforcement(full_valid_mean_reward=[1])).needs == both[:1]


def test_growth_of_the_gap_needs_four_validations():
    assert missing("reward_gap_growth", reinforcement(train_mean_reward=[1] * 3, full_valid_mean_reward=[1] * 3)).needs == (
        "full_valid_mean_reward",
    )


# --- the evaluation ----------------------------------------------------------------------------------------------------------------


def _evaluated(*scores: float, scale: Any = (0, 10), **more: Any) -> Any:
    checkpoints = [{"step_number": i, "score": s} for i, s in enumerate(scores)]
    return curves("reinforcement", evaluation={"scale": scale, "checkpoints": checkpoints, **more})


def test_the_evaluation_falls_from_the_first_checkpoint_to_the_last():
    assert number("evaluation_fall_share", _evaluated(8, 9, 5)) == near(0.3)
    assert number("evaluation_fall_share", _evaluated(8, 8, 8, 5, 6, 4)) == near(0.3)  # from six on the mean of the last three


def test_the_fall_is_measured_in_sampling_errors():
    assert number("evaluation_fall_noise_multiple", _evaluated(8, 5, standard_error=1)) == near(0.3 / (0.1 * sqrt(2)))
    # shares 0.6 and 0.4 of 50 items: √(0.25 / 50)
    assert number("evaluation_fall_noise_multiple", _evaluated(6, 4, n_items=50)) == near(0.2 / (sqrt(0.25 / 50) * sqrt(2)))
    assert number("evaluation_fall_noise_multiple", _evaluated(6, 4)) == near(0.2 / (sqrt(0.25 / 80) * sqrt(2)))


@pytest.mark.parametrize("name", ["evaluation_fall_share", "evaluation_fall_noise_multiple"])
def test_a_fall_needs_two_scores_and_the_scale(name: str):
    assert missing(name, curves("reinforcement")).needs == ("evaluation.checkpoints",)
    assert missing(name, _evaluated(8)).needs == ("evaluation.checkpoints",)
    assert missing(name, _evaluated(8, 5, scale=None)).needs == ("evaluation.scale",)


# --- rates -------------------------------------------------------------------------------------------------------------------------


def test_counts_become_rates_where_the_rollouts_are_known():
    counts: dict[str, Numbers] = {"train_sample_parse_error_count": [12, 0, 12, 24], "mean_unresponsive_rewards": [0, 6, 6, 12]}
    run = reinforcement(run={"rollouts_per_step": 48}, **counts)

    assert number("rollouts_per_step", run) == 48
    assert number("parse_error_share", run) == near(12 / 48)
    assert number("unresponsive_share", run) == near(8 / 48)  # the last three
    assert number("unresponsive_share_growth", run) == near(8 / 48)


def test_rollouts_of_open_source_trainers_are_group_size_times_batch_size():
    grouped = curves("reinforcement", hyperparameters={"batch_size": 8, "num_generations": 4})

    assert number("rollouts_per_step", grouped) == 32
    assert number("rollouts_per_step", curves("reinforcement", hyperparameters={"batch_size": 8, "group_size": 2})) == 16
    unknown = curves("reinforcement", hyperparameters={"batch_size": "auto", "group_size": 2})
    assert missing("rollouts_per_step", unknown).needs == ("rollouts_per_step",)


@pytest.mark.parametrize("name", ["parse_error_share", "unresponsive_share", "unresponsive_share_growth"])
def test_counts_are_no_shares_where_the_rollouts_are_unknown(name: str):
    counts = reinforcement(train_sample_parse_error_count=[5, 5], mean_unresponsive_rewards=[5, 5])

    assert missing(name, counts).needs == ("rollouts_per_step",)


def test_shares_are_taken_as_they_are():
    shares = reinforcement(run={"rollouts_per_step": 48}, train_sample_parse_error_count=[0.25, 0.75], mean_unresponsive_rewards=[0, 0.5])

    assert number("parse_error_share", shares) == 0.5
    assert number("unresponsive_share", shares) == 0.25
    assert number("unresponsive_share_growth", shares) == 0.25


def test_a_single_failure_in_a_step_is_a_count_and_not_every_rollout():
    rare: dict[str, Numbers] = {"train_sample_parse_error_count": [0, 1, 0, 0]}

    assert number("parse_error_share", reinforcement(run={"rollouts_per_step": 50}, **rare)) == near(0.005)
    assert missing("parse_error_share", reinforcement(**rare)).needs == ("rollouts_per_step",)


def test_no_failure_at_all_is_a_share_of_zero():
    assert number("parse_error_share", reinforcement(train_sample_parse_error_count=[0, 0])) == 0


# --- any range ---------------------------------------------------------------------------------------------------------------------

_IN_POINTS = {"reward_last", "valid_reward_highest"}


@given(
    rewards=st.lists(st.floats(0, 1), min_size=4, max_size=20),
    valid=st.lists(st.floats(0, 1), min_size=4, max_size=20),
    factor=st.sampled_from([2.0, 8.0, 16.0]),
)
@settings(max_examples=80, deadline=None)
def test_scaling_rewards_and_their_range_together_changes_no_signal(rewards: list[float], valid: list[float], factor: float):
    plain = reinforcement(train_mean_reward=rewards, full_valid_mean_reward=valid)
    scaled = reinforcement(
        run={"grader": {"range": [0, factor]}},
        train_mean_reward=[r * factor for r in rewards],
        full_valid_mean_reward=[r * factor for r in valid],
    )
    after = measure_signals(scaled)

    for name, value in measure_signals(plain).items():
        if name not in _IN_POINTS and not isinstance(value, Missing):
            assert after[name] == pytest.approx(value, rel=1e-6, abs=1e-9), name


def test_every_signal_of_the_rewards_is_tried_here():
    tried = {name for name, *_ in BY_HAND} | {name for names in NO_POINT.values() for name in names}
    tried |= {f"reward_gap{end}" for end in ("", "_growth", "_persistence", "_error", "_noise_multiple")}
    tried |= {"valid_reward_fall_noise_multiple", "evaluation_fall_share", "evaluation_fall_noise_multiple"}

    modules = (reward_levels, reward_trends, reward_gap, reward_evaluation, answer_length, rollouts)
    assert {name for module in modules for name in module.signal.signals} == tried

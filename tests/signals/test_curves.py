"""A request prepared for measuring: sorting, merging, the judged validation loss, epochs, noise, ratios."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.signals import Curves, Missing
from tests.signals.examples import curves, near, points, supervised

# --- points ------------------------------------------------------------------------------------------------------------------------


def test_points_are_sorted_by_step():
    run = supervised([30, 10, 20], train_loss=[3, 1, 2])

    assert run.train.steps == (10, 20, 30)
    assert run.train.values == (1, 2, 3)


def test_of_a_step_given_twice_the_later_word_counts():
    run = supervised([10, 20, 20], train_loss=[3, 2, 1])

    assert run.train.steps == (10, 20)
    assert run.train.values == (3, 1)


def test_metrics_of_one_step_may_come_in_several_points():
    checkpoints = [{"step_number": 10, "metrics": {"train_loss": 1.0}}, {"step_number": 10, "metrics": {"valid_loss": 2.0}}]
    run = curves(checkpoints=checkpoints)

    assert [*run.train.values, *run.valid.values] == [1, 2]


def test_train_and_validation_loss_may_stand_on_different_steps():
    run = supervised([1, 2, 3, 4], train_loss=[4, None, 2, None], valid_loss=[None, 5, None, 3])

    assert run.train.steps == (1, 3)
    assert run.valid.steps == (2, 4)


def test_non_finite_losses_are_counted_and_left_out():
    run = supervised(train_loss=[1, "NaN", "Infinity"], valid_loss=[1, "-Infinity", 2])

    assert list(run.train.values) == [1]
    assert run.train.non_finite == 2
    assert run.non_finite_losses == 3


def test_unknown_metrics_are_no_series_of_the_run_and_break_nothing():
    run = curves(checkpoints=[{"step_number": 1, "metrics": {"train_loss": 1, "perplexity": [1, {"x": None}], "lr": "high"}}])

    assert list(run.train.values) == [1]
    assert run.run.checkpoints[0].metrics.model_extra == {"perplexity": [1, {"x": None}], "lr": "high"}


def test_a_zero_loss_is_a_loss():
    assert supervised(train_loss=[0, 0.0]).train.values == (0, 0)


def test_a_run_without_points_has_empty_curves():
    run = curves()

    assert run.train.values == ()
    assert run.valid.values == ()
    assert run.last_step == 0
    assert run.overfit_ratios == ()
    assert run.steps_per_epoch is None


# --- the judged validation loss ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("full", "batch", "judged"),
    [
        ([3, 2, 1], [1] * 9, "full_valid_loss"),  # three full points are enough, however many batches there are
        ([3, 2], [1] * 9, "valid_loss"),  # two are not, where the batches are more
        ([3, 2], [1, 1], "full_valid_loss"),  # as many of both: the more accurate
        ([], [1], "valid_loss"),
        ([1], [], "full_valid_loss"),
    ],
)
def test_trends_are_read_off_the_full_validation_loss_from_three_points_on(full: list[float], batch: list[float], judged: str):
    run = supervised(full_valid_loss=full, valid_loss=batch)

    assert run.valid.name == judged
    assert run.valid_is_full == (judged == "full_valid_loss")


def test_a_one_batch_loss_is_smoothed_from_five_points_on():
    assert supervised(valid_loss=[5, 9, 3, 2]).smoothing_width == 1
    assert supervised(valid_loss=[5, 9, 3, 2, 1]).smoothing_width == 3
    assert supervised(valid_loss=[5, 9, 3, 2, 1]).valid_smooth == (5, 5, 3, 2, 2)


def test_a_full_loss_is_smoothed_only_where_it_turns_round_too_often():
    falling = [10.0 - i for i in range(9)]
    zigzag = [1.0, 2.0] * 4 + [1.0]

    assert supervised(full_valid_loss=falling).smoothing_width == 1
    assert supervised(full_valid_loss=zigzag).smoothing_width == 3
    assert supervised(full_valid_loss=zigzag[:8]).smoothing_width == 1  # too few points to tell


@pytest.mark.parametrize(("count", "width"), [(5, 3), (11, 3), (12, 5), (29, 5), (30, 7), (139, 7), (200, 11), (1000, 51)])
def test_longer_curves_are_smoothed_over_more_points_and_always_over_an_odd_number(count: int, width: int):
    assert supervised(valid_loss=[1.0 + i % 2 for i in range(count)]).smoothing_width == width


def test_the_best_point_is_the_earliest_lowest():
    assert supervised(full_valid_loss=[3, 1, 1, 2]).best_index == 1


def test_on_the_plateau_that_smoothing_makes_the_best_point_is_the_latest():
    run = supervised(valid_loss=[5, 4, 1, 4, 5])

    assert list(run.valid_smooth) == [4, 4, 4, 4, 4]
    assert run.best_index == 4


# --- noise -------------------------------------------------------------------------------------------------------------------------


def test_below_six_points_the_floors_of_the_rulebook_hold():
    assert supervised(full_valid_loss=[5, 4, 3, 2, 1]).valid_noise_ratio == 0.05
    assert supervised(valid_loss=[5, 4, 3, 2, 1]).valid_noise_ratio == 0.15


def test_from_six_points_on_the_noise_is_that_of_the_curve():
    zigzag = supervised(full_valid_loss=[1, math.e] * 3)

    assert zigzag.valid_noise_ratio == near(1.4826 * 2 / math.sqrt(6))


def test_no_curve_is_believed_to_be_perfectly_smooth():
    assert supervised(full_valid_loss=[32, 16, 8, 4, 2, 1]).valid_noise_ratio == 0.0001


def test_a_validation_loss_of_nothing_but_zeros_has_the_noise_of_the_floor():
    assert supervised(full_valid_loss=[0] * 7).valid_noise_ratio == 0.05


def test_two_points_differ_by_root_two_noises_and_a_median_takes_most_of_it_away():
    plain = supervised(full_valid_loss=[3, 2, 1])
    smoothed = supervised(valid_loss=[5, 4, 3, 2, 1])

    assert plain.valid_difference_noise == near(0.05 * math.sqrt(2))
    assert smoothed.valid_difference_noise == near(0.15 * math.sqrt(2) * 1.25 / math.sqrt(3))


@given(st.floats(0.01, 0.15), st.integers(30, 120), st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_the_noise_of_a_generated_validation_loss_is_recovered_within_a_factor_of_two_and_a_half(sigma: float, count: int, seed: int):
    dice = random.Random(seed)
    loss = [(0.5 + 1.5 * math.exp(-4 * i / count)) * math.exp(dice.gauss(0, sigma)) for i in range(count)]

    assert sigma / 2.5 < supervised(full_valid_loss=loss).valid_noise_ratio < sigma * 2.5


# --- epochs ------------------------------------------------------------------------------------------------------------------------


def _epochs(steps: list[int], given: list[float | None] | None = None, **run: Any) -> list[float | None]:
    checkpoints = [{"step_number": s, "epoch": given[i] if given else None} for i, s in enumerate(steps)]
    prepared = curves(checkpoints=checkpoints, **run)
    return [prepared.epoch_at(s) for s in steps]


def test_given_epochs_are_taken_as_they_are():
    assert _epochs([10, 25], [1.0, 2.0], hyperparameters={"n_epochs": 9}) == [1.0, 2.0]


def test_missing_epochs_are_read_off_the_last_given_one():
    assert _epochs([10, 20, 30], [None, 2.0, None]) == [1.0, 2.0, 3.0]


def test_epochs_follow_from_n_epochs_and_the_last_step_of_a_run_that_ended():
    assert _epochs([50, 100], hyperparameters={"n_epochs": 4}) == [2.0, 4.0]
    assert _epochs([50, 100], hyperparameters={"n_epochs": 4}, status="succeeded") == [2.0, 4.0]


@pytest.mark.parametrize("status", ["running", "cancelled", "failed"])
def test_the_last_step_of_a_run_that_did_not_end_says_nothing_about_its_epochs(status: str):
    assert _epochs([50, 100], hyperparameters={"n_epochs": 4}, status=status) == [None, None]


def test_epochs_follow_from_the_data_set_and_the_batch_size_else():
    # 335 examples in batches of 8 are 42 steps
    settings = {"n_epochs": "auto", "batch_size": 8}
    assert _epochs([42, 84], hyperparameters=settings, dataset={"n_train": 335}) == [1.0, 2.0]
    assert _epochs([42], hyperparameters={"n_epochs": 2, "batch_size": 8}, dataset={"n_train": 335}, status="running") == [1.0]


def test_a_batch_holds_at_least_one_example():
    assert _epochs([10], hyperparameters={"batch_size": 1e-300}, dataset={"n_train": 10}) == [1.0]


@pytest.mark.parametrize(
    "run",
    [
        {},
        {"hyperparameters": {"n_epochs": "auto", "batch_size": "auto"}, "dataset": {"n_train": 100}},
        {"hyperparameters": {"batch_size": 8}},
        {"hyperparameters": {"batch_size": 8}, "dataset": {"n_train": 0}},
    ],
)
def test_epochs_are_unknown_where_nothing_tells_them(run: dict[str, Any]):
    assert _epochs([10, 20], **run) == [None, None]


def test_a_run_that_stands_at_step_0_has_no_epochs_from_n_epochs():
    assert _epochs([0], hyperparameters={"n_epochs": 2}) == [None]


def test_a_place_in_the_run_is_told_by_epochs_where_they_are_known():
    steps = [{"step_number": s, "epoch": e} for s, e in ((1010, 1.0), (1040, 4.0))]

    assert curves(checkpoints=steps).position(1010) == 0.25
    assert curves(checkpoints=[{"step_number": 10}, {"step_number": 40}]).position(10) == 0.25
    assert curves(checkpoints=[{"step_number": 0, "epoch": 0}]).position(0) == 1


# --- ratios ------------------------------------------------------------------------------------------------------------------------


def test_the_ratio_takes_the_mean_train_loss_since_the_previous_evaluation():
    run = supervised([1, 2, 3, 4], train_loss=[4, 2, 2, 1], full_valid_loss=[None, 6, None, 3])

    # (4 + 2) / 2 = 3 up to step 2, (2 + 1) / 2 = 1.5 up to step 4
    assert run.overfit_ratios == ((2, 2.0), (4, 2.0))


def test_the_full_validation_loss_goes_before_the_one_of_a_batch():
    run = supervised(train_loss=[1, 1], valid_loss=[9, 1.5], full_valid_loss=[2, None])

    assert run.overfit_ratios == ((10, 2.0), (20, 1.5))


def test_no_ratio_is_formed_with_a_train_loss_of_zero_or_none():
    assert supervised(train_loss=[0, None, 1], valid_loss=[1, 1, 1]).overfit_ratios == ((30, 1.0),)


def test_where_no_train_loss_came_since_the_last_evaluation_the_last_known_one_stands():
    run = supervised(train_loss=[2, None, 1], full_valid_loss=[3, 3, 3])

    assert run.train_at_valid == (2, 2, 1)


def test_before_the_first_train_loss_there_is_none():
    assert supervised(train_loss=[None, 1], full_valid_loss=[3, 3]).train_at_valid == (None, 1)


def test_the_train_loss_around_an_evaluation_is_averaged_over_the_smoothed_stretch():
    run = supervised(train_loss=[5, 4, 3, 2, 1], valid_loss=[5, 4, 3, 2, 1])

    assert run.smoothing_width == 3
    assert run.train_around(2) == near(3)  # 4, 3, 2
    assert run.train_around(4) == near(2)  # the last three
    assert run.train_around(0) == near(4.5)  # 5, 4


# --- evaluation --------------------------------------------------------------------------------------------------------------------


def test_scores_are_sorted_and_checkpoints_without_one_are_no_scores():
    run = curves(evaluation={"checkpoints": [{"step_number": 9, "score": 1}, {"step_number": 5}, {"step_number": 4, "score": 2}]})

    assert run.scores == ((4, 2), (9, 1))


def test_the_scale_comes_from_the_latest_run_that_gives_one():
    history = [
        {"evaluation": {"scale": [0, 1]}},
        {"evaluation": {"scale": [0, 100]}},
        {"evaluation": {"score": 3}},
    ]

    assert curves(around={"history": history}).scale == (0, 100)
    assert curves(around={"history": history}, evaluation={"scale": [1, 5]}).scale_width == 4
    assert curves().scale is None


def test_what_several_signals_share_is_measured_once():
    run, seen = curves(), []

    def measure(of: Curves) -> int:
        seen.append(of)
        return 7

    assert [run.once(measure), run.once(measure)] == [7, 7]
    assert seen == [run]


def test_auto_is_no_number():
    run = curves(hyperparameters={"n_epochs": "auto", "batch_size": 4})

    assert run.setting("batch_size") == 4
    assert run.setting("n_epochs") == Missing("n_epochs is not given as a number", ("n_epochs",))
    assert isinstance(run.setting("learning_rate"), Missing)


# --- size --------------------------------------------------------------------------------------------------------------------------


@given(st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_the_order_of_the_points_does_not_matter(dice: random.Random):
    checkpoints = points(train_loss=[3, 2, 1, 0.5], valid_loss=[4, None, 3, 3.5])
    shuffled = dice.sample(checkpoints, len(checkpoints))
    sorted_run, run = curves(checkpoints=checkpoints), curves(checkpoints=shuffled)

    assert (run.train, run.valid, run.overfit_ratios) == (sorted_run.train, sorted_run.valid, sorted_run.overfit_ratios)

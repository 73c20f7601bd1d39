"""What the loss curves say, worked out by hand, and what each of these signals lacks when it says nothing."""

from __future__ import annotations

from math import log, sqrt

import pytest

from advisor.signals import loss_gap, token_accuracy, train_loss, valid_loss, valid_loss_moves
from tests.signals.examples import Numbers, curves, missing, near, number, points, supervised

# A run with four epochs, ten steps each, whose validation loss is lowest at the second.
TURNED: dict[str, Numbers] = {"train_loss": [2.0, 1.0, 0.5, 0.25], "full_valid_loss": [2.2, 1.6, 1.8, 2.0]}

BY_HAND: list[tuple[str, dict[str, Numbers], float]] = [
    ("train_loss_points", {"train_loss": [1, "NaN", 2]}, 2),
    ("valid_loss_points", {"full_valid_loss": [1, 2], "valid_loss": [1, 2, 3]}, 3),
    ("valid_loss_is_full", TURNED, 1),
    ("valid_loss_is_full", {"valid_loss": [1]}, 0),
    ("loss_non_finite_points", {"train_loss": ["NaN", 1], "valid_loss": ["Infinity", 1]}, 2),
    # six points: windows of three, medians of 6 5 4 and of 3 2 1
    ("train_loss_first", {"train_loss": [6, 5, 4, 3, 2, 1]}, 5),
    ("train_loss_last", {"train_loss": [6, 5, 4, 3, 2, 1]}, 2),
    ("train_loss_drop_ratio", {"train_loss": [6, 5, 4, 3, 2, 1]}, 1 - 2 / 5),
    ("train_loss_drop_ratio", {"train_loss": [1, 1.5]}, -0.5),  # windows of one
    ("train_loss_last", {"train_loss": [7]}, 7),
    # windows of two: medians 3.5, 2.5, 1.5, 2.5 of 4 3 2 1 4: lowest 1.5, last 2.5
    ("train_loss_rise_ratio", {"train_loss": [4, 3, 2, 1, 4]}, 2.5 / 1.5 - 1),
    ("train_loss_progress_lost_share", {"train_loss": [4, 3, 2, 1, 4]}, (2.5 - 1.5) / (3.5 - 1.5)),
    ("train_loss_rise_ratio", {"train_loss": [4, 3, 2, 1]}, 0),
    ("train_loss_progress_lost_share", {"train_loss": [4, 3, 2, 1]}, 0),
    ("train_loss_zero_share", {"train_loss": [0, 0, 0, 1]}, 0.75),
    ("valid_loss_first", TURNED, 2.2),
    ("valid_loss_best", TURNED, 1.6),
    ("valid_loss_last", TURNED, 2.0),
    ("valid_loss_best", {"valid_loss": [5, 1, 4, 4, 4]}, 4),  # one batch: 1 is an outlier
    ("valid_loss_best_step", TURNED, 20),
    ("valid_loss_best_epoch", TURNED, 2),
    ("valid_loss_best_position_share", TURNED, 0.5),
    ("valid_loss_points_after_best", TURNED, 2),
    ("valid_loss_points_after_best", {"valid_loss": [2, 1]}, 0),
    ("valid_loss_rise_ratio", TURNED, 0.25),
    ("valid_loss_rise_ratio", {"valid_loss": [2, 1]}, 0),
    ("valid_loss_noise_ratio", TURNED, 0.05),
    ("valid_loss_rise_noise_multiple", TURNED, log(1.25) / (0.05 * sqrt(2))),
    ("valid_loss_rise_of_first_ratio", TURNED, 0.4 / 2.2),
    ("epochs_since_best", TURNED, 2),
    ("valid_loss_rises_steadily", TURNED, 1),
    ("valid_loss_rises_steadily", {"full_valid_loss": [3, 1, 2, 1.5]}, 0),
    ("valid_loss_rises_steadily", {"full_valid_loss": [3, 1, 2]}, 0),  # only one evaluation after the lowest
    ("valid_loss_turning_share", {"full_valid_loss": [3, 1, 2, 3]}, 0.5),
    ("valid_loss_drop_ratio", TURNED, 1 - 1.6 / 2.2),
    ("train_loss_drop_since_best_ratio", TURNED, 0.75),  # 1.0 at the best evaluation, 0.25 at the end
    ("overfit_ratio_first", TURNED, 1.1),
    ("overfit_ratio_best", TURNED, 1.6),
    ("overfit_ratio_last", TURNED, 8),
    ("valid_below_train_share", {"train_loss": [1, 1, 1], "valid_loss": [0.79, 0.8, 2]}, 1 / 3),  # 0.8 itself is not below
    # epochs 1 to 4 (see `run`): best of the first 2.2, best of the others 1.6
    ("valid_loss_drop_after_first_epoch_ratio", TURNED, 1 - 1.6 / 2.2),
    # moves -10 %, +11 %, -20 %: two turns with large moves, among two evaluations that have a move on both sides
    ("valid_loss_swings", {"full_valid_loss": [1, 0.9, 1, 0.8]}, 2),
    ("valid_loss_swing_share", {"full_valid_loss": [1, 0.9, 1, 0.8]}, 1),
    ("valid_loss_swing_share", {"full_valid_loss": [1, 0.99, 1, 0.99]}, 0),  # 1 % is no swing
    # means of the last quarter (2, 1) and of the one before it (4, 3)
    ("train_loss_final_drop_ratio", {"train_loss": [8, 7, 6, 5, 4, 3, 2, 1]}, 1 - 1.5 / 3.5),
    # lowest 1.0; twice the noise of a difference is 14 %: 1.1 at step 20 is within it, half of the run comes after
    ("valid_loss_idle_share", {"full_valid_loss": [2, 1.1, 1.0, 1.05]}, 0.5),
    ("valid_loss_progress_lost_share", TURNED, 0.4 / 0.6),
    ("train_token_accuracy_last", {"train_mean_token_accuracy": [0.1, 0.2, 0.5, 0.7]}, 0.6),  # windows of two
    ("valid_token_accuracy_first", {"valid_mean_token_accuracy": [0.3, 0.4]}, 0.3),
    ("valid_token_accuracy_last", {"valid_mean_token_accuracy": [0.9] * 5, "full_valid_mean_token_accuracy": [0.1, 0.2, 0.3]}, 0.3),
    ("valid_token_accuracy_change_since_best", {**TURNED, "full_valid_mean_token_accuracy": [0.5, 0.6, 0.7, 0.8]}, 0.2),
    ("token_accuracy_gap", {"train_mean_token_accuracy": [0.9], "valid_mean_token_accuracy": [0.7]}, 0.2),
    # the later half of the steps that have both: train 2 and 1, validation 4 and 2
    ("train_over_valid_loss_ratio", {"train_loss": [9, 9, 2, 1], "valid_loss": [9, 9, 4, 2]}, 0.5),
    ("train_over_valid_loss_ratio", {"train_loss": [9, 2, 1], "full_valid_loss": [None, 4, 2]}, 0.5),
    ("first_gap_ratio", {"train_loss": [9, 4, 3, 2, 1], "full_valid_loss": [None, None, None, 6, 6]}, 2),  # 6 over the mean of 4 3 2
    ("valid_loss_later_half_drop_ratio", {"full_valid_loss": [4, 3, 2.5, 2]}, 1 - 2 / 3),
    ("valid_loss_later_half_drop_ratio", {"valid_loss": [9, 9, 9, 9, 4, 2, 2, 1]}, 0.5),  # one batch: quarters of 4 2 and 2 1
    ("valid_loss_last_drop_ratio", TURNED, 1 - 2.0 / 1.8),
]


@pytest.mark.parametrize(("name", "metrics", "expected"), BY_HAND)
def test_the_value_is_the_one_worked_out_by_hand(name: str, metrics: dict[str, Numbers], expected: float):
    run = curves(checkpoints=points(**metrics), hyperparameters={"n_epochs": 4})

    assert number(name, run) == near(expected)


ONE_POINT: list[tuple[str, str]] = [
    ("train_loss_drop_ratio", "train_loss"),
    ("train_loss_rise_ratio", "train_loss"),
    ("train_loss_final_drop_ratio", "train_loss"),
    ("train_loss_progress_lost_share", "train_loss"),
    ("valid_loss_best_position_share", "valid_loss"),
    ("valid_loss_rise_ratio", "valid_loss"),
    ("valid_loss_noise_ratio", "valid_loss"),
    ("valid_loss_rise_noise_multiple", "valid_loss"),
    ("valid_loss_rise_of_first_ratio", "valid_loss"),
    ("valid_loss_rises_steadily", "valid_loss"),
    ("valid_loss_turning_share", "valid_loss"),
    ("valid_loss_drop_ratio", "valid_loss"),
    ("train_loss_drop_since_best_ratio", "valid_loss"),
    ("valid_loss_drop_after_first_epoch_ratio", "valid_loss"),
    ("valid_loss_swings", "valid_loss"),
    ("valid_loss_swing_share", "valid_loss"),
    ("valid_loss_idle_share", "valid_loss"),
    ("valid_loss_progress_lost_share", "valid_loss"),
    ("valid_loss_later_half_drop_ratio", "valid_loss"),
    ("valid_loss_last_drop_ratio", "valid_loss"),
]


@pytest.mark.parametrize(("name", "needs"), ONE_POINT)
@pytest.mark.parametrize("values", [[], [1.0]], ids=["no point", "one point"])
def test_a_comparison_within_a_curve_needs_more_than_one_point(name: str, needs: str, values: list[float]):
    assert missing(name, supervised(train_loss=values, full_valid_loss=values)).needs == (needs,)


NO_POINT = [
    ("train_loss_first", ("train_loss",)),
    ("train_loss_last", ("train_loss",)),
    ("train_loss_zero_share", ("train_loss",)),
    ("valid_loss_is_full", ("valid_loss",)),
    ("valid_loss_first", ("valid_loss",)),
    ("valid_loss_best", ("valid_loss",)),
    ("valid_loss_last", ("valid_loss",)),
    ("valid_loss_best_step", ("valid_loss",)),
    ("valid_loss_best_epoch", ("valid_loss",)),
    ("valid_loss_points_after_best", ("valid_loss",)),
    ("epochs_since_best", ("valid_loss",)),
    ("overfit_ratio_last", ("train_loss", "valid_loss")),
    ("overfit_ratio_first", ("train_loss", "valid_loss")),
    ("overfit_ratio_best", ("valid_loss",)),
    ("valid_below_train_share", ("train_loss", "valid_loss")),
    ("train_token_accuracy_last", ("train_mean_token_accuracy",)),
    ("valid_token_accuracy_first", ("valid_mean_token_accuracy",)),
    ("valid_token_accuracy_last", ("valid_mean_token_accuracy",)),
    ("valid_token_accuracy_change_since_best", ("valid_mean_token_accuracy",)),
    ("token_accuracy_gap", ("train_mean_token_accuracy",)),
    ("train_over_valid_loss_ratio", ("train_loss", "valid_loss")),
    ("first_gap_ratio", ("valid_loss",)),
]


@pytest.mark.parametrize(("name", "needs"), NO_POINT)
def test_without_a_curve_its_field_is_what_is_needed(name: str, needs: tuple[str, ...]):
    assert missing(name, supervised()).needs == needs


ONLY_ONE_SIDE: list[tuple[str, dict[str, Numbers], tuple[str, ...]]] = [
    ("overfit_ratio_last", {"train_loss": [1, 1]}, ("valid_loss",)),
    ("overfit_ratio_last", {"valid_loss": [1, 1]}, ("train_loss",)),
    ("overfit_ratio_last", {"train_loss": [0, 0], "valid_loss": [1, 1]}, ("train_loss",)),
    ("first_gap_ratio", {"valid_loss": [1, 1]}, ("train_loss",)),
    ("train_loss_drop_since_best_ratio", {"valid_loss": [1, 2]}, ("train_loss",)),
    ("token_accuracy_gap", {"train_mean_token_accuracy": [0.5]}, ("valid_mean_token_accuracy",)),
    ("train_over_valid_loss_ratio", {"train_loss": [1, None], "valid_loss": [None, 1]}, ("train_loss", "valid_loss")),
]


@pytest.mark.parametrize(("name", "metrics", "needs"), ONLY_ONE_SIDE)
def test_of_two_curves_the_one_that_lacks_is_named(name: str, metrics: dict[str, Numbers], needs: tuple[str, ...]):
    assert missing(name, supervised(**metrics)).needs == needs


ZEROS: list[tuple[str, dict[str, Numbers]]] = [
    ("train_loss_drop_ratio", {"train_loss": [0, 0, 0, 1]}),
    ("train_loss_rise_ratio", {"train_loss": [1, 0, 0, 0, 1]}),
    ("train_loss_progress_lost_share", {"train_loss": [0, 0, 0, 0]}),
    ("train_loss_final_drop_ratio", {"train_loss": [0, 0, 0, 0]}),
    ("valid_loss_rise_of_first_ratio", {"full_valid_loss": [0, 0, 1]}),
    ("valid_loss_drop_ratio", {"full_valid_loss": [0, 0, 1]}),
    ("valid_loss_progress_lost_share", {"full_valid_loss": [1, 2, 3]}),
]


@pytest.mark.parametrize(("name", "metrics"), ZEROS)
def test_nothing_is_divided_by_a_loss_of_zero(name: str, metrics: dict[str, Numbers]):
    assert missing(name, supervised(**metrics)).needs in [("train_loss",), ("valid_loss",)]


@pytest.mark.parametrize(
    ("name", "metrics", "value"),
    [
        ("valid_loss_rise_ratio", {"full_valid_loss": [1, 0, 1]}, 999),
        ("valid_loss_last_drop_ratio", {"full_valid_loss": [0, 0, 1]}, -999),
        ("valid_loss_later_half_drop_ratio", {"full_valid_loss": [0, 0, 1]}, -999),
        ("train_loss_drop_since_best_ratio", {"train_loss": [0, 0, 1], "full_valid_loss": [1, 1, 1]}, -999),
        ("first_gap_ratio", {"train_loss": [0, 0, 1], "full_valid_loss": [1, 1, 1]}, 1000),
        ("train_over_valid_loss_ratio", {"train_loss": [1, 1], "valid_loss": [0, 0]}, 1000),
    ],
)
def test_a_loss_of_zero_is_a_loss_and_counts_as_the_least_one(name: str, metrics: dict[str, Numbers], value: float):
    assert number(name, supervised(**metrics)) == near(value)


@pytest.mark.parametrize("name", ["valid_loss_best_epoch", "epochs_since_best", "valid_loss_drop_after_first_epoch_ratio"])
def test_signals_in_epochs_ask_for_what_tells_epochs(name: str):
    assert missing(name, supervised(full_valid_loss=[3, 2, 1])).needs == ("epoch", "n_epochs")


def test_the_drop_after_the_first_epoch_needs_an_evaluation_on_either_side_of_its_end():
    late = curves(checkpoints=points([60, 80, 100], full_valid_loss=[3, 2, 1]), hyperparameters={"n_epochs": 2})
    early = curves(checkpoints=points([60, 80, 100], full_valid_loss=[3, 2, 1]), hyperparameters={"n_epochs": 1})

    assert missing("valid_loss_drop_after_first_epoch_ratio", late).needs == ("valid_loss",)
    assert missing("valid_loss_drop_after_first_epoch_ratio", early).needs == ("valid_loss",)


def test_a_rise_out_of_a_curve_without_noise_stays_a_number():
    assert number("valid_loss_rise_noise_multiple", supervised(full_valid_loss=[1e-9, 1e-9, 1e-9, 1e-9, 1e-9, 1e9])) == 1000


def test_negative_losses_are_answered():
    """Some objectives go below 0; ratios to them are missing, the rest is measured."""
    run = supervised(train_loss=[1, 0, -1, -2], full_valid_loss=[1, -1, -2, -1.5])

    assert number("valid_loss_best", run) == -2
    assert number("valid_loss_idle_share", run) == near(1 - 30 / 40)
    assert missing("valid_loss_rise_ratio", run).needs == ("valid_loss",)


def test_every_signal_of_the_losses_is_tried_here():
    modules = (train_loss, valid_loss, valid_loss_moves, loss_gap, token_accuracy)

    assert {name for module in modules for name in module.signal.signals} == {name for name, *_ in BY_HAND}

"""The pure functions on number series."""

from __future__ import annotations

import math
import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.signals.series import (
    highest_index,
    lowest_index,
    mean,
    median,
    relative_noise,
    robust_noise,
    running_median,
    turning_share,
    window,
)
from tests.signals.examples import near

FLOATS = st.floats(-1e6, 1e6)


def test_the_median_of_an_even_number_lies_between_the_middle_two():
    assert median([3, 1, 2]) == 2
    assert median([4, 1, 3, 2]) == 2.5
    assert median([7]) == 7


def test_the_mean_is_the_sum_over_the_number():
    assert mean([1, 2, 6]) == 3


def test_a_running_median_takes_out_a_single_outlier():
    assert running_median([1, 9, 1, 1, 2], 3) == (1, 1, 1, 1, 1)


def test_a_running_median_stops_at_the_ends_and_does_not_shrink():
    # windows of three start at 0, 0, 1, 2, 2
    assert running_median([5, 4, 3, 2, 1], 3) == (4, 4, 3, 2, 2)


@given(st.lists(FLOATS, min_size=3, max_size=60), st.sampled_from([3, 5, 7, 9]))
def test_a_sliding_median_is_the_median_of_each_window(values: list[float], width: int):
    if len(values) < width:
        return
    starts = [min(max(i - width // 2, 0), len(values) - width) for i in range(len(values))]

    assert running_median(values, width) == tuple(median(values[s : s + width]) for s in starts)


@given(st.lists(FLOATS, min_size=40, max_size=80))
def test_a_wide_sliding_median_is_the_median_of_each_window(values: list[float]):
    width = 39
    starts = [min(max(i - width // 2, 0), len(values) - width) for i in range(len(values))]

    assert running_median(values, width) == tuple(median(values[s : s + width]) for s in starts)


@pytest.mark.parametrize(
    ("points", "width"),
    [(1, 1), (2, 1), (5, 2), (6, 3), (10, 3), (15, 3), (20, 4), (100, 20)],
)
def test_a_window_is_a_fifth_of_the_points_but_three_where_half_of_them_allow_it(points: int, width: int):
    assert window(points, 0.2, 3) == width


def test_of_equal_values_the_earliest_is_lowest_and_highest():
    assert lowest_index([3, 1, 1, 2]) == 1
    assert highest_index([3, 1, 3]) == 0


def test_a_monotone_curve_never_turns():
    assert turning_share([5, 4, 3, 2]) == 0.0


def test_a_zigzag_turns_at_every_point():
    assert turning_share([1, 2, 1, 2, 1]) == 1.0


def test_points_that_stay_where_they_are_are_no_moves():
    # moves that count: down, up, so one turn of one possible
    assert turning_share([2, 1, 1, 1, 2]) == 1.0
    assert turning_share([2, 2, 2]) == 0.0
    assert turning_share([2, 1]) == 0.0


def test_pure_noise_turns_at_two_thirds_of_its_points():
    dice = random.Random(1)

    assert turning_share([dice.random() for _ in range(20_000)]) == pytest.approx(2 / 3, abs=0.01)


def test_the_noise_of_a_straight_line_is_zero():
    assert robust_noise([1, 2, 3, 4, 5]) == near(0)
    assert relative_noise([8, 4, 2, 1]) == near(0)  # straight in the logarithm


def test_noise_by_hand():
    # differences 1, 3, 1, 3: median 2, absolute deviations 1, 1, 1, 1
    assert robust_noise([0, 1, 4, 5, 8]) == near(1.4826 / math.sqrt(2))
    # logarithms 0, 1, 0, 1: second differences -2, 2, absolute median 2
    assert relative_noise([1, math.e, 1, math.e]) == near(1.4826 * 2 / math.sqrt(6))


def test_a_zero_loss_among_others_does_not_break_the_noise():
    assert math.isfinite(relative_noise([1.0, 0.0, 0.5, 0.4]))


def _decay(sigma: float, count: int, seed: int) -> list[float]:
    dice = random.Random(seed)
    return [(0.5 + 1.5 * math.exp(-4 * i / count)) * math.exp(dice.gauss(0, sigma)) for i in range(count)]


@given(st.floats(0.01, 0.2), st.integers(30, 200), st.integers(0, 10**6))
@settings(max_examples=100, deadline=None)
def test_relative_noise_finds_the_noise_of_a_falling_curve_within_a_factor_of_two_and_a_half(sigma: float, count: int, seed: int):
    found = relative_noise(_decay(sigma, count, seed))

    assert sigma / 2.5 < found < sigma * 2.5


@given(st.floats(0.001, 0.3), st.floats(-0.01, 0.01), st.integers(30, 200), st.integers(0, 10**6))
@settings(max_examples=100, deadline=None)
def test_robust_noise_finds_the_noise_of_a_straight_curve_within_a_factor_of_two_and_a_half(
    sigma: float, slope: float, count: int, seed: int
):
    dice = random.Random(seed)

    found = robust_noise([slope * i + dice.gauss(0, sigma) for i in range(count)])

    assert sigma / 2.5 < found < sigma * 2.5


@given(st.lists(st.floats(0.01, 100), min_size=3, max_size=50), st.floats(0.01, 100))
def test_relative_noise_does_not_depend_on_the_unit(values: list[float], factor: float):
    assert relative_noise([v * factor for v in values]) == pytest.approx(relative_noise(values), abs=1e-9)


@given(st.lists(st.floats(0.5, 2), min_size=12, max_size=50), st.integers(0, 49))
def test_one_outlier_does_not_carry_the_noise_away(values: list[float], place: int):
    """It touches two differences of the many: the median moves by no more than their neighbours allow."""
    spoilt = list(values)
    spoilt[place % len(values)] = 1e9
    moves = sorted(abs(b - a) for a, b in pairwise(values))

    assert robust_noise(spoilt) <= 1.4826 * 4 * max(moves[-1], 1e-9)


def test_the_noise_of_losses_too_small_to_tell_apart_is_zero():
    assert relative_noise([5e-324, 0.0, 5e-324, 0.0]) == 0.0

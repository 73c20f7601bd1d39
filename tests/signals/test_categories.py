"""The weakest category of an evaluation, and how far it lies below the rest."""

from __future__ import annotations

from math import isinf, log
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.signals import Curves, measured_words
from tests.signals.examples import curves, missing, number


def _scored(*, scale: Any = (0, 10), **evaluation: Any) -> Curves:
    return curves(evaluation={"scale": scale, **evaluation})


def test_the_weakest_is_compared_with_the_mean_of_the_others():
    run = _scored(by_category={"refunds": 9.0, "dates": 6.0, "greetings": 8.0}, standard_error=0.2)

    assert measured_words(run) == {"weakest_category": "dates"}
    assert number("categories_scored", run) == 3
    assert number("weakest_category_score", run) == 6.0
    assert number("weakest_category_gap_share", run) == pytest.approx(0.25)
    # a category has 3 times the variance of the whole score, the mean of the two others 3/2 times
    # and the lowest of three that are alike lies low by chance
    assert number("weakest_category_gap_noise_multiple", run) == pytest.approx((2.5**2 / (0.2**2 * 4.5) - 2 * log(3)) ** 0.5)


def test_a_gap_of_too_many_noises_to_be_a_number_is_no_number():
    run = _scored(by_category={"refunds": 9.0, "dates": 6.0}, standard_error=1e-200)

    assert isinf(number("weakest_category_gap_noise_multiple", run))


@pytest.mark.parametrize("count", [2, 3, 10, 20])
def test_the_lowest_of_many_categories_that_are_alike_is_seldom_beyond_twice_its_noise(count: int):
    random, items, rounds = Random(count), 40, 400
    beyond = 0
    for _ in range(rounds):
        shares = [sum(random.random() < 0.7 for _ in range(items)) / items for _ in range(count)]
        named = {f"c{i}": 10 * share for i, share in enumerate(shares)}
        run = _scored(score=10 * sum(shares) / count, by_category=named, n_items=items * count)
        beyond += number("weakest_category_gap_noise_multiple", run) > 2
    assert beyond / rounds < 0.06


def test_an_only_category_is_compared_with_the_run_s_score():
    assert number("weakest_category_gap_share", _scored(score=9.0, by_category={"dates": 6.0})) == pytest.approx(0.3)
    assert missing("weakest_category_gap_share", _scored(by_category={"dates": 6.0})).needs == ("evaluation.score",)


def test_a_category_without_a_score_is_none():
    run = _scored(by_category={"dates": None})

    assert number("categories_scored", run) == 0
    assert missing("weakest_category_gap_share", run).needs == ("evaluation.by_category",)
    assert measured_words(run) == {}


def test_without_a_scale_nobody_knows_what_is_far():
    run = _scored(scale=None, by_category={"refunds": 9.0, "dates": 6.0})

    assert missing("weakest_category_gap_share", run).needs == ("evaluation.scale",)
    assert missing("weakest_category_gap_noise_multiple", run).needs == ("evaluation.scale",)


def test_of_equal_scores_the_name_decides_whatever_their_order():
    for by_category in ({"b": 5.0, "a": 5.0}, {"a": 5.0, "b": 5.0}):
        assert measured_words(_scored(by_category=by_category))["weakest_category"] == "a"


def test_a_name_is_one_short_line():
    name = measured_words(_scored(by_category={"a\nname " + "x" * 100: 1.0}))["weakest_category"]

    assert name.startswith("a name xxx")
    assert len(name) == 60


@given(st.lists(st.floats(0, 10), min_size=2, max_size=6), st.floats(0.5, 50))
def test_the_gap_as_a_share_does_not_depend_on_the_scale_and_is_never_negative(scores: list[float], factor: float):
    named = {f"c{i}": score for i, score in enumerate(scores)}
    stretched = {name: score * factor for name, score in named.items()}
    gap = number("weakest_category_gap_share", _scored(by_category=named))

    assert gap >= -1e-12
    assert number("weakest_category_gap_share", _scored(scale=(0, 10 * factor), by_category=stretched)) == pytest.approx(gap, abs=1e-9)

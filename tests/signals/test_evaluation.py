"""What the evaluation says: against its own checkpoints, the baseline, the goal and the earlier experiments."""

from __future__ import annotations

from math import sqrt
from typing import Any

import pytest

from advisor.facts import EarlierRun
from advisor.signals import Curves, gain_noise
from tests.signals.examples import MEASURES, curves, missing, near, number


def _scored(
    *scores: float, score: float | None = None, scale: Any = (0, 10), around: dict[str, Any] | None = None, **evaluation: Any
) -> Curves:
    checkpoints = [{"step_number": 10 * (i + 1), "score": s} for i, s in enumerate(scores)]
    return curves(evaluation={"score": score, "scale": scale, "checkpoints": checkpoints, **evaluation}, around=around)


def _against(baseline: float | None, *earlier: float | None) -> dict[str, Any]:
    return {"baseline": {"score": baseline}, "history": [{"evaluation": {"score": s}} for s in earlier]}


# --- the run's own score -----------------------------------------------------------------------------------------------------------


def test_the_score_is_the_one_given_else_that_of_the_best_checkpoint():
    assert number("evaluation_score", _scored(3, 9, 4, score=5)) == 5
    assert number("evaluation_score", _scored(3, 9, 4)) == 9
    assert missing("evaluation_score", curves()).needs == ("evaluation.score",)


def test_the_best_score_is_the_highest_of_all_that_were_given():
    assert number("evaluation_best_score", _scored(3, 9, 4, score=5)) == 9
    assert number("evaluation_best_score", _scored(3, score=5)) == 5
    assert missing("evaluation_best_score", curves(evaluation={})).needs == ("evaluation.score",)


@pytest.mark.parametrize(("scale", "share"), [([0, 10], 0.8), ([-10, 10], 0.9), ([0, 8], 1.0), ([6, 10], 0.5)])
def test_a_share_of_the_scale_counts_from_its_bottom(scale: list[float], share: float):
    assert number("evaluation_score_share", _scored(score=8, scale=scale)) == near(share)
    assert number("evaluation_best_score_share", _scored(8, score=7, scale=scale)) == near(share)


@pytest.mark.parametrize("name", ["evaluation_score_share", "evaluation_best_score_share"])
def test_a_share_needs_a_score_and_its_scale(name: str):
    assert missing(name, _scored(score=8, scale=None)).needs == ("evaluation.scale",)
    assert missing(name, curves()).needs == ("evaluation.score",)


# --- noise -------------------------------------------------------------------------------------------------------------------------


def test_the_noise_is_the_standard_error_where_one_is_given():
    assert number("evaluation_noise", _scored(score=8, standard_error=0.3, n_items=5)) == 0.3


def test_the_noise_follows_from_the_number_of_items_as_if_they_were_right_or_wrong():
    # 8 of 10 is a share of 0.8 of the scale: 10 · √(0.8 · 0.2 / 100)
    assert number("evaluation_noise", _scored(score=8, n_items=100)) == near(0.4)
    assert number("evaluation_noise", _scored(4, 8, n_items=100)) == near(0.4)  # the score of the best checkpoint


def test_a_score_at_the_end_of_the_scale_is_not_free_of_noise():
    # as if one of 98 + 2 items went the other way: 10 · √(0.01 / 98)
    assert number("evaluation_noise", _scored(score=10, n_items=98)) == near(10 * sqrt(0.01 / 98))


def test_else_the_noise_is_the_rulebooks_share_of_the_scale():
    assert number("evaluation_noise", _scored(score=8)) == near(0.25)
    assert number("evaluation_noise", _scored(score=8, n_items=0)) == near(0.25)


@pytest.mark.parametrize("evaluation", [None, {}, {"score": 8, "n_items": 100}])
def test_the_noise_is_unknown_without_a_scale(evaluation: dict[str, Any] | None):
    assert missing("evaluation_noise", curves(evaluation=evaluation)).needs == ("evaluation.scale",)


def _of_a_run(**evaluation: Any) -> EarlierRun:
    return EarlierRun.model_validate({"evaluation": evaluation})


def test_the_noise_of_a_gain_is_that_of_both_scores():
    exact, share = _of_a_run(score=8, standard_error=0.3), _of_a_run(score=8, scale=(0, 10))
    assert gain_noise(exact, _of_a_run(score=9, standard_error=0.4), MEASURES) == near(0.5)
    assert gain_noise(share, share, MEASURES) == near(0.25 * sqrt(2))
    assert gain_noise(exact, share, MEASURES) == gain_noise(share, exact, MEASURES) == near(sqrt(0.3**2 + 0.25**2))
    counted = _of_a_run(score=8, n_items=100)  # on the scale of the other
    assert gain_noise(counted, share, MEASURES) == near(sqrt(0.4**2 + 0.25**2))


def test_a_run_that_does_not_tell_its_noise_is_as_noisy_as_the_other():
    silent, exact = _of_a_run(score=8), _of_a_run(score=9, standard_error=0.3)
    assert gain_noise(silent, exact, MEASURES) == gain_noise(exact, EarlierRun(), MEASURES) == near(0.3 * sqrt(2))
    assert gain_noise(silent, _of_a_run(score=9, n_items=50), MEASURES) is None


# --- its checkpoints ---------------------------------------------------------------------------------------------------------------

CHECKPOINTS = (4.0, 6.0, 9.0, 8.0)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("evaluated_checkpoints", 4),
        ("evaluation_final_gain_share", -0.1),
        ("evaluation_loss_since_best_share", 0.1),
        ("evaluation_loss_since_best_noise_multiple", 1 / (0.25 * sqrt(2))),
        ("evaluation_later_half_lowest_share", 0.8),  # of 9 and 8
        ("evaluation_later_half_rise_share", 0.3),  # 9 above the 6 half way
    ],
)
def test_evaluated_checkpoints_by_hand(name: str, expected: float):
    assert number(name, _scored(*CHECKPOINTS)) == near(expected)


@pytest.mark.parametrize(
    "name",
    [
        "evaluation_final_gain_share",
        "evaluation_loss_since_best_share",
        "evaluation_loss_since_best_noise_multiple",
        "evaluation_later_half_lowest_share",
        "evaluation_later_half_rise_share",
    ],
)
def test_a_comparison_of_checkpoints_needs_two_of_them_and_the_scale(name: str):
    assert missing(name, _scored(5)).needs == ("evaluation.checkpoints",)
    assert missing(name, _scored(5, 6, scale=None)).needs == ("evaluation.scale",)


def test_evaluated_checkpoints_are_read_by_step_and_not_in_the_order_given():
    shuffled = [{"step_number": 30, "score": 8}, {"step_number": 10, "score": 9}, {"step_number": 20, "score": 7}]
    run = curves(evaluation={"scale": [0, 10], "checkpoints": shuffled})

    assert number("evaluation_final_gain_share", run) == near(0.1)


# --- the baseline ------------------------------------------------------------------------------------------------------------------


def test_gains_over_the_baseline_by_hand():
    run = _scored(8.4, score=8, around=_against(8))

    assert number("baseline_score", run) == 8
    assert number("score_gain_over_baseline", run) == near(0.4)
    assert number("score_gain_over_baseline_ratio", run) == near(0.05)
    assert number("score_above_chance_share", run) == near(0.2)  # of the two points that the baseline leaves


def test_next_to_a_baseline_near_zero_a_gain_is_relative_to_the_scale():
    near_zero = _scored(score=1, around=_against(0.4))  # below 5 % of the scale
    above = _scored(score=1, around=_against(0.5))

    assert number("score_gain_over_baseline_ratio", near_zero) == near(0.06)
    assert number("score_gain_over_baseline_ratio", above) == near(1)


def test_a_gain_over_a_negative_baseline_is_positive():
    assert number("score_gain_over_baseline_ratio", _scored(score=-0.2, scale=(-1, 1), around=_against(-0.4))) == near(0.5)


def test_a_baseline_of_zero_needs_the_scale():
    assert missing("score_gain_over_baseline_ratio", _scored(score=1, scale=None, around=_against(0))).needs == ("evaluation.scale",)


@pytest.mark.parametrize(
    "name", ["baseline_score", "score_gain_over_baseline", "score_gain_over_baseline_ratio", "score_above_chance_share"]
)
def test_without_a_baseline_it_is_what_is_needed(name: str):
    assert missing(name, _scored(score=8)).needs == ("baseline.score",)


def test_without_a_score_it_is_what_is_needed():
    assert missing("score_gain_over_baseline", curves(around=_against(8))).needs == ("evaluation.score",)
    assert missing("score_above_chance_share", curves(around=_against(8))).needs == ("evaluation.score",)


def test_above_the_top_of_the_scale_there_is_nothing_left_to_gain():
    assert missing("score_above_chance_share", _scored(score=10, around=_against(10))).needs == ("baseline.score",)
    assert missing("score_above_chance_share", _scored(score=10, scale=None, around=_against(9))).needs == ("evaluation.scale",)


def test_the_best_experiment_so_far_may_be_an_earlier_one():
    run = _scored(score=8, around=_against(8, 8.8, 8.2))

    assert number("best_score_gain_over_baseline_ratio", run) == near(0.1)
    assert missing("best_score_gain_over_baseline_ratio", curves(around=_against(8))).needs == ("evaluation.score",)


# --- the earlier experiments -------------------------------------------------------------------------------------------------------


def test_a_run_is_compared_with_the_best_earlier_one_before_the_baseline():
    run = _scored(score=9, around=_against(5, 8, 7))

    assert number("score_gain_over_reference", run) == 1
    assert number("score_gain_over_reference_share", run) == near(0.1)
    assert number("score_gain_over_reference_noise_multiple", run) == near(1 / (0.25 * sqrt(2)))


def test_a_first_experiment_is_compared_with_the_baseline():
    assert number("score_gain_over_reference", _scored(score=9, around=_against(5))) == 4
    assert number("score_gain_over_reference", _scored(score=9, around=_against(5, None))) == 4


@pytest.mark.parametrize(
    "name", ["score_gain_over_reference", "score_gain_over_reference_share", "score_gain_over_reference_noise_multiple"]
)
def test_without_anything_to_compare_with_both_are_named(name: str):
    assert missing(name, _scored(score=9)).needs == ("baseline.score", "history")
    assert missing(name, curves(around=_against(5))).needs == ("evaluation.score",)


@pytest.mark.parametrize("name", ["score_gain_over_reference_share", "score_gain_over_reference_noise_multiple"])
def test_a_gain_relative_to_scale_or_noise_needs_the_scale(name: str):
    assert missing(name, _scored(score=9, scale=None, around=_against(5))).needs == ("evaluation.scale",)


# --- the goal ----------------------------------------------------------------------------------------------------------------------


def test_the_best_score_so_far_is_held_against_the_target():
    around = {**_against(5, 9.2), "goal": {"target_score": 9}}

    assert number("target_score", _scored(score=8, around=around)) == 9
    assert number("score_above_target", _scored(score=8, around=around)) == near(0.2)
    assert missing("score_above_target", _scored(score=8)).needs == ("goal.target_score",)
    assert missing("score_above_target", curves(around={"goal": {"target_score": 9}})).needs == ("evaluation.score",)


# --- what is known -----------------------------------------------------------------------------------------------------------------


def test_the_flags_say_what_is_known():
    unknown, known = curves(), _scored(score=8, around=_against(5))

    assert [number(name, unknown) for name in ("score_given", "score_known", "baseline_known", "test_score_given")] == [0, 0, 0, 0]
    assert [number(name, known) for name in ("score_given", "score_known", "baseline_known", "test_score_given")] == [1, 1, 1, 0]
    assert number("score_known", _scored(score=8, scale=None)) == 0


def test_a_final_test_of_any_run_counts():
    assert number("test_score_given", _scored(score=8, test_score=7)) == 1
    assert number("test_score_given", _scored(score=8, around={"history": [{"evaluation": {"test_score": 0}}]})) == 1


# --- scales ------------------------------------------------------------------------------------------------------------------------

_BEFORE = {"history": [{"evaluation": {"score": 8.05, "scale": [0, 10]}}], "baseline": {"score": 7.2}, "goal": {"target_score": 9.6}}
_COMPARED = (
    "score_gain_over_baseline", "score_gain_over_baseline_ratio", "score_gain_over_reference", "score_gain_over_previous",
    "score_gain_over_reference_noise_multiple", "score_above_chance_share",
)  # fmt: skip


@pytest.mark.parametrize("evaluation", [{"score": 60, "scale": [0, 100]}, {"score": 0.915, "scale": [0, 1]}, {"score": 91.5}])
def test_a_score_on_another_scale_is_compared_with_nothing_before_it(evaluation: dict[str, Any]):
    run = curves(evaluation=evaluation, around=_BEFORE)
    for name in _COMPARED:
        assert missing(name, run).needs == ("evaluation.scale",)
    assert number("score_above_target", run) == near(8.05 - 9.6)
    assert number("best_score_gain_over_baseline_ratio", run) == near((8.05 - 7.2) / 7.2)


def test_a_score_without_a_scale_counts_on_the_one_of_the_runs_before():
    run = curves(evaluation={"score": 9.15}, around=_BEFORE)
    assert number("score_gain_over_baseline", run) == near(1.95)
    assert number("score_gain_over_previous", run) == near(1.1)


def test_an_earlier_run_on_another_scale_is_no_reference():
    around = {**_BEFORE, "history": [{"evaluation": {"score": 80, "scale": [0, 100]}}, *_BEFORE["history"]]}
    run = curves(evaluation={"score": 9.15, "scale": [0, 10]}, around=around)
    assert number("score_gain_over_reference", run) == near(1.1)
    assert number("evaluated_experiments", run) == 3


def test_where_only_this_runs_scale_stands_in_the_way_recent_gains_name_it():
    earlier = [{"evaluation": {"score": score, "scale": [0, 10]}} for score in (8.05, 9.15)]
    run = curves(evaluation={"score": 60, "scale": [0, 100]}, around={**_BEFORE, "history": earlier})
    assert missing("recent_gain_highest", run).needs == ("evaluation.scale",)
    assert missing("recent_gain_highest", curves(evaluation={"score": 60, "scale": [0, 100]}, around=_BEFORE)).needs == ("history",)

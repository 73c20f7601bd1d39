"""What a request says twice, or of a point that it does not have: one sentence each, and a fixed word on what counts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.advice.examples import advice_from, program


def _point(step: int, **metrics: Any) -> dict[str, Any]:
    return {"step_number": step, "metrics": metrics}


def _warnings(**run: Any) -> tuple[str, ...]:
    return advice_from(program(), **run).warnings


def test_a_score_of_no_point_of_the_run_is_named_and_never_the_best():
    points = [_point(84, full_valid_loss=0.5), _point(168, full_valid_loss=0.6)]
    scores = [{"step_number": 84, "score": 7.0}, {"step_number": 168, "score": 6.0}, {"step_number": 90, "score": 9.0}]
    advice = advice_from(program(), checkpoints=points, evaluation={"scale": [0, 10], "checkpoints": scores})

    assert advice.best_checkpoint is not None
    assert (advice.best_checkpoint.step_number, advice.best_checkpoint.by) == (84, "evaluation_score")
    assert advice.warnings == (
        "The evaluation scores step 90, which is not among the run's checkpoints: it does not count for the best one.",
    )


@pytest.mark.parametrize(
    ("scores", "best"),
    [
        ([{"step_number": 84, "score": 7.0}, {"step_number": 90, "score": 9.9}], 7.0),
        ([{"step_number": 84, "score": 9.4}, {"step_number": 84, "score": 6.1}], 6.1),
    ],
    ids=["no-point", "twice"],
)
def test_a_score_that_does_not_count_reaches_no_target(scores: list[dict[str, Any]], best: float):
    points = [_point(84, full_valid_loss=0.5), _point(168, full_valid_loss=0.6)]
    advice = advice_from(
        program(), checkpoints=points, evaluation={"scale": [0, 10], "checkpoints": scores}, around={"goal": {"target_score": 9.0}}
    )

    assert advice.signals["score_above_target"].value == pytest.approx(best - 9.0)


def test_scores_stand_for_themselves_where_no_points_are_given():
    scores = [{"step_number": 84, "score": 7.0}, {"step_number": 168, "score": 6.0}]

    assert _warnings(evaluation={"scale": [0, 10], "checkpoints": scores}) == ()


def test_two_scores_of_one_step_are_named():
    scores = [{"step_number": 84, "score": 7.0}, {"step_number": 84, "score": 6.5}, {"step_number": 84, "score": 6.5}]

    assert _warnings(checkpoints=[_point(84)], evaluation={"scale": [0, 10], "checkpoints": scores}) == (
        "The evaluation scores step 84 twice, 7 and 6.5: the later one counts.",
    )


def test_two_values_of_one_metric_at_one_step_are_named():
    points = [_point(100, train_loss=0.9), _point(200, train_loss=0.8), _point(100, train_loss=0.7)]

    assert _warnings(checkpoints=points) == ("Step 100 gives train_loss twice, 0.9 and 0.7: the later one counts.",)


def test_points_of_one_step_that_complete_or_repeat_each_other_contradict_nothing():
    points = [_point(100, train_loss=0.9), _point(100, full_valid_loss=1.0), _point(100, train_loss=0.9, valid_loss=None)]

    assert _warnings(checkpoints=points) == ()


def test_a_not_a_number_given_twice_is_one_value():
    assert _warnings(checkpoints=[_point(100, train_loss="NaN"), _point(100, train_loss="NaN")]) == ()


def test_five_contradictions_of_a_kind_are_named_and_the_rest_counted():
    points = [_point(step, train_loss=loss) for step in range(8) for loss in (0.9, 0.7)]
    found = _warnings(checkpoints=points)

    assert len(found) == 6
    assert found[-1] == "The same holds for 3 more."


@pytest.mark.parametrize(
    ("evaluation", "reason"),
    [
        ({"score": 60, "scale": [0, 100]}, "The run is scored on another scale than the runs before it"),
        ({"score": 91.5}, "The run's score does not lie on the scale of the runs before it"),
    ],
)
def test_a_score_on_another_scale_is_told(evaluation: dict[str, Any], reason: str):
    around = {"history": [{"evaluation": {"score": 8.05, "scale": [0, 10]}}]}
    (warning,) = advice_from(program(), around=around, evaluation=evaluation).warnings
    assert warning == f"{reason}, [0, 10]: it is compared neither with theirs nor with the baseline and the target."


def test_a_score_on_the_scale_of_the_runs_before_is_no_doubt():
    around = {"history": [{"evaluation": {"score": 8.05, "scale": [0, 10]}}]}
    assert advice_from(program(), around=around, evaluation={"score": 9.15}).warnings == ()

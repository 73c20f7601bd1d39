"""Which checkpoint is best, by which measure, and whether an earlier one beats the last by more than the noise."""

from __future__ import annotations

from typing import Any

import pytest

from advisor.signals import Curves, best_point
from tests.signals.examples import curves, missing, number, points, reinforcement, supervised


def _scored(*scores: tuple[int, float], **run: Any) -> Curves:
    evaluation = {"scale": [0, 10], "checkpoints": [{"step_number": step, "score": score} for step, score in scores]}
    return curves(evaluation=evaluation, **run)


def test_nothing_measured_has_no_best_checkpoint():
    assert best_point(curves()) is None
    assert best_point(supervised(train_loss=[2, 1])) is None
    assert missing("best_checkpoint_step", curves()).needs == ("valid_loss",)
    assert missing("earlier_checkpoint_better", curves("reinforcement")).needs == ("full_valid_mean_reward",)


@pytest.mark.parametrize(
    ("run", "by", "step", "value"),
    [
        (_scored((10, 5), (20, 9), (30, 7), checkpoints=points(full_valid_loss=[1, 2, 3])), "evaluation_score", 20, 9),
        (supervised(full_valid_loss=[3, 1, 2], valid_loss=[1, 2, 3]), "full_valid_loss", 20, 1),
        (supervised(valid_loss=[3, 2, 1, 2]), "valid_loss", 30, 1),
        (reinforcement(full_valid_mean_reward=[0.1, 0.6, 0.3], full_valid_loss=[1, 2, 3]), "full_valid_mean_reward", 20, 0.6),
    ],
)
def test_the_best_checkpoint_is_chosen_by_evaluation_then_loss_or_reward(run: Curves, by: str, step: int, value: float):
    best = best_point(run)

    assert best is not None
    assert (best.by, best.step, best.value) == (by, step, value)
    assert number("best_checkpoint_step", run) == step


@pytest.mark.parametrize(
    "run",
    [
        _scored((10, 9), (20, 9), (30, 7)),
        supervised(full_valid_loss=[1, 1, 2]),
        reinforcement(full_valid_mean_reward=[0.6, 0.6, 0.3]),
    ],
)
def test_of_equals_the_earliest_is_best(run: Curves):
    assert number("best_checkpoint_step", run) == 10


@pytest.mark.parametrize(
    ("run", "better"),
    [
        # scores differ by twice √2 · 0.25 = 0.71 points or more, else they are one
        (_scored((10, 9.0), (20, 8.2)), 1),
        (_scored((10, 9.0), (20, 8.4)), 0),
        # the floor for few points is 5 %: a difference counts from twice √2 · 5 % = 14 % (e^0.14 = 1.15) on
        (supervised(full_valid_loss=[2, 1, 1.16]), 1),
        (supervised(full_valid_loss=[2, 1, 1.14]), 0),
        # one batch: 15 %, so from 42 % (e^0.42 = 1.53) on
        (supervised(valid_loss=[2, 1, 1.55]), 1),
        (supervised(valid_loss=[2, 1, 1.50]), 0),
        # rewards of 0.5 on 50 assumed items: twice √(0.25 / 50) = 0.14
        (reinforcement(full_valid_mean_reward=[0.72, 0.5, 0.4]), 1),
        (reinforcement(full_valid_mean_reward=[0.52, 0.5, 0.4]), 0),
        # the last is the best
        (supervised(full_valid_loss=[3, 2, 1]), 0),
        (supervised(full_valid_loss=[1]), 0),
    ],
)
def test_an_earlier_checkpoint_must_beat_the_last_by_more_than_the_noise(run: Curves, better: int):
    assert number("earlier_checkpoint_better", run) == better


def test_without_the_noise_of_the_scores_nobody_knows():
    run = curves(evaluation={"checkpoints": [{"step_number": 1, "score": 9}, {"step_number": 2, "score": 1}]})

    assert missing("earlier_checkpoint_better", run).needs == ("evaluation.scale",)


def _kept(steps: set[int], **run: Any) -> Curves:
    checkpoints = points(**run)
    for point in checkpoints:
        if point["step_number"] in steps:
            point["fine_tuned_model_checkpoint"] = f"ft:acme:ckpt-{point['step_number']}"
    return curves(checkpoints=checkpoints)


def test_only_what_was_kept_can_be_deployed():
    run = _kept({20, 30, 40}, full_valid_loss=[1, 1.2, 1.5, 2])

    assert number("deployable_checkpoints", run) == 3
    assert number("best_checkpoint_step", run) == 10
    assert number("deploy_checkpoint_step", run) == 20
    assert number("earlier_checkpoint_better", run) == 1


def test_where_no_checkpoint_is_named_all_may_have_been_kept():
    run = supervised(full_valid_loss=[1, 1.5, 2])

    assert number("deployable_checkpoints", run) == 0
    assert number("deploy_checkpoint_step", run) == 10


def test_the_only_kept_checkpoint_may_be_worse_than_the_last():
    run = _kept({10}, full_valid_loss=[3, 2, 1])

    assert number("deploy_checkpoint_step", run) == 10
    assert number("earlier_checkpoint_better", run) == 0


def test_a_kept_checkpoint_that_was_never_measured_is_not_deployed():
    run = _kept({20}, train_loss=[3, 2, 1], full_valid_loss=[1, None, 2])

    assert missing("deploy_checkpoint_step", run).needs == ("valid_loss",)


def test_the_best_epoch_is_that_of_the_best_checkpoint():
    run = curves(checkpoints=points(full_valid_loss=[2, 1, 3, 4]), hyperparameters={"n_epochs": 4})

    assert number("best_checkpoint_epoch", run) == 2
    assert missing("best_checkpoint_epoch", supervised(full_valid_loss=[2, 1])).needs == ("valid_loss", "n_epochs")
    assert missing("best_checkpoint_epoch", curves("reinforcement")).needs == ("full_valid_mean_reward", "n_epochs")


@pytest.mark.parametrize("losses", [[0, 1, 2], [-1, 0, 1], [0, 0, 0], [1e-300, 1e300, 1e300]])
def test_losses_at_and_below_zero_are_compared_too(losses: list[float]):
    assert number("earlier_checkpoint_better", supervised(full_valid_loss=losses)) in {0, 1}

"""The checkpoints of an answer: a row each, the best one, and the candidates worth an evaluation."""

from __future__ import annotations

from typing import Any

import pytest

from advisor.advice.checkpoints import best_checkpoint, candidates, checkpoint_rows
from advisor.contract import AdviseRequest
from advisor.contract.advice import BestCheckpoint, CheckpointRow
from advisor.rulebook import Rulebook, load_rulebook, shipped_rules
from advisor.signals import Curves


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rulebook(shipped_rules())


def _points(kept: tuple[int, ...] = (), **metrics: list[float | None]) -> list[dict[str, Any]]:
    count = max(map(len, metrics.values()))
    return [
        {
            "step_number": 10 * (i + 1),
            "fine_tuned_model_checkpoint": f"ft:{10 * (i + 1)}" if 10 * (i + 1) in kept else None,
            "metrics": {name: values[i] for name, values in metrics.items()},
        }
        for i in range(count)
    ]


def _curves(rulebook: Rulebook, method: str = "supervised", **run: Any) -> Curves:
    return Curves(AdviseRequest.model_validate({"run": {"method": method, "checkpoints": [], **run}}), rulebook.measures)


# --- rows --------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ratio", "band"),
    [
        (0.5, "healthy"),
        (1.1999, "healthy"),
        (1.2, "mild"),
        (1.4999, "mild"),
        (1.5, "moderate"),
        (2.0, "moderate"),
        (2.0001, "severe"),
        (1e9, "severe"),
    ],
)
def test_each_ratio_has_the_band_of_the_documents(rulebook: Rulebook, ratio: float, band: str):
    run = _curves(rulebook, checkpoints=_points(train_loss=[1], full_valid_loss=[ratio]))

    assert checkpoint_rows(run, rulebook.bands["overfit-ratio"]) == (CheckpointRow(10, None, ratio, band),)


def test_there_is_a_row_for_each_step_once_and_in_order(rulebook: Rulebook):
    points = _points(train_loss=[1, 0, None, 1], full_valid_loss=[1, 1, 1, None])
    run = _curves(rulebook, checkpoints=[points[3], *points[:3], points[0]], hyperparameters={"n_epochs": 2})

    rows = checkpoint_rows(run, rulebook.bands["overfit-ratio"])

    assert rows == (
        CheckpointRow(10, 0.5, 1.0, "healthy"),
        CheckpointRow(20, 1.0, None, None),  # a train loss of zero
        CheckpointRow(30, 1.5, None, None),  # none
        CheckpointRow(40, 2.0, None, None),  # no evaluation
    )


@pytest.mark.parametrize("method", ["dpo", "reinforcement"])
def test_only_supervised_runs_have_bands(rulebook: Rulebook, method: str):
    run = _curves(rulebook, method, checkpoints=_points(train_loss=[1], full_valid_loss=[3]))

    assert checkpoint_rows(run, rulebook.bands["overfit-ratio"]) == (CheckpointRow(10, None, None, None),)


def test_a_rulebook_without_bands_has_none(rulebook: Rulebook):
    assert checkpoint_rows(_curves(rulebook, checkpoints=_points(train_loss=[1], valid_loss=[3])), None) == (
        CheckpointRow(10, None, 3.0, None),
    )


# --- the best ----------------------------------------------------------------------------------------------------------------------


def test_the_best_checkpoint_carries_its_name_and_measure(rulebook: Rulebook):
    run = _curves(rulebook, checkpoints=_points((20,), full_valid_loss=[2, 1, 3]), hyperparameters={"n_epochs": 3})

    assert best_checkpoint(run) == BestCheckpoint(20, 2.0, "ft:20", "full_valid_loss", 1.0, deployable=True)


def test_the_best_may_be_one_that_was_not_kept(rulebook: Rulebook):
    best = best_checkpoint(_curves(rulebook, checkpoints=_points((30,), full_valid_loss=[2, 1, 3])))

    assert best is not None
    assert (best.step_number, best.fine_tuned_model_checkpoint, best.deployable) == (20, None, False)


def test_the_name_may_stand_in_another_point_of_the_same_step(rulebook: Rulebook):
    named = {"step_number": 20, "fine_tuned_model_checkpoint": "ft:twenty"}
    best = best_checkpoint(_curves(rulebook, checkpoints=[*_points(full_valid_loss=[2, 1, 3]), named]))

    assert best is not None
    assert best.fine_tuned_model_checkpoint == "ft:twenty"


def test_nothing_measured_has_no_best(rulebook: Rulebook):
    assert best_checkpoint(_curves(rulebook)) is None
    assert best_checkpoint(_curves(rulebook, checkpoints=_points(train_loss=[1]))) is None


# --- candidates --------------------------------------------------------------------------------------------------------------------


def _candidates(run: Curves) -> list[tuple[int, str]]:
    return [(c.step_number, c.reason) for c in candidates(run)]


def test_a_supervised_run_offers_its_best_and_its_final_checkpoint(rulebook: Rulebook):
    assert _candidates(_curves(rulebook, checkpoints=_points(full_valid_loss=[2, 1, 3]))) == [(20, "best"), (30, "final")]
    assert _candidates(_curves(rulebook, checkpoints=_points(full_valid_loss=[3, 2, 1]))) == [(30, "best")]
    assert _candidates(_curves(rulebook, checkpoints=_points(train_loss=[3, 2, 1]))) == [(30, "final")]
    assert _candidates(_curves(rulebook)) == []


def test_a_reinforcement_run_offers_peak_final_and_middle(rulebook: Rulebook):
    run = _curves(rulebook, "reinforcement", checkpoints=_points(full_valid_mean_reward=[0.1, 0.2, 0.3, 0.9, 0.4, 0.3]))

    assert _candidates(run) == [(40, "peak"), (60, "final"), (30, "middle")]


def test_without_validation_rewards_the_peak_is_that_of_the_train_reward(rulebook: Rulebook):
    run = _curves(rulebook, "reinforcement", checkpoints=_points(train_mean_reward=[0.9, 0.2, 0.3, 0.4]))

    assert _candidates(run) == [(10, "peak"), (40, "final"), (20, "middle")]


def test_only_what_was_kept_is_a_candidate(rulebook: Rulebook):
    losses = _curves(rulebook, checkpoints=_points((10, 30, 40), full_valid_loss=[2, 1, 1.5, 3, 4]))
    rewards = _curves(rulebook, "reinforcement", checkpoints=_points((10, 30), full_valid_mean_reward=[0.1, 0.9, 0.3, 0.9, 0.4]))

    assert _candidates(losses) == [(30, "best"), (40, "final")]
    assert _candidates(rewards) == [(30, "peak"), (10, "middle")]
    assert [c.fine_tuned_model_checkpoint for c in candidates(losses)] == ["ft:30", "ft:40"]


def _evaluated(rulebook: Rulebook, tokens: list[float | None], *scores: float) -> Curves:
    evaluation = {
        "checkpoints": [{"step_number": 10 * (i + 1), "score": s, "completion_tokens_mean": tokens[i]} for i, s in enumerate(scores)]
    }
    points = _points(full_valid_mean_reward=[0.1, 0.2, 0.9, 0.1], completion_tokens_mean=[100, 200, 300, 400])
    return _curves(rulebook, "reinforcement", checkpoints=points, evaluation=evaluation)


def test_of_equally_good_checkpoints_the_one_with_the_fewest_tokens_wins(rulebook: Rulebook):
    assert _candidates(_evaluated(rulebook, [900, 500, 700, 800], 7, 9, 9, 9))[0] == (20, "fewest-tokens")
    assert _candidates(_evaluated(rulebook, [None] * 4, 7, 9, 9, 9))[0] == (20, "fewest-tokens")  # by the curve


def test_a_single_best_score_is_the_peak_whatever_its_tokens(rulebook: Rulebook):
    assert _candidates(_evaluated(rulebook, [100, 900, 100, 100], 7, 9, 8, 8))[0] == (20, "peak")


def test_one_checkpoint_is_named_once(rulebook: Rulebook):
    assert _candidates(_curves(rulebook, "reinforcement", checkpoints=_points(full_valid_mean_reward=[0.5]))) == [(10, "peak")]


def test_there_are_three_candidates_at_most(rulebook: Rulebook):
    run = _curves(rulebook, "reinforcement", checkpoints=_points(full_valid_mean_reward=[i % 7 / 7 for i in range(200)]))

    assert len(_candidates(run)) == 3

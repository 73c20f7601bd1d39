"""Jobs for the fake: a run that overfits, one that is healthy, and one of reinforcement."""

from __future__ import annotations

from typing import Any

from tests.fake_openai.service import FakeJob

_OVERFIT = ((84, 0.62, 0.66), (168, 0.40, 0.58), (252, 0.21, 0.67), (336, 0.11, 0.82))
_REWARDS = ((10, 0.30, 0.31), (20, 0.41, 0.40), (30, 0.52, 0.50), (40, 0.58, 0.57))


def overfit_job(**changes: Any) -> FakeJob:
    """Return a supervised job whose validation loss is lowest at step 168 of 336."""
    metrics = {
        step: {
            "train_loss": train,
            "valid_loss": full + 0.01,
            "full_valid_loss": full,
            "train_mean_token_accuracy": 0.8,
            "valid_mean_token_accuracy": 0.78,
            "full_valid_mean_token_accuracy": 0.79,
        }
        for step, train, full in _OVERFIT
    }
    return FakeJob(**{"metrics": metrics, **changes})


def reinforcement_job(**changes: Any) -> FakeJob:
    """Return a job of reinforcement whose rewards rise; its metrics stand in no field that the SDK declares."""
    metrics: dict[int, dict[str, Any]] = {
        step: {
            "train_reward_mean": train,
            "valid_reward_mean": valid,
            "usage/samples/train_reasoning_tokens_mean": 900.0 + step,
            "errors/graders/python/syntax/errors/train_sample_parse_error_count": 1,
            "errors/graders/score_model/judge/errors/train_sample_parse_error_count": 2,
        }
        for step, train, valid in _REWARDS
    }
    grader = {"type": "score_model", "name": "judge", "model": "gpt-4.1", "input": [], "range": [0, 1]}
    settings = {"n_epochs": 2, "batch_size": 8, "learning_rate_multiplier": 1.0, "reasoning_effort": "medium"}
    defaults = {
        "model": "o4-mini-2025-04-16", "method": "reinforcement", "hyperparameters": settings, "grader": grader, "metrics": metrics,
    }  # fmt: skip
    return FakeJob(**{**defaults, **changes})

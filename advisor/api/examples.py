"""Realistic bodies for the API's own description."""

from __future__ import annotations

import json
from typing import Any

from advisor.api.problems import Place, problem, problem_json

_CHECKPOINTS = (
    (84, 1.0, 0.62, 0.68, 0.66, None),
    (168, 2.0, 0.40, 0.55, 0.58, "ft:gpt-4.1-mini:acme:support::Bx7Kq22:ckpt-step-168"),
    (252, 3.0, 0.21, 0.68, 0.67, "ft:gpt-4.1-mini:acme:support::Bx7Kq23:ckpt-step-252"),
    (336, 4.0, 0.11, 0.80, 0.82, "ft:gpt-4.1-mini:acme:support::Bx7Kq24"),
)

REQUEST: dict[str, Any] = {
    "run": {
        "id": "R1",
        "method": "supervised",
        "base_model": "gpt-4.1-mini",
        "status": "succeeded",
        "hyperparameters": {"n_epochs": 4, "learning_rate_multiplier": 1.0, "batch_size": "auto"},
        "dataset": {"version": "v1", "n_train": 335, "n_valid": 60, "quality_checked": True},
        "checkpoints": [
            {
                "step_number": step,
                "epoch": epoch,
                "fine_tuned_model_checkpoint": model,
                "metrics": {"train_loss": train, "valid_loss": valid, "full_valid_loss": full},
            }
            for step, epoch, train, valid, full, model in _CHECKPOINTS
        ],
        "evaluation": {"score": 8.4, "scale": [0, 10], "n_items": 120},
    },
    "baseline": {"score": 8.05},
    "goal": {"target_score": 9.0, "budget": {"runs_left": 3}},
}
"""A supervised run that overfits after its second epoch."""

EXPERIMENTS: list[dict[str, Any]] = [
    {
        "id": "R1",
        "base_model": "gpt-4.1-mini",
        "dataset": {"version": "v1", "n_train": 335},
        "hyperparameters": {"n_epochs": 3, "learning_rate_multiplier": 1.0},
        "best_valid_loss": 0.412,
        "evaluation": {"score": 8.05},
    },
    {
        "id": "R2",
        "base_model": "gpt-4.1-mini",
        "dataset": {"version": "v1", "n_train": 335},
        "hyperparameters": {"n_epochs": 3, "learning_rate_multiplier": 0.5},
        "best_valid_loss": 0.388,
        "evaluation": {"score": 9.15},
    },
]
"""Two experiments of a project, of which only the learning rate differs."""

PROJECT: dict[str, Any] = {"baseline": {"score": 8.05}, "goal": {"target_score": 9.0, "budget": {"runs_left": 3}}}
"""What a project is compared with, and what it is for."""

BATCH: dict[str, Any] = {"requests": [REQUEST, {"run": {"method": "supervised", "checkpoints": [{"step_number": -1}]}}]}
"""A batch whose second request is wrong."""

WRONG_ITEM = problem(
    422,
    "The request is wrong in 1 place: /run/checkpoints/0/step_number must be a number of 0 or more.",
    (Place("must be a number of 0 or more", "/run/checkpoints/0/step_number"),),
)
WRONG_REQUEST = problem(
    422,
    "The request is wrong in 2 places.",
    (
        Place("must be a number of 0 or more", "/run/checkpoints/3/step_number"),
        Place(
            'must be a number; "NaN", "Infinity" and "-Infinity" are allowed for a non-finite one', "/run/checkpoints/3/metrics/train_loss"
        ),
    ),
)


def problem_example(found: Any) -> dict[str, Any]:
    """Return a problem as the JSON value that a caller sees."""
    value: dict[str, Any] = json.loads(problem_json(found))
    return value

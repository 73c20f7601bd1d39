"""Requests of any size for the benchmarks: a supervised run that learns, then overfits, with some noise from a fixed seed."""

from __future__ import annotations

import random
from typing import Any


def overfitting_request(checkpoints: int) -> dict[str, Any]:
    """Return a request with so many checkpoints, all metrics in each, as a fine-tuning service would give them."""
    rng = random.Random(7)
    points = []
    for i in range(checkpoints):
        share = (i + 1) / checkpoints
        train = 1.4 * (1 - share) ** 2 + 0.1 + rng.gauss(0, 0.02)
        valid = 1.4 * (1 - min(share, 0.5) * 1.2) ** 2 + max(0.0, share - 0.5) * 0.8 + 0.3 + rng.gauss(0, 0.01)
        points.append(
            {
                "object": "fine_tuning.job.checkpoint",
                "id": f"ftckpt_{i}",
                "step_number": 8 * (i + 1),
                "epoch": round(4 * share, 4),
                "metrics": {
                    "train_loss": round(train, 5),
                    "valid_loss": round(valid + rng.gauss(0, 0.05), 5),
                    "full_valid_loss": round(valid, 5),
                    "train_mean_token_accuracy": round(1 - train / 3, 5),
                    "valid_mean_token_accuracy": round(1 - valid / 3, 5),
                    "full_valid_mean_token_accuracy": round(1 - valid / 3, 5),
                },
            }
        )
    return {
        "run": {
            "id": "R2",
            "method": "supervised",
            "base_model": "gpt-4.1-mini",
            "status": "succeeded",
            "hyperparameters": {"n_epochs": 4, "learning_rate_multiplier": 1.0, "batch_size": 8},
            "dataset": {"version": "v1", "n_train": 335, "n_valid": 60},
            "checkpoints": points,
            "evaluation": {"score": 7.9, "scale": [0, 10], "n_items": 80},
        },
        "baseline": {"score": 7.0},
        "history": [
            {
                "id": "R1",
                "method": "supervised",
                "base_model": "gpt-4.1-mini",
                "hyperparameters": {"n_epochs": 4, "learning_rate_multiplier": 0.5, "batch_size": 8},
                "dataset": {"version": "v1", "n_train": 335},
                "evaluation": {"score": 7.8, "scale": [0, 10]},
                "best_valid_loss": 0.42,
            }
        ],
    }

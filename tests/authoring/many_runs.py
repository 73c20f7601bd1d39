"""Runs of every method and outcome, made from a fixed seed."""

from __future__ import annotations

import random
from typing import Any

from advisor.authoring.past_runs import PastRun
from advisor.contract.request import AdviseRequest


def many_runs(count: int) -> list[PastRun]:
    """Return so many runs: healthy, overfitting, noisy and short ones, with settings, scores and history given or left out."""
    rng = random.Random(11)
    return [PastRun(f"run-{i}", AdviseRequest.model_validate(_request(rng))) for i in range(count)]


def _request(rng: random.Random) -> dict[str, Any]:
    method = rng.choice(["supervised", "supervised", "supervised", "dpo", "reinforcement"])
    points = [
        {"step_number": 8 * (i + 1), "epoch": 4 * share, "metrics": metrics}
        for i, (share, metrics) in enumerate(_curve(rng, method, rng.choice([0, 3, 5, 8, 12, 24])))
    ]
    run: dict[str, Any] = {"method": method, "checkpoints": points, "status": rng.choice(["succeeded", "succeeded", "running", "failed"])}
    run["hyperparameters"] = {
        "n_epochs": rng.choice([1, 2, 4, 10]),
        "learning_rate_multiplier": rng.choice([0.1, 1.0, 8.0, None]),
        "batch_size": rng.choice([1, 8, 64, None]),
    }
    run["dataset"] = {"n_train": rng.choice([20, 100, 335, 2000, 9000, None])}
    run["base_model"] = rng.choice(["gpt-4.1-mini", "gpt-4.1-nano-2025-04-14", "llama-8b", None])
    if rng.random() < 0.6:
        run["evaluation"] = {"score": rng.uniform(1, 10), "scale": [0, 10], "n_items": 80}
    body: dict[str, Any] = {"run": run}
    if rng.random() < 0.5:
        body["baseline"] = {"score": rng.uniform(2, 8)}
        body["goal"] = {"target_score": rng.uniform(5, 9)}
    if rng.random() < 0.4:
        body["history"] = [
            {
                **run,
                "checkpoints": [],
                "hyperparameters": {"n_epochs": epochs},
                "evaluation": {"score": rng.uniform(1, 10), "scale": [0, 10]},
            }
            for epochs in (1, 3)
        ]
    return body


def _curve(rng: random.Random, method: str, count: int) -> list[tuple[float, dict[str, float | None]]]:
    turn, noise, rise = rng.uniform(0.2, 1), rng.choice([0, 0.01, 0.05]), rng.uniform(0, 1.5)
    curve: list[tuple[float, dict[str, float | None]]] = []
    for share in ((i + 1) / count for i in range(count)):
        if method == "reinforcement":
            train, valid = 0.2 + 0.6 * share + rng.gauss(0, noise), 0.2 + 0.5 * min(share, turn) + rng.gauss(0, noise)
            curve.append((share, {"train_mean_reward": train, "full_valid_mean_reward": valid}))
            continue
        train = 1.4 * (1 - share) ** 2 + 0.1 + abs(rng.gauss(0, noise))
        valid = 1.4 * (1 - min(share, turn) * 0.6) ** 2 + max(0.0, share - turn) * rise + 0.3 + rng.gauss(0, noise)
        full = None if rng.random() < 0.05 else valid
        curve.append((share, {"train_loss": train, "full_valid_loss": full, "valid_loss": valid + rng.gauss(0, 0.05)}))
    return curve

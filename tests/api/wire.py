"""Requests for the tests of the HTTP edge, and a caller below HTTP clients, which would not send what these tests send."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

Json = dict[str, Any]
Receive = Callable[[], Awaitable[Json]]

RUN: Json = {
    "method": "supervised",
    "base_model": "gpt-4.1-mini",
    "hyperparameters": {"n_epochs": 4},
    "dataset": {"n_train": 335, "n_valid": 60},
    "checkpoints": [
        {"step_number": 84, "metrics": {"train_loss": 0.62, "full_valid_loss": 0.66}},
        {"step_number": 168, "metrics": {"train_loss": 0.40, "full_valid_loss": 0.58}},
        {"step_number": 252, "metrics": {"train_loss": 0.21, "full_valid_loss": 0.67}},
        {"step_number": 336, "metrics": {"train_loss": 0.11, "full_valid_loss": 0.82}},
    ],
}


def request_with(count: int) -> Json:
    """Return a request whose run has that many checkpoints, falling first and rising from the middle on."""
    losses = (0.5 + abs(2 * i / count - 1) * 0.4 for i in range(count))
    points = [
        {
            "object": "fine_tuning.job.checkpoint",
            "id": f"ftckpt_{i:024d}",
            "created_at": 1_760_000_000 + i,
            "fine_tuning_job_id": "ftjob-0123456789abcdefghijklmn",
            "fine_tuned_model_checkpoint": f"ft:gpt-4.1-mini:acme:support::{i:08d}:ckpt-step-{i + 1}",
            "step_number": i + 1,
            "metrics": {
                "step": i + 1,
                "train_loss": 0.9 - 0.5 * i / count,
                "valid_loss": loss + 0.01 * (i % 3),
                "full_valid_loss": loss,
                "train_mean_token_accuracy": 0.8,
                "valid_mean_token_accuracy": 0.79,
                "full_valid_mean_token_accuracy": 0.78,
            },
        }
        for i, loss in enumerate(losses)
    ]
    return {"run": RUN | {"checkpoints": points}}


def without_stamp(advice: bytes | str | Json) -> Json:
    """Return advice without its id and time, which no two answers share."""
    value = advice if isinstance(advice, dict) else json.loads(advice)
    return {name: member for name, member in value.items() if name not in ("advice_id", "created_at")}


@dataclass
class Reply:
    """What an application sent."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def call(app: FastAPI, receive: Receive, path: str = "/advise", headers: dict[str, str] | None = None) -> Reply:
    """Post to an application message by message."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in (headers or {}).items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    sent: list[Json] = []

    async def send(message: Json) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]  # messages are plain dicts
    start = sent[0]
    return Reply(start["status"], {k.decode(): v.decode() for k, v in start["headers"]}, b"".join(m.get("body", b"") for m in sent[1:]))

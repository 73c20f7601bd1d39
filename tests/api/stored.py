"""What tests of the store over HTTP share: the experiments of a project, and an application with a store of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from advisor.api import create_app
from advisor.experiments import Store
from advisor.settings import Settings
from tests.api.wire import RUN

Json = dict[str, Any]

_COMMON: Json = {"method": "supervised", "base_model": "gpt-4.1-mini", "dataset": {"version": "v1", "n_train": 335}}
R1: Json = {
    **_COMMON,
    "id": "R1",
    "hyperparameters": {"n_epochs": 3, "learning_rate_multiplier": 1.0},
    "best_valid_loss": 0.412,
    "evaluation": {"score": 8.05},
}
R2: Json = {
    **_COMMON,
    "id": "R2",
    "hyperparameters": {"n_epochs": 3, "learning_rate_multiplier": 0.5},
    "best_valid_loss": 0.388,
    "evaluation": {"score": 9.15},
}
OVERFIT: Json = RUN | {"id": "R1", "evaluation": {"score": 8.4}}


@contextmanager
def stored(folder: Path, **settings: Any) -> Iterator[TestClient]:
    """Yield a client of an application that keeps a store in a folder."""
    with TestClient(create_app(Settings(database_url=f"sqlite:///{folder / 'advisor.db'}", **settings))) as client:
        yield client


def store_of(client: TestClient) -> Store:
    """Return the store of a client's application."""
    assert isinstance(client.app, FastAPI)
    store = client.app.state.parts.store
    assert isinstance(store, Store)
    return store


def advice_on(client: TestClient, project: str | None, run: Json = OVERFIT, **around: Any) -> Json:
    """Post a run, and return the advice."""
    answer = client.post("/advise", json={"run": run, **({} if project is None else {"project": project}), **around})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())

"""Earlier experiments and deployments."""

from __future__ import annotations

from typing import Any

from pytest_bdd import given

from tests.steps.tables import Cell, read_rows

SETTINGS = ("n_epochs", "learning_rate_multiplier", "batch_size")


@given("the earlier runs")
def earlier_runs(body: dict[str, Any], datatable: list[list[str]]) -> None:
    body["history"] = [_earlier_run(row) for row in read_rows(datatable)]


@given("in the team's own past")
def earlier_outcomes(body: dict[str, Any], datatable: list[list[str]]) -> None:
    lines = {row["action"]: {"followed": row["followed"], "helped": row["helped"]} for row in read_rows(datatable)}
    body["record"] = {"actions": lines}


@given("the deployments")
def deployments(body: dict[str, Any], datatable: list[list[str]]) -> None:
    body["deployments"] = [row | ({"in_use": row["in_use"] == "yes"} if "in_use" in row else {}) for row in read_rows(datatable)]


def _earlier_run(row: dict[str, Cell]) -> dict[str, Any]:
    """Return a row of an experiment table, such as people keep, in the request's shape."""
    run: dict[str, Any] = {name: row[name] for name in ("id", "method", "base_model", "best_valid_loss") if name in row}
    run["hyperparameters"] = {name: row[name] for name in SETTINGS if name in row}
    run["dataset"] = {to: row[name] for name, to in (("dataset", "version"), ("n_train", "n_train")) if name in row}
    if "score" in row:
        run["evaluation"] = {"score": row["score"]}
    return run

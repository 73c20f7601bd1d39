"""The run's curves, and what the answer says about its checkpoints."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_bdd import given, parsers, then

from tests.steps.tables import read_cell, read_rows

NO_METRICS = ("step_number", "epoch", "fine_tuned_model_checkpoint")


@given("the checkpoints")
def the_checkpoints(body: dict[str, Any], datatable: list[list[str]]) -> None:
    for row in read_rows(datatable):
        checkpoint: dict[str, Any] = {name: row[name] for name in NO_METRICS if name in row}
        checkpoint["metrics"] = {name: value for name, value in row.items() if name not in NO_METRICS}
        body["run"]["checkpoints"].append(checkpoint)


@given(parsers.parse("every {stride:d} steps the {metric} is {values}"))
def a_curve(body: dict[str, Any], stride: int, metric: str, values: str) -> None:
    points = {c["step_number"]: c for c in body["run"]["checkpoints"]}
    for i, value in enumerate(values.split(), 1):
        point = points.setdefault(i * stride, {"step_number": i * stride, "metrics": {}})
        point["metrics"][metric] = read_cell(value)
    body["run"]["checkpoints"] = list(points.values())


@given("the checkpoints as OpenAI lists them")
def openai_checkpoints(body: dict[str, Any], docstring: str) -> None:
    body["run"]["checkpoints"] = json.loads(docstring)


@given("the checkpoints are given last first")
def reversed_checkpoints(body: dict[str, Any]) -> None:
    body["run"]["checkpoints"].reverse()


@then("the checkpoints are judged")
def judged_checkpoints(answer: dict[str, Any], datatable: list[list[str]]) -> None:
    rows = [
        (row["step_number"], row["overfit_ratio"] if row["overfit_ratio"] is None else round(row["overfit_ratio"], 2), row["overfit_band"])
        for row in answer["checkpoints"]
    ]
    assert rows == [(row["step_number"], row["overfit_ratio"], row["overfit_band"]) for row in read_rows(datatable)]


@then(parsers.parse("step {step:d} was reached in epoch {epoch:g}"))
def epoch_of_a_step(answer: dict[str, Any], step: int, epoch: float) -> None:
    assert {row["step_number"]: row["epoch"] for row in answer["checkpoints"]}[step] == pytest.approx(epoch, abs=0.005)


@then(parsers.parse("the best checkpoint is step {step:d} by {measure} of {value:g}"))
def best_checkpoint(answer: dict[str, Any], step: int, measure: str, value: float) -> None:
    best = answer["best_checkpoint"]
    assert (best["step_number"], best["by"], best["value"]) == (step, measure, pytest.approx(value))


@then(parsers.parse('the best checkpoint can be deployed as "{name}"'))
def deployable(answer: dict[str, Any], name: str) -> None:
    assert (answer["best_checkpoint"]["fine_tuned_model_checkpoint"], answer["best_checkpoint"]["deployable"]) == (name, True)


@then("the best checkpoint was not kept")
def not_deployable(answer: dict[str, Any]) -> None:
    assert answer["best_checkpoint"]["deployable"] is False


@then("there is no best checkpoint")
def no_best_checkpoint(answer: dict[str, Any]) -> None:
    assert answer["best_checkpoint"] is None


@then("the checkpoints worth an evaluation are")
def candidates(answer: dict[str, Any], datatable: list[list[str]]) -> None:
    found = [{"step_number": c["step_number"], "reason": c["reason"]} for c in answer["candidates"]]
    assert found == list(read_rows(datatable))

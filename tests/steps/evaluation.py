"""Scores on the held-out evaluation, of this run and of the untuned base model."""

from __future__ import annotations

from typing import Any

from pytest_bdd import given, parsers

from tests.steps.tables import read_rows


@given(parsers.parse("the run scores {score:g} on a scale of {low:g} to {high:g}"))
def score_of_the_run(body: dict[str, Any], score: float, low: float, high: float) -> None:
    _evaluation(body)["score"] = score
    _evaluation(body)["scale"] = [low, high]


@given(parsers.parse("the checkpoints score, on a scale of {low:g} to {high:g}"))
def scores_of_checkpoints(body: dict[str, Any], low: float, high: float, datatable: list[list[str]]) -> None:
    _evaluation(body)["checkpoints"] = list(read_rows(datatable))
    _evaluation(body)["scale"] = [low, high]


@given("the categories score")
def scores_of_categories(body: dict[str, Any], datatable: list[list[str]]) -> None:
    _evaluation(body)["by_category"] = {str(row["category"]): row["score"] for row in read_rows(datatable)}


@given(parsers.parse("the evaluation has {count:d} items"))
def items(body: dict[str, Any], count: int) -> None:
    _evaluation(body)["n_items"] = count


@given(parsers.parse("the standard error of the evaluation is {error:g}"))
def standard_error(body: dict[str, Any], error: float) -> None:
    _evaluation(body)["standard_error"] = error


@given(parsers.parse("the run scores {score:g} on a separate test set"))
def score_on_the_test_set(body: dict[str, Any], score: float) -> None:
    _evaluation(body)["test_score"] = score


@given(parsers.parse("the untuned base model scores {score:g}"))
def baseline(body: dict[str, Any], score: float) -> None:
    body["baseline"] = {"score": score}


def _evaluation(body: dict[str, Any]) -> dict[str, Any]:
    evaluation: dict[str, Any] = body["run"].setdefault("evaluation", {})
    return evaluation

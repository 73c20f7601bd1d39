"""What kind of run it is: its method, its state, its settings and its grader."""

from __future__ import annotations

from typing import Any

from pytest_bdd import given, parsers

from tests.steps.tables import read_rows

METHODS = {"supervised": "supervised", "preference": "dpo", "reinforcement": "reinforcement"}


@given(parsers.re(r"a (?P<kind>supervised|preference|reinforcement) run"))
def a_run(body: dict[str, Any], kind: str) -> None:
    body["run"]["method"] = METHODS[kind]


@given(parsers.re(r"a (?P<kind>supervised|preference|reinforcement) run of (?P<base_model>\S+)"))
def a_run_of_a_model(body: dict[str, Any], kind: str, base_model: str) -> None:
    body["run"] |= {"method": METHODS[kind], "base_model": base_model}


@given(parsers.parse('the run is "{status}"'))
def in_state(body: dict[str, Any], status: str) -> None:
    body["run"]["status"] = status


@given("the settings")
def the_settings(body: dict[str, Any], datatable: list[list[str]]) -> None:
    (body["run"]["hyperparameters"],) = read_rows(datatable)


@given(parsers.parse("rewards between {low:g} and {high:g}"))
def range_of_the_grader(body: dict[str, Any], low: float, high: float) -> None:
    body["run"]["grader"] = {"range": [low, high]}


@given(parsers.parse("{rollouts:d} rollouts per step"))
def rollouts_per_step(body: dict[str, Any], rollouts: int) -> None:
    body["run"]["rollouts_per_step"] = rollouts

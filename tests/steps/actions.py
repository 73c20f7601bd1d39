"""What the answer advises, in which order, and the next experiment."""

from __future__ import annotations

from typing import Any

from pytest_bdd import parsers, then

from tests.steps.tables import Cell, one_line, read_cell, read_rows

Answer = dict[str, Any]


@then(parsers.parse('the first action is "{name}"'))
def first_action(answer: Answer, name: str) -> None:
    assert _names(answer)[:1] == [name]


@then("the actions begin with")
def first_actions(answer: Answer, datatable: list[list[str]]) -> None:
    expected = list(read_rows(datatable))
    columns = datatable[0]
    found = [{name: action["id" if name == "action" else name] for name in columns} for action in answer["actions"][: len(expected)]]
    assert found == expected


@then(parsers.parse('the action "{name}" is advised'))
def advised(answer: Answer, name: str) -> None:
    _action(answer, name)


@then(parsers.parse('the action "{name}" is advised because of "{reason}"'))
def advised_because(answer: Answer, name: str, reason: str) -> None:
    assert reason in _action(answer, name)["because"]


@then(parsers.parse('the action "{name}" is not advised'))
def not_advised(answer: Answer, name: str) -> None:
    assert name not in _names(answer)


@then(parsers.parse('the action "{better}" ranks before "{worse}"'))
def ranks_before(answer: Answer, better: str, worse: str) -> None:
    assert _action(answer, better)["rank"] < _action(answer, worse)["rank"]


@then(parsers.parse('the action "{name}" changes {parameter} from {before} to {after}'))
def changes(answer: Answer, name: str, parameter: str, before: str, after: str) -> None:
    assert _action(answer, name)["change"] == _change(parameter, before, after)


@then(parsers.parse('the action "{name}" changes no setting'))
def changes_nothing(answer: Answer, name: str) -> None:
    assert _action(answer, name)["change"] is None


@then(parsers.parse('the action "{name}" has nowhere new to go'))
def exhausted(answer: Answer, name: str) -> None:
    action = _action(answer, name)
    assert (action["change"]["to"], action["severity"], action["confidence"]) == (None, "info", "low")


@then(parsers.parse('the action "{name}" belongs to "{tier}"'))
def tier(answer: Answer, name: str, tier: str) -> None:
    assert _action(answer, name)["tier"] == tier


@then(parsers.parse('the action "{name}" says'))
def says(answer: Answer, name: str, docstring: str) -> None:
    assert _action(answer, name)["explanation"] == one_line(docstring)


@then(parsers.parse("the next experiment changes {parameter} from {before} to {after}"))
def next_experiment(answer: Answer, parameter: str, before: str, after: str) -> None:
    assert answer["next_experiment"]["change"] == _change(parameter, before, after)


@then("the next experiment trains with")
def settings_of_the_next_experiment(answer: Answer, datatable: list[list[str]]) -> None:
    planned = answer["next_experiment"]
    settings = planned["hyperparameters"] | {name: planned[name] for name in ("base_model", "method", "dataset")}
    (expected,) = read_rows(datatable)
    assert {name: settings[name] for name in expected} == expected


@then(parsers.parse('the next experiment says "{sentence}"'))
def sentence_of_the_next_experiment(answer: Answer, sentence: str) -> None:
    assert answer["next_experiment"]["explanation"] == sentence


@then("there is no next experiment")
def no_next_experiment(answer: Answer) -> None:
    assert answer["next_experiment"] is None
    assert answer["no_experiment"]


@then("no experiment is planned since")
def why_no_experiment(answer: Answer, docstring: str) -> None:
    assert answer["no_experiment"] == one_line(docstring)


def _change(parameter: str, before: str, after: str) -> dict[str, Cell]:
    return {"parameter": parameter, "from": None if before == "unknown" else read_cell(before), "to": read_cell(after)}


def _names(answer: Answer) -> list[str]:
    return [a["id"] for a in answer["actions"]]


def _action(answer: Answer, name: str) -> dict[str, Any]:
    found: dict[str, Any] | None = next((a for a in answer["actions"] if a["id"] == name), None)
    assert found is not None, f"{name} is not among {_names(answer)}"
    return found

"""The verdict, the stopping criteria, the common mistakes, and what could not be judged."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_bdd import parsers, then

from tests.steps.tables import one_line

Answer = dict[str, Any]
MET = {"met": True, "not met": False, "unknown": None}


@then(parsers.parse('the verdict is "{name}"'))
def verdict(answer: Answer, name: str) -> None:
    assert answer["verdict"]["id"] == name


@then(parsers.re(r'the stopping criterion "(?P<name>[\w-]+)" is (?P<state>met|not met|unknown)'))
def stopping(answer: Answer, name: str, state: str) -> None:
    assert _criterion(answer, name)["met"] is MET[state]


@then(parsers.parse('the stopping criterion "{name}" says'))
def stopping_says(answer: Answer, name: str, docstring: str) -> None:
    assert _criterion(answer, name)["explanation"] == one_line(docstring)


@then(parsers.parse('the mistake "{name}" is named'))
def mistake(answer: Answer, name: str) -> None:
    assert name in _mistakes(answer)


@then(parsers.parse('the mistake "{name}" is not named'))
def no_mistake(answer: Answer, name: str) -> None:
    assert name not in _mistakes(answer)


@then(parsers.parse('the mistake "{name}" says'))
def mistake_says(answer: Answer, name: str, docstring: str) -> None:
    assert _mistakes(answer)[name] == one_line(docstring)


@then(parsers.parse('the rule "{rule}" is not evaluated: needs {fields}'))
def not_evaluated(answer: Answer, rule: str, fields: str) -> None:
    missing = {n["rule"]: n["missing"] for n in answer["not_evaluated"]}
    assert missing[rule] == fields.replace(" and ", ", ").split(", ")


@then(parsers.parse('the rule "{rule}" could have said "{sentence}"'))
def would_have_said(answer: Answer, rule: str, sentence: str) -> None:
    assert {n["rule"]: n["would"] for n in answer["not_evaluated"]}[rule] == sentence


@then(parsers.parse('the outcome of the rule "{rule}" is {outcome}'))
def outcome(answer: Answer, rule: str, outcome: str) -> None:
    assert _outcome(answer, rule)["outcome"] == outcome


@then(parsers.parse('the rule "{rule}" misses "{condition}" by {margin:g}'))
def near_miss(answer: Answer, rule: str, condition: str, margin: float) -> None:
    conditions = {c["condition"]: c for c in _outcome(answer, rule)["conditions"]}
    assert conditions[condition]["margin"] == pytest.approx(-margin, abs=0.005)


@then(parsers.parse("no {part} are given"))
def left_out(answer: Answer, part: str) -> None:
    assert not answer[part]


def _criterion(answer: Answer, name: str) -> dict[str, Any]:
    criteria: dict[str, dict[str, Any]] = {s["id"]: s for s in answer["stopping"]}
    return criteria[name]


def _mistakes(answer: Answer) -> dict[str, str]:
    return {m["id"]: m["explanation"] for m in answer["mistakes"]}


def _outcome(answer: Answer, rule: str) -> dict[str, Any]:
    outcomes: dict[str, dict[str, Any]] = {o["rule"]: o for o in answer["outcomes"]}
    return outcomes[rule]


@then("the answer warns")
def warned(answer: Answer, docstring: str) -> None:
    assert one_line(docstring) in answer["warnings"]

"""What the answer says the run shows."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_bdd import parsers, then

from tests.steps.tables import one_line, read_rows

SEVERITIES = ("info", "low", "medium", "high", "critical")
Answer = dict[str, Any]


@then(parsers.re(r'the finding "(?P<name>[\w-]+)" is raised'))
def raised(answer: Answer, name: str) -> None:
    _finding(answer, name)


@then(parsers.re(r'the finding "(?P<name>[\w-]+)" is raised with (?P<severity>\w+) severity'))
def raised_with_severity(answer: Answer, name: str, severity: str) -> None:
    assert _finding(answer, name)["severity"] == severity


@then(parsers.re(r'the finding "(?P<name>[\w-]+)" is raised with (?P<severity>\w+) severity and (?P<confidence>\w+) confidence'))
def raised_with_confidence(answer: Answer, name: str, severity: str, confidence: str) -> None:
    found = _finding(answer, name)
    assert (found["severity"], found["confidence"]) == (severity, confidence)


@then(parsers.re(r'the finding "(?P<name>[\w-]+)" is not raised'))
def not_raised(answer: Answer, name: str) -> None:
    assert name not in _names(answer)


@then(parsers.re(r'no finding is more severe than "(?P<severity>\w+)"'))
def no_alarm(answer: Answer, severity: str) -> None:
    loud = {f["id"]: f["severity"] for f in answer["findings"] if SEVERITIES.index(f["severity"]) > SEVERITIES.index(severity)}
    assert not loud


@then(parsers.parse('the finding "{name}" says'))
def says(answer: Answer, name: str, docstring: str) -> None:
    assert _finding(answer, name)["explanation"] == one_line(docstring)


@then(parsers.parse('the diagnosis of "{name}" is "{diagnosis}"'))
def diagnosis(answer: Answer, name: str, diagnosis: str) -> None:
    assert _finding(answer, name)["diagnosis"] == diagnosis


@then(parsers.parse('the source of "{name}" mentions "{words}"'))
def source(answer: Answer, name: str, words: str) -> None:
    assert words in _finding(answer, name)["source"]


@then(parsers.parse('the finding "{name}" rests on'))
def evidence(answer: Answer, name: str, datatable: list[list[str]]) -> None:
    found = {(e["signal"], e["operator"]): e for e in _finding(answer, name)["evidence"]}
    for row in read_rows(datatable):
        item = found[str(row["signal"]), str(row["operator"])]
        assert (item["value"], item["threshold"]) == (pytest.approx(row["value"], abs=0.005), pytest.approx(row["threshold"]))
        assert item["margin"] == pytest.approx(abs(item["value"] - item["threshold"]))


@then(parsers.parse("the signal {name} is {value:g}"))
def signal(answer: Answer, name: str, value: float) -> None:
    assert answer["signals"][name]["value"] == pytest.approx(value, abs=0.005)


@then(parsers.parse("the signal {name} is unknown"))
def no_signal(answer: Answer, name: str) -> None:
    assert name not in answer["signals"]


def _names(answer: Answer) -> list[str]:
    return [f["id"] for f in answer["findings"]]


def _finding(answer: Answer, name: str) -> dict[str, Any]:
    found: dict[str, Any] | None = next((f for f in answer["findings"] if f["id"] == name), None)
    assert found is not None, f"{name} is not among {_names(answer)}"
    return found

"""The form beside an upload: facts that the file does not tell."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from advisor.api.log_answer import AroundLog
from advisor.errors import UnusableInput
from advisor.sources import parse_mapping

_LONGEST = 5000


def around_log(name: str, fields: Mapping[str, str]) -> AroundLog:
    """Return what the fields of the form say of a file of this name; an empty field says nothing.

    Raises:
        UnusableInput: A field that holds a number holds none, the scale has one end, or a column is mapped to nothing.
    """
    said = {field: value.strip()[:_LONGEST] for field, value in fields.items() if value.strip()}
    low, high = _number(said, "scale_low", "The scale's lowest score"), _number(said, "scale_high", "The scale's highest score")
    if (low is None) != (high is None):
        raise UnusableInput("The scale of the scores has two ends: give the lowest and the highest score.")
    evaluation = {"score": _number(said, "score", "The evaluation's score"), "scale": None if low is None else [low, high]}
    run: dict[str, Any] = {
        "id": said.get("run"),
        "base_model": said.get("base_model"),
        "dataset": {"n_train": _number(said, "n_train", "The size of the training set")},
        "evaluation": evaluation if any(value is not None for value in evaluation.values()) else None,
    }
    baseline = _number(said, "baseline", "The baseline's score")
    request = {"run": run, "project": said.get("project"), "baseline": None if baseline is None else {"score": baseline}}
    return AroundLog(name, parse_mapping(said.get("map", "").splitlines()), _without_nothing(request))


def _without_nothing(document: dict[str, Any]) -> dict[str, Any]:
    """Return only what is said, without members that would hold nothing."""
    pairs = ((name, _without_nothing(value) if isinstance(value, dict) else value) for name, value in document.items())
    return {name: value for name, value in pairs if value is not None and value != {}}


def _number(said: Mapping[str, str], field: str, meaning: str) -> float | None:
    text = said.get(field)
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise UnusableInput(f'{meaning} is a number; "{text[:40]}" is none.')
    return value

"""The form beside an upload: facts that the file does not tell."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from advisor.api.log_answer import AroundLog
from advisor.errors import UnusableInput
from advisor.sources import parse_mapping
from advisor.web.fact_fields import FIELDS, FactField

_LONGEST = 5000


def around_log(name: str, fields: Mapping[str, str]) -> AroundLog:
    """Return what the fields of the form say of a file of this name; an empty field says nothing.

    Raises:
        UnusableInput: A field that holds a number holds none, the scale has one end, or a column is mapped to nothing.
    """
    said = {field: value.strip()[:_LONGEST] for field, value in fields.items() if value.strip()}
    known = {field.name: _value(said[field.name], field) for field in FIELDS if field.name in said}
    if ("scale_low" in known) != ("scale_high" in known):
        raise UnusableInput("The scale of the scores has two ends: give the lowest and the highest score.")
    request: dict[str, Any] = {}
    for field in FIELDS:
        if field.path and field.name in known:
            _put(request, field.path, known[field.name])
    if "scale_low" in known:
        _put(request, ("run", "evaluation", "scale"), [known["scale_low"], known["scale_high"]])
    for name_of_field, path in (("run", ("run", "id")), ("project", ("project",))):
        if name_of_field in said:
            _put(request, path, said[name_of_field])
    return AroundLog(name, parse_mapping(said.get("map", "").splitlines()), request)


def _put(document: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    for name in path[:-1]:
        document = document.setdefault(name, {})
    document[path[-1]] = value


def _value(text: str, field: FactField) -> str | float:
    if not field.numeric:
        return text
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise UnusableInput(f'“{field.label}” takes a number; "{text[:40]}" is none.')
    return value

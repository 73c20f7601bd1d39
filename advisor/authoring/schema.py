"""The JSON Schemas of the files in a rules folder, by which an editor completes and checks them while they are written."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from advisor.authoring.cases import Expectation
from advisor.authoring.given import GIVEN_KEYS
from advisor.rulebook.folder import CASES_SUFFIX
from advisor.rulebook.kinds import shape_of
from advisor.rulebook.shapes import (
    ActionShape,
    BandsShape,
    CriterionShape,
    LookupShape,
    ModelsShape,
    ParametersShape,
    PrioritiesShape,
    RuleShape,
    Shape,
    SweepShape,
)

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_CONDITION: dict[str, Any] = {
    "description": "A comparison such as signal > number, a finding, stopping criterion or mistake, or conditions under all, any or none.",
    "anyOf": [
        {"type": "string"},
        {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Condition"}},
        {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": False,
            "properties": {
                **{join: {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Condition"}} for join in ("all", "any", "none")},
                **{kind: {"type": "string"} for kind in ("finding", "stopping", "mistake")},
            },
        },
    ],
}
_CONDITIONS = ("when", "high", "low")
_SHAPES: Mapping[str, type[Shape]] = MappingProxyType(
    {
        "rule": RuleShape,
        "criterion": CriterionShape,
        "action": ActionShape,
        "bands": BandsShape,
        "table": LookupShape,
        "parameters": ParametersShape,
        "priorities": PrioritiesShape,
        "models": ModelsShape,
        "sweep": SweepShape,
    }
)


def schemas() -> dict[str, dict[str, Any]]:
    """Return a schema for each kind of file, by the kind's name."""
    found = {kind: _of_shape(kind, shape) for kind, shape in _SHAPES.items()}
    return found | {"cases": _cases()}


def kind_of(path: str) -> str:
    """Return the kind of file that stands at a path inside a rules folder."""
    if path.endswith(CASES_SUFFIX):
        return "cases"
    shape = shape_of(path)
    return next(kind for kind, known in _SHAPES.items() if known is shape)


def _of_shape(kind: str, shape: type[Shape]) -> dict[str, Any]:
    schema = shape.model_json_schema(by_alias=True)
    _with_conditions(schema)
    schema.setdefault("$defs", {})["Condition"] = _CONDITION
    return {"$schema": _DIALECT, "$id": f"{kind}.schema.json", **schema}


def _with_conditions(node: Any) -> None:
    """Say what a condition is wherever a shape only says that there is one."""
    if isinstance(node, dict):
        properties = node.get("properties", {})
        for name in _CONDITIONS:
            if name in properties and not {"type", "anyOf", "$ref"} & properties[name].keys():
                properties[name] = {"$ref": "#/$defs/Condition"}
        for value in node.values():
            _with_conditions(value)
    elif isinstance(node, list):
        for value in node:
            _with_conditions(value)


def _cases() -> dict[str, Any]:
    expect = Expectation.model_json_schema()
    definitions = expect.pop("$defs", {})
    case = {
        "type": "object",
        "required": ["name", "given", "expect"],
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string", "minLength": 1, "description": "The claim, as a sentence."},
            "given": {"type": "object", "additionalProperties": False, "properties": {key: {} for key in GIVEN_KEYS}},
            "expect": {**expect, "minProperties": 1},
            "todo": {"type": "string", "description": "Why the case does not hold yet."},
        },
    }
    return {"$schema": _DIALECT, "$id": "cases.schema.json", "title": "Cases", "type": "array", "items": case, "$defs": definitions}

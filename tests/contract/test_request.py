"""The request of the wire: null is absent everywhere, what is malformed is named with its place, all of it at once."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from advisor.contract import AdviseRequest

WHOLE: dict[str, Any] = {
    "run": {
        "id": "R2",
        "method": "supervised",
        "base_model": "gpt-4.1-mini",
        "status": "succeeded",
        "hyperparameters": {
            "n_epochs": 2, "learning_rate_multiplier": 0.5, "batch_size": "auto",
            "learning_rate": 1e-4, "beta": 0.1, "reasoning_effort": "low",
        },
        "dataset": {"version": "v1", "n_train": 335, "n_valid": 60, "quality_checked": True},
        "checkpoints": [
            {
                "step_number": 84,
                "epoch": 1.0,
                "fine_tuned_model_checkpoint": "ft:gpt-4.1-mini:acme::a1:ckpt-step-84",
                "metrics": {"train_loss": 0.41, "valid_loss": 0.44, "full_valid_loss": 0.43},
            }
        ],
        "grader": {"range": [0, 1], "pass_threshold": 0.7},
        "rollouts_per_step": 48,
        "evaluation": {
            "score": 9.15,
            "scale": [0, 10],
            "test_score": 9,
            "n_items": 60,
            "standard_error": 0.1,
            "by_category": {"dates": 6.1},
            "checkpoints": [{"step_number": 84, "score": 9.3, "completion_tokens_mean": 410}],
        },
        "best_valid_loss": 0.31,
    },
    "baseline": {"score": 8.05},
    "history": [{"id": "R1", "method": "supervised", "checkpoints": []}],
    "tried": [{"id": "R3", "method": "supervised", "checkpoints": []}],
    "goal": {"target_score": 9.5, "needs": ["reasoning"], "budget": {"runs_left": 3, "money_left": 120.0, "hours_left": 8}},
    "available_models": ["gpt-4.1-mini", "gpt-4.1-nano"],
    "deployments": [{"name": "eval-r1", "run_id": "R1", "in_use": False}],
    "project": "support",
}  # fmt: skip

REQUIRED = {
    ("run",),
    ("run", "method"),
    ("run", "checkpoints"),
    ("run", "checkpoints", 0, "step_number"),
    ("run", "evaluation", "checkpoints", 0, "step_number"),
}
Place = tuple[str | int, ...]


def _places(value: Any, place: Place = ()) -> Iterator[Place]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*place, name)
            yield from _places(inner, (*place, name))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _places(inner, (*place, i))


def _parent(body: dict[str, Any], place: Place) -> Any:
    value: Any = body
    for step in place[:-1]:
        value = value[step]
    return value


def _with(place: Place, value: Any) -> dict[str, Any]:
    body = copy.deepcopy(WHOLE)
    _parent(body, place)[place[-1]] = value
    return body


def _without(place: Place) -> dict[str, Any]:
    body = copy.deepcopy(WHOLE)
    del _parent(body, place)[place[-1]]
    return body


PLACES = list(dict.fromkeys(_places(WHOLE)))


def _named(place: Place) -> str:
    return "/".join(map(str, place))


@pytest.mark.parametrize("place", [p for p in PLACES if p not in REQUIRED], ids=_named)
def test_null_is_as_good_as_absent(place: Place):
    absent = AdviseRequest.model_validate(_without(place))

    if place[-1] == "dates":  # a category without a score is still a category
        assert AdviseRequest.model_validate(_with(place, None)).run.evaluation is not None
    else:
        assert AdviseRequest.model_validate(_with(place, None)) == absent


@pytest.mark.parametrize("place", sorted(REQUIRED, key=str), ids=_named)
def test_what_is_required_is_missed_at_its_place(place: Place):
    for body in (_without(place), _with(place, None)):
        with pytest.raises(ValidationError) as refused:
            AdviseRequest.model_validate(body)

        assert [error["loc"] for error in refused.value.errors()] == [place]


@pytest.mark.parametrize(
    "place", [("history",), ("tried",), ("deployments",), ("available_models",), ("goal", "needs"), ("run", "checkpoints")], ids=_named
)
def test_a_list_may_be_empty(place: Place):
    AdviseRequest.model_validate(_with(place, []))


@pytest.mark.parametrize("place", [p for p in PLACES if isinstance(p[-1], str) and p[-1] != "dates"], ids=_named)
def test_a_field_of_the_wrong_shape_is_refused_at_its_place(place: Place):
    wrong: Any = 7 if isinstance(_parent(WHOLE, place)[place[-1]], dict | list) else {"of": "the wrong shape"}

    with pytest.raises(ValidationError) as refused:
        AdviseRequest.model_validate(_with(place, wrong))

    assert all(error["loc"][: len(place)] == place for error in refused.value.errors())


@pytest.mark.parametrize(
    "place",
    [
        ("run", "dataset", "n_train"),
        ("run", "evaluation", "score"),
        ("run", "hyperparameters", "n_epochs"),
        ("run", "checkpoints", 0, "epoch"),
        ("run", "rollouts_per_step"),
        ("baseline", "score"),
        ("goal", "budget", "runs_left"),
        ("goal", "target_score"),
    ],
    ids=_named,
)
@pytest.mark.parametrize("value", [True, "12", float("inf"), float("nan")], ids=["boolean", "digits", "infinite", "nan"])
def test_a_boolean_or_a_string_of_digits_is_no_number(place: Place, value: Any):
    with pytest.raises(ValidationError):
        AdviseRequest.model_validate(_with(place, value))


@pytest.mark.parametrize("place", [("run", "dataset", "quality_checked"), ("deployments", 0, "in_use")], ids=_named)
@pytest.mark.parametrize("value", [0, 1, "true", "yes"])
def test_a_number_or_a_word_is_no_boolean(place: Place, value: Any):
    with pytest.raises(ValidationError):
        AdviseRequest.model_validate(_with(place, value))


def test_all_mistakes_are_named_at_once():
    body = _with(("run", "checkpoints", 0, "step_number"), -1)
    body["run"]["method"] = "sft"
    body["goal"]["needs"] = ["speed"]

    with pytest.raises(ValidationError) as refused:
        AdviseRequest.model_validate(body)

    assert {error["loc"] for error in refused.value.errors()} == {
        ("run", "checkpoints", 0, "step_number"),
        ("run", "method"),
        ("goal", "needs", 0),
    }


def test_unknown_fields_are_left_out():
    body = _with(("run", "colour"), "blue")
    body["tracing"] = {"id": 3}

    assert AdviseRequest.model_validate(body) == AdviseRequest.model_validate(WHOLE)


def test_the_whole_request_goes_through_json_and_back_unchanged():
    request = AdviseRequest.model_validate(WHOLE)

    assert AdviseRequest.model_validate_json(request.model_dump_json()) == request


def test_the_schema_allows_null_where_the_service_does():
    schema = AdviseRequest.model_json_schema()

    for model, fields in schema["$defs"].items():
        for name, field in fields.get("properties", {}).items():
            if name not in fields.get("required", []):
                assert {"type": "null"} in field.get("anyOf", []), f"{model}.{name}"


@pytest.mark.parametrize("body", [[], 7, "run", None, {"run": []}, {"run": None}])
def test_what_is_no_request_is_refused(body: Any):
    with pytest.raises(ValidationError):
        AdviseRequest.model_validate(body)

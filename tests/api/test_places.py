"""A pointer is right wherever the wrong value lies."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from advisor.api.places import wrong_places
from advisor.api.reading import read_request
from advisor.contract import AdviseRequest

REQUEST: dict[str, Any] = {
    "run": {
        "method": "supervised",
        "base_model": "gpt-4.1-mini",
        "hyperparameters": {"n_epochs": 2, "batch_size": "auto", "learning_rate": 0.1},
        "dataset": {"n_train": 335, "quality_checked": True},
        "checkpoints": [{"step_number": i, "epoch": 0.5, "metrics": {"train_loss": 0.5, "valid_loss": "NaN"}} for i in range(3)],
        "grader": {"range": [0, 1], "pass_threshold": 0.7},
        "evaluation": {"score": 9, "scale": [0, 10], "by_category": {"a/b": 1, "c~d": 2}, "checkpoints": [{"step_number": 1, "score": 9}]},
        "best_valid_loss": 0.3,
    },
    "baseline": {"score": 8},
    "history": [{"method": "dpo", "checkpoints": [{"step_number": 1}], "best_valid_loss": "Infinity"}],
    "goal": {"needs": ["style"], "budget": {"runs_left": 3}},
    "available_models": ["a", "b"],
    "deployments": [{"name": "d", "in_use": False}],
}


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([path] if path else []), *(found for name, member in members for found in _paths(member, (*path, name)))]


PATHS = _paths(REQUEST)


def _set(document: Any, path: tuple[str | int, ...], value: Any) -> None:
    for step in path[:-1]:
        document = document[step]
    document[path[-1]] = value


def _pointer(path: tuple[str | int, ...]) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def test_the_request_of_these_tests_is_right():
    read_request(REQUEST)


# Members named like pydantic's branches of a union, and like fields: what the pointer must not be led astray by.
_wrong = st.sampled_from(
    [{"float": 1}, {"constrained-float": 1, "literal['auto']": 2}, {"train_loss": {}, "0": 1}, [[1]], [{"float": [1]}]]
).map(copy.deepcopy)


@given(st.lists(st.sampled_from([path for path in PATHS if not isinstance(path[-1], int)]), min_size=1, max_size=4, unique=True), _wrong)
def test_every_pointer_leads_to_a_wrong_value_or_to_a_required_member_inside_it(paths: list[tuple[str | int, ...]], wrong: Any):
    document = copy.deepcopy(REQUEST)
    for path in sorted(paths, key=len, reverse=True):
        _set(document, path, wrong)
    pointers = _pointers(document)
    assert len(set(pointers)) == len(pointers)
    for pointer in pointers:
        assert any(pointer == _pointer(path) or pointer.startswith(_pointer(path) + "/") for path in paths)


SCALARS = [
    path for path in PATHS if path[-1] in ("n_epochs", "batch_size", "train_loss", "valid_loss", "best_valid_loss", "score", "a/b", "c~d")
]


@given(st.sampled_from(SCALARS), st.sampled_from([True, "one", [1], {"float": 1}, {"literal['auto']": 1}]))
def test_a_wrong_number_is_named_once_by_its_own_place(path: tuple[str | int, ...], wrong: Any):
    document = copy.deepcopy(REQUEST)
    _set(document, path, wrong)
    assert _pointers(document) == [_pointer(path)]


def _pointers(document: Any) -> list[str]:
    """Return the places that a document is refused for, none where it is taken: an object may stand where any is taken."""
    try:
        AdviseRequest.model_validate(document)
    except ValidationError as error:
        places, omitted = wrong_places(error, document)
        assert omitted == 0
        assert all(place.detail.startswith(("must be ", "is required")) for place in places)
        return [str(place.pointer) for place in places]
    return []

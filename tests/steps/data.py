"""The data set that the run was trained on."""

from __future__ import annotations

from typing import Any

from pytest_bdd import given, parsers


@given(parsers.parse("{count:d} training examples"))
def training_examples(body: dict[str, Any], count: int) -> None:
    _dataset(body)["n_train"] = count


@given(parsers.parse("{count:d} validation examples"))
def validation_examples(body: dict[str, Any], count: int) -> None:
    _dataset(body)["n_valid"] = count


@given(parsers.parse('data set "{version}"'))
def version_of_the_data(body: dict[str, Any], version: str) -> None:
    _dataset(body)["version"] = version


@given("the quality of the training data was checked")
def checked(body: dict[str, Any]) -> None:
    _dataset(body)["quality_checked"] = True


def _dataset(body: dict[str, Any]) -> dict[str, Any]:
    dataset: dict[str, Any] = body["run"].setdefault("dataset", {})
    return dataset

"""Every signal is documented, and what it lacks is something that a user can give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pytest
from hypothesis import given, settings
from pydantic import BaseModel

from advisor.contract import AdviseRequest
from advisor.signals import SIGNALS, Curves, Measures, Missing, Signal, measure_signals
from tests.signals.examples import MEASURES, curves, points
from tests.signals.generated import requests

UNITS = {
    "batches", "beta", "categories", "checkpoints", "class", "deployments", "epochs", "errors", "examples", "flag", "hours", "learning rate", "money",
    "multiple", "multiplier", "nats", "points", "ratio", "reward", "rollouts", "runs", "score", "share", "steps", "times", "tokens", "variables",
}  # fmt: skip


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    if get_origin(annotation) in (Union, UnionType, tuple):
        for part in get_args(annotation):
            yield from _models(part)


def _places(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield name
        for inner in _models(field.annotation):
            yield from (f"{name}.{place}" for place in _places(inner))


PLACES = frozenset(_places(AdviseRequest))


def can_be_given(need: str) -> bool:
    """Say whether a need names a field of the request: by its place, or by the end of its place."""
    return any(place == need or place.endswith(f".{need}") for place in PLACES)


def test_the_places_of_the_contract_are_known():
    assert {"run.checkpoints.metrics.valid_loss", "history", "goal.budget.runs_left", "run.evaluation.scale"} <= PLACES
    assert can_be_given("valid_loss")
    assert can_be_given("evaluation.score")
    assert not can_be_given("valid_los")


@pytest.mark.parametrize("signal", SIGNALS.values(), ids=SIGNALS.keys())
def test_a_signal_says_what_it_is(signal: Signal):
    assert signal.description.endswith("."), "the docstring is the signal's description"
    assert len(signal.description) >= 20
    assert signal.unit in UNITS
    assert signal.source
    assert signal.methods
    assert signal.name == signal.measure.__name__


@pytest.mark.parametrize("signal", SIGNALS.values(), ids=SIGNALS.keys())
def test_the_first_sentence_of_a_description_stands_on_one_line(signal: Signal):
    summary = (signal.measure.__doc__ or "").strip().split("\n\n")[0]

    assert "\n" not in summary


@pytest.mark.parametrize("method", ["supervised", "dpo", "reinforcement"])
def test_a_run_of_which_nothing_is_known_names_what_each_signal_needs(method: str):
    signals = measure_signals(curves(method))

    needs = {need for value in signals.values() if isinstance(value, Missing) for need in value.needs}
    assert needs
    assert [need for need in sorted(needs) if not can_be_given(need)] == []


@pytest.mark.parametrize("method", ["supervised", "dpo", "reinforcement"])
def test_only_the_signals_of_the_method_are_measured(method: str):
    assert set(measure_signals(curves(method))) == {name for name, signal in SIGNALS.items() if method in signal.methods}


@given(requests())
@settings(max_examples=150, deadline=None)
def test_whatever_the_request_every_signal_is_a_finite_number_or_names_fields_of_the_request(request: AdviseRequest):
    signals = measure_signals(Curves(request, MEASURES))

    for name, value in signals.items():
        if isinstance(value, Missing):
            assert value.reason, name
            assert value.needs, name
            assert all(map(can_be_given, value.needs)), f"{name} needs {value.needs}"
        else:
            assert abs(value) < float("inf"), name


def test_numbers_too_far_apart_are_missing_and_not_infinite():
    signals = measure_signals(curves(checkpoints=points(full_valid_loss=[1e-300, 1.7e308, 1.7e308], train_loss=[1, 1, 1])))

    rise = signals["valid_loss_rise_ratio"]
    assert isinstance(rise, Missing)
    assert "too far apart" in rise.reason


ADVICE_ONLY = {"least_step"}  # read where an experiment is chosen, by no signal


def test_every_number_that_signals_are_measured_with_is_named_by_one_of_them():
    said = " ".join(signal.description for signal in SIGNALS.values())

    assert [f.name for f in fields(Measures) if f"``{f.name}``" not in said and f.name not in ADVICE_ONLY] == []

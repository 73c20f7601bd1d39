"""Whatever is asked, the service answers in strict JSON or pydantic says what is wrong with the question."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from random import Random
from time import thread_time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from advisor.contract.request import AdviseRequest
from advisor.engine import Program
from advisor.rulebook import load_rulebook, shipped_rules
from advisor.service import advise, to_json
from tests.hostile_requests import anything, requests

REQUESTS = int(os.environ.get("ADVISOR_TEST_REQUESTS", "150"))
_UNHURRIED = settings(max_examples=REQUESTS, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@cache
def shipped() -> Program:
    return Program(load_rulebook(shipped_rules()))


def answer(body: Any, program: Program | None = None) -> bytes:
    request = AdviseRequest.model_validate(body)
    return to_json(advise(request, program or shipped(), advice_id="a", created_at="2026-01-01T00:00:00Z", level="all"))


def refuse_constant(word: str) -> None:
    raise AssertionError(f"{word} is not JSON")


def read_strictly(answered: bytes) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(answered.decode("utf-8"), parse_constant=refuse_constant)
    return read


@_UNHURRIED
@given(requests)
def test_every_well_formed_request_is_answered_in_strict_json_and_twice_the_same(body: dict[str, Any]):
    first = answer(body)
    advice = read_strictly(first)
    assert advice["verdict"]["id"] in {"wait", "fix", "iterate", "ship", "stop"}
    assert [action["rank"] for action in advice["actions"]] == list(range(1, len(advice["actions"]) + 1))
    assert answer(body) == first


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield from places(member, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copied = value.copy()
    copied[path[0]] = replaced(value[path[0]], path[1:], new)
    return copied


@_UNHURRIED
@given(requests, st.data())
def test_request_with_anything_anywhere_is_answered_or_refused(body: dict[str, Any], data: st.DataObject):
    broken = replaced(body, data.draw(st.sampled_from(list(places(body)))), data.draw(anything))
    with suppress(ValidationError):
        read_strictly(answer(broken))


@pytest.mark.parametrize("text", ["\ud800", "\udfff\ud800"])
def test_lone_surrogate_is_refused_where_text_is_expected(text: str):
    with pytest.raises(ValidationError):
        answer({"run": {"method": "supervised", "checkpoints": [{"step_number": 1, "fine_tuned_model_checkpoint": text}]}})


@pytest.mark.parametrize("method", ["supervised", "dpo", "reinforcement"])
@pytest.mark.parametrize("extreme", [0, 5e-324, 1e-300, 1e308, -1e308, "NaN", "Infinity", None])
def test_curves_of_one_extreme_value_are_answered(method: str, extreme: float | str | None):
    names = ("train_loss", "valid_loss", "full_valid_loss", "train_mean_reward", "full_valid_mean_reward", "completion_tokens_mean")
    for points in (0, 1, 2, 3, 30):
        checkpoints = [{"step_number": step, "metrics": dict.fromkeys(names, extreme)} for step in range(points)]
        read_strictly(answer({"run": {"method": method, "checkpoints": checkpoints}}))


@pytest.mark.parametrize("method", ["supervised", "dpo", "reinforcement"])
def test_thousands_of_points_in_any_order_and_twice_are_answered_in_time(method: str):
    random = Random(7)
    checkpoints = [
        {
            "step_number": random.randrange(4_000),
            "metrics": {
                "train_loss": random.choice((random.random(), 0.0, "NaN", 1e308, None)),
                "full_valid_loss": random.random(),
                "train_mean_reward": random.random(),
                "full_valid_mean_reward": random.uniform(-1, 1),
                "grad_norm/layers": [1, {"nested": "list"}],
            },
        }
        for _ in range(6_000)
    ]
    started = thread_time()
    read_strictly(answer({"run": {"method": method, "checkpoints": checkpoints}}))
    assert thread_time() - started < 20  # of the processor's time; a twentieth of that on a laptop


def test_unknown_metrics_of_any_shape_change_nothing():
    known = {"train_loss": 0.5, "full_valid_loss": 0.6}
    bodies = [
        {"run": {"method": "supervised", "checkpoints": [{"step_number": step, "metrics": known | more} for step in range(4)]}}
        for more in ({}, {"": [], "ünïcödé": {"a": {}}, "loss": "high", "train_loss ": True, "valid": [None, 1e308]})
    ]
    assert answer(bodies[0]) == answer(bodies[1])

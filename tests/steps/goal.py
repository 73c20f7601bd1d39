"""What the user is after, and what is left to spend."""

from __future__ import annotations

from typing import Any

from pytest_bdd import given, parsers


@given(parsers.parse("a score of {score:g} is good enough"))
def target_score(body: dict[str, Any], score: float) -> None:
    body.setdefault("goal", {})["target_score"] = score


@given(parsers.parse("the goal needs {need}"))
def needs(body: dict[str, Any], need: str) -> None:
    body.setdefault("goal", {}).setdefault("needs", []).append(need)


@given(parsers.parse("the budget has {amount:g} {unit} left"))
def budget(body: dict[str, Any], amount: float, unit: str) -> None:
    body.setdefault("goal", {}).setdefault("budget", {})[f"{unit}_left"] = amount


@given(parsers.parse("the available models are {models}"))
def available_models(body: dict[str, Any], models: str) -> None:
    body["available_models"] = models.replace(" and ", ", ").split(", ")

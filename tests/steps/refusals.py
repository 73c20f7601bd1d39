"""What an unusable request is answered with."""

from __future__ import annotations

from typing import Any

from pytest_bdd import parsers, then


@then(parsers.parse("it is refused with status {status:d}"))
def status(refusal: dict[str, Any], status: int) -> None:
    assert refusal["status"] == status
    assert refusal["type"].startswith("application/problem+json")
    assert refusal["problem"]["status"] == status


@then("the problem points at")
def pointers(refusal: dict[str, Any], datatable: list[list[str]]) -> None:
    errors = refusal["problem"]["errors"]
    assert sorted(error["pointer"] for error in errors) == sorted(row[0] for row in datatable[1:])
    assert all(error["detail"] for error in errors)

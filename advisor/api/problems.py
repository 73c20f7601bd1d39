"""Problem details (RFC 9457): the one shape of every refusal, and nothing from the inside in any of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import Response
from pydantic import TypeAdapter

MEDIA_TYPE = "application/problem+json"

_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}  # http.HTTPStatus still has their older names on Python 3.11


@dataclass(frozen=True, slots=True)
class Place:
    """One thing that is wrong with a request.

    Attributes:
        detail: What is wrong there and what is allowed.
        pointer: JSON pointer (RFC 6901) into the body; the empty one is the body itself; None where it is no place of the body.
        parameter: Name of the query parameter.
        line: 1-based line of the body, where it is not JSON.
        column: 1-based column of the body, where it is not JSON; 0 is the end of the line before.
    """

    detail: str
    pointer: str | None = None
    parameter: str | None = None
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal.

    Attributes:
        status: The HTTP status.
        title: The status in words.
        detail: What was found and what to do.
        type: Always ``about:blank``: the status says the kind, ``errors`` the places.
        errors: Every place that is wrong, in the order of the contract.
        errors_omitted: How many further places were left out of ``errors``.
        error_id: Names the entry of the service's log that says more.
    """

    status: int
    title: str
    detail: str
    type: str = "about:blank"
    errors: tuple[Place, ...] | None = None
    errors_omitted: int | None = None
    error_id: str | None = None


_PROBLEM = TypeAdapter(Problem)


def problem(status: int, detail: str, places: tuple[Place, ...] = (), *, omitted: int = 0, error_id: str | None = None) -> Problem:
    """Return a problem with its status in words."""
    title = _TITLES.get(status) or HTTPStatus(status).phrase
    return Problem(status, title, detail, errors=places or None, errors_omitted=omitted or None, error_id=error_id)


def problem_json(found: Problem) -> bytes:
    """Return a problem as JSON; members that do not apply are absent."""
    return _PROBLEM.dump_json(found, exclude_none=True)


def problem_response(found: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Return a problem as an answer."""
    return Response(problem_json(found), found.status, dict(headers or {}), MEDIA_TYPE)


class Refusal(Exception):
    """Raised by an endpoint to answer with a problem."""

    def __init__(self, found: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(found.detail)
        self.problem = found
        self.headers = headers

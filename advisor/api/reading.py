"""Bytes to a request: JSON as RFC 8259 has it (no bare NaN), then the contract's model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from advisor.api.places import MAX_PLACES, MISSING, wrong_places
from advisor.api.problems import Place, Problem, Refusal, problem
from advisor.contract import AdviseRequest
from advisor.contract.misnamed import meant_by_missing

_IN_WORDS = {
    "expected ident": "a bare word that is none of true, false and null",
    "EOF while parsing a value": "ends where a value should be",
    "EOF while parsing a string": "ends in the middle of a text",
    "EOF while parsing a list": "ends in the middle of a list",
    "EOF while parsing an object": "ends in the middle of an object",
    "recursion limit exceeded": "nested more than 200 deep",
    "unexpected end of hex escape": "a lone surrogate or an unfinished \\u escape",
    "lone leading surrogate in hex escape": "a lone surrogate",
}
_UTF8_MARK, _UTF16_MARKS = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
M = TypeVar("M", bound=BaseModel)
_POSITION = re.compile(r"^(?P<finding>.*) at line (?P<line>\d+) column (?P<column>\d+)$")


def read_json(raw: bytes | bytearray) -> Any:
    """Return the value of a JSON text; a byte order mark before it is passed over, and of two members of one name the later counts.

    Raises:
        Refusal: 422 with line and column, where it is not JSON, not UTF-8, nested more than 200 deep, or empty.
    """
    if raw.startswith(_UTF8_MARK):  # noqa: FURB188  # removeprefix copies a bytearray, of up to 64 MiB, also where there is nothing to remove
        raw = raw[len(_UTF8_MARK) :]
    if raw.startswith(_UTF16_MARKS) or raw[:2] in (b"{\0", b"[\0", b"\0{", b"\0["):
        raise Refusal(problem(422, "The body is UTF-16 text. Send it as UTF-8.", (Place("is UTF-16 text; JSON is sent as UTF-8", ""),)))
    if not raw.strip():
        raise Refusal(problem(422, "The body is empty. Post a JSON object with a run.", (Place("is empty", ""),)))
    try:
        return from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        raise Refusal(_not_json(str(error), raw)) from None


def read_facts(model: type[M], document: Any) -> M:
    """Return the facts that a body holds; raise the Refusal of one that is wrong, with every place."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise wrong_body(*wrong_places(error, document)) from None


def wrong_body(places: Sequence[Place], omitted: int = 0) -> Refusal:
    """Return the refusal of a body that is wrong in these places, and in further ones that were left out."""
    omitted += max(0, len(places) - MAX_PLACES)
    count = len(places[:MAX_PLACES]) + omitted
    first = _named(places[0])
    detail = f"The body is wrong in {count} places, first {first}." if count > 1 else f"The body is wrong in 1 place: {first}."
    return Refusal(problem(422, detail, tuple(places[:MAX_PLACES]), omitted=omitted))


def read_request(document: Any) -> AdviseRequest:
    """Return the request that a JSON value holds.

    Raises:
        Refusal: 422 with every place that is wrong.
    """
    try:
        return AdviseRequest.model_validate(document)
    except ValidationError as error:
        found, omitted = wrong_places(error, document)
    meant = meant_by_missing(document)
    places = tuple(
        replace(place, detail=place.detail + meant(place.pointer or "")) if place.detail == MISSING else place for place in found
    )
    count = len(places) + omitted
    detail = f"The request is wrong in {count} place{'s' if count > 1 else ''}"
    detail += f"; the first {len(places)} are listed." if omitted else "." if count > 1 else f": {_named(places[0])}."
    raise Refusal(problem(422, detail, places, omitted=omitted))


def _named(place: Place) -> str:
    return f"{place.pointer or 'the body'} {place.detail}"


def _not_json(message: str, raw: bytes | bytearray) -> Problem:
    match = _POSITION.match(message)
    finding, line, column = (match["finding"], int(match["line"]), int(match["column"])) if match else (message, None, None)
    finding = _IN_WORDS.get(finding, finding)
    where = f" (line {line}, column {column})" if line is not None else ""
    hint = ' Write a non-finite number as "NaN", "Infinity" or "-Infinity".' if b"NaN" in raw or b"Infinity" in raw else ""
    return problem(422, f"The body is not JSON: {finding}{where}.{hint}", (Place(finding, "", line=line, column=column),))

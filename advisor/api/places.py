"""Where a request is wrong: pydantic's errors as JSON pointers, one entry per place, in words for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from advisor.api.problems import Place
from advisor.facts.numbers import NON_FINITE

MAX_PLACES = 100
"""How many places one problem lists; the rest is counted."""

MISSING = "is required"
"""What is said of a place where nothing stands."""

_NOWHERE = object()
_KINDS = {
    "float_type": "a number",
    "finite_number": "a number within ±1.8e308",
    "string_type": "text",
    "string_unicode": "text without lone surrogates",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
}


def wrong_places(error: ValidationError, document: Any) -> tuple[tuple[Place, ...], int]:
    """Return the places of a document that a validation found wrong, in the contract's order, and how many further ones were left out.

    Args:
        error: What the validation of the document found.
        document: The document as it was read from JSON.
    """
    by_pointer: dict[str, list[ErrorDetails]] = {}
    for details in error.errors(include_url=False):
        by_pointer.setdefault(_pointer(details, document), []).append(details)
    places = tuple(Place(_in_words(found), pointer) for pointer, found in list(by_pointer.items())[:MAX_PLACES])
    return places, len(by_pointer) - len(places)


def wrong_parameters(errors: Sequence[Any]) -> tuple[Place, ...]:
    """Return the query parameters that a validation found wrong."""
    return tuple(Place(_in_words([details]), parameter=str(details["loc"][-1])) for details in errors)


def _pointer(details: ErrorDetails, document: Any) -> str:
    """Return the pointer of an error.

    The location of an error inside a union ends with the name of the branch that was tried, which is no place of the document: the path
    ends where the refused value itself lies.
    """
    path: list[str] = []
    value, refused, absent = document, details["input"], details["type"] == "missing"
    for step in details["loc"]:
        if isinstance(value, dict | list) and value is refused and not absent:
            break
        inside = _member(value, step)
        if inside is _NOWHERE and not absent:
            break
        value = inside
        path.append(str(step).replace("~", "~0").replace("/", "~1"))
    return "".join(f"/{part}" for part in path)


def _member(value: Any, step: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(step, _NOWHERE)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return _NOWHERE


def _in_words(found: Sequence[ErrorDetails]) -> str:
    """Say what one place must be, whichever branches of a union refused it."""
    phrases: dict[str, None] = {}
    words: list[str] = []
    for details in found:
        kind, context = details["type"], details.get("ctx", {})
        if kind == "missing":
            return MISSING
        if kind == "extra_forbidden":
            return "is not known: leave it out"
        if kind == "value_error":
            return str(context["error"])
        if kind == "literal_error":
            words += _quoted(context)
        elif kind == "greater_than":
            phrases[f"a number above {context['gt']:g}"] = None
        elif kind == "greater_than_equal":
            phrases[f"a number of {context['ge']:g} or more"] = None
        elif kind == "float_type" and type(details["input"]) is int:
            phrases[_KINDS["finite_number"]] = None
        elif kind in ("too_long", "too_short"):
            phrases[f"a list of {context.get('max_length', context.get('min_length'))}"] = None
        elif kind == "string_too_long":
            phrases[f"text of at most {context['max_length']:,} characters"] = None
        elif kind in _KINDS:
            phrases[_KINDS[kind]] = None
        else:
            phrases[details["msg"].removeprefix("Input should be ")] = None
    number = " or ".join(phrases)
    if number and {word.strip('"') for word in words} >= NON_FINITE:
        return f"must be {number}; {_listed(words, 'and')} are allowed for a non-finite one"
    if number and words:
        return f"must be {number}, or {_listed(words, 'or')}"
    return f"must be {number or _listed(words, 'or')}"


def _quoted(context: Mapping[str, Any]) -> list[str]:
    """Return the words of a literal from pydantic's list of them (``'a', 'b' or 'c'``)."""
    return [f'"{part}"' for part in str(context["expected"]).split("'")[1::2]]


def _listed(words: Sequence[str], join: str) -> str:
    return f"{', '.join(words[:-1])} {join} {words[-1]}" if len(words) > 1 else words[0]

"""JSON text to plain values: one document or several in a row, NaN and Infinity literals let through, mistakes with their line."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

_BLANK = re.compile(r"[\s,]*")
_CUT_OFF = ("Expecting value", "Unterminated string", "Expecting ',' delimiter", "Expecting property name", "Expecting ':' delimiter")


@dataclass(frozen=True, slots=True)
class Documents:
    """The JSON documents of a file.

    Attributes:
        values: The documents that could be read, in the order of the file.
        mistake: What stopped the reading, as half a sentence with its line; None where all was read.
    """

    values: tuple[Any, ...]
    mistake: str | None = None


def read_documents(data: bytes, encoding: str) -> Documents:
    """Read every JSON document in the data; NaN and infinities become floats, whatever follows a mistake is not read."""
    if encoding == "utf-8":
        try:
            return Documents((from_json(data, allow_inf_nan=True, cache_strings="keys"),))
        except ValueError:
            pass  # several documents, or a mistake: the slower reader below tells them apart and says where
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        return Documents((), f"byte {error.start:,} is not {encoding.upper()} text")
    return _read_in_a_row(text)


def _read_in_a_row(text: str) -> Documents:
    decoder = json.JSONDecoder()
    values: list[Any] = []
    place = _skip_blank(text, 0)
    while place < len(text):
        try:
            value, place = decoder.raw_decode(text, place)
        except json.JSONDecodeError as error:
            return Documents(tuple(values), _said(error, text))
        except (RecursionError, ValueError):
            return Documents(tuple(values), "it is nested too deeply, or holds a number too long to read")
        values.append(value)
        place = _skip_blank(text, place)
    return Documents(tuple(values))


def _skip_blank(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    return found.end() if found else place


def _said(error: json.JSONDecodeError, text: str) -> str:
    ends_early = error.msg.startswith("Unterminated string") or error.pos >= len(text.rstrip())
    if ends_early and error.msg.startswith(_CUT_OFF):
        return f"it breaks off in line {error.lineno:,}"
    return f"line {error.lineno:,}, column {error.colno:,}: {error.msg[0].lower()}{error.msg[1:]}"

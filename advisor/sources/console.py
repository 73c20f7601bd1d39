"""What a trainer printed: a console log whose lines hold Python dicts, such as ``{'loss': 0.52, 'epoch': 0.1}``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic_core import from_json

from advisor.sources.content import Content
from advisor.sources.curve import Entry, Reading, read_curve
from advisor.sources.imported import Format, ImportedRun

_DICT = re.compile(rb"\{\s*['\"][^{}\n]{1,20000}\}")
_TELLING = re.compile(rb"['\"](?:[\w/]*loss|[\w/]*reward|train_runtime)['\"]\s*:")
_WORDS = re.compile(rb"(?<=[:\s\[])(nan|-?inf|None|True|False)\b")
_JSON = {b"nan": b"NaN", b"inf": b"Infinity", b"-inf": b"-Infinity", b"None": b"null", b"True": b"true", b"False": b"false"}
_OPENS_TEXT = (b": '", b': "', b":'", b':"')  # a value in quotation marks
_WRAPPED = re.compile(rb"(?:np\.float\d+|np\.int\d+|tensor)\(([^(),]+)[^()]*\)")


def recognises(content: Content) -> bool:
    """Say whether some line of a text holds a dict with a loss or a reward."""
    if content.is_binary or (content.looks_like_json and not _begins_with_a_dict(content)):
        return False
    return next(_dicts(content), None) is not None


def _begins_with_a_dict(content: Content) -> bool:
    return content.head.lstrip().startswith("{'")


def read(content: Content) -> ImportedRun:
    """Read every dict with numbers, also where newer versions print them as text; other lines are no part of the curve."""
    return read_curve(FORMAT.id, lambda: _entries(content), Reading(repeats="first"))


def _dicts(content: Content) -> Iterator[bytes]:
    for line in content.lines():
        if b"{" not in line:
            continue
        for found in _DICT.findall(line):
            if _TELLING.search(found):
                yield found


def _entries(content: Content) -> Iterator[Entry]:
    for text in _dicts(content):
        found = _parsed(text)
        if found is None:
            continue
        as_text = any(opening in text for opening in _OPENS_TEXT)
        yield {name: _number(value) if type(value) is str else value for name, value in found.items()} if as_text else found


def _parsed(text: bytes) -> dict[str, Any] | None:
    """Return a dict as Python prints it; its simple values differ from JSON in quotes and in a few words only."""
    plain = _WRAPPED.sub(rb"\1", text) if b"(" in text else text
    plain = plain.replace(b"'", b'"')
    try:
        found = from_json(plain, allow_inf_nan=True, cache_strings="keys")
    except ValueError:
        found = _with_words(plain)
    return found if isinstance(found, dict) else None


def _with_words(plain: bytes) -> Any:
    """Return the value of a dict that holds nan, None or the like, None where it is still no JSON."""
    try:
        return from_json(_WORDS.sub(lambda m: _JSON[m[1]], plain), allow_inf_nan=True, cache_strings="keys")
    except ValueError:
        return None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


FORMAT = Format("console-log", "Console log of a trainer", recognises, read, "text with lines such as {'loss': 0.52, 'epoch': 0.1}")

"""YAML that has nothing special about it, read in a tenth of the time by libyaml; all else is left to the reader that explains."""

from __future__ import annotations

import re
from math import isfinite
from typing import Any

from ruamel.yaml.resolver import implicit_resolvers
from yaml import YAMLError
from yaml.events import (
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

try:
    from yaml.cyaml import CParser
except ImportError:  # PyYAML was built without libyaml
    CParser = None

_TAG = "tag:yaml.org,2002:"
_DEEPEST = 30
_TWO_VIEWS = re.compile("[\t\x85\u2028\u2029\ufeff]|\r(?!\n)|[|>][-+0-9]*#")
"""What the readers take differently: tabs, line ends of YAML 1.1, a byte order mark, and a comment at the head of a block of text."""

_BY_FIRST: dict[str, list[tuple[str, Any]]] = {}
for _versions, _tag, _pattern, _first in implicit_resolvers:
    if (1, 2) in _versions:
        for _character in _first or ():
            _BY_FIRST.setdefault(_character, []).append((_tag.removeprefix(_TAG), _pattern))

Place = tuple[int, int]
Path = tuple[str | int, ...]


class _Special(Exception):
    """Something that the other reader has to look at: a mistake, or a part of YAML beyond plain values."""


def read_plain(text: str) -> tuple[Any, dict[Path, Place]] | None:
    """Return the value of a document with the line and column of each key and item, counted from 1; None where it is not plain.

    Plain is: one document without a head, anchors, tags, double keys, half characters or numbers that are none, at most 30 deep.
    """
    if CParser is None or _TWO_VIEWS.search(text):
        return None
    try:
        parser = CParser(text)
    except (YAMLError, ValueError):
        return None
    try:
        return _Plain(parser).document()
    except (YAMLError, ValueError, OverflowError, _Special):
        return None
    finally:
        parser.dispose()


class _Plain:
    def __init__(self, parser: Any) -> None:
        self._next = parser.get_event
        self._places: dict[Path, Place] = {}

    def document(self) -> tuple[Any, dict[Path, Place]]:
        self._next()  # the stream starts
        start = self._next()
        if not isinstance(start, DocumentStartEvent) or start.explicit:
            raise _Special
        root = self._next()
        if type(root) is ScalarEvent:
            raise _Special
        value = self._value(root, ())
        if not isinstance(self._next(), DocumentEndEvent) or not isinstance(self._next(), StreamEndEvent):
            raise _Special
        return value, self._places

    def _value(self, event: Any, path: Path) -> Any:
        kind = type(event)
        if kind is ScalarEvent:
            if path not in self._places:
                self._places[path] = _place(event)
            return _scalar(event)
        if (
            event.anchor is not None
            or kind not in (MappingStartEvent, SequenceStartEvent)
            or event.tag is not None
            or len(path) >= _DEEPEST
        ):
            raise _Special
        if path not in self._places:
            self._places[path] = _place(event)
        return self._mapping(path) if kind is MappingStartEvent else self._sequence(path)

    def _mapping(self, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while type(key := self._next()) is not MappingEndEvent:
            if type(key) is not ScalarEvent or key.anchor is not None or key.tag is not None or key.value in values:
                raise _Special
            name = key.value
            inner = (*path, name)
            self._places[inner] = _place(key)
            values[name] = self._value(self._next(), inner)
        return values

    def _sequence(self, path: Path) -> list[Any]:
        values: list[Any] = []
        while type(item := self._next()) is not SequenceEndEvent:
            if type(item) is ScalarEvent and not item.value and item.implicit[0]:
                raise _Special  # where an empty item stands, readers do not agree
            values.append(self._value(item, (*path, len(values))))
        return values


def _place(event: Any) -> Place:
    mark = event.start_mark
    return mark.line + 1, mark.column + 1


def _scalar(event: ScalarEvent) -> Any:
    text = event.value
    if event.anchor is not None or event.tag is not None:
        raise _Special
    if not event.implicit[0]:
        return text
    for tag, pattern in _BY_FIRST.get(text[:1], ()):
        if pattern.match(text):
            return _resolved(tag, text)
    return text


def _resolved(tag: str, text: str) -> Any:
    if tag == "null":
        return None
    if tag == "bool":
        return text.lower() == "true"
    if tag not in ("int", "float"):
        raise _Special
    plain = text.replace("_", "")
    if tag == "int":
        return int(plain) if plain.lstrip("+-").isdigit() else int(plain, 0)
    number = float(plain)
    if not isfinite(number):
        raise _Special
    return number

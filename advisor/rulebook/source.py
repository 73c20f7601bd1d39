"""YAML 1.2 text to plain values, with the line and column of every key and item kept for messages."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from advisor.errors import Mistake
from advisor.rulebook.plain_yaml import read_plain

MAX_BYTES = 100_000
_MAX_DEPTH = 30
_TAG = "tag:yaml.org,2002:"
_PLAIN = (f"{_TAG}map", f"{_TAG}seq")
_BOOLEANS = {"true": True, "false": False}

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a file, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: its values, and where each key or item stands (by its path from the root)."""

    file: str
    value: Any
    positions: dict[Path, Position]

    def at(self, path: Path) -> Position:
        """Return the position of the nearest enclosing place that the file has."""
        while path and path not in self.positions:
            path = path[:-1]
        return self.positions.get(path, Position(1, 1))

    def mistake(self, path: Path, message: str, remedy: str = "", code: str = "invalid") -> Mistake:
        """Return a mistake at the place of ``path``."""
        place = self.at(path)
        return Mistake(self.file, place.line, place.column, message, remedy, code)


def parse(file: str, text: str) -> Document | Mistake:
    """Read one YAML document, or say what is wrong with it.

    Anchors, aliases and tags are refused: rule files say what they mean in place, and cannot blow up when expanded.
    """
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
        return Mistake(file, 0, 0, f"the file is larger than {MAX_BYTES // 1000} kB", "Split it: one rule per file.", "file-too-large")
    plain = read_plain(text)
    if plain is not None:
        return Document(file, plain[0], {path: Position(*place) for path, place in plain[1].items()})
    return _parse(file, text)


def _parse(file: str, text: str) -> Document | Mistake:
    """Read a document that is not plain, or say what is wrong with it."""
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        hint = "Indent with spaces, never with tabs." if mark and "\t" in _line(text, mark.line) else "Correct the YAML at this place."
        problem = (error.problem or "unreadable").replace("\n", " ")
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return Mistake(file, line, column, f"not YAML: {problem}", hint, "not-yaml")
    except (YAMLError, RecursionError, ValueError, OverflowError) as error:
        problem = "too deeply nested" if isinstance(error, RecursionError) else str(error).splitlines()[0]
        return Mistake(file, 1, 1, f"not YAML: {problem}", "Correct the YAML.", "not-yaml")
    if root is None:
        return Document(file, None, {})
    reader = _Reader(file)
    try:
        value = reader.read(root, ())
    except _Refused as refused:
        return refused.mistake
    return Document(file, value, reader.positions)


def _line(text: str, number: int) -> str:
    lines = text.splitlines()
    return lines[number] if number < len(lines) else ""


class _Refused(Exception):  # control flow inside this module, not an error for users
    def __init__(self, mistake: Mistake) -> None:
        self.mistake = mistake


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.positions: dict[Path, Position] = {}

    def refuse(self, node: Node, message: str, remedy: str, code: str) -> _Refused:
        return _Refused(Mistake(self.file, node.start_mark.line + 1, node.start_mark.column + 1, message, remedy, code))

    def read(self, node: Node, path: Path) -> Any:
        self.positions.setdefault(path, Position(node.start_mark.line + 1, node.start_mark.column + 1))
        if getattr(node, "anchor", None):
            raise self.refuse(node, "anchors and aliases are not part of the rule language", "Write the value out.", "anchor")
        if len(path) > _MAX_DEPTH:
            raise self.refuse(node, "too deeply nested", f"Use at most {_MAX_DEPTH} levels.", "too-deep")
        if isinstance(node, MappingNode | SequenceNode) and node.tag not in _PLAIN:
            raise self._tagged(node)
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.read(item, (*path, i)) for i, item in enumerate(node.value)]
        if not isinstance(node, ScalarNode):
            raise self.refuse(node, "unknown kind of value", "Use text, numbers, lists and mappings.", "tag")
        return self._scalar(node)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                raise self.refuse(key_node, "a key must be plain text", "Use a word as the key.", "key")
            key = self._text(key_node)
            if key in values:
                raise self.refuse(key_node, f'"{key}" stands twice', "Keep one of them.", "duplicate-key")
            self.positions[(*path, key)] = Position(key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            values[key] = self.read(value_node, (*path, key))
        return values

    def _scalar(self, node: ScalarNode) -> Any:
        tag = str(node.tag).removeprefix(_TAG)
        text = self._text(node)
        if tag == "str":
            return text
        if tag == "null":
            return None
        if tag == "bool" and text.lower() in _BOOLEANS:
            return _BOOLEANS[text.lower()]
        if tag in ("int", "float"):
            return self._number(node, text, tag)
        raise self._tagged(node)

    def _text(self, node: ScalarNode) -> str:
        text = str(node.value)
        if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
            raise self.refuse(node, "half of a surrogate pair is not text", "Write the character itself.", "not-text")
        return text

    def _tagged(self, node: Node) -> _Refused:
        remedy = "Use text, numbers, true, false, lists and mappings; quote dates."
        return self.refuse(node, f"unknown kind of value ({node.tag})", remedy, "tag")

    def _number(self, node: ScalarNode, text: str, tag: str) -> int | float:
        plain = text.replace("_", "")
        try:
            number = _whole(plain) if tag == "int" else float(plain)
            finite = isfinite(number)
        except (ValueError, OverflowError):
            finite = False
            number = 0
        if not finite:
            raise self.refuse(node, f"{text[:80]} is not a finite number", "Write a plain decimal number.", "number")
        return number


def _whole(text: str) -> int:
    """Return an integer as YAML 1.2 writes it: decimal, also with leading zeros, or behind 0o and 0x."""
    return int(text) if text.lstrip("+-").isdigit() else int(text, 0)

"""``overrides.yaml``: single numbers and words of the rules below, changed in place.

```yaml
rules:
  valid-loss-rises:
    parameters: {rise: 0.1}          # a number, or {value: 0.1, source: measured on our runs}
    severity: high
  batch-could-be-smaller: {status: deprecated}
parameters: {small_dataset: 800}     # the shared numbers of parameters.yaml
```
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node

from advisor.contract.advice import Severity
from advisor.errors import Mistake
from advisor.rulebook.conditions import suggest
from advisor.rulebook.folder import CASES_SUFFIX
from advisor.rulebook.shape_mistakes import shape_mistakes
from advisor.rulebook.shapes import Id, Name, Number, Shape, Status, Text
from advisor.rulebook.source import Document, Path, parse

OVERRIDES = "overrides.yaml"
_PARAMETERS = "parameters.yaml"
_WORDS = ("severity", "status")
_NOT_RULES = ("actions/", "bands/", "tables/")


class NumberOverride(Shape):
    """Another number, and where it comes from."""

    value: Number
    source: Text | None = None


class RuleOverride(Shape):
    """What to change of one rule."""

    parameters: dict[Name, Number | NumberOverride] = Field(default_factory=dict)
    severity: Severity | None = None
    status: Status | None = None


class OverridesShape(Shape):
    """The file ``overrides.yaml``."""

    rules: dict[Id, RuleOverride] = Field(default_factory=dict)
    parameters: dict[Name, Number | NumberOverride] = Field(default_factory=dict)


@dataclass(slots=True)
class Overridden:
    """The files below with the overrides written in: only those that changed, where each change comes from, and what did not fit."""

    files: dict[str, str] = field(default_factory=dict)
    edits: dict[tuple[str, int], Mistake] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)


def apply_overrides(text: str, below: Mapping[str, str], beside: Mapping[str, str]) -> Overridden:
    """Write overrides into the files that they are about.

    Args:
        text: The text of ``overrides.yaml``.
        below: The files of the folders below, by path.
        beside: The other files of the same folder; what they replace is changed there and not here.
    """
    done = Overridden()
    document = parse(OVERRIDES, text)
    if isinstance(document, Mistake):
        done.mistakes.append(document)
        return done
    names = _Names(document, below, beside)
    done.mistakes += names.mistakes()
    try:
        shape = OverridesShape.model_validate(document.value or {})
    except ValidationError as error:
        done.mistakes += shape_mistakes(document, OverridesShape, error)
    else:
        if not done.mistakes:
            _write(shape, names, document, below, done)
    return done


class _Names:
    """The names that an override file speaks of, looked up below whether or not the values behind them are in order."""

    def __init__(self, document: Document, below: Mapping[str, str], beside: Mapping[str, str]) -> None:
        self._document = document
        self._below = below
        self._beside = beside
        self.by_id = {_stem(path): path for path in below if _is_rule(path)}

    def mistakes(self) -> Iterator[Mistake]:
        """Yield every rule and number that no folder below has, and those that this folder has a file of its own for."""
        for rule_id, override in _mapping(self._document.value, "rules").items():
            place: Path = ("rules", rule_id)
            path = self.by_id.get(rule_id)
            if path is None:
                hint = suggest(rule_id, self.by_id) or "List them: advisor rules list"
                yield self._wrong(place, f'no folder below has a rule "{rule_id}"', hint)
                continue
            words = [(*place, key) for key in _WORDS if isinstance(override, dict) and key in override]
            yield from self._replaced(path, words)
            yield from self._numbers(path, _mapping(override, "parameters"), (*place, "parameters"))
        yield from self._numbers(_PARAMETERS, _mapping(self._document.value, "parameters"), ("parameters",))

    def _numbers(self, path: str, names: Iterable[str], place: Path) -> Iterator[Mistake]:
        known = _keys(self._below.get(path, ""), ("parameters",))
        for name in names:
            if name in known:
                yield from self._replaced(path, [(*place, name)])
                continue
            owner = "there are no shared numbers" if path == _PARAMETERS else f'the rule "{_stem(path)}" has no parameter'
            has = f"It has: {', '.join(known)}." if known else "Shared numbers stand under a key of their own."
            yield self._wrong((*place, name), f'{owner} "{name}"', suggest(name, known) or has, "unknown-parameter")

    def _replaced(self, path: str, places: Iterable[Path]) -> Iterator[Mistake]:
        if path in self._beside:
            for place in places:
                yield self._wrong(place, f"this folder has its own {path}", "Change it there, or take one of the two out.", "replaced-too")

    def _wrong(self, place: Path, message: str, remedy: str, code: str = "unknown-rule") -> Mistake:
        return self._document.mistake(place, message, remedy, code)


def _write(shape: OverridesShape, names: _Names, document: Document, below: Mapping[str, str], done: Overridden) -> None:
    """Write each override into the text of its file; a file that is no YAML stays as it is, and is told of when the rulebook is built."""
    for rule_id, override in shape.rules.items():
        path, place = names.by_id[rule_id], ("rules", rule_id)
        for name, number in override.parameters.items():
            _write_one(path, ("parameters", name), number, document.mistake((*place, "parameters", name), ""), below, done)
        for key in _WORDS:
            if (word := getattr(override, key)) is not None:
                _write_one(path, (key,), word, document.mistake((*place, key), ""), below, done)
    for name, number in shape.parameters.items():
        _write_one(_PARAMETERS, ("parameters", name), number, document.mistake(("parameters", name), ""), below, done)


def _write_one(
    path: str, target: Path, value: float | NumberOverride | str, edit: Mistake, below: Mapping[str, str], done: Overridden
) -> None:
    text = done.files.get(path, below[path])
    root = None if isinstance(parse(path, text), Mistake) else _composed(text)
    if root is None:
        return
    if isinstance(value, str):
        done.files[path], line = _with_word(text, root, str(target[-1]), value)
    else:
        number = value if isinstance(value, NumberOverride) else NumberOverride(value=value)
        done.files[path], line = _with_number(text, root, target, number)
    done.edits[path, line] = edit


def _with_number(text: str, root: MappingNode, target: Path, number: NumberOverride) -> tuple[str, int]:
    """Return a YAML text with one parameter set, and the line where it stands; every line that was there keeps its number."""
    node: Node = root
    for key in target:
        node = next(value for name, value in node.value if name.value == key)
    old = {name.value: value.value for name, value in node.value} if isinstance(node, MappingNode) else {"value": node.value}
    source = number.source or f"{OVERRIDES}, instead of {old.get('value')}" + (f" ({old['source']})" if old.get("source") else "")
    return _replaced(text, node, {"value": number.value, "unit": old.get("unit", ""), "source": source})


def _with_word(text: str, root: MappingNode, key: str, word: str) -> tuple[str, int]:
    """Return a YAML text with one of its top-level words set; a new one goes to the end, where it moves no other line."""
    node = next((value for name, value in root.value if name.value == key), None)
    if node is not None:
        return _replaced(text, node, word)
    if root.flow_style:
        at = root.end_mark.index - 1
        return f"{text[:at]}, {key}: {word}{text[at:]}", root.end_mark.line + 1
    whole = text if text.endswith("\n") else text + "\n"
    return f"{whole}{key}: {word}\n", whole.count("\n") + 1


def _replaced(text: str, node: Node, value: Mapping[str, Any] | str) -> tuple[str, int]:
    start = node.start_mark.index
    old = text[start : node.end_mark.index].rstrip()
    new = json.dumps(value, ensure_ascii=False) + "\n" * old.count("\n")
    return text[:start] + new + text[start + len(old) :], node.start_mark.line + 1


def _composed(text: str) -> MappingNode | None:
    root = YAML(typ="safe", pure=True).compose(text)
    return root if isinstance(root, MappingNode) else None


def _keys(text: str, path: Path) -> list[str]:
    document = parse("", text)
    value: Any = document.value if isinstance(document, Document) else None
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return list(value) if isinstance(value, dict) else []


def _mapping(value: Any, key: str) -> dict[str, Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _is_rule(path: str) -> bool:
    return "/" in path and not path.startswith(_NOT_RULES) and not path.endswith(CASES_SUFFIX)


def _stem(path: str) -> str:
    return path.rsplit("/", maxsplit=1)[-1].removesuffix(".yaml")

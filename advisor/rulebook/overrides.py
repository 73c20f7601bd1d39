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
from collections.abc import Mapping
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
    try:
        shape = OverridesShape.model_validate(document.value or {})
    except ValidationError as error:
        done.mistakes += shape_mistakes(document, OverridesShape, error)
        return done
    writer = _Writer(document, below, beside, done)
    for rule_id, override in shape.rules.items():
        writer.rule(rule_id, override)
    writer.numbers(_PARAMETERS, shape.parameters, ("parameters",))
    return done


class _Writer:
    def __init__(self, document: Document, below: Mapping[str, str], beside: Mapping[str, str], done: Overridden) -> None:
        self._document = document
        self._below = below
        self._beside = beside
        self._done = done
        self._by_id = {_stem(path): path for path in below if _is_rule(path)}

    def rule(self, rule_id: str, override: RuleOverride) -> None:
        place: Path = ("rules", rule_id)
        path = self._by_id.get(rule_id)
        if path is None:
            self._wrong(place, f'no folder below has a rule "{rule_id}"', suggest(rule_id, self._by_id) or "List them: advisor rules list")
            return
        self.numbers(path, override.parameters, (*place, "parameters"))
        for key in ("severity", "status"):
            word = getattr(override, key)
            if word is not None:
                self._write(path, (key,), word, place)

    def numbers(self, path: str, numbers: Mapping[str, float | NumberOverride], place: Path) -> None:
        for name, number in numbers.items():
            known = _keys(self._below.get(path, ""), ("parameters",))
            if name not in known:
                owner = "there are no shared numbers" if path == _PARAMETERS else f'the rule "{_stem(path)}" has no parameter'
                remedy = suggest(name, known) or (
                    f"It has: {', '.join(known)}." if known else "Shared numbers stand under a key of their own."
                )
                self._wrong((*place, name), f'{owner} "{name}"', remedy, "unknown-parameter")
            else:
                self._write(
                    path, ("parameters", name), number if isinstance(number, NumberOverride) else NumberOverride(value=number), place
                )

    def _write(self, path: str, target: Path, value: NumberOverride | str, place: Path) -> None:
        place = (*place, target[-1])
        if path in self._beside:
            self._wrong(place, f"this folder has its own {path}", "Change it there, or take one of the two out.", "replaced-too")
            return
        text = self._done.files.get(path, self._below[path])
        root = None if isinstance(parse(path, text), Mistake) else _composed(text)
        if root is not None:  # else the file below is told of when the rulebook is built
            self._done.files[path], line = (
                _with_number(text, root, target, value)
                if isinstance(value, NumberOverride)
                else _with_word(text, root, str(target[-1]), value)
            )
            self._done.edits[path, line] = self._document.mistake(place, "")

    def _wrong(self, place: Path, message: str, remedy: str, code: str = "unknown-rule") -> None:
        self._done.mistakes.append(self._document.mistake(place, message, remedy, code))


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


def _is_rule(path: str) -> bool:
    return "/" in path and not path.startswith(_NOT_RULES) and not path.endswith(CASES_SUFFIX)


def _stem(path: str) -> str:
    return path.rsplit("/", maxsplit=1)[-1].removesuffix(".yaml")

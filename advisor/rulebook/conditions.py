"""The language of ``when``: comparisons between signals, numbers and parameters, and other findings, joined by all, any, none.

Text is parsed with Python's own ``ast`` and never evaluated. The result is a frozen tree in which every parameter has become its number.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from advisor.contract.advice import Operator
from advisor.errors import Mistake
from advisor.rulebook.source import Document, Path

REFERENCES = ("finding", "stopping", "mistake")
_OPERATORS: dict[type[ast.cmpop], Operator] = {ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<=", ast.Eq: "=="}
_MIRRORED: dict[Operator, Operator] = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "==": "=="}


@dataclass(frozen=True, slots=True)
class Comparison:
    """``signal operator threshold``, or ``signal operator factor × other`` where ``other`` names a second signal.

    A reference to a finding, stopping criterion or mistake is the signal ``finding:ID`` (0 or 1) compared with 1. ``flag`` says that the
    signal is 0 or 1 and nothing else.
    """

    signal: str
    operator: Operator
    threshold: float
    text: str
    other: str | None = None
    factor: float = 1.0
    flag: bool = False

    @property
    def reference(self) -> str | None:
        """The referenced ``kind:id``, or None for a plain comparison."""
        return self.signal if ":" in self.signal else None

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the signals that this comparison reads."""
        return (self.signal,) if self.other is None else (self.signal, self.other)


def holds(value: float, operator: Operator, threshold: float) -> bool:
    """Say whether a number compares so with another."""
    return {
        ">": value > threshold,
        ">=": value >= threshold,
        "<": value < threshold,
        "<=": value <= threshold,
        "==": value == threshold,
    }[operator]


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions joined by ``all`` (and), ``any`` (or) or ``none`` (no one of them)."""

    join: Literal["all", "any", "none"]
    members: tuple[Condition, ...]


Condition = Comparison | Group


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Yield every comparison of a condition in the order of the file."""
    if isinstance(condition, Comparison):
        yield condition
    else:
        for member in condition.members:
            yield from comparisons(member)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names that conditions may use: signals, and the ids of what can be referred to, by kind."""

    signals: frozenset[str]
    flags: frozenset[str]
    referable: Mapping[str, frozenset[str]]


class ConditionParser:
    """Reads the conditions of one file and collects its mistakes instead of stopping at the first."""

    def __init__(self, document: Document, vocabulary: Vocabulary, parameters: Mapping[str, float]) -> None:
        self._document = document
        self._vocabulary = vocabulary
        self._parameters = parameters
        self.mistakes: list[Mistake] = []
        self.used_parameters: set[str] = set()

    def parse(self, value: Any, path: Path) -> Group:
        """Return the condition at ``path``; a plain list means ``all``."""
        if isinstance(value, str):
            value = [value]
        if isinstance(value, list) and value:
            return Group("all", self._members(value, path))
        return self._group(value, path)

    def _group(self, value: Any, path: Path) -> Group:
        if not isinstance(value, dict) or not value:
            self._wrong(
                path, "a condition must be a comparison, or all, any or none with a list", "Write: all: [signal > 1]", "condition-shape"
            )
            return Group("all", ())
        groups = []
        for key, members in value.items():
            place = (*path, key)
            if key not in ("all", "any", "none"):
                self._wrong(
                    place, f'unknown join "{key}"', _suggest(key, ("all", "any", "none")) or "Use all, any or none.", "unknown-join"
                )
                continue
            if not isinstance(members, list) or not members:
                self._wrong(place, f'"{key}" needs a list of conditions', "Write each condition as a list item.", "condition-shape")
                continue
            groups.append(Group(key, self._members(members, place)))
        return groups[0] if len(groups) == 1 else Group("all", tuple(groups))

    def _members(self, values: list[Any], path: Path) -> tuple[Condition, ...]:
        members: list[Condition] = []
        for i, value in enumerate(values):
            place = (*path, i)
            if isinstance(value, str):
                members.extend(self._joined(self._expression(value, place)))
            elif isinstance(value, dict) and len(value) == 1 and next(iter(value)) in REFERENCES:
                members.extend(self._reference(value, place))
            elif isinstance(value, dict):
                members.append(self._group(value, place))
            else:
                self._wrong(place, f"{str(value)[:80]} is not a condition", "Compare a signal with a number: signal > 1", "condition-shape")
        return tuple(members)

    def _joined(self, found: list[Comparison]) -> list[Condition]:
        """Keep the comparisons of a chain such as ``1 < signal < 2`` together, whatever group they stand in."""
        return [Group("all", tuple(found))] if len(found) > 1 else list(found)

    def _reference(self, value: dict[str, Any], path: Path) -> list[Condition]:
        kind, name = next(iter(value.items()))
        known = self._vocabulary.referable.get(kind, frozenset())
        if not isinstance(name, str) or name not in known:
            self._wrong(
                (*path, kind), f'unknown {kind} "{name}"', _suggest(str(name), known) or f"No rule gives this {kind}.", f"unknown-{kind}"
            )
            return []
        return [Comparison(f"{kind}:{name}", "==", 1.0, f"{kind}: {name}", flag=True)]

    def _expression(self, text: str, path: Path) -> list[Comparison]:
        try:
            if len(text) > 500:
                raise SyntaxError("longer than 500 characters")
            tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            self._wrong(path, f'cannot read the condition "{text[:80]}"', "Write it as: signal > number", "condition-syntax")
            return []
        if isinstance(tree, ast.Name):
            return self._flag(tree.id, text, path)
        if not isinstance(tree, ast.Compare):
            self._wrong(
                path, f'"{text[:80]}" is not a comparison', "Write it as: signal > number; join with all, any or none.", "condition-syntax"
            )
            return []
        found: list[Comparison] = []
        left: ast.expr = tree.left
        for operator, right in zip(tree.ops, tree.comparators, strict=True):
            comparison = self._comparison(left, operator, right, text, path)
            if comparison:
                found.append(comparison)
            left = right
        return found

    def _flag(self, name: str, text: str, path: Path) -> list[Comparison]:
        if name in self._vocabulary.flags:
            return [Comparison(name, "==", 1.0, text, flag=True)]
        if name in self._parameters or self._known_signal(name, path):
            self._wrong(path, f'"{name}" alone is no condition: only a flag is', "Compare it: signal > number", "condition-syntax")
        return []

    def _comparison(self, left: ast.expr, operator: ast.cmpop, right: ast.expr, text: str, path: Path) -> Comparison | None:
        sign = _OPERATORS.get(type(operator))
        if sign is None:
            self._wrong(path, f'unknown operator in "{text}"', "Use >, >=, <, <= or ==.", "unknown-operator")
            return None
        a, b = self._term(left, text, path), self._term(right, text, path)
        if a is None or b is None:
            return None
        if a[1] is None and b[1] is not None:
            a, b, sign = b, a, _MIRRORED[sign]
        if a[1] is None:
            self._wrong(path, f'"{text}" compares no signal', "Put a signal on one side; list them with: advisor signals", "no-signal")
            return None
        if a[0] != 1.0:
            self._wrong(path, f'"{text}" multiplies the left side', "Put the factor on the right: a > 2 * b", "condition-syntax")
            return None
        if b[1] is None:
            flag = sign == "==" and b[0] in (0.0, 1.0) and a[1] in self._vocabulary.flags
            return Comparison(a[1], sign, b[0], text, flag=flag)
        return Comparison(a[1], sign, 0.0, text, other=b[1], factor=b[0])

    def _term(self, node: ast.expr, text: str, path: Path) -> tuple[float, str | None] | None:
        """Return (number, None) for a number or parameter, (factor, signal) for a signal; None after a mistake."""
        number = self._number(node)
        if number is not None:
            return number, None
        if isinstance(node, ast.Name):
            return (1.0, node.id) if self._known_signal(node.id, path) else None
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            for factor_node, signal_node in ((node.left, node.right), (node.right, node.left)):
                factor = self._number(factor_node)
                if factor is not None and isinstance(signal_node, ast.Name):
                    return (factor, signal_node.id) if self._known_signal(signal_node.id, path) else None
        self._wrong(
            path,
            f'"{text}" has a part that is neither a number, a parameter nor a signal',
            "Write it as: signal > number",
            "condition-syntax",
        )
        return None

    def _number(self, node: ast.expr) -> float | None:
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            return _finite(node.value)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            value = node.operand.value
            return _finite(-value) if isinstance(value, int | float) and not isinstance(value, bool) else None
        if isinstance(node, ast.Name) and node.id in self._parameters:
            self.used_parameters.add(node.id)
            return self._parameters[node.id]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            left, right = self._number(node.left), self._number(node.right)
            return None if left is None or right is None else _finite(left * right)
        return None

    def _known_signal(self, name: str, path: Path) -> bool:
        if name in self._vocabulary.signals:
            return True
        hint = _suggest(name, (*self._vocabulary.signals, *self._parameters)) or "List them with: advisor signals"
        self._wrong(path, f'unknown signal or parameter "{name}"', hint, "unknown-signal")
        return False

    def _wrong(self, path: Path, message: str, remedy: str, code: str) -> None:
        self.mistakes.append(self._document.mistake(path, message, remedy, code))


def _finite(value: int | float) -> float | None:
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if number - number == 0 else None


def _suggest(word: str, known: Any) -> str:
    close = difflib.get_close_matches(word, [str(k) for k in known], n=1, cutoff=0.6)
    return f'Did you mean "{close[0]}"?' if close else ""


suggest = _suggest

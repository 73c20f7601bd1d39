"""The notation for a curve in a case: ``0.9 0.6 _ 0.2``, with Prometheus' rule-test shorthand for runs of numbers.

| written | read as |
|---|---|
| ``0.9 0.6 0.4`` | these values, one per point |
| ``_`` | nothing was measured at this point |
| ``NaN`` ``Infinity`` ``-Infinity`` | a measured value that is not finite |
| ``0.9-0.1x3`` | 0.9 and three more, each 0.1 lower: ``0.9 0.8 0.7 0.6`` |
| ``0.2+0.05x2`` | 0.2 and two more, each 0.05 higher: ``0.2 0.25 0.3`` |
| ``0.5x3`` | 0.5 and three more: ``0.5 0.5 0.5 0.5`` |
| ``_x3`` | three points without a value: ``_ _ _`` |

YAML reads a bare ``0x3`` as the number three: write ``0 0x2``, or quote it.
"""

from __future__ import annotations

import re

from advisor.facts.numbers import NON_FINITE

MAX_POINTS = 10_000

Measured = float | str | None
"""One value of a curve: a number, a word for a non-finite one, or None where nothing was measured."""

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_PROGRESSION = re.compile(rf"(?P<start>{_NUMBER})(?P<step>[+-](?:\d+\.?\d*|\.\d+))?x(?P<more>\d{{1,6}})")
_GAP = re.compile(r"_x(?P<count>\d{1,6})")


def read_series(value: object) -> tuple[Measured, ...]:
    """Return the values that a case gives for a curve.

    Args:
        value: Text in the notation above, one number, or a list of numbers, words for non-finite ones and null.

    Raises:
        ValueError: The text or list cannot be read; the message quotes the part and says how to write it.
    """
    if isinstance(value, str):
        values = [v for part in value.split() for v in _read_part(part)]
    elif isinstance(value, list):
        values = [_item(item) for item in value]
    else:
        values = [_item(value)]
    if not values:
        raise ValueError("a series needs at least one value; write _ for a point without one")
    if len(values) > MAX_POINTS:
        raise ValueError(f"a series of {len(values)} points is too long for a case; use at most {MAX_POINTS}")
    return tuple(values)


def _read_part(part: str) -> list[Measured]:
    if part == "_":
        return [None]
    if part in NON_FINITE:
        return [part]
    if re.fullmatch(_NUMBER, part):
        return [_tidy(float(part))]
    if gap := _GAP.fullmatch(part):
        return [None] * _bounded(int(gap["count"]))
    if run := _PROGRESSION.fullmatch(part):
        start, step = float(run["start"]), float(run["step"] or 0)
        return [_tidy(start + i * step) for i in range(_bounded(int(run["more"])) + 1)]
    raise ValueError(f'cannot read "{part}" in a series; write numbers, _, NaN, Infinity, 0.9-0.1x3 or 0.5x3')


def _item(item: object) -> Measured:
    if item is None or (isinstance(item, int | float) and not isinstance(item, bool)):
        return item
    if isinstance(item, str) and item in NON_FINITE:
        return item
    raise ValueError(f"{item!r} is no value of a series; write a number, NaN, Infinity or null")


def _bounded(count: int) -> int:
    if count > MAX_POINTS:
        raise ValueError(f"a series of {count} points is too long for a case; use at most {MAX_POINTS}")
    return count


def _tidy(number: float) -> float:
    """Take the dust of binary fractions off: 0.9 - 3 × 0.1 is 0.6."""
    return float(f"{number:.12g}")

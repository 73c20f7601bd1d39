"""Values of files to what the wire contract takes: finite numbers, or the words for what is not finite."""

from __future__ import annotations

from math import isfinite, isnan

_NO_VALUE = frozenset({"", "-", "na", "n/a", "null", "none", "nil"})
_LARGEST = 2**53
_NON_FINITE = {"nan": "NaN", "inf": "Infinity", "infinity": "Infinity"}


def as_metric(value: object) -> float | str | None:
    """Return a JSON number as a metric, NaN and infinities by their words; None for whatever is no number (a boolean, a list, text)."""
    if type(value) is float:
        return value if isfinite(value) else _spelled(value)
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return _NON_FINITE.get(value.lower()) or ("-Infinity" if value.lower() in ("-inf", "-infinity") else None)
    if isinstance(value, int | float):
        try:
            return _spelled(float(value))
        except OverflowError:
            return "Infinity" if value > 0 else "-Infinity"
    return None


def parse_metric(text: str, *, decimal_comma: bool = False) -> float | str | None:
    """Return the cell of a CSV as a metric, None where it is blank or says that there is no value.

    Raises:
        ValueError: The cell holds something else than a number.
    """
    plain = text.strip()
    if plain.lower() in _NO_VALUE:
        return None
    number = float(plain.replace(",", ".") if decimal_comma else plain)
    return _spelled(number)


def as_step(value: object) -> int | None:
    """Return a step number, ``100.0`` as 100; None where the value is no whole number of 0 or more."""
    if type(value) is int:
        return value if 0 <= value <= _LARGEST else None
    if isinstance(value, str):
        try:
            value = float(value.strip().replace(",", "."))
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LARGEST:
        return None
    return int(value) if float(value).is_integer() else None


def as_epoch(value: object) -> float | None:
    """Return an epoch, None where the value is no finite number of 0 or more."""
    number = as_metric(value)
    return number if isinstance(number, float) and number >= 0 else None


def _spelled(number: float) -> float | str:
    if isfinite(number):
        return number
    return "NaN" if isnan(number) else "Infinity" if number > 0 else "-Infinity"

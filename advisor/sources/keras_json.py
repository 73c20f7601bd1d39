"""A history with one list per metric, as Keras' ``History.history`` is saved: one value an epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from advisor.sources.content import Content
from advisor.sources.curve import Entry, Reading, numbered_rows, read_curve
from advisor.sources.imported import Dropped, Format, ImportedRun
from advisor.sources.numbers import as_metric
from advisor.sources.roles import EPOCHS, STEPS, is_telling, plain

_AROUND = ("history", "metrics", "train_history", "training_history")


def recognises(content: Content) -> bool:
    """Say whether the document is an object of lists, one of them the values of a loss."""
    return any(is_telling(name) for name in _columns(content.document))


def read(content: Content) -> ImportedRun:
    """Read one point an epoch; lists that are no series of numbers are left out, shorter series end earlier."""
    return read_mapped(content, {})


def read_mapped(content: Content, given: Mapping[str, str]) -> ImportedRun:
    """Read lists whose names were mapped by hand."""
    columns = _columns(content.document, given)
    numbers = {name: series for name, series in columns.items() if _is_series(series)}
    dropped = [Dropped(1, "list", f"{name[:40]} is no series of numbers") for name in columns if name not in numbers]
    lengths = {len(series) for name, series in numbers.items() if is_telling(name) or name in given}
    placed, warnings = _placed(numbers, lengths)
    has_place = any(plain(name) in (*STEPS, *EPOCHS) or given.get(name) in ("step", "epoch") for name in numbers)
    rows: list[Entry] = list(numbered_rows(placed))
    entries = rows if has_place else [{"epoch": float(i), **row} for i, row in enumerate(rows, 1)]
    return read_curve(FORMAT.id, lambda: entries, Reading(given=given, warnings=warnings, dropped=dropped))


def _columns(document: Any, given: Mapping[str, str] | None = None) -> dict[str, Sequence[Any]]:
    """Return the lists of a history, also where it lies one level deeper or each list is an object with numbered members."""
    if not isinstance(document, Mapping) or "checkpoints" in document or "log_history" in document:
        return {}
    found = {name: series for name, value in document.items() if (series := _series(value)) is not None}
    if any(is_telling(name) or name in (given or ()) for name in found):
        return found
    return next((inner for name in _AROUND if (inner := _columns(document.get(name), given))), {})


def _series(value: Any) -> Sequence[Any] | None:
    if isinstance(value, list):
        return None if value and isinstance(value[0], Mapping) else value
    if isinstance(value, Mapping) and value and all(isinstance(key, str) and key.isdecimal() and len(key) < 10 for key in value):
        return [value[key] for key in sorted(value, key=int)]
    return None


def _is_series(series: Sequence[Any]) -> bool:
    return bool(series) and any(as_metric(value) is not None for value in series)


def _placed(columns: Mapping[str, Sequence[Any]], lengths: set[int]) -> tuple[Mapping[str, Sequence[Any]], list[str]]:
    """Return the series over the same epochs: one whose length divides the longest was measured every so many epochs."""
    if len(lengths) < 2:
        return columns, []
    longest = max(lengths)
    placed: dict[str, Sequence[Any]] = {}
    for name, series in columns.items():
        every = longest // len(series) if longest % len(series) == 0 else 1
        placed[name] = series if every <= 1 else [value for item in series for value in (*[None] * (every - 1), item)]
    counts = ", ".join(f"{len(series):,} values of {name}" for name, series in columns.items() if is_telling(name))
    return placed, [f"The series differ in length ({counts}): where one fits evenly into the longest it was spread over it."]


FORMAT = Format("keras-json", "Keras history JSON", recognises, read, "a JSON object with one list per metric, such as loss and val_loss")

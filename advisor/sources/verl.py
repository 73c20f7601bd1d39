"""What verl writes: JSON lines with a step and its ``data``, or console lines ``step:3 - critic/score/mean:0.41 - …``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from advisor.sources.content import Content
from advisor.sources.curve import Entry, Reading, read_curve
from advisor.sources.imported import Format, ImportedRun
from advisor.sources.json_lines import read_lines
from advisor.sources.numbers import as_metric

_SIGNS = ("critic/", "actor/", "val-core/", "val/test_score/", "response_length/")
_LINE = re.compile(rb"\bstep:(\d+) - ((?:[^\s:]+:\S+)(?: - [^\s:]+:\S+)*)")
_PAIR = re.compile(r"([^\s]+?):(\S+)")


def recognises(content: Content) -> bool:
    """Say whether lines carry the metrics of verl's actor and critic."""
    if content.is_json_lines:
        return any(_is_ours(_flat(found)) for found in content.sample_objects)
    found = None if content.is_binary else next((m for line in content.sample_lines if (m := _LINE.search(line.encode()))), None)
    return found is not None and any(sign.encode() in found[2] for sign in _SIGNS)


def read(content: Content) -> ImportedRun:
    """Read one point a step; the score of the critic comes before the reward that a penalty was taken from."""
    if content.is_json_lines:
        return read_lines(FORMAT.id, content, _flat, Reading())
    return read_curve(FORMAT.id, lambda: _console(content), Reading())


def _is_ours(entry: Entry) -> bool:
    return any(name.startswith(_SIGNS) for name in entry)


def _flat(found: dict[str, Any]) -> Entry:
    data = found.get("data")
    return {"step": found.get("step"), **data} if isinstance(data, dict) else found


def _console(content: Content) -> Iterator[Entry]:
    for line in content.lines():
        match = _LINE.search(line)
        if match is None:
            continue
        values = {name: _number(text) for name, text in _PAIR.findall(match[2].decode("utf-8", "replace"))}
        yield {"step": int(match[1][:16]), **values}


def _number(text: str) -> float | str | None:
    try:
        return as_metric(float(text.removeprefix("np.float64(").rstrip(")")))
    except ValueError:
        return None


FORMAT = Format("verl-log", "verl log", recognises, read, "JSON lines or console lines with critic/… and actor/… metrics")

"""A log in, the contract's run out: what a thread does with small uploads and a process of its own with large ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from advisor.api.answering import Answer
from advisor.api.problems import MEDIA_TYPE, problem, problem_json
from advisor.errors import UnusableInput
from advisor.sources import Dropped, ImportedRun, read_run
from advisor.sources.imported import as_json


@dataclass(frozen=True, slots=True)
class PointsRead:
    """How many distinct steps carry a train loss, a validation loss, and a reward."""

    train: int
    validation: int
    reward: int


_READING = TypeAdapter(tuple[str, PointsRead, tuple[Dropped, ...], tuple[str, ...]])
_AROUND = TypeAdapter(dict[str, Any])


def answer_import(data: bytes, name: str, given: Mapping[str, str]) -> Answer:
    """Return the answer to a log of this name, read with these names mapped by hand: its run, or a problem."""
    try:
        return Answer(200, "application/json", _body(read_run(data, name=name, given=given)))
    except UnusableInput as error:
        return Answer(422, MEDIA_TYPE, problem_json(problem(422, str(error))))


def _body(imported: ImportedRun) -> bytes:
    counts = imported.points
    reading = _READING.dump_python(
        (imported.format, PointsRead(counts.train, counts.validation, counts.reward), imported.dropped, imported.warnings), mode="json"
    )
    around = dict(zip(("format", "points", "dropped", "warnings"), reading, strict=True))
    return as_json(imported.request)[:-1] + b"," + _AROUND.dump_json(around)[1:]

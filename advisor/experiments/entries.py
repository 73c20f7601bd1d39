"""Experiments as a document holds them: a run, a list of runs, or the export of a project."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from advisor.contract.misnamed import misnamed_among
from advisor.contract.request import Baseline, Goal
from advisor.facts import EarlierRun

MOST_AT_ONCE = 10_000
"""How many experiments one document may hold."""


class ProjectFacts(BaseModel):
    """What is known of a project; what is absent is unknown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    baseline: Baseline | None = None
    goal: Goal | None = None


@dataclass(frozen=True, slots=True)
class Entries:
    """Experiments to record, oldest first, with what is said of their project; a parent of None is the run before.

    ``warnings`` names what was not read and was hardly meant so.
    """

    runs: tuple[EarlierRun, ...]
    parents: tuple[str | None, ...]
    about: ProjectFacts
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WrongPart:
    """A part of the document that is wrong: its JSON pointer, what stands there, and what is wrong with it."""

    pointer: str
    part: Any
    found: str | ValidationError


class WrongEntries(Exception):
    """Raised with everything that is wrong with a document."""

    def __init__(self, parts: tuple[WrongPart, ...]) -> None:
        super().__init__("These are no experiments.")
        self.parts = parts


def read_entries(document: Any) -> Entries:
    """Return the experiments of a document, of which each may stand alone or as the member ``run`` of an object with its ``parent``.

    Raises:
        WrongEntries: They are none; every part that is wrong is named.
    """
    reading = _Reading()
    base, given, about, facts = "", document, ProjectFacts(), {}
    if isinstance(document, dict) and "experiments" in document:
        base, given = "/experiments", document["experiments"]
        facts = {name: document[name] for name in ("baseline", "goal") if name in document}
        with reading.of("", facts):
            about = ProjectFacts.model_validate(facts)
    many = isinstance(given, list)
    if base and not many:
        raise WrongEntries((*reading.wrong, WrongPart(base, given, "must be a list")))
    listed = given if many else [given]
    if not 0 < len(listed) <= MOST_AT_ONCE:
        raise WrongEntries((*reading.wrong, WrongPart(base, given, f"must hold 1 to {MOST_AT_ONCE:,} experiments")))
    entries = [reading.entry(entry, f"{base}/{i}" if many else base) for i, entry in enumerate(listed)]
    if reading.wrong:
        raise WrongEntries(tuple(reading.wrong))
    warnings = misnamed_among(
        [(facts, ProjectFacts, ""), *((said, EarlierRun, place.lstrip("/").replace("/", ".")) for said, place in reading.read)]
    )
    return Entries(tuple(run for run, _ in entries), tuple(parent for _, parent in entries), about, warnings)


@dataclass(slots=True)
class _Reading:
    """What is wrong so far, and what was read as a run at which place."""

    wrong: list[WrongPart] = field(default_factory=list)
    read: list[tuple[Any, str]] = field(default_factory=list)

    @contextmanager
    def of(self, pointer: str, part: Any) -> Iterator[None]:
        try:
            yield
        except ValidationError as error:
            self.wrong.append(WrongPart(pointer, part, error))

    def entry(self, entry: Any, pointer: str) -> tuple[EarlierRun, str | None]:
        """Return a run and the name of the one that it varies."""
        wrapped = isinstance(entry, dict) and "run" in entry
        facts, place = (entry["run"], f"{pointer}/run") if wrapped else (entry, pointer)
        run = EarlierRun()
        self.read.append((facts, place))
        if isinstance(facts, dict) and not facts.keys() & EarlierRun.model_fields.keys():
            nothing = "says nothing of a run; give at least one of id, base_model, hyperparameters, evaluation"
            self.wrong.append(WrongPart(place, facts, nothing))
        else:
            with self.of(place, facts):
                run = EarlierRun.model_validate(facts)
        parent = entry.get("parent") if wrapped else None
        if parent is not None and not isinstance(parent, str):
            self.wrong.append(WrongPart(f"{pointer}/parent", parent, "must be text"))
        return run, run.parent if parent is None else parent

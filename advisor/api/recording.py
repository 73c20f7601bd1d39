"""Bodies of the routes that record: experiments one or many, changes to what is recorded, outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from advisor.api.places import MAX_PLACES, wrong_places
from advisor.api.problems import Place, Refusal, problem
from advisor.contract.request import Baseline, Goal
from advisor.facts import EarlierRun
from advisor.facts.numbers import Real
from advisor.facts.text import Text

MOST_AT_ONCE = 10_000
"""How many experiments one body may hold."""

M = TypeVar("M", bound=BaseModel)


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not hold a null character")
    return text


Line = Annotated[Text, Field(max_length=200), AfterValidator(_storable)]
Note = Annotated[Text, Field(max_length=2_000), AfterValidator(_storable)]


class ProjectFacts(BaseModel):
    """What is known of a project; what is absent is unknown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    baseline: Baseline | None = None
    goal: Goal | None = None


class OutcomeFacts(BaseModel):
    """What came of one action of an advice.

    Attributes:
        action: The action's id; absent is the one ranked first.
        followed: Whether it was followed.
        experiment: The run in which it was.
        score: That run's score; absent is what is recorded of it.
        helped: Whether it did any good; absent is read off the scores: more than before.
        note: Anything to remember.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: Line | None = None
    followed: bool = Field(default=True, strict=True)
    experiment: Line | None = None
    score: Real | None = None
    helped: bool | None = Field(default=None, strict=True)
    note: Note | None = None


@dataclass(frozen=True, slots=True)
class Entries:
    """Experiments to record, oldest first, with what is said of their project."""

    runs: Sequence[EarlierRun]
    parents: Sequence[str | None]
    about: ProjectFacts


def read_entries(document: Any) -> Entries:
    """Return the experiments of a body: a run, a list of runs, or an export of a project.

    Each may stand alone or as the member ``run`` of an object that also names its ``parent``.

    Raises:
        Refusal: 422 with every place that is wrong.
    """
    base, given, about = "", document, ProjectFacts()
    if isinstance(document, dict) and "experiments" in document:
        base, given = "/experiments", document["experiments"]
        about = read_facts(ProjectFacts, {name: document[name] for name in ("baseline", "goal") if name in document})
    many = isinstance(given, list)
    if not many and base:
        raise _wrong([Place("must be a list", base)])
    entries = given if many else [given]
    if not 0 < len(entries) <= MOST_AT_ONCE:
        raise _wrong([Place(f"must hold 1 to {MOST_AT_ONCE} experiments", base)])
    runs: list[EarlierRun] = []
    parents: list[str | None] = []
    places: list[Place] = []
    for i, entry in enumerate(entries):
        pointer = f"{base}/{i}" if many else base
        try:
            run, parent = _read_entry(entry, pointer)
        except Refusal as refusal:
            places += refusal.problem.errors or ()
            continue
        runs.append(run)
        parents.append(parent)
    if places:
        raise _wrong(places)
    return Entries(runs, parents, about)


def _read_entry(entry: Any, pointer: str) -> tuple[EarlierRun, str | None]:
    wrapped = isinstance(entry, dict) and "run" in entry
    facts, place = (entry["run"], f"{pointer}/run") if wrapped else (entry, pointer)
    if isinstance(facts, dict) and not facts.keys() & EarlierRun.model_fields.keys():
        raise _wrong([Place("says nothing of a run; give at least one of id, base_model, hyperparameters, evaluation", place)])
    run = read_run(facts, place)
    parent = entry.get("parent") if wrapped else None
    if parent is not None and not isinstance(parent, str):
        raise _wrong([Place("must be text", f"{pointer}/parent")])
    return run, parent if parent is not None else run.parent


def read_run(facts: Any, pointer: str = "") -> EarlierRun:
    """Return a run of which nothing must be known; raise the Refusal of one that is wrong, with the places below a pointer."""
    try:
        return EarlierRun.model_validate(facts)
    except ValidationError as error:
        places, omitted = wrong_places(error, facts)
        raise _wrong([Place(place.detail, f"{pointer}{place.pointer}") for place in places], omitted) from None


def read_facts(model: type[M], document: Any) -> M:
    """Return the facts that a body holds; raise the Refusal of one that is wrong."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise _wrong(*wrong_places(error, document)) from None


def merged(known: Any, changes: Any) -> Any:
    """Return a document with a JSON merge patch (RFC 7396) applied: null takes a member away, a list replaces a list."""
    if not isinstance(changes, dict):
        return changes
    result = dict(known) if isinstance(known, dict) else {}
    for name, change in changes.items():
        if change is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), change)
    return result


def _wrong(places: Sequence[Place], omitted: int = 0) -> Refusal:
    omitted += max(0, len(places) - MAX_PLACES)
    count = len(places[:MAX_PLACES]) + omitted
    first = f"{places[0].pointer or 'the body'} {places[0].detail}"
    detail = f"The body is wrong in {count} places, first {first}." if count > 1 else f"The body is wrong in 1 place: {first}."
    return Refusal(problem(422, detail, tuple(places[:MAX_PLACES]), omitted=omitted))

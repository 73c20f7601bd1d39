"""Bodies of the routes that record: experiments one or many, changes to what is recorded, outcomes."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from advisor.api.places import wrong_places
from advisor.api.problems import Place
from advisor.api.reading import wrong_body
from advisor.experiments import entries
from advisor.experiments.entries import Entries
from advisor.facts import EarlierRun
from advisor.facts.numbers import Real
from advisor.facts.text import Text


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not hold a null character")
    return text


Line = Annotated[Text, Field(max_length=200), AfterValidator(_storable)]
Note = Annotated[Text, Field(max_length=2_000), AfterValidator(_storable)]


class OutcomeFacts(BaseModel):
    """What came of one action of an advice.

    Attributes:
        action: The action's id; absent is the one ranked first.
        followed: Whether it was followed.
        experiment: The run in which it was.
        score: That run's score; absent is what is recorded of it.
        helped: Whether it did any good; absent is read off the scores: more than before, by more than the noise of the two evaluations.
        note: Anything to remember.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: Line | None = None
    followed: bool = Field(default=True, strict=True)
    experiment: Line | None = None
    score: Real | None = None
    helped: bool | None = Field(default=None, strict=True)
    note: Note | None = None


def read_entries(document: Any) -> Entries:
    """Return the experiments of a body: a run, a list of runs, or an export of a project.

    Raises:
        Refusal: 422 with every place that is wrong.
    """
    try:
        return entries.read_entries(document)
    except entries.WrongEntries as error:
        found = [_places(part) for part in error.parts]
        raise wrong_body([place for places, _ in found for place in places], sum(omitted for _, omitted in found)) from None


def _places(wrong: entries.WrongPart) -> tuple[list[Place], int]:
    if isinstance(wrong.found, str):
        return [Place(wrong.found, wrong.pointer)], 0
    places, omitted = wrong_places(wrong.found, wrong.part)
    return [Place(place.detail, f"{wrong.pointer}{place.pointer}") for place in places], omitted


def read_run(facts: Any, pointer: str = "") -> EarlierRun:
    """Return a run of which nothing must be known; raise the Refusal of one that is wrong, with the places below a pointer."""
    try:
        return EarlierRun.model_validate(facts)
    except ValidationError as error:
        raise wrong_body(*_places(entries.WrongPart(pointer, facts, error))) from None


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

"""What is known of a run from before, wherever the run itself says nothing."""

from __future__ import annotations

from typing import TypeVar

from advisor.facts import Dataset, EarlierRun, Evaluation, Run
from advisor.facts.run import Fact

RunOfAnyKind = TypeVar("RunOfAnyKind", Run, EarlierRun)
F = TypeVar("F", bound=Fact)

_OF_ONE_SCORE = ("by_category", "standard_error")


def completed(run: RunOfAnyKind, known: EarlierRun) -> RunOfAnyKind:
    """Return a run with what was recorded of it before, member by member, wherever the run itself says nothing.

    A curve is one member. A data set of another version, and an evaluation on another scale, is another one, of which nothing was known;
    what belongs to an earlier score goes with it.
    """
    return _filled(run, known)


def _filled(said: F, known: Fact) -> F:
    changes: dict[str, object] = {}
    for name in known.model_fields_set:
        ours, theirs = getattr(said, name, None), getattr(known, name)
        if theirs is None:
            continue
        if ours in (None, (), {}):
            changes[name] = theirs
        elif isinstance(ours, Fact) and isinstance(theirs, Fact):
            inner = _filled(ours, _of_the_same(ours, theirs))
            if inner is not ours:
                changes[name] = inner
        elif name not in said.model_fields_set:
            changes[name] = theirs
    return said.model_copy(update=changes) if changes else said


def _of_the_same(said: Fact, known: Fact) -> Fact:
    """Return what is known of the very thing that is spoken of."""
    if isinstance(said, Dataset) and isinstance(known, Dataset) and _differ(said.version, known.version):
        return Dataset()
    if isinstance(said, Evaluation) and isinstance(known, Evaluation):
        if _differ(said.scale, known.scale) or not _on_one_scale(said, known):
            return Evaluation()
        if _differ(said.score, known.score):
            return known.model_copy(update={name: None for name in _OF_ONE_SCORE if name in known.model_fields_set})
    return known


def _on_one_scale(said: Evaluation, known: Evaluation) -> bool:
    scale = said.scale or known.scale
    scores = [score for e in (said, known) for score in (e.score, e.test_score, *(score for _, score in e.checkpoint_scores))]
    return scale is None or all(scale[0] <= score <= scale[1] for score in scores if score is not None)


def _differ(ours: object, theirs: object) -> bool:
    return ours is not None and theirs is not None and ours != theirs

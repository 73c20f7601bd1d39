"""Criteria have a status as rules do: in shadow they are judged and not spoken of, deprecated they are not judged."""

from __future__ import annotations

from typing import Any

import pytest

from tests.advice.examples import advice_from, criterion, program

KNOWN: dict[str, Any] = {"dataset": {"n_train": 9}}


@pytest.mark.parametrize("status", ["shadow", "deprecated"])
def test_a_stopping_criterion_a_mistake_and_a_verdict_that_are_not_active_are_not_spoken_of(status: str):
    ship = criterion("verdicts", "ship", ["n_train > 1"], order=1, status=status, no_experiment="Nothing to try.")
    enough = criterion("stopping", "enough", ["n_train > 1"], status=status)
    hasty = criterion("mistakes", "hasty", ["n_train > 1"], status=status)
    found = advice_from(program(ship, enough, hasty), level="all", **KNOWN)
    assert (found.verdict.id, found.stopping, found.mistakes) == ("iterate", (), ())
    assert found.no_experiment != "Nothing to try."
    became = {outcome.rule: outcome.outcome for outcome in found.outcomes or ()}
    assert {became[name] for name in ("ship", "enough", "hasty")} == {"fired" if status == "shadow" else "not_applicable"}


@pytest.mark.parametrize("status", ["stable", "experimental"])
def test_an_active_criterion_speaks(status: str):
    found = advice_from(program(criterion("stopping", "enough", ["n_train > 1"], status=status)), **KNOWN)
    assert [(c.id, c.met) for c in found.stopping] == [("enough", True)]


def test_what_refers_to_a_criterion_in_shadow_sees_it_not_met():
    enough = criterion("stopping", "enough", ["n_train > 1"], status="shadow")
    leaning = criterion("mistakes", "leaning", [{"stopping": "enough"}])
    assert advice_from(program(enough, leaning), **KNOWN).mistakes == ()

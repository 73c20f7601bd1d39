"""A mistaken experiment taken away: what stays of it, and what keeps it there."""

from __future__ import annotations

import pytest

from advisor.engine import Program
from advisor.errors import NotRecorded, StillVaried
from advisor.experiments import Store
from advisor.experiments.following import outcome_of
from advisor.experiments.loop import Replayer
from advisor.experiments.past_requests import past_requests
from tests.experiments.examples import AT, LATER, a_request, a_run, an_outcome, given, scored


def _names(store: Store) -> list[tuple[str, int]]:
    return [(one.name, one.position) for one in store.experiments.page("support")]


def test_the_others_keep_their_positions(store: Store):
    store.experiments.add("support", [a_run("R1"), a_run("R2"), a_run("R3")], created_at=AT)
    store.experiments.remove("support", "R2", at=LATER)
    assert _names(store) == [("R1", 1), ("R3", 3)]
    store.experiments.add("support", [a_run("R2")], created_at=LATER)
    assert _names(store) == [("R1", 1), ("R3", 3), ("R2", 4)]


def test_what_is_not_there_cannot_be_removed(store: Store):
    store.experiments.add("support", [a_run("R1")], created_at=AT)
    with pytest.raises(NotRecorded, match="has no experiment R2"):
        store.experiments.remove("support", "R2", at=LATER)
    with pytest.raises(NotRecorded, match="has no experiment R1"):
        store.experiments.remove("other", "R1", at=LATER)
    assert [project.name for project in store.projects.all()] == ["support"]


def test_an_experiment_that_others_vary_by_name_stays(store: Store):
    runs = [a_run("R1"), a_run("R2", parent="R1"), a_run("R3"), a_run("R4", parent="R1")]
    store.experiments.add("support", runs, created_at=AT)
    with pytest.raises(StillVaried, match=r"^R2, R4 vary experiment R1: remove those first, or change their parent\.$"):
        store.experiments.remove("support", "R1", at=LATER)
    store.experiments.remove("support", "R4", at=LATER)
    with pytest.raises(StillVaried, match=r"^R2 varies experiment R1: remove that one first, or change its parent\.$"):
        store.experiments.remove("support", "R1", at=LATER)
    assert _names(store) == [("R1", 1), ("R2", 2), ("R3", 3)]


def test_the_advice_on_it_stays_under_its_name_and_can_be_given_again(store: Store, program: Program):
    request = a_request(project="support")
    name = "overfit" if request.run.id is None else request.run.id
    request = request.model_copy(update={"run": request.run.model_copy(update={"id": name})})
    answer = given(store, program, request, "a1")
    store.outcomes.add([an_outcome("a1")])
    before = store.outcomes.of("a1"), store.outcomes.record()
    store.experiments.remove("support", name, at=LATER)

    kept = store.advice.get("a1")
    assert (kept.project, kept.experiment, kept.removed, kept.response) == ("support", name, True, answer)
    assert Replayer(store).replay("a1") == answer
    for around in ({}, {"project": "support"}, {"project": "support", "experiment": name}):
        (listed,) = store.advice.page(limit=9, **around)
        assert (listed.id, listed.project, listed.experiment) == ("a1", "support", name)
    assert [past.name for past in past_requests(store.database, project="support", limit=9)] == [f"support/{name}"]
    assert (store.outcomes.of("a1"), store.outcomes.record()) == before


def test_another_experiment_of_its_name_is_not_what_was_advised_on(store: Store, program: Program):
    given(store, program, a_request(project="support"), "a1")
    ((name, _),) = _names(store)
    store.experiments.remove("support", name, at=LATER)
    store.experiments.add("support", [scored(name, 3.0), scored("next", 9.0)], created_at=LATER)

    assert store.advice.latest_on("support", name) is None
    outcome = outcome_of(store.advice.get("a1"), store, program.rulebook.measures, created_at=LATER, experiment="next")
    assert (outcome.score_before, outcome.score) == (8.4, 9.0)


def test_what_a_check_refuses_stays(store: Store):
    store.experiments.add("support", [a_run("R1")], created_at=AT)

    def refuse(run: object) -> None:
        raise ValueError(run)

    with pytest.raises(ValueError, match="R1"):
        store.experiments.remove("support", "R1", at=LATER, check=refuse)
    assert _names(store) == [("R1", 1)]

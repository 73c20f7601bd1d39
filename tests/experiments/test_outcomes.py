from __future__ import annotations

import pytest

from advisor.contract.advice import ActionRecord
from advisor.errors import NotRecorded, UnusableInput
from advisor.experiments import Store
from tests.experiments.examples import an_outcome, kept_without_judging


def test_outcomes_come_back_in_the_order_of_recording(store: Store):
    kept_without_judging(store, "a1")
    outcomes = [an_outcome("a1", "z", note="it 🎯 did"), an_outcome("a1", "a", helped=None, score=None, experiment=None)]
    store.outcomes.add(outcomes)
    assert store.outcomes.of("a1") == outcomes
    assert store.outcomes.of("a2") == []


def test_what_is_said_again_of_an_action_replaces_what_was_said(store: Store):
    kept_without_judging(store, "a1")
    kept_without_judging(store, "a2")
    store.outcomes.add([an_outcome("a1", helped=False), an_outcome("a2", helped=False)])
    store.outcomes.add([an_outcome("a1")])
    assert [o.helped for o in store.outcomes.of("a1")] == [True]
    assert [o.helped for o in store.outcomes.of("a2")] == [False]


def test_what_a_person_stated_gives_way_only_to_what_a_person_states(store: Store):
    kept_without_judging(store, "a1")
    read_off, stated, later = (an_outcome("a1", note=note, stated=who) for note, who in (("read", False), ("said", True), ("again", True)))
    assert store.outcomes.add([read_off, an_outcome("a1", "other", stated=False)])[0] == read_off
    for said, standing in ((read_off, read_off), (stated, stated), (read_off, stated), (later, later), (read_off, later)):
        assert store.outcomes.add([said]) == [standing]
        assert store.outcomes.of("a1")[0] == standing


def test_the_record_counts_what_was_followed_with_a_known_outcome(store: Store):
    for name in ("a1", "a2", "a3", "a4", "a5"):
        kept_without_judging(store, name)
    store.outcomes.add([an_outcome("a1"), an_outcome("a1", "more-data", rule="sft/plateau")])
    store.outcomes.add([an_outcome("a2"), an_outcome("a3", helped=False)])
    store.outcomes.add([an_outcome("a4", helped=None), an_outcome("a5", followed=False)])
    assert store.outcomes.record() == {"fewer-epochs": ActionRecord(3, 2), "more-data": ActionRecord(1, 1)}
    assert list(store.outcomes.record("rule")) == ["sft/overfitting", "sft/plateau"]


def test_an_outcome_of_no_advice_is_not_recorded(store: Store):
    kept_without_judging(store, "a1")
    with pytest.raises(NotRecorded, match="no advice of this id"):
        store.outcomes.add([an_outcome("a1"), an_outcome("nowhere")])
    assert store.outcomes.of("a1") == []


@pytest.mark.parametrize("wrong", [{"note": "a\0b"}, {"note": "\ud800"}, {"experiment": "x" * 201}, {"experiment": "a\0b"}])
def test_a_text_that_one_of_the_databases_would_not_keep_is_refused_by_both(store: Store, wrong: dict[str, str]):
    kept_without_judging(store, "a1")
    with pytest.raises(UnusableInput, match=r"NUL character|half of a surrogate pair|at most 200"):
        store.outcomes.add([an_outcome("a1", **wrong)])
    assert store.outcomes.of("a1") == []

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, select, update

from advisor.contract.advice import ActionRecord
from advisor.experiments import Store
from advisor.experiments.records import Experiment, Outcome, Word
from advisor.experiments.settling import settle
from advisor.experiments.tables import ADVICE, EXPERIMENTS
from advisor.facts import EarlierRun
from tests.experiments.examples import a_run, an_outcome, kept_without_judging
from tests.signals.examples import MEASURES

LOWER = "lower-learning-rate"
FEWER = "reduce-epochs"
ACTIONS: list[dict[str, Any]] = [
    {"id": LOWER, "change": {"parameter": "learning_rate_multiplier", "to": 0.5}, "rule": {"id": "sft/a"}},
    {"id": FEWER, "change": {"parameter": "n_epochs", "to": 2}, "rule": {"id": "sft/b"}},
    {"id": "stop-early", "change": None, "rule": {"id": "sft/c"}},
]


def _at(minute: int) -> str:
    return f"2026-11-20T12:{minute:02}:00.000+00:00"


def _record(store: Store, name: str, minute: int, *, rate: float = 1.0, score: float | None = None, **facts: Any) -> list[Outcome]:
    """Record a run at a minute and return what counts of it."""
    facts = {"hyperparameters": {"learning_rate_multiplier": rate, "n_epochs": 3}, "evaluation": {"score": score}, **facts}
    (one,) = store.experiments.add("p", [a_run(name, **facts)], created_at=_at(minute))
    return _settle(store, one)


def _settle(store: Store, one: Experiment, action: str | None = None) -> list[Outcome]:
    return settle("p", one, store, MEASURES, created_at=_at(59), action=action)


def _change(store: Store, name: str, action: str | None = None, **facts: Any) -> list[Outcome]:
    def changed(run: EarlierRun) -> EarlierRun:
        return EarlierRun.model_validate(run.model_dump(exclude_unset=True) | facts)

    return _settle(store, store.experiments.change("p", name, changed, updated_at=_at(58)), action)


def _advise(store: Store, advice_id: str, name: str, minute: int, actions: list[dict[str, Any]] | None = None) -> None:
    kept_without_judging(store, advice_id, ACTIONS if actions is None else actions)
    with store.database.writing() as connection:
        its_id = select(EXPERIMENTS.c.id).where(EXPERIMENTS.c.name == name).scalar_subquery()
        connection.execute(update(ADVICE).where(ADVICE.c.id == advice_id).values(experiment_id=its_id, created_at=_at(minute)))


def _settings(rate: float, epochs: int = 3) -> dict[str, Any]:
    return {"hyperparameters": {"learning_rate_multiplier": rate, "n_epochs": epochs}}


@pytest.fixture
def advised(store: Store) -> Store:
    """Return a store with R1, scored and advised on."""
    _record(store, "R1", 0, score=8.05)
    _advise(store, "a1", "R1", 1)
    return store


def test_advice_given_after_a_run_was_recorded_was_not_followed_by_it(advised: Store):
    (first,) = _record(advised, "R2", 2, rate=0.5, score=9.15)
    for minute in (3, 4):
        _advise(advised, f"later{minute}", "R1", minute)
        assert _change(advised, "R2", evaluation={"score": 9.15}) == [first]
        assert advised.outcomes.of(f"later{minute}") == []
    assert (first.advice_id, first.action) == ("a1", LOWER)
    assert advised.outcomes.record() == {LOWER: ActionRecord(1, 1)}
    _record(advised, "R3", 5, rate=0.5, score=9.5, parent="R1")
    assert [o.experiment for o in advised.outcomes.of("later4")] == ["R3"]
    _record(advised, "early", 0, score=1)
    _advise(advised, "too-late", "early", 7)
    assert _record(advised, "next", 6, rate=0.5, score=2) == []


def test_each_run_that_follows_an_advice_counts(advised: Store):
    _record(advised, "R2", 2, rate=0.5, score=9.15)
    _record(advised, "R3", 3, rate=0.25, score=7.0, parent="R1")
    assert [(o.experiment, o.helped) for o in advised.outcomes.of("a1")] == [("R2", True), ("R3", False)]
    assert advised.outcomes.record() == {LOWER: ActionRecord(2, 1)}


def test_what_is_read_off_gives_way_to_what_somebody_says_of_an_action_as_a_whole(advised: Store):
    _record(advised, "R2", 2, rate=0.5, score=9.15)
    whole = an_outcome("a1", LOWER, rule="sft/a", experiment=None, helped=False)
    advised.outcomes.add([whole])
    assert advised.outcomes.record() == {LOWER: ActionRecord(1, 0)}
    assert _record(advised, "R3", 3, rate=0.25, score=9.9, parent="R1") == [whole]
    assert advised.outcomes.record("rule") == {"sft/a": ActionRecord(1, 0)}


def test_what_somebody_says_as_a_whole_is_neither_unclear_nor_beside_what_is_said_of_a_run_later(advised: Store):
    for outcome in _record(advised, "R2", 2, score=9.15, **_settings(0.5, 2)):
        advised.outcomes.add([an_outcome("a1", outcome.action, rule=outcome.rule, experiment=None)])
    assert advised.outcomes.unclear() == []
    assert advised.outcomes.record() == {LOWER: ActionRecord(1, 1), FEWER: ActionRecord(1, 1)}
    advised.outcomes.add([an_outcome("a1", LOWER, rule="sft/a", helped=False)])
    assert [(o.experiment, o.helped) for o in advised.outcomes.of("a1") if o.action == LOWER] == [("R2", False)]


def test_what_stays_the_same_keeps_its_time(advised: Store):
    before = _record(advised, "R2", 2, rate=0.5, score=9.15)
    assert settle("p", advised.experiments.get("p", "R2"), advised, MEASURES, created_at=_at(40)) == before


def test_a_run_is_varied_by_those_that_name_it_and_by_the_next_that_names_none(store: Store):
    for i, parent in enumerate([None, None, "R1", "R2", "R1", None], 1):
        store.experiments.add("p", [a_run(f"R{i}", parent=parent)], created_at=_at(i))
    varying = {f"R{i}": [one.name for one in store.experiments.varying("p", store.experiments.get("p", f"R{i}"))] for i in range(1, 7)}
    assert varying == {"R1": ["R2", "R3", "R5"], "R2": ["R4"], "R3": [], "R4": [], "R5": ["R6"], "R6": []}


_CORRECTIONS: list[Callable[[Store], object]] = [
    lambda store: _change(store, "R1", evaluation={"score": 8.05}),
    lambda store: _change(store, "R2", evaluation={"score": 9.15}),
    lambda store: _change(store, "R2", **_settings(0.5)),
]


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
def test_in_whatever_order_the_facts_come_the_outcome_is_the_same(store: Store, order: tuple[int, ...]):
    _record(store, "R1", 0)
    _advise(store, "a1", "R1", 1)
    _record(store, "R2", 2)
    for i in order:
        _CORRECTIONS[i](store)
    (outcome,) = store.outcomes.of("a1")
    assert (outcome.action, outcome.score_before, outcome.score, outcome.helped) == (LOWER, 8.05, 9.15, True)


def test_a_corrected_score_of_the_run_before_corrects_the_outcome(advised: Store):
    _record(advised, "R2", 2, rate=0.5, score=9.15)
    _record(advised, "R3", 3, rate=0.25, score=9.9, parent="R1")
    _change(advised, "R1", evaluation={"score": 9.8})
    assert [(o.score_before, o.helped) for o in advised.outcomes.of("a1")] == [(9.8, False), (9.8, True)]


def test_a_run_whose_settings_no_longer_follow_is_no_outcome_and_neither_is_one_without_a_score(advised: Store):
    for wrong in (_settings(2.0), {"evaluation": None}):
        if advised.experiments.find("p", "R2") is None:
            _record(advised, "R2", 2, rate=0.5, score=9.15)
        assert _change(advised, "R2", **_settings(0.5), evaluation={"score": 9.15}) == advised.outcomes.of("a1") != []
        assert _change(advised, "R2", **wrong) == advised.outcomes.of("a1") == []
    assert advised.outcomes.record() == {}


def test_a_run_that_turns_out_to_vary_another_one_is_no_outcome_of_the_first_ones_advice(advised: Store):
    _record(advised, "R2", 2, score=8.0)
    assert _record(advised, "R3", 3, rate=0.5, score=9.15, parent="R1")
    assert _change(advised, "R3", parent="R2") == advised.outcomes.of("a1") == []


def test_whether_a_named_action_helped_follows_the_scores(advised: Store):
    _record(advised, "R2", 2, rate=0.5)
    (typo,) = _change(advised, "R2", "stop-early", evaluation={"score": 1.15})
    assert (typo.action, typo.helped, typo.stated) == ("stop-early", False, True)
    (corrected,) = _change(advised, "R2", evaluation={"score": 9.15})
    assert (corrected.action, corrected.score, corrected.helped, corrected.stated) == ("stop-early", 9.15, True, True)
    _change(advised, "R1", evaluation={"score": 9.8})
    assert [(o.score_before, o.helped) for o in advised.outcomes.of("a1")] == [(9.8, False)]


def test_what_a_person_says_of_whether_it_helped_stays(advised: Store):
    said = an_outcome("a1", LOWER, rule="sft/a", helped=False, note="new data")
    _record(advised, "R2", 2, rate=0.5, score=9.15)
    advised.outcomes.add([said], Word(helped=False, note="new data"))
    assert _change(advised, "R2", evaluation={"score": 9.9}) == advised.outcomes.of("a1") == [said]


def test_what_a_person_notes_stays_when_the_rest_is_worked_out_anew(advised: Store):
    _record(advised, "R2", 2, rate=0.5)
    advised.outcomes.add([an_outcome("a1", LOWER, rule="sft/a", helped=None, score=None, note="on Monday")], Word(note="on Monday"))
    (outcome,) = _change(advised, "R2", evaluation={"score": 9.15})
    assert (outcome.helped, outcome.score, outcome.note) == (True, 9.15, "on Monday")


def test_what_is_known_of_a_removed_run_stays_when_the_run_before_is_corrected(advised: Store):
    _record(advised, "R2", 2, rate=0.5, score=9.15)
    (named,) = _change(advised, "R2", LOWER)
    advised.experiments.remove("p", "R2", at=_at(30))
    _change(advised, "R1", evaluation={"score": 9.8})
    assert advised.outcomes.of("a1") == [named]


def test_where_several_variables_changed_nobody_knows_which_one_helped(advised: Store):
    both = _record(advised, "R2", 2, score=9.15, **_settings(0.5, 2))
    assert [o.action for o in both] == [LOWER, FEWER]
    for outcome in both:
        assert (outcome.followed, outcome.helped) == (True, None)
        assert outcome.note == "2 variables changed at once: which of them moved the score cannot be told."
    assert advised.outcomes.record() == {}
    assert {one.action: one.times for one in advised.outcomes.unclear()} == {LOWER: 1, FEWER: 1}
    advised.outcomes.add([an_outcome("a1", LOWER, rule="sft/a")], Word(helped=True))
    assert advised.outcomes.record() == {LOWER: ActionRecord(1, 1)}


@pytest.mark.parametrize(
    ("to", "before", "now", "followed"),
    [
        (1000, 335, 100, False),
        (1000, 335, 600, True),
        (1000, 335, 335, False),
        (1000, None, 600, True),
        (1000, 335, None, True),
        ("more examples", 335, 100, True),
        (None, 335, 100, True),
    ],
)
def test_advice_on_how_much_data_is_followed_where_the_size_moved_that_way(
    sqlite_store: Store, to: Any, before: int | None, now: int | None, followed: bool
):
    store = sqlite_store
    _record(store, "R1", 0, score=8.05, dataset={"version": "v1", "n_train": before})
    action = {"id": "add-data", "change": {"parameter": "dataset", "to": to}, "rule": {"id": "data/a"}}
    _advise(store, "a1", "R1", 1, [action])
    outcomes = _record(store, "R2", 2, score=9.15, dataset={"version": "v2", "n_train": now})
    assert [outcome.action for outcome in outcomes] == (["add-data"] if followed else [])


def test_a_run_after_a_long_history_is_settled_without_reading_that(sqlite_store: Store):
    sqlite_store.experiments.add("p", [a_run(f"E{i}", evaluation={"score": 1}) for i in range(300)], created_at=_at(0))
    asked: list[str] = []
    event.listen(sqlite_store.database.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    _record(sqlite_store, "last", 1, score=2)
    assert len(asked) < 20

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from advisor.engine import Program
from advisor.errors import StoreFault, UnusableInput
from advisor.experiments import Store
from advisor.experiments.following import outcome_of
from advisor.experiments.keeping import KeptJudgement, judge_and_keep
from advisor.experiments.settling import settle
from tests.experiments import examples
from tests.experiments.examples import AT, LATER, OVERFIT, a_request, a_run, kept_without_judging, scored
from tests.signals.examples import MEASURES


def _action(name: str, parameter: str | None = None, to: Any = None) -> dict[str, Any]:
    change = None if parameter is None else {"parameter": parameter, "from": None, "to": to}
    return {"id": name, "change": change, "rule": {"id": f"sft/{name}"}}


def test_the_outcome_of_an_action_is_read_off_the_scores(store: Store):
    kept = kept_without_judging(store, "a1", [_action("first"), _action("second")])
    outcome = outcome_of(kept, store, MEASURES, created_at=AT, experiment="R2", score=9.15)
    assert (outcome.action, outcome.rule, outcome.followed, outcome.score, outcome.helped) == ("first", "sft/first", True, 9.15, True)
    assert outcome.score_before == OVERFIT["run"]["evaluation"]["score"]
    assert outcome_of(kept, store, MEASURES, created_at=AT, action="second", helped=False, note="no").helped is False
    assert outcome_of(kept, store, MEASURES, created_at=AT, followed=False, score=9.15).helped is None
    with pytest.raises(UnusableInput, match="holds no action third; it holds first, second"):
        outcome_of(kept, store, MEASURES, created_at=AT, action="third")
    with pytest.raises(UnusableInput, match="it holds none"):
        outcome_of(kept_without_judging(store, "a2"), store, MEASURES, created_at=AT)


def test_an_experiment_that_did_what_was_advised_is_the_outcome_of_that_advice(store: Store, program: Program):
    answer = json.loads(examples.given(store, program, a_request(project="p"), "a1"))
    (advised,) = [a for a in answer["actions"] if a["change"] is not None and a["change"]["parameter"] == "n_epochs"]
    store.experiments.change("p", "R1", lambda run: run.model_copy(update={"evaluation": scored("x", 8.05).evaluation}), updated_at=AT)
    settings = {**OVERFIT["run"]["hyperparameters"], "n_epochs": advised["change"]["to"]}
    (second,) = store.experiments.add("p", [scored("R2", 9.15, **settings)], created_at=LATER)
    (outcome,) = settle("p", second, store, MEASURES, created_at=LATER)
    assert (outcome.advice_id, outcome.action, outcome.experiment) == ("a1", advised["id"], "R2")
    assert (outcome.score_before, outcome.score, outcome.helped, outcome.followed) == (8.05, 9.15, True, True)
    assert store.outcomes.of("a1") == [outcome]
    assert store.outcomes.record()[advised["id"]].helped == 1


def test_a_score_that_does_not_rise_did_not_help(store: Store, program: Program):
    examples.given(store, program, a_request(project="p", run={**OVERFIT["run"], "evaluation": {"score": 8.05}}), "a1")
    (second,) = store.experiments.add("p", [scored("R2", 8.05, n_epochs=2)], created_at=LATER)
    outcomes = settle("p", second, store, MEASURES, created_at=LATER)
    assert outcomes
    assert not any(outcome.helped for outcome in outcomes)


@pytest.mark.parametrize(
    ("before", "after", "helped", "why"),
    [
        ({"score": 8.0, "scale": [0, 10]}, {"score": 8.36, "scale": [0, 10]}, True, None),  # the noise of each is 0.25, of both 0.354
        ({"score": 8.0, "scale": [0, 10]}, {"score": 8.35, "scale": [0, 10]}, None, "differ by 0.35, within the noise of the two"),
        ({"score": 8.0, "scale": [0, 10]}, {"score": 8.0}, None, "differ by 0, within the noise of the two evaluations, 0.354"),
        ({"score": 8.0}, {"score": 7.65, "scale": [0, 10]}, None, "differ by 0.35, within the noise of the two evaluations, 0.354"),
        ({"score": 8.0, "scale": [0, 10]}, {"score": 7.64, "scale": [0, 10]}, False, None),
        ({"score": 8.0, "standard_error": 0.03}, {"score": 8.1, "standard_error": 0.04}, True, None),
        ({"score": 8.0, "standard_error": 0.3}, {"score": 8.1}, None, "differ by 0.1, within the noise of the two evaluations, 0.424"),
        ({"score": 8.0, "n_items": 10_000, "scale": [0, 10]}, {"score": 8.1, "n_items": 10_000}, True, None),
        ({"score": 8.0, "n_items": 100, "scale": [0, 10]}, {"score": 8.1, "n_items": 100}, None, "differ by 0.1, within the noise"),
        ({"score": 8.0}, {"score": 8.1}, True, None),  # nothing tells how noisy they are
        ({"score": 8.0}, {"score": 7.9}, False, None),
        ({"score": 8.0, "scale": [0, 10]}, {"score": 80, "scale": [0, 100]}, None, "on different scales"),
    ],
)
def test_a_difference_within_the_noise_of_the_evaluations_neither_helped_nor_hurt(
    sqlite_store: Store, before: dict[str, Any], after: dict[str, Any], helped: bool | None, why: str | None
):
    store = sqlite_store
    store.experiments.add("p", [a_run("R1", evaluation=before), a_run("R2", evaluation=after)], created_at=AT)
    kept = replace(kept_without_judging(store, "a1", [_action("first")]), project="p", experiment="R1")
    outcome = outcome_of(kept, store, MEASURES, created_at=AT, experiment="R2")
    assert (outcome.score_before, outcome.score, outcome.helped) == (before["score"], after["score"], helped)
    assert (outcome.note is None) if why is None else why in (outcome.note or "")
    said = outcome_of(kept, store, MEASURES, created_at=AT, experiment="R2", helped=True, note="seen")
    assert (said.helped, said.note) == (True, "seen")
    assert outcome_of(kept, store, MEASURES, created_at=AT, experiment="R2", note="seen").note == "seen"


def test_what_nobody_knows_to_have_helped_is_not_counted(store: Store, program: Program):
    examples.given(store, program, a_request(project="p", run={**OVERFIT["run"], "evaluation": {"score": 8, "scale": [0, 10]}}), "a1")
    (second,) = store.experiments.add("p", [scored("R2", 8.1, n_epochs=2)], created_at=LATER)
    (outcome,) = settle("p", second, store, MEASURES, created_at=LATER)
    assert (outcome.followed, outcome.helped) == (True, None)
    assert store.outcomes.record() == {}


def test_what_a_person_stated_stays_when_the_evaluation_is_posted_again(store: Store, program: Program):
    examples.given(store, program, a_request(project="p", run={**OVERFIT["run"], "evaluation": {"score": 8.05}}), "a1")
    (second,) = store.experiments.add("p", [scored("R2", 9.15, n_epochs=2)], created_at=LATER)
    (read_off,) = settle("p", second, store, MEASURES, created_at=AT)
    assert (read_off.helped, read_off.stated) == (True, False)
    kept = store.advice.get("a1")
    person = outcome_of(kept, store, MEASURES, created_at=LATER, action=read_off.action, experiment="R2", helped=False, note="new data")
    assert store.outcomes.add([person]) == [person]
    assert settle("p", second, store, MEASURES, created_at=LATER) == store.outcomes.of("a1") == [person]
    (named,) = settle("p", second, store, MEASURES, created_at=LATER, action=read_off.action)
    assert (named.helped, named.stated) == (True, True)
    assert settle("p", second, store, MEASURES, created_at=LATER) == store.outcomes.of("a1") == [named]


def test_an_advice_and_what_came_of_the_one_before_are_kept_together_or_not_at_all(store: Store, program: Program):
    def judged(advice_id: str, **facts: Any) -> KeptJudgement:
        request = a_request(project="p", run={**OVERFIT["run"], **facts})
        return judge_and_keep(request, program, store, advice_id=advice_id, created_at=AT, level="off")

    judged("a1", evaluation={"score": 8.05})
    followed: dict[str, Any] = {"id": "R2", "hyperparameters": {"n_epochs": 2}, "evaluation": {"score": 9.15}}

    def refuse(connection: object, cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO outcomes"):
            raise StoreFault("busy", "Nothing was recorded.")

    event.listen(store.database.engine, "before_cursor_execute", refuse)
    with pytest.raises(StoreFault, match=r"Nothing was recorded\."):
        judged("a2", **followed)
    event.remove(store.database.engine, "before_cursor_execute", refuse)
    assert store.experiments.find("p", "R2") is None
    assert [one.id for one in store.advice.page(limit=9)] == ["a1"]
    kept = judged("a2", **followed)
    assert kept.experiment == "R2"
    assert kept.outcomes == tuple(store.outcomes.of("a1"))
    assert [outcome.helped for outcome in kept.outcomes] == [True]


def test_an_experiment_that_moved_the_other_way_followed_nothing(store: Store, program: Program):
    examples.given(store, program, a_request(project="p"), "a1")
    (second,) = store.experiments.add("p", [scored("R2", 9.15, n_epochs=9)], created_at=LATER)
    assert settle("p", second, store, MEASURES, created_at=LATER) == []
    assert store.outcomes.of("a1") == []


def test_an_action_may_be_named(store: Store, program: Program):
    action = json.loads(examples.given(store, program, a_request(project="p"), "a1"))["actions"][-1]["id"]
    (second,) = store.experiments.add("p", [a_run("R2")], created_at=LATER)
    (outcome,) = settle("p", second, store, MEASURES, created_at=LATER, action=action)
    assert (outcome.action, outcome.helped) == (action, None)
    with pytest.raises(UnusableInput, match="holds no action nonsense"):
        settle("p", second, store, MEASURES, created_at=LATER, action="nonsense")


def test_the_advice_on_the_run_that_is_varied_counts_not_that_on_the_run_before(store: Store, program: Program):
    examples.given(store, program, a_request(project="p"), "a1")
    examples.given(store, program, a_request(project="p", run={**OVERFIT["run"], "id": "R2"}), "a2")
    (third,) = store.experiments.add("p", [scored("R3", 9.15, n_epochs=2)], created_at=LATER, parents=["R1"])
    assert {outcome.advice_id for outcome in settle("p", third, store, MEASURES, created_at=LATER)} == {"a1"}
    (fourth,) = store.experiments.add("p", [scored("R4", 9.15, n_epochs=2)], created_at=LATER, parents=["R2"])
    assert {outcome.advice_id for outcome in settle("p", fourth, store, MEASURES, created_at=LATER)} == {"a2"}


def test_without_advice_before_it_an_experiment_is_nobodys_outcome(store: Store):
    first, second = store.experiments.add("p", [a_run("R1"), a_run("R2")], created_at=AT)
    assert settle("p", first, store, MEASURES, created_at=AT) == settle("p", second, store, MEASURES, created_at=AT) == []
    with pytest.raises(UnusableInput, match="No advice was recorded on the run before R2"):
        settle("p", second, store, MEASURES, created_at=AT, action="fewer-epochs")

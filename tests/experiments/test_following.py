from __future__ import annotations

import json
from typing import Any

import pytest

from advisor.engine import Program
from advisor.errors import UnusableInput
from advisor.experiments import Store
from advisor.experiments.following import outcome_of, tie_to_advice
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
    (outcome,) = tie_to_advice("p", second, store, MEASURES, created_at=LATER)
    assert (outcome.advice_id, outcome.action, outcome.experiment) == ("a1", advised["id"], "R2")
    assert (outcome.score_before, outcome.score, outcome.helped, outcome.followed) == (8.05, 9.15, True, True)
    assert store.outcomes.of("a1") == [outcome]
    assert store.outcomes.record()[advised["id"]].helped == 1


def test_a_score_that_does_not_rise_did_not_help(store: Store, program: Program):
    examples.given(store, program, a_request(project="p", run={**OVERFIT["run"], "evaluation": {"score": 8.05}}), "a1")
    (second,) = store.experiments.add("p", [scored("R2", 8.05, n_epochs=2)], created_at=LATER)
    outcomes = tie_to_advice("p", second, store, MEASURES, created_at=LATER)
    assert outcomes
    assert not any(outcome.helped for outcome in outcomes)


def test_an_experiment_that_moved_the_other_way_followed_nothing(store: Store, program: Program):
    examples.given(store, program, a_request(project="p"), "a1")
    (second,) = store.experiments.add("p", [scored("R2", 9.15, n_epochs=9)], created_at=LATER)
    assert tie_to_advice("p", second, store, MEASURES, created_at=LATER) == []
    assert store.outcomes.of("a1") == []


def test_an_action_may_be_named(store: Store, program: Program):
    action = json.loads(examples.given(store, program, a_request(project="p"), "a1"))["actions"][-1]["id"]
    (second,) = store.experiments.add("p", [a_run("R2")], created_at=LATER)
    (outcome,) = tie_to_advice("p", second, store, MEASURES, created_at=LATER, action=action)
    assert (outcome.action, outcome.helped) == (action, None)
    with pytest.raises(UnusableInput, match="holds no action nonsense"):
        tie_to_advice("p", second, store, MEASURES, created_at=LATER, action="nonsense")


def test_the_advice_on_the_run_that_is_varied_counts_not_that_on_the_run_before(store: Store, program: Program):
    examples.given(store, program, a_request(project="p"), "a1")
    examples.given(store, program, a_request(project="p", run={**OVERFIT["run"], "id": "R2"}), "a2")
    (third,) = store.experiments.add("p", [scored("R3", 9.15, n_epochs=2)], created_at=LATER, parents=["R1"])
    assert {outcome.advice_id for outcome in tie_to_advice("p", third, store, MEASURES, created_at=LATER)} == {"a1"}
    (fourth,) = store.experiments.add("p", [scored("R4", 9.15, n_epochs=2)], created_at=LATER, parents=["R2"])
    assert {outcome.advice_id for outcome in tie_to_advice("p", fourth, store, MEASURES, created_at=LATER)} == {"a2"}


def test_without_advice_before_it_an_experiment_is_nobodys_outcome(store: Store):
    first, second = store.experiments.add("p", [a_run("R1"), a_run("R2")], created_at=AT)
    assert tie_to_advice("p", first, store, MEASURES, created_at=AT) == tie_to_advice("p", second, store, MEASURES, created_at=AT) == []
    with pytest.raises(UnusableInput, match="No advice was recorded on the run before R2"):
        tie_to_advice("p", second, store, MEASURES, created_at=AT, action="fewer-epochs")

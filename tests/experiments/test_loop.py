from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.contract import AdviseRequest
from advisor.contract.request import Baseline, Followed, Goal, Record
from advisor.engine import Program
from advisor.errors import NotRecorded, UnusableInput
from advisor.experiments import Store
from advisor.experiments.loop import LONGEST_HISTORY, Replayer, mistakes_of, surround
from advisor.facts import EarlierRun
from advisor.rulebook import build_rulebook
from tests.experiments import examples
from tests.experiments.examples import AT, LATER, OVERFIT, a_request, a_run, an_outcome, kept_without_judging, scored
from tests.hostile_requests import requests


def test_a_request_without_a_project_stays_as_it_is(store: Store):
    request = a_request()
    known = surround(request, store)
    assert (known.request, known.warnings) == (request, ())


def test_a_project_of_which_nothing_is_known_adds_nothing(store: Store):
    request = a_request(project="p")
    assert surround(request, store).request == request


def test_a_project_gives_history_baseline_goal_and_earlier_facts(store: Store):
    store.projects.set("p", baseline=Baseline(score=7.1), goal=Goal(target_score=9.5), created_at=AT)
    store.experiments.add("p", [scored("R0", 8.05), a_run("R1", evaluation={"score": 9.15}), a_run("R2")], created_at=AT)
    run = {name: value for name, value in OVERFIT["run"].items() if name != "evaluation"}
    known = surround(a_request(project="p", run=run), store).request
    assert [run.id for run in known.history] == ["R0"]
    assert (known.baseline, known.goal) == (Baseline(score=7.1), Goal(target_score=9.5))
    assert known.run.evaluation is not None
    assert known.run.evaluation.score == 9.15
    assert len(known.run.checkpoints) == len(OVERFIT["run"]["checkpoints"])


def test_what_the_request_says_itself_counts(store: Store):
    store.projects.set("p", baseline=Baseline(score=7.1), goal=Goal(target_score=9.5), created_at=AT)
    store.experiments.add("p", [scored("R0", 8.05), scored("R1", 1.0)], created_at=AT)
    said = {"baseline": {"score": 1.0}, "goal": {"target_score": 2.0}, "history": [{"id": "mine"}]}
    run = {**OVERFIT["run"], "evaluation": {"score": 3.0}}
    known = surround(a_request(project="p", **{**said, "run": run}), store).request
    assert (known.baseline, known.goal) == (Baseline(score=1.0), Goal(target_score=2.0))
    assert [one.id for one in known.history] == ["mine"]
    assert known.run.evaluation is not None
    assert known.run.evaluation.score == 3.0


def test_a_long_project_is_judged_by_its_last_experiments_and_says_so(store: Store):
    store.experiments.add("p", [a_run() for _ in range(LONGEST_HISTORY + 2)], created_at=AT)
    known = surround(a_request(project="p", run={**OVERFIT["run"], "id": "new"}), store)
    assert [known.request.history[0].id, known.request.history[-1].id] == ["R3", f"R{LONGEST_HISTORY + 2}"]
    assert known.warnings == (f"Project p is long: the run was compared with the {LONGEST_HISTORY} experiments before it.",)


def test_what_was_tried_after_a_run_is_told_apart_from_what_was_before_it(store: Store):
    store.experiments.add("p", [scored("R0", 8.05), a_run("R1"), scored("R2", 7.0), a_run("R3")], created_at=AT)
    known = surround(a_request(project="p"), store).request
    assert OVERFIT["run"]["id"] == "R1"
    assert ([run.id for run in known.history], [run.id for run in known.tried]) == (["R0"], ["R2", "R3"])
    last = surround(a_request(project="p", run={**OVERFIT["run"], "id": "R3"}), store).request
    assert ([run.id for run in last.history], last.tried) == (["R0", "R1", "R2"], ())
    said = surround(a_request(project="p", tried=[{"id": "mine"}]), store).request
    assert [run.id for run in said.tried] == ["mine"]
    assert surround(a_request(project="p", history=[{"id": "mine"}]), store).request.tried == ()


def test_of_a_long_project_as_many_runs_count_after_a_run_as_before_it(store: Store):
    store.experiments.add("p", [a_run() for _ in range(LONGEST_HISTORY + 2)], created_at=AT)
    known = surround(a_request(project="p", run={**OVERFIT["run"], "id": "R1"}), store)
    assert [known.request.tried[0].id, known.request.tried[-1].id] == ["R2", f"R{LONGEST_HISTORY + 1}"]
    assert known.warnings == (f"Project p is long: of what was tried after the run, the first {LONGEST_HISTORY} experiments count.",)


def test_advice_on_an_earlier_run_proposes_nothing_that_was_tried_since_and_is_given_again(store: Store, program: Program):
    def of_epochs(answer: bytes) -> Any:
        return next(a["change"]["to"] for a in json.loads(answer)["actions"] if a["change"] and a["change"]["parameter"] == "n_epochs")

    proposed = of_epochs(examples.given(store, program, a_request(project="p"), "a1"))
    run = store.experiments.get("p", "R1").run.model_dump(exclude_unset=True)
    varied = {**run, "id": "R2", "hyperparameters": {**run["hyperparameters"], "n_epochs": proposed}}
    store.experiments.add("p", [EarlierRun.model_validate(varied)], created_at=AT)
    again = examples.given(store, program, a_request(project="p"), "a2", LATER)
    assert of_epochs(again) != proposed
    store.experiments.add("p", [a_run("R3")], created_at=LATER)
    replayer = Replayer(store)
    assert replayer.replay("a2") == again
    replayer.close()


def test_a_request_carries_the_record_of_this_teams_past(store: Store):
    kept_without_judging(store, "a1")
    store.outcomes.add([an_outcome("a1")])
    once = Followed(followed=1, helped=1)
    assert surround(a_request(), store).request.record == Record(actions={"fewer-epochs": once}, rules={"sft/overfitting": once})
    said = a_request(record={"actions": {}})
    assert surround(said, store).request == said


def test_what_an_earlier_advisor_kept_of_the_record_beside_the_request_still_counts(store: Store):
    from sqlalchemy import update

    from advisor.experiments.tables import ADVICE

    kept_without_judging(store, "a1")
    told = '{"level":"fired","record":{"fewer-epochs":{"followed":2,"helped":1}}}'
    with store.database.writing() as connection:
        connection.execute(update(ADVICE).values(circumstances=told))
    assert store.advice.get("a1").judged().record == Record(actions={"fewer-epochs": Followed(followed=2, helped=1)})


@pytest.mark.parametrize("project", ["../x", "<script>", "", "a\0b"])
def test_a_project_that_cannot_be_called_so_is_refused(store: Store, project: str):
    with pytest.raises(UnusableInput, match="A project's name is"):
        surround(a_request(project=project), store)


def test_an_advice_is_given_again_byte_for_byte(store: Store, program: Program):
    store.projects.set("p", baseline=Baseline(score=7.1), goal=Goal(target_score=9.5), created_at=AT)
    store.experiments.add("p", [scored("R0", 8.05, n_epochs=4)], created_at=AT)
    kept_without_judging(store, "a0")
    first = examples.given(store, program, a_request(project="p"), "a1")
    store.outcomes.add([an_outcome("a0", json.loads(first)["actions"][0]["id"])])
    second = examples.given(store, program, a_request(project="p"), "a2", LATER)
    store.projects.set("p", baseline=Baseline(score=1.0), goal=Goal(), created_at=LATER)
    store.experiments.change("p", "R0", lambda run: scored("R0", 1.0), updated_at=LATER)
    replayer = Replayer(store)
    assert [replayer.replay("a1"), replayer.replay("a2")] == [first, second]
    assert first == store.advice.get("a1").response
    assert b'"record":{' in second
    with pytest.raises(NotRecorded, match="no advice of this id"):
        replayer.replay("a3")
    replayer.close()


def test_an_advice_is_given_again_by_the_rulebook_of_then(store: Store, program: Program):
    files = dict(program.rulebook.files)
    (changed,) = [path for path in files if path.endswith("sft/valid-loss-rises.yaml")]
    assert "Validation loss rises" in files[changed]
    files[changed] = files[changed].replace("Validation loss rises", "The loss on other data rises")
    now = Program(build_rulebook(files, "of now"))
    then = examples.given(store, program, a_request(), "a1")
    other = examples.given(store, now, a_request(), "a2")
    assert b"The loss on other data rises" in other
    now.close()
    replayer = Replayer(store, most=1)
    for _ in range(2):
        assert replayer.replay("a1") == then
        assert replayer.replay("a2") == other
    replayer.close()
    assert replayer.replay("a1") == then
    replayer.close()


def test_threads_may_ask_for_the_same_advice_at_once(store: Store, program: Program):
    answers = [examples.given(store, program, a_request(project="p"), f"a{number}") for number in range(4)]
    replayer = Replayer(store)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(replayer.replay, [f"a{n % 4}" for n in range(16)])) == answers * 4
    replayer.close()


@pytest.fixture(scope="module")
def long_lived(tmp_path_factory: pytest.TempPathFactory, program: Program):
    """Return a store and a replayer for many examples."""
    with Store(f"sqlite:///{tmp_path_factory.mktemp('loop') / 'a.db'}") as store:
        replayer = Replayer(store)
        yield store, replayer
        replayer.close()


def _over_the_wire(document: dict[str, Any]) -> Any:
    """Return a document as JSON brings it: without bytes and halves of surrogate pairs."""
    text = json.dumps(document, ensure_ascii=False, default=repr)
    return json.loads(text.encode("utf-8", "replace"))


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(document=requests, project=st.sampled_from([None, "p", "q"]))
def test_whatever_was_judged_is_given_again_byte_for_byte(
    long_lived: tuple[Store, Replayer], program: Program, document: dict[str, Any], project: str | None
):
    store, replayer = long_lived
    request = AdviseRequest.model_validate(_over_the_wire({**document, "project": project}))
    number = len(store.advice.page(limit=1000))
    try:
        answer = examples.given(store, program, request, f"a{number}")
    except UnusableInput:
        return  # a name that no experiment can have
    assert replayer.replay(f"a{number}") == answer
    assert store.advice.get(f"a{number}").response == answer


def test_an_experiment_that_changes_several_variables_is_pointed_out(store: Store, program: Program):
    store.projects.set("p", baseline=Baseline(score=7.1), created_at=AT)
    base = {"base_model": "gpt-4.1-mini", "dataset": {"version": "v1", "n_train": 335}}
    runs = [
        a_run("R1", **base, hyperparameters={"n_epochs": 4, "batch_size": 4}, evaluation={"score": 8.05}),
        a_run("R2", **base, hyperparameters={"n_epochs": 2, "batch_size": 8}, evaluation={"score": 8.4}),
        a_run("R3", **base, hyperparameters={"n_epochs": 1, "batch_size": 8}, evaluation={"score": 8.6}),
    ]
    recorded = store.experiments.add("p", runs, created_at=AT)
    several, one = ([mistake.id for mistake in mistakes_of(experiment, "p", store, program)] for experiment in recorded[1:])
    assert set(several) - set(one) == {"several-variables-changed"}

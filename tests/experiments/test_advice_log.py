from __future__ import annotations

import pytest
from sqlalchemy import func, select

from advisor.engine import Program
from advisor.errors import NotRecorded
from advisor.experiments import Store
from advisor.experiments.loop import surround
from advisor.experiments.records import Circumstances
from advisor.experiments.tables import RULEBOOK_FILES, RULEBOOKS
from advisor.rulebook import build_rulebook
from advisor.service import advise
from advisor.signals import run_score
from tests.experiments.examples import AT, LATER, OVERFIT, a_request, a_run, given


def test_an_advice_is_kept_with_all_that_gave_it(store: Store, program: Program):
    answer = given(store, program, a_request(project="support"), "a1")
    kept = store.advice.get("a1")
    assert (kept.response, kept.created_at, kept.project, kept.experiment) == (answer, AT, "support", "R1")
    assert (kept.rulebook_revision, kept.rulebook_name) == (program.rulebook.revision, program.rulebook.name)
    assert kept.circumstances.level == "fired"
    assert dict(store.advice.rulebook_files(kept.rulebook_revision)) == dict(program.rulebook.files)


def test_an_advice_without_a_project_records_no_experiment(store: Store, program: Program):
    given(store, program, a_request(), "a1")
    kept = store.advice.get("a1")
    assert (kept.project, kept.experiment) == (None, None)
    assert store.projects.all() == []


def test_what_was_never_kept_is_not_recorded(store: Store):
    with pytest.raises(NotRecorded, match="no advice of this id"):
        store.advice.get("a1")
    with pytest.raises(NotRecorded, match="no rulebook of revision 0123"):
        store.advice.rulebook_files("0123")
    assert store.advice.latest_on("p", "R1") is None


def test_the_last_advice_on_an_experiment_is_the_newest(store: Store, program: Program):
    given(store, program, a_request(project="p"), "z", AT)
    given(store, program, a_request(project="p"), "a", LATER)
    given(store, program, a_request(project="q"), "b", LATER)
    found = store.advice.latest_on("p", "R1")
    assert found is not None
    assert found.id == "a"
    assert store.advice.latest_on("p", "R2") is None


def test_a_run_that_is_judged_again_stays_one_experiment_and_keeps_what_was_known(store: Store, program: Program):
    given(store, program, a_request(project="p"), "a1")
    again = {"id": "R1", "method": "supervised", "checkpoints": [], "evaluation": {"score": 9.15}}
    given(store, program, a_request(project="p", run=again), "a2", LATER)
    (experiment,) = store.experiments.whole("p")
    assert run_score(experiment.run) == 9.15
    assert len(experiment.run.checkpoints) == len(OVERFIT["run"]["checkpoints"])
    assert experiment.updated_at == LATER


def test_an_unnamed_run_is_the_last_one_only_where_it_is_the_same(store: Store, program: Program):
    unnamed = {name: value for name, value in OVERFIT["run"].items() if name != "id"}
    given(store, program, a_request(project="p", run=unnamed), "a1")
    given(store, program, a_request(project="p", run=unnamed), "a2")
    assert [e.name for e in store.experiments.page("p")] == ["R1"]
    given(store, program, a_request(project="p", run={**unnamed, "status": "running"}), "a3")
    assert [e.name for e in store.experiments.page("p")] == ["R1", "R2"]
    assert [store.advice.get(name).experiment for name in ("a1", "a2", "a3")] == ["R1", "R1", "R2"]


def test_an_advice_is_kept_whole_or_not_at_all(store: Store, program: Program, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("advisor.experiments.advice_log._CIRCUMSTANCES", None)  # the last thing that keeping needs
    with pytest.raises(AttributeError):
        given(store, program, a_request(project="p"), "a1")
    assert store.projects.all() == []
    with pytest.raises(NotRecorded):
        store.advice.rulebook_files(program.rulebook.revision)


def test_a_rulebook_is_kept_once_under_each_of_its_names(store: Store, program: Program):
    files = dict(program.rulebook.files)
    again = Program(build_rulebook(files, "ours"))
    for i, used in enumerate((program, program, again, again)):
        given(store, used, a_request(), f"a{i}")
    again.close()
    assert [store.advice.get(f"a{i}").rulebook_name for i in range(4)] == [program.rulebook.name] * 2 + ["ours"] * 2
    with store.database.reading() as connection:
        named = connection.execute(select(RULEBOOKS.c.revision, RULEBOOKS.c.name).order_by(RULEBOOKS.c.name)).all()
        kept = connection.execute(select(func.count()).select_from(RULEBOOK_FILES)).scalar_one()
    revision = program.rulebook.revision
    assert {tuple(row) for row in named} == {(revision, program.rulebook.name), (revision, "ours")}
    assert len(named) == 2
    assert kept == len(files) == len(store.advice.rulebook_files(revision))


def test_what_somebody_recorded_while_the_run_was_judged_stays(store: Store, program: Program):
    store.experiments.add("p", [a_run("R1", evaluation={"score": 8.0, "scale": [0, 10]})], created_at=AT)
    request = a_request(project="p", run={"id": "R1", "method": "supervised", "checkpoints": []})
    known = surround(request, store)
    store.experiments.change("p", "R1", lambda _: a_run("R1", evaluation={"score": 9.0, "scale": [0, 10]}), updated_at=LATER)
    advice = advise(known.request, program, advice_id="a1", created_at=LATER)
    store.advice.keep(advice, b"{}", known.request, program.rulebook, Circumstances("fired"), run=request.run)
    evaluation = store.experiments.get("p", "R1").run.evaluation
    assert evaluation is not None
    assert evaluation.score == 9.0


def test_an_unnamed_run_that_is_posted_again_is_not_judged_against_itself(store: Store, program: Program):
    run = {name: value for name, value in OVERFIT["run"].items() if name != "id"}
    for number in range(2):
        given(store, program, a_request(project="p", run=run), f"a{number}")
        assert store.advice.get(f"a{number}").judged().history == ()
    assert [one.name for one in store.experiments.page("p")] == ["R1"]
    given(store, program, a_request(project="p", run={**run, "base_model": "gpt-4.1-nano"}), "a2")
    assert [one.id for one in store.advice.get("a2").judged().history] == ["R1"]
    assert [one.name for one in store.experiments.page("p")] == ["R1", "R2"]

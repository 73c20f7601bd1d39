from __future__ import annotations

import pytest

from advisor.errors import AlreadyRecorded, NotRecorded, UnusableInput
from advisor.experiments import Store
from advisor.facts import EarlierRun
from tests.experiments.examples import AT, LATER, OVERFIT, a_run, scored


def _names(experiments) -> list[str]:
    return [experiment.name for experiment in experiments]


def test_experiments_are_kept_in_the_order_in_which_they_were_recorded(store: Store):
    store.experiments.add("p", [a_run("baseline"), a_run()], created_at=AT)
    (third,) = store.experiments.add("p", [a_run()], created_at=LATER)
    assert (third.name, third.position, third.created_at) == ("R3", 3, LATER)
    assert [(e.name, e.position) for e in store.experiments.page("p")] == [("baseline", 1), ("R2", 2), ("R3", 3)]
    assert _names(store.experiments.page("p", after=1, limit=1)) == ["R2"]
    assert _names(store.experiments.page("p", after=3)) == []
    with pytest.raises(UnusableInput, match="a number that large"):
        store.experiments.page("p", after=10**30)


def test_a_run_without_a_name_gets_one_that_is_free(store: Store):
    store.experiments.add("p", [a_run("R2")], created_at=AT)
    assert _names(store.experiments.add("p", [a_run(), a_run("R5"), a_run()], created_at=AT)) == ["R3", "R5", "R4"]


def test_a_whole_run_comes_back_as_it_was_said(store: Store):
    run = EarlierRun.model_validate(OVERFIT["run"])
    store.experiments.add("p", [run], created_at=AT)
    assert store.experiments.get("p", "R1").run == run
    (whole,) = store.experiments.whole("p")
    assert whole.run.model_dump_json(exclude_unset=True) == run.model_dump_json(exclude_unset=True)


def test_a_list_shows_the_last_point_and_the_lowest_validation_loss_of_a_run(store: Store):
    run = EarlierRun.model_validate(OVERFIT["run"])
    store.experiments.add("p", [run], created_at=AT)
    (short,) = store.experiments.page("p")
    assert short.run.checkpoints == run.checkpoints[-1:]
    assert short.run.best_valid_loss == 0.58


def test_nobody_sees_another_projects_experiments(store: Store):
    store.experiments.add("p", [a_run("R1")], created_at=AT)
    store.experiments.add("q", [a_run("R1"), a_run("R9")], created_at=AT)
    assert _names(store.experiments.whole("p")) == ["R1"]
    assert store.experiments.find("p", "R9") is None
    assert _names(store.experiments.page("q")) == ["R1", "R9"]
    with pytest.raises(NotRecorded, match="Project p has no experiment R9"):
        store.experiments.get("p", "R9")


def test_the_experiments_before_one_are_the_last_of_them_oldest_first(store: Store):
    store.experiments.add("p", [a_run() for _ in range(5)], created_at=AT)
    assert _names(store.experiments.before("p", name="R4", limit=2)) == ["R2", "R3"]
    assert _names(store.experiments.before("p", name="R1", limit=2)) == []
    assert _names(store.experiments.before("p", name="new", limit=2)) == ["R4", "R5"]
    assert _names(store.experiments.before("p", name=None, limit=9)) == ["R1", "R2", "R3", "R4", "R5"]
    assert store.experiments.before("nobody", name=None, limit=9) == []


def test_a_list_is_recorded_whole_or_not_at_all(store: Store):
    store.experiments.add("p", [a_run("R1")], created_at=AT)
    with pytest.raises(AlreadyRecorded, match="has an experiment R1 already"):
        store.experiments.add("p", [a_run("R2"), a_run("R1")], created_at=AT)
    with pytest.raises(AlreadyRecorded, match="has an experiment R7 already"):
        store.experiments.add("p", [a_run("R7"), a_run("R7")], created_at=AT)
    assert _names(store.experiments.page("p")) == ["R1"]
    with pytest.raises(AlreadyRecorded):
        store.experiments.add("new", [a_run("R7"), a_run("R7")], created_at=AT)
    assert store.projects.find("new") is None


def test_a_run_may_vary_an_earlier_one_only(store: Store):
    store.experiments.add("p", [a_run("a"), a_run("b"), a_run("c")], created_at=AT, parents=[None, None, "a"])
    assert [e.parent for e in store.experiments.page("p")] == [None, None, "a"]
    with pytest.raises(UnusableInput, match="Experiment d varies e, which the project has not"):
        store.experiments.add("p", [a_run("d"), a_run("e")], created_at=AT, parents=["e", None])
    with pytest.raises(UnusableInput, match="Experiment d varies d"):
        store.experiments.add("p", [a_run("d")], created_at=AT, parents=["d"])


def test_a_run_can_be_added_to_by_hand(store: Store):
    store.experiments.add("p", [scored("R1", 8.05), a_run("R2")], created_at=AT, parents=[None, "R1"])
    changed = store.experiments.change("p", "R2", lambda run: scored("other", 9.15, n_epochs=2), updated_at=LATER)
    found = store.experiments.get("p", "R2")
    assert found == changed
    assert (found.run.id, found.parent, found.position, found.created_at, found.updated_at) == ("R2", "R1", 2, AT, LATER)
    assert store.experiments.page("p")[1].run.evaluation == found.run.evaluation


def test_a_change_that_fails_changes_nothing(store: Store):
    store.experiments.add("p", [scored("R1", 8.05)], created_at=AT)

    def refuse(run: EarlierRun) -> EarlierRun:
        raise UnusableInput("no")

    with pytest.raises(UnusableInput, match="no"):
        store.experiments.change("p", "R1", refuse, updated_at=LATER)
    assert store.experiments.get("p", "R1").updated_at == AT
    for project, name in (("p", "R2"), ("q", "R1")):
        with pytest.raises(NotRecorded, match=f"Project {project} has no experiment {name}"):
            store.experiments.change(project, name, lambda run: run, updated_at=LATER)
    assert store.projects.find("q") is None


def test_no_run_at_all_makes_an_empty_project(store: Store):
    assert store.experiments.add("p", [], created_at=AT) == []
    assert store.projects.get("p").experiments == 0

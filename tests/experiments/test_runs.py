from __future__ import annotations

import pytest

from advisor.engine import Program
from advisor.errors import AlreadyRecorded, NotRecorded, UnusableInput
from advisor.experiments import Store
from advisor.facts import EarlierRun
from tests.experiments.examples import AT, LATER, OVERFIT, a_request, a_run, given, scored


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
    for said, parents in (([a_run("d"), a_run("e")], ["e", None]), ([a_run("d", parent="e"), a_run("e")], None)):
        with pytest.raises(UnusableInput, match="Experiment d varies e, which comes after it: name one that comes before it"):
            store.experiments.add("p", said, created_at=AT, parents=parents)
    with pytest.raises(UnusableInput, match="Experiment d varies itself"):
        store.experiments.add("p", [a_run("d")], created_at=AT, parents=["d"])
    with pytest.raises(UnusableInput, match=r"Experiment d varies x, which the project has not\. Record that one first"):
        store.experiments.add("p", [a_run("d", parent="x")], created_at=AT)
    assert _names(store.experiments.page("p")) == ["a", "b", "c"]


def test_a_run_of_a_list_may_vary_any_that_comes_before_it_there_or_in_the_project(store: Store):
    store.experiments.add("p", [a_run("a"), a_run("b")], created_at=AT)
    runs = [a_run("c", parent="a"), a_run(), a_run("e", parent="R4"), a_run("f", parent="c"), a_run("g", parent="a")]
    added = store.experiments.add("p", runs, created_at=AT, parents=[None, None, None, None, "b"])
    expected = [("c", "a"), ("R4", None), ("e", "R4"), ("f", "c"), ("g", "b")]
    for found in (added, store.experiments.page("p", after=2), store.experiments.whole("p")[2:]):
        assert [(e.name, e.parent) for e in found] == [(e.name, e.run.parent) for e in found] == expected


@pytest.mark.parametrize("name", ["export", ".", ".."])
def test_a_name_that_no_address_could_show_is_refused(store: Store, name: str):
    with pytest.raises(UnusableInput, match="cannot be called"):
        store.experiments.add("p", [a_run("R1"), a_run(name)], created_at=AT)
    assert store.projects.find("p") is None


def test_an_unnamed_run_leaves_the_names_that_others_of_its_list_have(store: Store):
    assert _names(store.experiments.add("p", [a_run(), a_run("R1"), a_run("R2")], created_at=AT)) == ["R3", "R1", "R2"]


def test_an_experiment_varies_its_parent_else_the_one_before_it(store: Store):
    first, second, third = store.experiments.add("p", [a_run("a"), a_run("b"), a_run("c", parent="a")], created_at=AT)
    store.experiments.add("q", [a_run("z")], created_at=AT)
    varied = [store.experiments.varied_by("p", one) for one in (first, second, third)]
    assert [None if one is None else one.name for one in varied] == [None, "a", "a"]


def test_a_run_can_be_added_to_by_hand(store: Store):
    store.experiments.add("p", [scored("R1", 8.05), a_run("R2")], created_at=AT, parents=[None, "R1"])

    def completed(run: EarlierRun) -> EarlierRun:
        return scored("other", 9.15, n_epochs=2).model_copy(update={"parent": run.parent})

    changed = store.experiments.change("p", "R2", completed, updated_at=LATER)
    found = store.experiments.get("p", "R2")
    assert found == changed
    assert (found.run.id, found.parent, found.position, found.created_at, found.updated_at) == ("R2", "R1", 2, AT, LATER)
    assert store.experiments.page("p")[1].run.evaluation == found.run.evaluation


def test_what_a_run_varies_can_be_said_and_taken_back_later(store: Store):
    store.experiments.add("p", [a_run("R1"), a_run("R2"), a_run("R3", parent="R1"), a_run("R4")], created_at=AT)

    def varying(parent: str | None) -> str | None:
        store.experiments.change("p", "R3", lambda run: run.model_copy(update={"parent": parent}), updated_at=LATER)
        (short,) = store.experiments.page("p", after=2, limit=1)
        assert short.parent == store.experiments.get("p", "R3").run.parent
        return short.parent

    assert [varying("R2"), varying(None), varying("R1")] == ["R2", None, "R1"]
    for wrong, said in (("R3", "itself"), ("R4", "R4, which comes after it"), ("R9", "R9, which the project has not")):
        with pytest.raises(UnusableInput, match=f"Experiment R3 varies {said}"):
            varying(wrong)
    assert store.experiments.get("p", "R3").parent == "R1"


def test_a_run_that_is_judged_again_varies_what_it_says_last(store: Store, program: Program):
    store.experiments.add("p", [a_run("R0"), a_run("R1"), a_run("R2", parent="R0"), a_run("R3")], created_at=AT)
    asked = [("R1", "R1"), (None, "R1"), ("R3", "R1"), ("R9", "R1"), ("R2", "R1"), ("R0", "R0")]
    for i, (parent, expected) in enumerate(asked):
        run = {"id": "R2", "method": "supervised", "checkpoints": [], **({} if parent is None else {"parent": parent})}
        given(store, program, a_request(project="p", run=run), f"a{i}")
        assert (store.experiments.get("p", "R2").parent, store.experiments.page("p")[2].parent) == (expected, expected)


def test_an_unnamed_run_that_varies_the_last_one_is_a_new_one(store: Store, program: Program):
    store.experiments.add("p", [a_run("R1", checkpoints=())], created_at=AT)
    for parent in ("R1", "elsewhere", "elsewhere"):
        run = {"method": "supervised", "checkpoints": [], "parent": parent}
        given(store, program, a_request(project="p", run=run), f"a{len(store.advice.page(limit=9))}")
    assert [(e.name, e.parent) for e in store.experiments.page("p")] == [("R1", None), ("R2", "R1"), ("R3", None)]


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

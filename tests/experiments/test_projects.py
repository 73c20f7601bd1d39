from __future__ import annotations

import pytest

from advisor.contract.request import Baseline, Budget, Goal
from advisor.errors import NotRecorded, UnusableInput
from advisor.experiments import Store
from tests.experiments.examples import AT, LATER, a_run

GOAL = Goal(target_score=9.5, needs=("style",), budget=Budget(runs_left=3))


def test_nothing_is_known_of_a_project_before_its_first_experiment(store: Store):
    assert store.projects.find("support") is None
    assert store.projects.all() == []
    with pytest.raises(NotRecorded, match="no project support: recording its first experiment makes it"):
        store.projects.get("support")


def test_a_baseline_and_a_goal_can_be_said_one_after_the_other(store: Store):
    store.projects.set("support", baseline=Baseline(score=7.1), created_at=AT)
    said = store.projects.set("support", goal=GOAL, created_at=LATER)
    assert (said.baseline, said.goal, said.created_at) == (Baseline(score=7.1), GOAL, AT)
    assert store.projects.set("support", baseline=Baseline(score=7.3), created_at=LATER).goal == GOAL
    assert store.projects.get("support").baseline == Baseline(score=7.3)


def test_a_goal_that_is_taken_back_is_no_goal(store: Store):
    store.projects.set("support", goal=GOAL, created_at=AT)
    assert store.projects.set("support", goal=Goal(), created_at=AT).goal == Goal()


def test_projects_are_listed_by_name_with_how_many_experiments_they_have(store: Store):
    store.experiments.add("b", [a_run(), a_run()], created_at=AT)
    store.projects.set("a", created_at=AT)
    assert [(p.name, p.experiments, p.created_at) for p in store.projects.all()] == [("a", 0, AT), ("b", 2, AT)]


@pytest.mark.parametrize("name", ["support bot", "Größe-2.1_b", "漢字", "x" * 100, "a..b"])
def test_a_project_may_be_called(store: Store, name: str):
    assert store.projects.set(name, created_at=AT).name == name
    assert [p.name for p in store.projects.all()] == [name]


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        " a",
        "a ",
        "x" * 101,
        "../x",
        "a/b",
        "a\\b",
        ".hidden",
        "..",
        "<script>",
        "a\0b",
        "\ud800",
        "a\nb",
        "🎯",
        "a;b",
        "'--",
        "a?b",
        "a%2Fb",
    ],
)
def test_a_project_cannot_be_called(store: Store, name: str):
    with pytest.raises(UnusableInput, match="A project's name is 1 to 100 letters"):
        store.projects.set(name, created_at=AT)
    with pytest.raises(UnusableInput, match="A project's name"):
        store.experiments.add(name, [a_run()], created_at=AT)
    assert store.projects.all() == []

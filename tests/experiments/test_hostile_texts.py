from __future__ import annotations

import pytest

from advisor.engine import Program
from advisor.errors import UnusableInput
from advisor.experiments import Store
from advisor.facts import EarlierRun
from tests.experiments.examples import AT, OVERFIT, a_request, a_run, given

ODD = ["'; DROP TABLE projects; --", "a\0b", "\u202egpj", "🎯🏳️‍🌈", "e\u0301", "\ufffd\uffff", "%00", "\\", "\x7f\x1b[31m", "null", " " * 9]


@pytest.mark.parametrize("odd", ODD)
def test_any_text_of_a_run_comes_back_as_it_was(store: Store, program: Program, odd: str):
    run = {**OVERFIT["run"], "base_model": odd, "status": odd, "dataset": {"version": odd}, "evaluation": {"by_category": {odd: 1.0}}}
    answer = given(store, program, a_request(project="p", run=run), "a1")
    found = store.experiments.get("p", "R1").run
    assert (found.base_model, found.status, found.dataset.version) == (odd, odd, odd)
    assert found.evaluation is not None
    assert found.evaluation.by_category == {odd: 1.0}
    assert store.advice.get("a1").response == answer
    assert store.experiments.page("p")[0].run.base_model == odd


@pytest.mark.parametrize("name", ["<script>", "../x", "'; DROP TABLE experiments; --", "🎯", "a/b?c#d", "%2e%2e", "x" * 200, "R1 ", "NULL"])
def test_an_experiment_may_have_any_printable_name(store: Store, name: str):
    (added,) = store.experiments.add("p", [a_run(name)], created_at=AT)
    assert store.experiments.get("p", name) == added
    assert store.experiments.find("p", name.lower() + "x") is None


@pytest.mark.parametrize("name", ["a\0b", "a\nb", "\x1b[31m", "\ud800", "x" * 201, "\u202egpj"])
def test_a_name_that_cannot_be_printed_is_refused(store: Store, program: Program, name: str):
    with pytest.raises(UnusableInput, match="at most 200 printable characters"):
        store.experiments.add("p", [EarlierRun.model_construct(id=name)], created_at=AT)
    assert store.projects.all() == []


@pytest.mark.parametrize("odd", ["a\0b", "\ud800"])
def test_what_no_database_can_hold_is_refused_wherever_it_is_asked_for(store: Store, odd: str):
    for asked in (store.projects.find, store.experiments.page, store.advice.get, store.advice.rulebook_files, store.outcomes.of):
        with pytest.raises(UnusableInput, match=r"NUL character|half of a surrogate pair"):
            asked(odd)
    with pytest.raises(UnusableInput, match=r"NUL character|half of a surrogate pair"):
        store.advice.page(limit=1, search=odd)


def test_signs_that_mean_something_in_a_search_are_searched_for(store: Store, program: Program):
    given(store, program, a_request(), "a1")
    for sign in ("%", "_", "\\", "'", "/%", "[a-z]", "*"):
        assert store.advice.page(limit=9, search=f"{sign}zzz") == []
    (one,) = store.advice.page(limit=9)
    word = one.said.verdict.title.split()[0]
    assert store.advice.page(limit=9, search=word.upper()) == store.advice.page(limit=9, search=word.lower()) == [one]
    assert store.advice.page(limit=9, search=f"{word[:1]}%{word[-1]}") == []


def test_a_run_of_ten_megabytes_is_kept_and_comes_back(store: Store):
    points = [{"step_number": n, "metrics": {"train_loss": n / 7, "note": f"{n}é🎯" * 10_000}} for n in range(125)]
    run = a_run("R1", checkpoints=points)
    assert len(run.model_dump_json(exclude_unset=True).encode()) > 10_000_000
    store.experiments.add("p", [run], created_at=AT)
    assert store.experiments.get("p", "R1").run == run
    assert len(store.experiments.page("p")[0].run.checkpoints) == 1

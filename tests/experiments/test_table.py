from __future__ import annotations

import pytest

from advisor.experiments import Store
from advisor.experiments.table import COLUMNS, changes_between, table_page
from tests.experiments.examples import AT, a_run, scored

BASE = {"base_model": "gpt-4.1-mini", "dataset": {"version": "v1", "n_train": 335}}


def _seeded(store: Store) -> None:
    """Record the example of the workflow: R1 and R2, then a way back to R1."""
    settings = {"n_epochs": 4, "learning_rate_multiplier": 1.0}
    runs = [
        a_run("R1", **BASE, hyperparameters=settings, best_valid_loss=0.92, evaluation={"score": 8.05}),
        a_run("R2", **BASE, hyperparameters={**settings, "n_epochs": 2}, evaluation={"score": 9.15}),
        a_run("R3", **BASE, hyperparameters={**settings, "learning_rate_multiplier": 0.5, "batch_size": 8}),
    ]
    store.experiments.add("p", runs, created_at=AT, parents=[None, None, "R1"])


def test_the_table_shows_each_run_and_what_changed(store: Store):
    _seeded(store)
    assert COLUMNS == ("Run", "Base model", "Dataset", "Epochs", "LR", "Batch", "Best val_loss", "Combined eval", "Changed")
    assert [row.cells for row in table_page(store, "p")] == [
        ("R1", "gpt-4.1-mini", "v1 (335 ex)", "4", "1.0", "default", "0.920", "8.05", ""),
        ("R2", "gpt-4.1-mini", "v1 (335 ex)", "2", "1.0", "default", "", "9.15", "n_epochs: 4 → 2"),
        ("R3", "gpt-4.1-mini", "v1 (335 ex)", "4", "0.5", "8", "", "", "learning_rate_multiplier: 1 → 0.5"),
    ]


@pytest.mark.parametrize("after", [0, 1, 2, 3])
@pytest.mark.parametrize("limit", [1, 2, None])
def test_a_page_is_a_part_of_the_table(store: Store, after: int, limit: int | None):
    _seeded(store)
    assert table_page(store, "p", after=after, limit=limit) == table_page(store, "p")[after:][:limit]


def test_a_project_without_experiments_has_an_empty_table(store: Store):
    store.projects.set("p", created_at=AT)
    assert table_page(store, "p") == table_page(store, "p", after=5, limit=2) == []


def test_what_nobody_said_is_an_empty_cell(store: Store):
    store.experiments.add("p", [a_run(dataset={"n_train": 335}), a_run(dataset={"version": "v1"}), a_run()], created_at=AT)
    rows = table_page(store, "p")
    assert [row.cells[2] for row in rows] == ["335 ex", "v1", ""]
    assert rows[2].cells == ("R3", "", "", "", "", "default", "", "", "")


def test_settings_are_shown_as_people_write_them(store: Store):
    settings = {"n_epochs": "auto", "learning_rate": 2e-5, "batch_size": 1048576}
    store.experiments.add("p", [a_run(hyperparameters=settings)], created_at=AT)
    assert table_page(store, "p")[0].cells[3:6] == ("auto", "2e-05", "1048576")


def test_a_large_data_set_is_counted_to_the_last_example(store: Store):
    store.experiments.add("p", [a_run(dataset={"n_train": 999_999}), a_run(dataset={"n_train": 1_234_567})], created_at=AT)
    assert table_page(store, "p")[1].cells[-1] == "dataset: 999999 → 1234567"


def test_changes_are_counted_among_what_both_runs_say():
    run, previous = scored("R2", 1.0, n_epochs=2), a_run("R1", base_model="m", hyperparameters={"batch_size": 4})
    assert changes_between(run, previous) == ()
    (change,) = changes_between(run, scored("R1", 1.0, n_epochs=4))
    assert (change.parameter, change.from_, change.to) == ("n_epochs", 4, 2)

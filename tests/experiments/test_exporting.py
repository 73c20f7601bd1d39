from __future__ import annotations

import csv
import io
import json

import pytest

from advisor.contract.request import Baseline, Goal
from advisor.errors import NotRecorded
from advisor.experiments import Store
from advisor.experiments.exporting import MEDIA_TYPES, ExportFormat, export
from advisor.experiments.table import COLUMNS, table_page
from advisor.facts import EarlierRun
from tests.experiments.examples import AT, OVERFIT, a_run, scored

HOSTILE = [
    "<script>alert(1)</script>", "../x", "'; DROP TABLE experiments; --", "=cmd|' /C calc'!A0", "@SUM(A1)", "+1+1", "-1-1", "a|b", "a\\|b",
    "🎯 漢字 e\u0301", "[x](javascript:alert(1))", "%s %(id)s {0} :name", "\"quoted\", and 'so'", "NULL", "0", "`code`",
]  # fmt: skip


def _imported(store: Store, text: str) -> None:
    """Record an export in another store, as an import does."""
    document = json.loads(text)
    baseline = None if "baseline" not in document else Baseline.model_validate(document["baseline"])
    store.projects.set(document["project"], baseline=baseline, goal=Goal.model_validate(document["goal"]), created_at=AT)
    runs = [EarlierRun.model_validate(entry["run"]) for entry in document["experiments"]]
    store.experiments.add(document["project"], runs, created_at=AT, parents=[entry["parent"] for entry in document["experiments"]])


def test_an_exported_project_is_the_same_again_when_it_is_imported(store: Store, sqlite_store_elsewhere: Store):
    store.projects.set("p", baseline=Baseline(score=7.1), goal=Goal(target_score=9.5), created_at=AT)
    extra = a_run("R2", checkpoints=[{"step_number": 1, "metrics": {"valid_loss": "NaN", "my_metric": [1, "é", None, {"a": 10**30}]}}])
    runs = [EarlierRun.model_validate(OVERFIT["run"]), extra, scored("<b>", 9.15, n_epochs=2, own="\0 🎯")]
    store.experiments.add("p", runs, created_at=AT, parents=[None, None, "R1"])
    text = export(store, "p", "json")
    _imported(sqlite_store_elsewhere, text)
    assert export(sqlite_store_elsewhere, "p", "json") == text
    there = sqlite_store_elsewhere.experiments.whole("p")
    assert [e.run for e in there] == [*runs[:2], runs[2].model_copy(update={"parent": "R1"})]
    for form in MEDIA_TYPES:
        assert export(sqlite_store_elsewhere, "p", form) == export(store, "p", form)


def test_every_form_of_an_export_compares_a_run_with_the_one_that_it_says_it_varies(store: Store):
    runs = [scored(name, 8.0, n_epochs=epochs) for name, epochs in (("R1", 4), ("R2", 2), ("R3", 3))]
    store.experiments.add("p", [*runs[:2], runs[2].model_copy(update={"parent": "R1"})], created_at=AT)
    for _ in range(2):  # recorded so, and brought up to date so
        entries = json.loads(export(store, "p", "json"))["experiments"]
        assert [(entry["parent"], entry["run"].get("parent")) for entry in entries] == [(None, None), (None, None), ("R1", "R1")]
        assert [row.parent for row in table_page(store, "p")] == [None, None, "R1"]
        assert [line.rpartition(",")[2] for line in export(store, "p", "csv").splitlines()[2:]] == ["n_epochs: 4 → 2", "n_epochs: 4 → 3"]
        assert "n_epochs: 4 → 3" in export(store, "p", "markdown")
        store.experiments.change("p", "R3", lambda run: run, updated_at=AT)


def test_an_empty_project_can_be_exported(store: Store):
    store.projects.set("p", created_at=AT)
    assert json.loads(export(store, "p", "json"))["experiments"] == []
    assert export(store, "p", "csv") == ",".join(COLUMNS) + "\n"
    assert len(export(store, "p", "markdown").splitlines()) == 2


@pytest.mark.parametrize("form", MEDIA_TYPES)
def test_a_project_that_is_not_there_is_not_exported(store: Store, form: ExportFormat):
    with pytest.raises(NotRecorded, match="There is no project p"):
        export(store, "p", form)


def test_hostile_names_stay_texts_in_every_format(store: Store):
    store.experiments.add("p", [a_run(name, base_model=name) for name in HOSTILE], created_at=AT)
    assert [e.name for e in store.experiments.page("p")] == HOSTILE
    assert [store.experiments.get("p", name).run.base_model for name in HOSTILE] == HOSTILE
    assert [entry["run"]["id"] for entry in json.loads(export(store, "p", "json"))["experiments"]] == HOSTILE
    cells = [line[0] for line in csv.reader(io.StringIO(export(store, "p", "csv")))][1:]
    assert [cell.removeprefix("'") if name[0] in "=@+-" else cell for cell, name in zip(cells, HOSTILE, strict=True)] == HOSTILE
    assert not any(cell.startswith(("=", "@", "+", "-")) for cell in cells)
    lines = export(store, "p", "markdown").splitlines()[2:]
    assert len(lines) == len(HOSTILE)
    for line in lines:
        assert line.replace("\\\\", "").replace("\\|", "").count("|") == len(COLUMNS) + 1
        assert "<" not in line
        assert "[" not in line.replace("\\[", "")


def test_a_name_over_several_lines_stays_in_its_row(store: Store):
    store.experiments.add("p", [a_run("R1", base_model="a\nb\r\n| c |\tx")], created_at=AT)
    assert len(export(store, "p", "markdown").splitlines()) == 3
    (line,) = list(csv.reader(io.StringIO(export(store, "p", "csv"), newline="")))[1:]
    assert line[1] == "a\nb\r\n| c |\tx"


def test_a_long_project_is_exported_whole(store: Store):
    store.experiments.add("p", [scored(f"run {n}", n / 10) for n in range(1_200)], created_at=AT)
    assert export(store, "p", "csv").count("\n") == 1_201
    assert export(store, "p", "markdown").count("\n") == 1_202
    assert [entry["run"]["id"] for entry in json.loads(export(store, "p", "json"))["experiments"]] == [f"run {n}" for n in range(1_200)]

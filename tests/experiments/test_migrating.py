from __future__ import annotations

import json
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, inspect, text

from advisor.errors import StoreFault
from advisor.experiments import Store
from advisor.experiments.database import Database
from advisor.experiments.exporting import export
from advisor.experiments.migrating import migrate
from advisor.experiments.records import Word
from advisor.experiments.table import table_page
from advisor.experiments.tables import METADATA
from tests.experiments.examples import AT, LATER, a_run, an_outcome

VERSIONS = sorted(
    path.name[:4] for path in (Path(__file__).parents[2] / "advisor" / "experiments" / "migrations" / "versions").glob("0*.py")
)
ANSWER = {
    "verdict": {"id": "fix", "title": "Fix it"},
    "findings": [{"id": "overfitting", "title": "Overfitting"}],
    "actions": [{"id": "fewer-epochs", "title": "Train für weniger epochs"}],
}
RUN = '{"id":"R1","method":"supervised","evaluation":{"score":8.05}}'
REQUEST = '{"run":{"id":"R1","method":"supervised","checkpoints":[]},"project":"support"}'


def _at(url: str, revision: str) -> Engine:
    """Return the engine of a database as an Advisor of that revision made it."""
    database = Database(url, up_to_date=True)
    with database.writing() as connection:
        migrate(connection, revision)
    return database.engine


def _fill(connection: Connection, revision: str) -> None:
    """Put a row into every table that a revision has, in the columns that it has."""
    rows: dict[str, dict[str, object]] = {
        "projects": {"id": 1, "name": "support", "baseline": '{"score":7.1}', "created_at": AT},
        "experiments": {
            "id": 1, "project_id": 1, "name": "R1", "position": 1, "run": zlib.compress(RUN.encode()), "summary": RUN,
            "created_at": AT, "updated_at": AT,
        },
        "rulebooks": {"revision": "0123456789abcdef", "name": "shipped", "created_at": AT},
        "rulebook_files": {"revision": "0123456789abcdef", "path": "sft/a.yaml", "content": zlib.compress(b"a: 1\n")},
        "advice": {
            "id": "a1", "created_at": AT, "experiment_id": 1, "rulebook_revision": "0123456789abcdef", "rulebook_name": "shipped",
            "circumstances": '{"level":"fired"}', "request": zlib.compress(REQUEST.encode()),
            "response": zlib.compress(json.dumps(ANSWER).encode()),
        },
    }  # fmt: skip
    if revision >= "0002":
        rows["outcomes"] = {
            "id": 1, "advice_id": "a1", "action": "fewer-epochs", "rule": "sft/overfitting", "experiment": "R2", "followed": True,
            "score_before": 8.05, "score": 9.15, "helped": True, "created_at": AT,
        }  # fmt: skip
    if revision >= "0005":
        rows["outcomes"]["stated"] = False
    if revision >= "0003":
        rows["advice"] |= {"summary": json.dumps(ANSWER), "words": "fix fix it\noverfitting overfitting"}
    assert set(inspect(connection).get_table_names()) == {*rows, "alembic_version"}, "a new table: put a row into it here"
    for table, row in rows.items():
        connection.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})"), row)
    if connection.dialect.name == "postgresql":  # the rows above brought their ids along
        for table in rows.keys() & {"projects", "experiments", "outcomes"}:
            connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 1)"))


@pytest.mark.parametrize("revision", VERSIONS)
def test_a_filled_database_of_every_earlier_advisor_is_brought_up_to_date(url: str, revision: str):
    engine = _at(url, revision)
    with engine.begin() as connection:
        _fill(connection, revision)
    engine.dispose()
    with Store(url) as store:
        assert store.projects.get("support").experiments == 1
        assert store.experiments.get("support", "R1").run.model_dump_json(exclude_unset=True) == RUN
        kept = store.advice.get("a1")
        assert (kept.experiment, json.loads(kept.response), kept.request.decode()) == ("R1", ANSWER, REQUEST)
        assert store.advice.rulebook_files("0123456789abcdef") == {"sft/a.yaml": "a: 1\n"}
        (found,) = store.advice.page(limit=9, search="weniger OVERFITTING" if revision < "0003" else "overfitting")
        assert (found.said.verdict.id, [one.id for one in found.said.actions]) == ("fix", ["fewer-epochs"])
        expected = [] if revision < "0002" else [(9.15, revision < "0005")]  # of an old one nobody can tell who said it
        assert [(o.score, o.stated) for o in store.outcomes.of("a1")] == expected
        store.experiments.add("support", [a_run()], created_at=LATER)  # and it takes what an Advisor of today writes
        store.outcomes.add([an_outcome("a1", helped=False, created_at=LATER)])
        assert [e.name for e in store.experiments.page("support")] == ["R1", "R2"]
        assert [o.helped for o in store.outcomes.of("a1")] == [False]


_DRIFTED = [  # name, parent beside the run, parent in it, the one that counts
    ("R2", "R1", None, "R1"),
    ("R3", None, "R1", "R1"),
    ("R4", "R1", "R2", "R2"),  # judged again with another one
    ("R5", "R1", "elsewhere", "R1"),
    ("R6", None, "R7", None),
    ("R7", "R7", "R7", None),
    ("R8", "R8", None, None),
    ("R9", "R2", "R2", "R2"),
]


def test_what_a_run_varies_is_said_once_after_it_was_said_twice(url: str):
    engine = _at(url, "0003")
    rows = [
        {"id": i, "project_id": 1, "name": name, "position": i, "parent": beside, "run": zlib.compress(run), "summary": run.decode(),
         "created_at": AT, "updated_at": AT}
        for i, (name, beside, within, _) in enumerate(_DRIFTED, 2)
        for run in [json.dumps({"id": name, "own": "ü 🎯", **({} if within is None else {"parent": within})}, ensure_ascii=False).encode()]
    ]  # fmt: skip
    with engine.begin() as connection:
        _fill(connection, "0003")
        names = ", ".join(rows[0])
        connection.execute(text(f"INSERT INTO experiments ({names}) VALUES ({', '.join(f':{name}' for name in rows[0])})"), rows)
        connection.execute(text("INSERT INTO projects (id, name, created_at) VALUES (2, 'other', '')"))
        connection.execute(text(f"INSERT INTO experiments ({names}) VALUES (99, 2, 'R2', 1, 'R1', :run, '{{}}', '', '')"), rows[0])
    engine.dispose()
    with Store(url) as store:
        expected = {"R1": None} | {name: parent for name, _, _, parent in _DRIFTED}
        short, whole = store.experiments.page("support"), store.experiments.whole("support")
        assert {e.name: e.parent for e in short} == {e.name: e.run.parent for e in whole} == expected
        assert {row.run: row.parent for row in table_page(store, "support")} == expected
        entries = json.loads(export(store, "support", "json"))["experiments"]
        assert {e["run"]["id"]: e["parent"] for e in entries} == {e["run"]["id"]: e["run"].get("parent") for e in entries} == expected
        assert all(entry["run"]["own"] == "ü 🎯" for entry in entries[1:])
        assert store.experiments.get("other", "R2").parent is None, "what another project has is no parent"


def test_what_a_person_stated_is_kept_as_said_and_what_was_worked_out_is_not(url: str):
    engine = _at(url, "0006")
    noise = "The scores differ by 0.1, within the noise of the two evaluations, 0.354."
    rows: list[dict[str, object]] = [
        {"action": "a", "experiment": None, "helped": None, "note": "said", "stated": True},
        {"action": "b", "experiment": "R2", "helped": None, "note": noise, "stated": True},
        {"action": "c", "experiment": "R2", "helped": False, "note": None, "stated": True},
        {"action": "d", "experiment": "R2", "helped": True, "note": None, "stated": False},
    ]
    with engine.begin() as connection:
        _fill(connection, "0006")
        for i, row in enumerate(rows, 2):
            values = {"id": i, "advice_id": "a1", "rule": "r", "followed": True, "score": 9.0, "created_at": AT, **row}
            names = ", ".join(values)
            connection.execute(text(f"INSERT INTO outcomes ({names}) VALUES ({', '.join(f':{name}' for name in values)})"), values)
    engine.dispose()
    with Store(url) as store:
        found = {o.action: (o.experiment, word) for o, word in store.outcomes.touching("support", "R1")}
    said = {"a": (None, Word(score=9.0, note="said")), "b": ("R2", Word()), "c": ("R2", Word(helped=False)), "d": ("R2", None)}
    assert {action: found[action] for action in said} == said


def test_the_migrations_make_the_tables_that_the_code_writes_to(store: Store):
    with store.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_opening_an_up_to_date_database_changes_nothing(url: str):
    engine = _at(url, "head")
    with engine.begin() as connection:
        _fill(connection, VERSIONS[-1])
        before = _all_of(connection)
    engine.dispose()
    assert before["alembic_version"] == [(VERSIONS[-1],)]
    with Store(url) as store, store.database.reading() as connection:
        assert _all_of(connection) == before


def test_a_newer_advisors_database_is_refused_and_left_alone(url: str):
    with Store(url) as store, store.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreFault, match="A newer Advisor wrote this store: update Advisor, or name another") as caught:
        Store(url)
    assert caught.value.kind == "unreadable"
    database = Database(url, up_to_date=True)
    with database.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"
    database.close()


def test_a_migration_that_fails_leaves_the_database_as_it_was(url: str):
    engine = _at(url, "0001")
    with engine.begin() as connection:
        _fill(connection, "0001")
        connection.execute(text("UPDATE advice SET response = :damaged"), {"damaged": b"no answer"})
        before = _all_of(connection)
    engine.dispose()
    with pytest.raises(StoreFault, match="damaged") as caught:
        Store(url)
    assert caught.value.kind == "unreadable"
    database = Database(url, up_to_date=True)
    with database.reading() as connection:
        assert _all_of(connection) == before
    database.close()


_DIES_MIGRATING = """
import os, signal, sys
import advisor.experiments.migrating as migrating
from advisor.experiments import Store

upgrade = migrating.command.upgrade

def upgrade_and_die(config, revision):
    upgrade(config, revision)
    os.kill(os.getpid(), signal.SIGKILL)

migrating.command.upgrade = upgrade_and_die
Store(sys.argv[1])
"""


@pytest.mark.parametrize("revision", VERSIONS[:-1])
def test_a_migration_whose_process_is_killed_leaves_the_database_as_it_was(url: str, revision: str):
    engine = _at(url, revision)
    with engine.begin() as connection:
        _fill(connection, revision)
        before = _all_of(connection)
    engine.dispose()
    died = subprocess.run([sys.executable, "-c", _DIES_MIGRATING, url], timeout=120, check=False)
    assert died.returncode == -9
    database = Database(url, up_to_date=True)
    with database.reading() as connection:
        assert _all_of(connection) == before
    database.close()
    with Store(url) as store:
        assert store.projects.get("support").experiments == 1


def _all_of(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    tables = inspect(connection).get_table_names()
    return {table: [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}"))] for table in tables}

from __future__ import annotations

import logging
import subprocess
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from advisor.errors import AlreadyRecorded, StoreFault, UnusableInput
from advisor.experiments import Store, default_database_url
from tests.experiments.examples import AT, a_run
from tests.experiments.postgres_server import PostgresServer


def test_without_a_setting_the_store_lies_in_the_users_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert make_url(default_database_url()).database == str(tmp_path / ".local" / "share" / "advisor" / "advisor.db")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "what? 100% #1 @ä"))
    with Store(default_database_url()) as store:
        store.experiments.add("p", [a_run()], created_at=AT)
    assert (tmp_path / "what? 100% #1 @ä" / "advisor" / "advisor.db").stat().st_size


@pytest.mark.parametrize(
    "url", ["", "advisor.db", "mysql://localhost/x", "oracle+cx://x", "http://x", "sqlite+aiosqlite:///x.db", "postgresql+asyncpg://x/y"]
)
def test_another_kind_of_database_is_refused(url: str):
    with pytest.raises(UnusableInput, match=r"give sqlite:///FILE or postgresql://USER@HOST/NAME|needs a driver"):
        Store(url)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:///file::memory:?uri=true"])
def test_a_store_that_would_forget_is_refused(url: str):
    with pytest.raises(UnusableInput, match="would forget what it acknowledged"):
        Store(url)


def test_what_is_no_database_is_said_to_be_none(tmp_path: Path):
    (tmp_path / "a.db").write_text("not a database, but long enough to be taken for one" * 100)
    with pytest.raises(StoreFault, match="no database, or a damaged one") as caught:
        Store(f"sqlite:///{tmp_path / 'a.db'}")
    assert caught.value.kind == "unreadable"
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreFault, match="check that ADVISOR_DATABASE_URL names it") as caught:
        Store(f"sqlite:///{tmp_path / 'folder'}")
    assert caught.value.kind == "unavailable"
    with pytest.raises(StoreFault, match="The store's folder cannot be made"):
        Store(f"sqlite:///{tmp_path / 'a.db' / 'b.db'}")


def test_a_damaged_database_is_said_to_be_damaged(tmp_path: Path):
    path = tmp_path / "a.db"
    with Store(f"sqlite:///{path}") as store:
        store.experiments.add("p", [a_run(checkpoints=[{"step_number": n} for n in range(5000)])], created_at=AT)
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with Store(f"sqlite:///{path}", up_to_date=True) as store, pytest.raises(StoreFault) as caught:
        store.experiments.whole("p")
    assert caught.value.kind == "unreadable"


def test_sqlite_keeps_what_it_acknowledged_through_a_power_cut(sqlite_store: Store):
    with sqlite_store.database.reading() as connection:
        said = {name: connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_reader_sees_one_state_while_others_write(store: Store):
    count = text("SELECT count(*) FROM experiments")
    with store.database.reading() as connection:
        before = connection.execute(count).scalar_one()
        store.experiments.add("p", [a_run()], created_at=AT)
        assert connection.execute(count).scalar_one() == before == 0
    assert len(store.experiments.page("p")) == 1


def test_a_reader_cannot_write_on_postgresql(postgres_store: Store):
    with pytest.raises(StoreFault), postgres_store.database.reading() as connection:
        connection.execute(text("DELETE FROM projects"))


def test_a_writer_that_waits_too_long_is_told_that_the_store_is_busy(url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("advisor.experiments.database._BUSY_MS", 50)
    with Store(url) as store:
        store.experiments.add("p", [a_run()], created_at=AT)
        with store.database.writing() as connection:
            connection.execute(text("UPDATE projects SET goal = '{}'"))
            with pytest.raises(StoreFault, match="busy with other writers, so nothing was recorded: ask again") as caught:
                store.experiments.add("p", [a_run()], created_at=AT)
        assert caught.value.kind == "busy"
        assert len(store.experiments.page("p")) == 1


def test_a_reader_never_waits_for_a_writer(store: Store):
    store.experiments.add("p", [a_run()], created_at=AT)
    with store.database.writing() as connection:
        connection.execute(text("DELETE FROM experiments"))
        assert len(store.experiments.page("p")) == 1


def test_what_is_done_at_once_is_kept_whole(store: Store):
    with store.at_once():
        store.experiments.add("p", [a_run()], created_at=AT)
        with store.at_once():
            store.experiments.add("q", [a_run()], created_at=AT)
        assert [project.name for project in store.projects.all()] == ["p", "q"], "what is done sees itself"
        with ThreadPoolExecutor(1) as others:
            assert others.submit(store.projects.all).result() == [], "nobody else sees it before its end"
    assert [project.name for project in store.projects.all()] == ["p", "q"]


def test_what_fails_at_once_leaves_nothing(store: Store):
    def recording_and(then: Callable[[], object]) -> None:
        with store.at_once():
            store.experiments.add("p", [a_run()], created_at=AT)
            then()

    def writing_nowhere() -> None:
        with store.database.writing() as connection:
            connection.execute(text("INSERT INTO nowhere VALUES (1)"))

    with pytest.raises(ZeroDivisionError):
        recording_and(lambda: 1 / 0)
    with pytest.raises(StoreFault) as caught:
        recording_and(writing_nowhere)
    assert caught.value.kind == "unavailable"
    assert store.projects.all() == []
    store.experiments.add("p", [a_run()], created_at=AT)
    assert [project.experiments for project in store.projects.all()] == [1]


def test_a_part_that_failed_fails_the_whole_although_somebody_caught_it(store: Store):
    store.experiments.add("p", [a_run("R1")], created_at=AT)

    def careless() -> None:
        with store.at_once():
            store.experiments.add("p", [a_run("R2")], created_at=AT)
            with suppress(AlreadyRecorded):
                store.experiments.add("p", [a_run("R3"), a_run("R1")], created_at=AT)

    with pytest.raises(AlreadyRecorded):
        careless()
    assert [one.name for one in store.experiments.page("p")] == ["R1"]


def test_what_is_done_at_once_by_threads_is_each_threads_own(store: Store):
    def both(number: int) -> None:
        with store.at_once():
            (one,) = store.experiments.add("p", [a_run()], created_at=AT)
            assert store.experiments.page("p")[-1] == one
            store.experiments.add(f"p{number}", [a_run(one.name)], created_at=AT)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(both, range(16)))
    names = [store.experiments.page(f"p{number}")[0].name for number in range(16)]
    assert sorted(names) == sorted(one.name for one in store.experiments.page("p"))


def test_a_store_that_everybody_uses_at_once_is_busy(url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("advisor.experiments.database._BUSY_MS", 50)
    with Store(url) as store:
        readers = [store.database.reading() for _ in range(15)]  # as many as SQLAlchemy opens
        for reader in readers:
            reader.__enter__()
        with pytest.raises(StoreFault) as caught:
            store.projects.all()
        for reader in readers:
            reader.__exit__(None, None, None)
        assert caught.value.kind == "busy"
        assert store.projects.all() == []


def test_an_answer_shows_nothing_of_the_inside(store: Store):
    with pytest.raises(StoreFault) as caught, store.database.writing() as connection:
        connection.execute(text("SELECT secret FROM nowhere"))
    said = str(caught.value)
    assert not any(word in said for word in ("SELECT", "secret", "nowhere", "sqlite3", "psycopg", "/"))
    assert caught.value.__suppress_context__


def test_a_server_that_comes_back_is_used_again(postgres: PostgresServer):
    with Store(postgres.new_database()) as store:
        store.experiments.add("p", [a_run()], created_at=AT)
        postgres.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'advisor' AND pid <> pg_backend_pid()")
        assert len(store.experiments.page("p")) == 1
        assert store.trouble() is None


def test_a_server_that_is_not_there_is_a_fault_of_the_store(tmp_path: Path):
    with pytest.raises(StoreFault, match="cannot be used right now") as caught:
        Store(f"postgresql://nobody@/x?host={tmp_path}")
    assert caught.value.kind == "unavailable"


def test_the_password_is_in_no_sentence(tmp_path: Path):
    with pytest.raises(StoreFault) as caught:
        Store(f"postgresql://nobody:hunter2@/x?host={tmp_path}")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://nobody:hunter2@host:port/x",
        "postgresql://nobody:hunter2@[::1/x",
        "postgresql://nobody:hunter2@host:5432:5433/x",
        "sqlite:///{folder}/hunter2.db?timeout=hunter2",
        "sqlite:///{folder}/hunter2\0/x.db",
        "hunter2",
    ],
)
def test_an_address_that_cannot_be_read_shows_nothing_of_itself(url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(UnusableInput, match="is no address of a database: give sqlite:///FILE") as caught:
        Store(url.replace("{folder}", str(tmp_path)))
    said = (str(caught.value), "".join(traceback.format_exception(caught.value)), caplog.text)
    assert not any(word in text for word in ("hunter2", "nobody", "host") for text in said)
    assert caught.value.__context__ is None, "who prints more than the traceback shows nothing either"


_OPEN_IT_AT_ONCE = """
import os, sys
from advisor.experiments import Store, database

database._BUSY_MS = 120_000  # the last of them waits for all the others, however slow the machine is
waiting, start = os.pipe()
children = []
for _ in range(6):
    child = os.fork()
    if child == 0:
        os.close(start)
        os.read(waiting, 1)
        try:
            Store(sys.argv[1]).close()
        except BaseException as error:
            print(repr(error), flush=True)
            os._exit(1)
        os._exit(0)
    children.append(child)
os.close(start)
sys.exit(any([os.waitpid(child, 0)[1] for child in children]))
"""


def test_processes_that_open_a_new_database_at_once_all_get_it(url: str):
    done = subprocess.run([sys.executable, "-c", _OPEN_IT_AT_ONCE, url], stdout=subprocess.PIPE, text=True, timeout=300, check=False)
    assert (done.stdout, done.returncode) == ("", 0)


def test_threads_that_open_new_databases_at_once_all_get_them(tmp_path: Path):
    def opened(number: int) -> list[str]:
        with Store(f"sqlite:///{tmp_path / str(number % 6)}.db") as store:
            store.experiments.add(f"p{number}", [a_run()], created_at=AT)
            return [experiment.name for experiment in store.experiments.page(f"p{number}")]

    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(opened, range(24))) == [["R1"]] * 24


def test_a_write_that_fails_is_remembered_until_one_succeeds(sqlite_store: Store):
    with pytest.raises(StoreFault), sqlite_store.database.writing() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (1)"))
    fault = sqlite_store.trouble()
    assert fault is not None
    assert fault.kind == "unavailable"
    sqlite_store.experiments.add("p", [a_run()], created_at=AT)
    assert sqlite_store.trouble() is None

"""A store on SQLite and one on a real PostgreSQL: what holds for the one holds for the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor.engine import Program
from advisor.experiments import Store
from advisor.rulebook import load_rulebook, shipped_rules
from tests.experiments.postgres_server import PostgresServer, programs, running_server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs PostgreSQL by the fixture that it takes."""
    for item in items:
        if {"postgres", "postgres_store"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("postgres")


PATIENCE_MS = 120_000
"""How long a writer of the tests waits for others: on a slow machine many of them take their turns late."""


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no store be busy only because the machine is slow."""
    monkeypatch.setattr("advisor.experiments.database._BUSY_MS", PATIENCE_MS)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Return a running PostgreSQL."""
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt install postgresql): the store is tested on SQLite only")
    with running_server(found) as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return where an empty database lies, on each kind of server."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'advisor.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """Return an empty store."""
    with Store(url) as store:
        yield store


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """Return an empty store on SQLite, for what has nothing to do with the database."""
    with Store(f"sqlite:///{tmp_path / 'advisor.db'}") as store:
        yield store


@pytest.fixture(scope="session")
def program() -> Iterator[Program]:
    """Return the shipped rulebook, compiled once."""
    program = Program(load_rulebook(shipped_rules()))
    yield program
    program.close()


@pytest.fixture
def postgres_store(postgres: PostgresServer) -> Iterator[Store]:
    """Return an empty store on PostgreSQL, for what only it has."""
    with Store(postgres.new_database()) as store:
        yield store


@pytest.fixture
def sqlite_store_elsewhere(tmp_path: Path) -> Iterator[Store]:
    """Return a second empty store."""
    with Store(f"sqlite:///{tmp_path / 'elsewhere.db'}") as store:
        yield store

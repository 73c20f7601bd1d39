"""A connection to the store's database: SQLite in WAL mode or PostgreSQL, one transaction per use, faults in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from os import environ
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, IntegrityError, InterfaceError, NoSuchModuleError, OperationalError

from advisor.errors import StoreFault, UnusableInput
from advisor.experiments.migrating import migrate
from advisor.experiments.tables import PROJECTS

_BUSY_MS = 10_000
_WRITES = "advisor_writes"
_FULL = ("disk is full", "disk full", "no space left")
_POSTGRES_FULL = frozenset({"53000", "53100", "53200"})  # insufficient resources, disk full, out of memory
_POSTGRES_BUSY = frozenset({"53300", "55P03", "40001", "40P01", "57014"})  # connections, locks, conflicts, statement timeout


def default_database_url() -> str:
    """Return where the store lies unless ``ADVISOR_DATABASE_URL`` says otherwise: a file in the user's data folder, wherever one stands."""
    data = environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return f"sqlite:///{Path(data) / 'advisor' / 'advisor.db'}"


class Database:
    """One database, brought up to date when it is opened.

    Args:
        url: ``sqlite:///advisor.db``, ``postgresql://user@host/name``, or any other that SQLAlchemy knows for these two.
        up_to_date: Whether somebody has opened it before, so that no migration needs to be looked for.

    Raises:
        UnusableInput: The URL is none, or names another kind of database.
        StoreFault: The database cannot be opened, or a newer Advisor wrote it.
    """

    def __init__(self, url: str, *, up_to_date: bool = False) -> None:
        self.engine = _engine(url)
        self._write_fault: StoreFault | None = None
        if up_to_date:
            return
        try:
            with self.writing() as connection:
                migrate(connection)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of the database; raise StoreFault where it cannot be had."""
        with _in_words(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that is kept whole or not at all; it is on the disk when this returns.

        Raises:
            StoreFault: It could not be written; nothing of it is kept.
        """
        try:
            with _in_words(), self.engine.execution_options(**{_WRITES: True}).begin() as connection:
                yield connection
        except StoreFault as fault:
            self._write_fault = fault
            raise
        self._write_fault = None

    def trouble(self) -> StoreFault | None:
        """Return why it cannot be used: it cannot be read now, or it did not take the last write; None where it can."""
        try:
            with self.reading() as connection:
                connection.execute(select(PROJECTS.c.id).limit(1))
        except StoreFault as fault:
            return fault
        return self._write_fault

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def insert_new(connection: Connection, table: Table) -> Insert:
    """Return an insert that may say what to do where the row is there already; both kinds of database have the same words for it."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)  # type: ignore[return-value]  # the same methods as SQLite's
    return sqlite.insert(table)


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.drivername == "sqlite":
            return _sqlite(parsed)
        if parsed.get_backend_name() == "postgresql":
            return create_engine(parsed, pool_pre_ping=True, isolation_level="READ COMMITTED")
    except ModuleNotFoundError:
        raise UnusableInput("PostgreSQL needs a driver that is not installed: pip install 'advisor[postgres]'.") from None
    except (ArgumentError, NoSuchModuleError):
        pass
    raise UnusableInput("ADVISOR_DATABASE_URL is no address of a database: give sqlite:///FILE or postgresql://USER@HOST/NAME.")


def _sqlite(url: Any) -> Engine:
    if url.database in (None, "", ":memory:"):
        raise UnusableInput("ADVISOR_DATABASE_URL names no file: a store in memory would forget what it acknowledged. Give sqlite:///FILE.")
    try:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreFault(
            "unavailable", f"The store's folder cannot be made ({error.strerror}): give ADVISOR_DATABASE_URL another."
        ) from None
    engine = create_engine(url, connect_args={"timeout": _BUSY_MS / 1000})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _: object) -> None:
    """Make a connection durable, patient and strict; transactions are begun by hand, so that a writer waits before it reads."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(_WRITES) else "BEGIN")


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except IntegrityError:  # a defect, or two writers at one name: whoever writes knows which
        raise
    except (OperationalError, InterfaceError, DatabaseError) as error:
        raise _fault(error) from None


def _fault(error: DBAPIError) -> StoreFault:
    said, state = str(error.orig).lower(), getattr(error.orig, "sqlstate", None)
    if state in _POSTGRES_FULL or any(words in said for words in _FULL):
        return StoreFault("full", "The store has no room left, so nothing was recorded: free space on its disk, then ask again.")
    if state in _POSTGRES_BUSY or "locked" in said or "busy" in said:
        return StoreFault("busy", "The store is busy with other writers, so nothing was recorded: ask again in a moment.")
    if "not a database" in said or "malformed" in said:
        return StoreFault("unreadable", "What ADVISOR_DATABASE_URL names is no database, or a damaged one: name another, or restore it.")
    return StoreFault(
        "unavailable", "The store cannot be used right now: check that ADVISOR_DATABASE_URL names it and that it may be written."
    )

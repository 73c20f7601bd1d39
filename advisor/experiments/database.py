"""A connection to the store's database: SQLite in WAL mode or PostgreSQL, one transaction per use, faults in words."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from os import environ
from pathlib import Path
from threading import Lock, local
from time import monotonic, sleep
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, DBAPIError, IntegrityError, InterfaceError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from advisor.errors import StoreFault, UnusableInput
from advisor.experiments.migrating import migrate
from advisor.experiments.tables import PROJECTS

_BUSY_MS = 10_000
_WRITES = "advisor_writes"
_FULL = ("disk is full", "disk full", "no space left")
_SQLITE_FULL = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE"})  # the second: a quota or a limit on file sizes
_POSTGRES_FULL = frozenset({"53000", "53100", "53200"})  # insufficient resources, disk full, out of memory
_POSTGRES_BUSY = frozenset({"53300", "55P03", "40001", "40P01", "57014"})  # connections, locks, conflicts, statement timeout


def default_database_url() -> str:
    """Return where the store lies unless ``ADVISOR_DATABASE_URL`` says otherwise: a file in the user's data folder, wherever one stands."""
    data = environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return URL.create("sqlite", database=str(Path(data) / "advisor" / "advisor.db")).render_as_string()


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
        event.listen(self.engine, "before_cursor_execute", _refuse_nul, named=True)
        steady = {} if self.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reader = self.engine.execution_options(**steady)
        self._writer = self.engine.execution_options(**{_WRITES: True})
        # SQLite has one writer at a time, and lets others look again and again: in one process they rather stand in a line.
        self._turn: AbstractContextManager[object] = _Turn() if self.engine.dialect.name == "sqlite" else nullcontext()
        self._write_fault: StoreFault | None = None
        self._whole = _Whole()
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
        opened = self._reader.begin() if self._whole.connection is None else self._whole.part()
        with _in_words(), opened as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that is kept whole or not at all; it is on the disk when this returns.

        Raises:
            StoreFault: It could not be written; nothing of it is kept.
        """
        if self._whole.connection is not None:
            with _in_words(), self._whole.part() as connection:
                yield connection
            return
        try:
            with self._turn, _in_words(), self._writer.begin() as connection:
                yield connection
        except StoreFault as fault:
            self._write_fault = fault
            raise
        self._write_fault = None

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Make one transaction of all that this thread reads and writes meanwhile: kept whole or not at all.

        What fails within fails the whole, also where somebody has caught it.

        Raises:
            StoreFault: It could not be written; nothing of it is kept.
        """
        with self.writing() as connection:
            if self._whole.connection is not None:  # a part of a larger whole
                yield
                return
            self._whole.connection = connection
            try:
                yield
                if self._whole.failed is not None:
                    raise self._whole.failed
            finally:
                self._whole.connection = self._whole.failed = None

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


class _Turn:
    """A lock that is waited for as long as a busy database is."""

    def __init__(self) -> None:
        self._lock = Lock()

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=_BUSY_MS / 1000):
            raise _busy()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class _Whole(local):
    """The transaction that this thread makes one whole of, if any, and what failed in it."""

    connection: Connection | None = None
    failed: BaseException | None = None

    @contextmanager
    def part(self) -> Iterator[Connection]:
        assert self.connection is not None
        try:
            yield self.connection
        except BaseException as error:
            self.failed = error
            raise


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
            return _postgres(parsed)
    except ModuleNotFoundError:
        raise UnusableInput("PostgreSQL needs a driver that is not installed: pip install 'advisor[postgres]'.") from None
    except (ArgumentError, NoSuchModuleError, ValueError):  # a ValueError, as of a port that is no number, quotes the address
        pass
    raise UnusableInput("ADVISOR_DATABASE_URL is no address of a database: give sqlite:///FILE or postgresql://USER@HOST/NAME.")


def _postgres(url: URL) -> Engine:
    patience = {} if "connect_timeout" in url.query else {"connect_timeout": _BUSY_MS // 1000}
    engine = create_engine(url, pool_pre_ping=True, pool_timeout=_BUSY_MS / 1000, isolation_level="READ COMMITTED", connect_args=patience)
    event.listen(engine, "connect", _wait_no_longer_than_sqlite)
    return engine


def _wait_no_longer_than_sqlite(connection: Any, _: object) -> None:
    connection.execute(f"SET lock_timeout = {_BUSY_MS}")
    connection.commit()


def _sqlite(url: URL) -> Engine:
    if url.database in (None, "", ":memory:") or "uri" in url.query:
        raise UnusableInput("ADVISOR_DATABASE_URL names no file: a store in memory would forget what it acknowledged. Give sqlite:///FILE.")
    try:
        Path(url.database).parent.mkdir(0o700, parents=True, exist_ok=True)  # runs are nobody else's business
    except OSError as error:
        raise StoreFault(
            "unavailable", f"The store's folder cannot be made ({error.strerror}): give ADVISOR_DATABASE_URL another."
        ) from None
    engine = create_engine(url, connect_args={"timeout": _BUSY_MS / 1000}, pool_timeout=_BUSY_MS / 1000)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _: object) -> None:
    """Make a connection durable, patient and strict; transactions are begun by hand, so that a writer waits before it reads."""
    connection.isolation_level = None
    for pragma in (f"busy_timeout={_BUSY_MS}", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()
    _write_ahead(connection)


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to WAL; where several processes open a new database at once, SQLite refuses some of them without waiting."""
    deadline = monotonic() + _BUSY_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                raise
            sleep(_BUSY_MS / 1000 / 500)
        else:
            return


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(_WRITES) else "BEGIN")


def _refuse_nul(parameters: Any, executemany: bool, **_: object) -> None:
    rows: Iterable[Any] = parameters if executemany else (parameters,)
    for row in rows:
        for value in row.values() if isinstance(row, Mapping) else row:
            if isinstance(value, str) and "\0" in value:
                raise UnusableInput("A text holds the NUL character, which the store cannot keep: leave it out.")


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except IntegrityError:  # a defect, or two writers at one name: whoever writes knows which
        raise
    except UnicodeEncodeError:
        raise UnusableInput("A text holds half of a surrogate pair, which is no character: leave it out.") from None
    except (DataError, OverflowError):
        raise UnusableInput("The store cannot hold a text that long or a number that large: give a smaller one.") from None
    except zlib.error:
        raise _damaged() from None
    except NoFreeConnection:
        raise _busy() from None
    except (InterfaceError, DatabaseError) as error:
        raise _fault(error) from None


def _busy() -> StoreFault:
    return StoreFault("busy", "The store is busy with other writers, so nothing was recorded: ask again in a moment.")


def _damaged() -> StoreFault:
    return StoreFault("unreadable", "What ADVISOR_DATABASE_URL names is no database, or a damaged one: name another, or restore it.")


def _fault(error: DBAPIError) -> StoreFault:
    said, state = str(error.orig).lower(), getattr(error.orig, "sqlstate", None)
    if state in _POSTGRES_FULL or getattr(error.orig, "sqlite_errorname", None) in _SQLITE_FULL or any(words in said for words in _FULL):
        return StoreFault("full", "The store has no room left, so nothing was recorded: free space on its disk, then ask again.")
    if state in _POSTGRES_BUSY or "locked" in said or "busy" in said:
        return _busy()
    if "not a database" in said or "malformed" in said:
        return _damaged()
    return StoreFault(
        "unavailable", "The store cannot be used right now: check that ADVISOR_DATABASE_URL names it and that it may be written."
    )

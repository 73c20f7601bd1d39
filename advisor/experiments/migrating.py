"""Brings a database up to date: migrations run at start, inside the transaction of whoever comes first."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from advisor.errors import StoreFault

_ALEMBIC = Lock()  # Alembic keeps the migration under way in its modules: two at once would write into each other's databases
_LOCK = 0x61647669  # any number that other programs on one PostgreSQL server do not use


def migrate(connection: Connection, revision: str = "head") -> None:
    """Run the migrations that the database lacks, up to a revision; several processes may do so at once.

    Raises:
        StoreFault: A newer Advisor wrote it.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    if current == scripts.get_current_head():
        return
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise StoreFault("unreadable", "A newer Advisor wrote this store: update Advisor, or name another by ADVISOR_DATABASE_URL.")
    config.attributes["connection"] = connection
    with _ALEMBIC:
        command.upgrade(config, revision)

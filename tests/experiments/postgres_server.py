"""A PostgreSQL server of the test session's own: in a folder that goes with it, on a Unix socket that nobody else finds."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

_PATIENCE_S = 120
# The server ends with the tests, also where they are killed; at once, for there is nothing to keep.
_WHILE_SOMEBODY_HOLDS_THE_PIPE = '"$@" & server=$!; cat >/dev/null; kill -QUIT $server; wait $server'
_QUIET = {
    "listen_addresses": "", "max_connections": "60", "shared_buffers": "16MB", "dynamic_shared_memory_type": "mmap",
    "fsync": "off",  # nobody pulls this machine's plug: what a killed client leaves is the same
    "full_page_writes": "off", "autovacuum": "off", "logging_collector": "off",
}  # fmt: skip


def programs() -> Path | None:
    """Return the folder of initdb and postgres: the newest of Debian's, or the one on the path; None without PostgreSQL."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb") if path.with_name("postgres").exists()]
    on_path = shutil.which("initdb")
    if on_path is not None:
        found.append(Path(on_path).resolve().parent)
    return max(
        found,
        key=lambda folder: (folder.parent.name.isdigit(), int(folder.parent.name) if folder.parent.name.isdigit() else 0),
        default=None,
    )


class PostgresServer:
    """A running server; ``new_database`` makes an empty schema, which costs less than a database, and returns its URL."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count(1)

    @property
    def url(self) -> str:
        return f"postgresql://advisor@/postgres?host={self.folder}"

    def run(self, statement: str) -> None:
        """Run a statement outside of any transaction, as the server's owner."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def new_database(self) -> str:
        name = f"store_{next(self._numbers)}"
        self.run(f"CREATE SCHEMA {name}")
        return f"{self.url}&options=-csearch_path%3D{name}"


@contextmanager
def running_server(programs: Path) -> Iterator[PostgresServer]:
    """Start a server and wait until it answers; it refuses to be root's, so that root starts it as somebody else."""
    folder = Path(tempfile.mkdtemp(prefix="advisor-pg-"))  # short: a socket's path has at most 107 characters
    owner = _owner()
    if owner is not None:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    as_owner: dict[str, Any] = {} if owner is None else {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    log = folder / "log"
    data = folder / "data"
    settings = [f"-c{name}={value}" for name, value in _QUIET.items()]
    try:
        with log.open("wb") as output:
            subprocess.run(
                [programs / "initdb", "-D", data, "-U", "advisor", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"],
                check=True, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=folder, timeout=_PATIENCE_S, **as_owner,
            )  # fmt: skip
            server = subprocess.Popen(
                ["sh", "-c", _WHILE_SOMEBODY_HOLDS_THE_PIPE, "sh", programs / "postgres", "-D", data, "-k", folder, *settings],
                stdin=subprocess.PIPE, stdout=output, stderr=output, cwd=folder, **as_owner,
            )  # fmt: skip
        try:
            running = PostgresServer(folder)
            _wait_for(running, server, log)
            yield running
        finally:
            server.communicate(timeout=_PATIENCE_S)  # closes the pipe
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    users = {user.pw_name: user for user in pwd.getpwall()}
    return users.get("postgres") or users["nobody"]


def _wait_for(server: PostgresServer, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            server.run("SELECT 1")
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL does not start:\n{log.read_text()}") from None
            time.sleep(0.05)
        else:
            return

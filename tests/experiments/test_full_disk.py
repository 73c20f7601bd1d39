from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from sqlalchemy import event, text

from advisor.errors import StoreFault
from advisor.experiments import Store
from tests.experiments.examples import AT, a_run
from tests.experiments.postgres_server import PostgresServer

ROOT = Path(__file__).parents[2]
SENTENCE = "The store has no room left, so nothing was recorded: free space on its disk, then ask again."


def _fill(store: Store) -> list[str]:
    """Record experiments until there is no room, and return the acknowledged ones."""
    acknowledged: list[str] = []
    points = [{"step_number": n, "metrics": {"train_loss": n * 7919 % 997 / 997}} for n in range(300)]
    said = None
    while said is None:
        try:
            acknowledged += [one.name for one in store.experiments.add("p", [a_run(checkpoints=points)], created_at=AT)]
        except StoreFault as fault:
            said = (fault.kind, str(fault))
    assert said == ("full", SENTENCE)
    return acknowledged


def test_a_full_database_says_so_keeps_what_it_has_and_goes_on_when_there_is_room(sqlite_store: Store):
    def small(connection, *_: object) -> None:
        connection.execute("PRAGMA max_page_count=80").close()

    sqlite_store.close()
    event.listen(sqlite_store.database.engine, "connect", small)
    acknowledged = _fill(sqlite_store)
    assert acknowledged
    fault = sqlite_store.trouble()
    assert fault is not None
    assert fault.kind == "full"
    assert [e.name for e in sqlite_store.experiments.whole("p")] == acknowledged
    event.remove(sqlite_store.database.engine, "connect", small)
    sqlite_store.close()
    sqlite_store.experiments.add("p", [a_run("after")], created_at=AT)
    assert [e.name for e in sqlite_store.experiments.page("p")] == [*acknowledged, "after"]
    assert sqlite_store.trouble() is None


_FILLS = textwrap.dedent("""
    import json, resource, sys
    from advisor.experiments import Store
    from tests.experiments.test_full_disk import _fill

    with Store(sys.argv[1]) as store:
        if len(sys.argv) > 2:
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
        acknowledged = _fill(store)
        assert [e.name for e in store.experiments.whole("p")] == acknowledged
    print(json.dumps(acknowledged))
""")


def test_a_limit_on_the_size_of_files_counts_as_a_full_disk(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'a.db'}"
    done = subprocess.run([sys.executable, "-c", _FILLS, url, "400000"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    acknowledged = json.loads(done.stdout)
    assert acknowledged
    with Store(url) as store:
        assert [e.name for e in store.experiments.page("p")] == acknowledged


_MOUNTED = 'mount -t tmpfs -o size="$1" tmpfs "$2" && shift 2 && exec "$@"'


def _on_a_small_disk(size: str, folder: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command that alone sees a disk of that size in a folder; skip where nobody may mount one."""
    unshare = shutil.which("unshare")
    alone = [unshare or "", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c", _MOUNTED, "sh", size, str(folder)]
    if unshare is None or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be mounted here (it needs unshare, and the right to mount)")
    return subprocess.run([*alone, *command], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_a_disk_without_room_is_a_full_store_that_keeps_what_it_acknowledged(tmp_path: Path):
    done = _on_a_small_disk("1m", tmp_path, [sys.executable, "-c", _FILLS, f"sqlite:///{tmp_path / 'a.db'}"])
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)


_NO_ROOM_TO_START = textwrap.dedent("""
    import sys
    from pathlib import Path
    from advisor.errors import StoreFault
    from advisor.experiments import Store

    folder = Path(sys.argv[1])
    with (folder / "filler").open("wb", buffering=0) as filler:
        try:
            while True:
                filler.write(bytes(4096))
        except OSError:
            pass
    try:
        Store(f"sqlite:///{folder / 'a.db'}")
    except StoreFault as fault:
        print(fault.kind, fault)
""")


def test_a_store_is_not_begun_on_a_disk_without_room(tmp_path: Path):
    done = _on_a_small_disk("100k", tmp_path, [sys.executable, "-c", _NO_ROOM_TO_START, str(tmp_path)])
    assert (done.stdout.strip(), done.stderr) == (f"full {SENTENCE}", "")


def test_postgresql_without_room_is_a_full_store_that_keeps_what_it_acknowledged(postgres: PostgresServer):
    with Store(postgres.new_database()) as store:
        store.experiments.add("p", [a_run()], created_at=AT)

        @event.listens_for(store.database.engine, "before_cursor_execute")
        def refuse(connection, cursor, statement: str, *_: object) -> None:
            if statement.startswith("INSERT INTO experiments"):  # what its server says when a file cannot grow
                cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$")

        with pytest.raises(StoreFault) as caught:
            store.experiments.add("q", [a_run()], created_at=AT)
        event.remove(store.database.engine, "before_cursor_execute", refuse)
        assert (caught.value.kind, str(caught.value)) == ("full", SENTENCE)
        assert [(project.name, project.experiments) for project in store.projects.all()] == [("p", 1)]
        with store.database.reading() as connection:
            assert connection.execute(text("SELECT count(*) FROM experiments")).scalar_one() == 1

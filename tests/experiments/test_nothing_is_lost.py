from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from advisor.experiments import Store
from tests.experiments.examples import AT, a_run, an_outcome, kept_without_judging

ROUNDS = {"sqlite": 200, "postgresql": 50}  # a server keeps what it acknowledged whatever becomes of its clients
ROOT = Path(__file__).parents[2]


def _started(task: str, url: str, rounds: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.experiments.writers", task, url, str(rounds)],
        cwd=ROOT, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.slow
def test_a_process_killed_in_the_middle_of_writes_loses_nothing_that_it_acknowledged(url: str):
    Store(url).close()
    count = ROUNDS[make_url(url).get_backend_name()]
    said, _ = _started("die", url, count).communicate(timeout=600)
    rounds: list[list[str]] = json.loads(said)
    acknowledged = {name for names in rounds for name in names}
    assert len(rounds) == count + 1
    with Store(url) as store:
        experiments = store.experiments.whole("p")
        assert acknowledged <= {experiment.name for experiment in experiments}
        assert len(experiments) - len(acknowledged) <= count, "each may have died between keeping one and saying so"
        assert [experiment.position for experiment in experiments] == list(range(1, len(experiments) + 1))
        even = {experiment.name for experiment in experiments if int(experiment.name.split("-")[1]) % 2 == 0}
        kept = store.advice.page(limit=100_000)
        assert {one.id for one in kept} == {one.experiment for one in kept} == even, "an advice is kept with its experiment"
        assert all(store.advice.get(one.id).response for one in kept)
        if store.database.engine.dialect.name == "sqlite":
            with store.database.reading() as connection:
                assert connection.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
                assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


@pytest.mark.slow
def test_writers_in_several_processes_lose_nothing_and_give_each_experiment_a_place_of_its_own(url: str):
    writers = [_started("write", url, 50) for _ in range(2)]
    told = [tuple(one) for writer in writers for one in json.loads(writer.communicate(timeout=300)[0])]
    with Store(url) as store:
        found = [(experiment.name, experiment.position) for experiment in store.experiments.page("p")]
    assert sorted(told, key=lambda one: one[1]) == found
    assert [position for _, position in found] == list(range(1, 101))


def test_threads_that_share_a_store_lose_nothing(store: Store):
    def write(number: int) -> tuple[str, int]:
        (one,) = store.experiments.add(f"p{number % 2}", [a_run()], created_at=AT)
        assert store.experiments.find(f"p{number % 2}", one.name) == one
        return f"p{number % 2}", one.position

    with ThreadPoolExecutor(12) as pool:
        told = list(pool.map(write, range(80)))
    assert sorted(told) == [(project, position) for project in ("p0", "p1") for position in range(1, 41)]
    assert [project.experiments for project in store.projects.all()] == [40, 40]


def test_threads_that_change_one_experiment_lose_no_change(store: Store):
    store.experiments.add("p", [a_run("R1", dataset={"n_train": 0})], created_at=AT)

    def count_up(_: int) -> None:
        store.experiments.change("p", "R1", lambda run: a_run("R1", dataset={"n_train": (run.dataset.n_train or 0) + 1}), updated_at=AT)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count_up, range(40)))
    assert store.experiments.get("p", "R1").run.dataset.n_train == 40


def test_threads_that_say_an_outcome_at_once_leave_one(store: Store):
    kept_without_judging(store, "a1")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: store.outcomes.add([an_outcome("a1")]), range(24)))
    assert store.outcomes.of("a1") == [an_outcome("a1")]

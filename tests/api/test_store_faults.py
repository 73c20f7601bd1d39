"""A store that is full, busy or away: what is acknowledged is kept, and what is not kept is said."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from advisor.api import create_app
from advisor.errors import StoreFault, UnusableInput
from advisor.settings import Settings
from tests.api.stored import R1, advice_on, store_of, stored
from tests.api.test_jobs_webhooks import SECRET, post_event
from tests.api.wire import RUN
from tests.fake_openai.runs import overfit_job
from tests.fake_openai.service import FakeFineTuning


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with stored(tmp_path) as client:
        client.post("/projects/p/experiments", json=R1)
        yield client


@contextmanager
def refusing(client: TestClient, beginning: str) -> Iterator[None]:
    """Let the store be busy for every statement that begins so."""
    engine = store_of(client).database.engine

    def refuse(connection: object, cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(beginning):
            raise StoreFault("busy", "The store is busy with other writers, so nothing was recorded: ask again in a moment.")

    event.listen(engine, "before_cursor_execute", refuse)
    yield
    event.remove(engine, "before_cursor_execute", refuse)


def test_an_experiment_is_refused_with_what_came_of_the_advice_before_it_and_can_be_posted_again(client: TestClient):
    advice = advice_on(client, "q", RUN | {"id": "R1", "evaluation": {"score": 8.4}})
    followed = RUN | {"id": "R2", "hyperparameters": {"n_epochs": 2}, "evaluation": {"score": 9.0}}
    with refusing(client, "INSERT INTO outcomes"):
        assert client.post("/projects/q/experiments", json=followed).status_code == 503
        assert client.post("/advise", json={"run": followed, "project": "q"}).status_code == 503
    assert client.get("/projects/q/experiments/R2").status_code == 404
    assert client.post("/projects/q/experiments", json=followed | {"evaluation": None}).status_code == 201
    with refusing(client, "INSERT INTO outcomes"):
        assert client.patch("/projects/q/experiments/R2", json={"evaluation": {"score": 9.0}}).status_code == 503
    assert client.get("/projects/q/experiments/R2").json()["run"].get("evaluation") is None
    changed = client.patch("/projects/q/experiments/R2", json={"evaluation": {"score": 9.0}})
    assert changed.status_code == 200
    assert changed.json()["outcomes"] == client.get(f"/advice/{advice['advice_id']}/outcome").json()["outcomes"] != []


def test_an_experiment_that_is_recorded_is_acknowledged_although_nobody_can_look_at_it(client: TestClient, monkeypatch: pytest.MonkeyPatch):
    def busy(*_: object) -> None:
        raise StoreFault("busy", "The store is busy with other writers, so nothing was recorded: ask again in a moment.")

    monkeypatch.setattr("advisor.api.experiment_routes.mistakes_of", busy)
    recorded = client.post("/projects/p/experiments", json=R1 | {"id": "R2"})
    assert recorded.status_code == 201
    (one,) = recorded.json()["experiments"]
    assert (one["name"], one["mistakes"]) == ("R2", None)
    assert client.patch("/projects/p/experiments/R2", json={"evaluation": {"score": 9.0}}).json()["run"]["evaluation"]["score"] == 9.0
    assert client.get("/projects/p/experiments/R2").status_code == 503


def fill(client: TestClient) -> None:
    """Let the store grow no further, as on a disk without room."""
    _on_connect(client, "PRAGMA max_page_count = 1")


def make_impatient(client: TestClient) -> None:
    """Let the store wait for other writers no longer than a moment."""
    _on_connect(client, "PRAGMA busy_timeout = 50")


def _on_connect(client: TestClient, pragma: str) -> None:
    engine = store_of(client).database.engine

    def prepare(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(pragma).close()

    event.listen(engine, "connect", prepare)
    engine.dispose()


def grow(client: TestClient) -> int:
    """Post for a project until the store takes no more, and return the status that says so."""
    for i in range(1_000):
        answer = client.post("/advise", json={"run": RUN | {"id": f"R{i + 2}"}, "project": "p"})
        if answer.status_code != 200:
            assert client.get(f"/projects/p/experiments/R{i + 2}").status_code == 404
            return int(answer.status_code)
        assert client.get(f"/advice/{answer.json()['advice_id']}").content == answer.content
    return 200


def test_on_a_full_disk_what_names_a_project_is_refused_and_the_rest_says_that_it_is_not_kept(client: TestClient):
    fill(client)
    assert grow(client) == 507
    advice = client.post("/advise", json={"run": RUN | {"status": "x" * 100_000}})
    assert advice.status_code == 200
    (warning,) = advice.json()["warnings"]
    assert warning.startswith("This advice is not kept. The store has no room left")
    assert client.get(f"/advice/{advice.json()['advice_id']}").status_code == 404
    answer = client.post("/projects/p/experiments", json=[R1 | {"id": f"E{i}"} for i in range(2_000)])
    assert (answer.status_code, answer.headers["content-type"]) == (507, "application/problem+json")
    assert "nothing was recorded" in answer.json()["detail"]
    assert "E0" not in [row["run"] for row in client.get("/projects/p/experiments?limit=1000").json()["experiments"]]
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["store"]["status"]) == (200, "unusable")
    assert "no room left" in ready.json()["store"]["detail"]


def test_a_store_that_somebody_else_holds_is_busy_and_usable_afterwards(client: TestClient, tmp_path: Path):
    make_impatient(client)
    other = sqlite3.connect(tmp_path / "advisor.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE").close()
    answer = client.post("/advise", json={"run": RUN, "project": "p"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "busy with other writers" in answer.json()["detail"]
    assert "not kept" in advice_on(client, None, RUN)["warnings"][0]
    assert client.get("/projects/p/experiments").status_code == 200
    assert client.get("/readyz").json()["store"]["status"] == "unusable"
    other.close()
    assert advice_on(client, "p", RUN)["warnings"] == []
    assert client.get("/readyz").json()["store"] == {"status": "usable", "detail": None}


def test_a_batch_goes_on_where_one_item_is_not_kept(client: TestClient, tmp_path: Path):
    make_impatient(client)
    other = sqlite3.connect(tmp_path / "advisor.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE").close()
    first, second = client.post("/advise/batch", json=[{"run": RUN, "project": "p"}, {"run": RUN}]).json()["results"]
    other.close()
    assert first["error"]["status"] == 503
    assert "not kept" in second["advice"]["warnings"][0]


def test_a_store_whose_file_was_replaced_by_something_else_never_shows_its_inside(client: TestClient, tmp_path: Path):
    store_of(client).database.engine.dispose()
    for path in tmp_path.glob("advisor.db*"):
        path.unlink()
    (tmp_path / "advisor.db").write_bytes(b"no database at all " * 500)
    for answer in (client.get("/projects"), client.post("/advise", json={"run": RUN, "project": "p"}), client.get("/record")):
        assert answer.status_code == 503
        assert str(tmp_path) not in answer.text
        assert "SELECT" not in answer.text
    assert client.get("/readyz").json()["store"]["status"] == "unusable"
    assert advice_on(client, None, RUN)["warnings"]


def test_an_ended_job_whose_advice_cannot_be_kept_is_delivered_again(
    client: TestClient, service: FakeFineTuning, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("OPENAI_WEBHOOK_SECRET", SECRET)
    service.add(overfit_job())
    make_impatient(client)
    other = sqlite3.connect(tmp_path / "advisor.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE").close()
    assert post_event(client, "wh-store").status_code == 503
    other.close()
    told = post_event(client, "wh-store").json()
    assert told["outcome"] == "advised"
    kept = client.get(f"/advice/{told['advice_id']}").json()
    assert kept["verdict"]["id"] == told["verdict"]


def test_a_fetched_job_becomes_an_experiment_of_the_project(client: TestClient, service: FakeFineTuning):
    service.add(overfit_job())
    given = client.post("/jobs/ftjob-abc123/advise", json={"project": "p", "run": {"evaluation": {"score": 8.4}}})
    assert given.status_code == 200
    assert client.get(f"/advice/{given.json()['advice_id']}").content == given.content
    assert [row["run"] for row in client.get("/projects/p/experiments").json()["experiments"]] == ["R1", "ftjob-abc123"]


@pytest.mark.parametrize(
    ("url", "error"),
    [("sqlite://", UnusableInput), ("mysql://x/y", UnusableInput), ("sqlite:///{folder}/file/advisor.db", StoreFault)],
)
def test_a_store_that_cannot_be_opened_starts_no_service(tmp_path: Path, url: str, error: type[Exception]):
    (tmp_path / "file").touch()
    with pytest.raises(error):
        create_app(Settings(database_url=url.format(folder=tmp_path)))

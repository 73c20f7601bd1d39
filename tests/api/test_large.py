"""Large bodies are judged in a process of their own."""

import json
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing.process import BaseProcess

import httpx2
import pytest
from fastapi.testclient import TestClient

from advisor.api import create_app
from advisor.settings import Settings
from tests.api.rule_folders import wait_until
from tests.api.wire import RUN, request_with, without_stamp


def children() -> list[BaseProcess]:
    return [child for child in multiprocessing.active_children() if child.name == "large-bodies"]


@pytest.fixture(scope="module")
def everything_is_large() -> Iterator[TestClient]:
    """An application that takes every body for a large one."""
    with TestClient(create_app(Settings(large_body_bytes=0))) as client:
        yield client


def test_a_large_body_gets_the_same_advice_as_a_small_one(client: TestClient, everything_is_large: TestClient):
    for level in ("off", "fired", "all"):
        small, large = (caller.post(f"/advise?explain={level}", json={"run": RUN}) for caller in (client, everything_is_large))
        assert without_stamp(large.content) == without_stamp(small.content)


def test_a_large_body_is_refused_with_the_same_problem_as_a_small_one(client: TestClient, everything_is_large: TestClient):
    small, large = (caller.post("/advise", json={"run": {"checkpoints": [0]}}) for caller in (client, everything_is_large))
    assert (large.status_code, large.headers["content-type"], large.json()) == (422, "application/problem+json", small.json())


def test_a_large_batch_gets_the_same_results_as_a_small_one(client: TestClient, everything_is_large: TestClient):
    small, large = (caller.post("/advise/batch", json=[{"run": RUN}, {}]).json()["results"] for caller in (client, everything_is_large))
    assert without_stamp(large[0]["advice"]) == without_stamp(small[0]["advice"])
    assert large[1] == small[1]


def test_a_large_body_is_counted_like_any_other(everything_is_large: TestClient):
    everything_is_large.post("/advise", json={"run": RUN})
    assert 'advisor_advice_total{verdict="iterate"}' in everything_is_large.get("/metrics").text


def test_a_process_that_died_while_idle_is_replaced_unnoticed(everything_is_large: TestClient):
    everything_is_large.post("/advise", json={"run": RUN})
    for child in children():
        child.kill()
        child.join()
    assert everything_is_large.post("/advise", json={"run": RUN}).status_code == 200


def test_a_process_that_dies_while_judging_costs_its_request_a_503_and_no_other():
    with TestClient(create_app(Settings(large_body_bytes=0))) as client:
        earlier = set(children())
        answers: list[httpx2.Response] = []
        caller = threading.Thread(target=lambda: answers.append(client.post("/advise", json={"run": RUN})))
        caller.start()
        wait_until(lambda: bool(set(children()) - earlier))
        (set(children()) - earlier).pop().kill()
        caller.join(300)
        assert answers[0].status_code == 503
        assert answers[0].headers["retry-after"] == "5"
        assert answers[0].json()["detail"] == "The process that judged this request ended early. Try again."
        assert client.post("/advise", json={"run": RUN}).status_code == 200


def test_a_judgement_that_takes_too_long_is_ended():
    with TestClient(create_app(Settings(large_body_bytes=0, large_body_seconds=0.05))) as client:
        answer = client.post("/advise", json={"run": RUN})
    assert answer.status_code == 503
    assert answer.json()["detail"] == "Judging took longer than 0.05 s and was ended. Post fewer checkpoints."


class Held:
    """The process of large bodies, stopped while it works, and what callers got meanwhile."""

    def __init__(self, client: TestClient) -> None:
        earlier = set(children())
        self._client = client
        assert client.post("/advise", json=LARGE).status_code == 200
        (child,) = set(children()) - earlier
        assert child.pid is not None
        self._pid = child.pid
        self._callers: list[threading.Thread] = []
        self.answers: list[httpx2.Response] = []
        os.kill(self._pid, signal.SIGSTOP)

    def post(self) -> None:
        """Post a large body, and wait for no answer."""
        self._callers.append(threading.Thread(target=lambda: self.answers.append(self._client.post("/advise", json=LARGE))))
        self._callers[-1].start()

    def go_on(self) -> None:
        os.kill(self._pid, signal.SIGCONT)
        for caller in self._callers:
            caller.join(300)


LARGE = {"run": RUN | {"checkpoints": RUN["checkpoints"] * 10}}


def test_while_a_large_body_is_judged_everybody_else_is_served():
    with TestClient(create_app(Settings(large_body_bytes=len(json.dumps({"run": RUN})) + 1))) as client:
        held = Held(client)
        held.post()
        for _ in range(20):
            assert client.get("/healthz").status_code == 200
            assert client.post("/advise", json={"run": RUN}).json()["verdict"]["id"] == "iterate"
        assert held.answers == []
        held.go_on()
    assert [answer.status_code for answer in held.answers] == [200]


def test_large_bodies_above_those_that_may_wait_are_refused():
    with TestClient(create_app(Settings(large_body_bytes=0, large_body_waiting=0))) as client:
        held = Held(client)
        for _ in range(3):
            held.post()
        wait_until(lambda: len(held.answers) == 2)
        assert [answer.status_code for answer in held.answers] == [503, 503]
        held.go_on()
    assert held.answers[2].status_code == 200


def test_the_processes_end_with_the_application():
    earlier = set(children())
    with TestClient(create_app(Settings(large_body_bytes=0))) as client:
        client.post("/advise", json={"run": RUN})
        (child,) = set(children()) - earlier
    child.join(60)
    assert not child.is_alive()


@pytest.fixture
def served() -> Iterator[str]:
    """The address of a real server with one worker."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "advisor.api:create_app", "--factory", "--port", str(port), "--log-level", "warning"]
    with subprocess.Popen(command) as server:
        address = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                httpx2.get(f"{address}/readyz", timeout=60)
                break
            except httpx2.TransportError:
                time.sleep(0.1)
        yield address
        server.terminate()


@pytest.mark.slow
def test_a_hundred_thousand_checkpoints_are_judged_while_others_are_served(served: str):
    raw = json.dumps(request_with(100_000)).encode()
    assert len(raw) > 45_000_000
    answers: list[httpx2.Response] = []
    headers = {"content-type": "application/json"}
    caller = threading.Thread(target=lambda: answers.append(httpx2.post(f"{served}/advise", content=raw, headers=headers, timeout=600)))
    caller.start()
    with httpx2.Client(timeout=600) as other:
        while caller.is_alive():
            assert other.get(f"{served}/healthz").status_code == 200
            time.sleep(0.02)
    assert answers[0].status_code == 200
    assert len(answers[0].json()["checkpoints"]) == 100_000

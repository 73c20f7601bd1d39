from __future__ import annotations

import asyncio
import logging
import math
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from advisor import AsyncClient, Client, LocalAdvisor
from advisor.api import create_app
from advisor.contract import Advice, AdviseRequest
from advisor.facts import Run
from advisor.service import to_json
from advisor.settings import Settings
from tests.fake_openai.server import served

OVERFIT: dict[str, Any] = {
    "method": "supervised",
    "hyperparameters": {"n_epochs": 4},
    "checkpoints": [
        {"step_number": 84 * (i + 1), "metrics": {"train_loss": train, "full_valid_loss": valid}}
        for i, (train, valid) in enumerate([(0.62, 0.66), (0.40, 0.58), (0.21, 0.67), (0.11, 0.82)])
    ],
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(create_app(Settings())) as address:
        yield address


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[tuple[str, list[float]]]:
    """Serve what a function writes to each connection; give the address and the times of the connections."""
    asked: list[float] = []
    listener = socket.create_server(("127.0.0.1", 0))
    open_sockets: list[socket.socket] = []

    def converse(connection: socket.socket) -> None:
        connection.recv(1 << 16)
        try:
            answer(connection)
        except OSError:
            return  # the client has left

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            asked.append(time.monotonic())
            open_sockets.append(connection)
            threading.Thread(target=converse, args=(connection,), daemon=True).start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in open_sockets:
            connection.close()
        accepting.join(timeout=5)


def _silence(_: socket.socket) -> None:
    time.sleep(60)


def _drip(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(3000):
        connection.sendall(b" ")
        time.sleep(0.02)


def _page(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\n<html></html>")


def _noise(connection: socket.socket) -> None:
    connection.sendall(b"\x00\xff\x00 no http at all\r\n\r\n")
    connection.close()


def _failure(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


@pytest.mark.parametrize("explain", ["off", "fired", "all"])
def test_the_answer_that_was_sent_is_the_answer_that_arrives(explain: Any):
    given_advice = LocalAdvisor().advise(OVERFIT, explain=explain)
    assert TypeAdapter(Advice).validate_json(to_json(given_advice)) == given_advice


def test_a_running_service_gives_typed_advice(address: str):
    advice = Client(address, timeout_seconds=30).advise(OVERFIT)
    assert advice is not None
    assert advice.actions[0].id == "deploy-earlier-checkpoint"
    assert advice.actions[0].change is not None
    assert (advice.actions[0].change.from_, advice.actions[0].change.to) == (336, 168)


def test_a_run_a_request_and_their_mappings_are_all_accepted(address: str):
    client = Client(address, timeout_seconds=30)
    run = Run.model_validate(OVERFIT)
    answers = [client.advise(given) for given in (OVERFIT, {"run": OVERFIT}, run, AdviseRequest(run=run), {"run": run})]
    assert [a and a.verdict.id for a in answers] == [answers[0] and answers[0].verdict.id] * 5
    assert answers[0] is not None


def test_under_asyncio_the_loop_goes_on_meanwhile(address: str):
    async def ask() -> tuple[Advice | None, int]:
        asking = asyncio.create_task(AsyncClient(address, timeout_seconds=30).advise(OVERFIT))
        turns = 0
        while not asking.done():
            turns += 1
            await asyncio.sleep(0)
        return await asking, turns

    advice, turns = asyncio.run(ask())
    assert advice is not None
    assert turns > 5


def test_asking_without_waiting_gives_the_answer_later(address: str):
    advice = Client(address, timeout_seconds=30).submit(OVERFIT).result(30)
    assert advice is not None


def test_a_loss_that_is_nan_reaches_the_rules(address: str):
    points = [{"step_number": i, "metrics": {"train_loss": v}} for i, v in enumerate([2.0, 1.5, math.nan, math.inf])]
    advice = Client(address, timeout_seconds=30).advise({"method": "supervised", "checkpoints": points})
    assert advice is not None
    assert "loss-not-finite" in {f.id for f in advice.findings}


def test_numbers_of_numpy_are_numbers(address: str):
    points = [{"step_number": np.int64(i), "metrics": {"train_loss": np.float32(v)}} for i, v in enumerate([2.0, 1.5, np.nan])]
    assert Client(address, timeout_seconds=30).advise({"method": "supervised", "checkpoints": points}) is not None


def test_nobody_listening_gives_none_and_one_line(caplog: pytest.LogCaptureFixture):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    client = Client(f"http://127.0.0.1:{port}", pause_seconds=0)
    with caplog.at_level(logging.WARNING):
        assert [client.advise(OVERFIT) for _ in range(3)] == [None, None, None]
    assert len(caplog.records) == 1
    assert "Training goes on" in caplog.text


@pytest.mark.parametrize("answer", [_silence, _drip], ids=["silence", "one byte at a time"])
def test_no_call_takes_longer_than_the_limit(answer: Callable[[socket.socket], None]):
    with answering(answer) as (url, _):
        started = time.monotonic()
        assert Client(url, timeout_seconds=0.3).advise(OVERFIT) is None
        assert asyncio.run(AsyncClient(url, timeout_seconds=0.3).advise(OVERFIT)) is None
        assert time.monotonic() - started < 30, "the service would have taken a minute each time"


@pytest.mark.parametrize("answer", [_page, _noise, _failure], ids=["a page of HTML", "no HTTP", "503"])
def test_an_answer_that_is_no_advice_is_none(answer: Callable[[socket.socket], None], caplog: pytest.LogCaptureFixture):
    with answering(answer) as (url, _):
        assert Client(url, timeout_seconds=30).advise(OVERFIT) is None
    assert len(caplog.records) == 1


def test_after_a_failure_the_service_is_left_alone_for_a_while():
    with answering(_failure) as (url, asked):
        client = Client(url, timeout_seconds=30, pause_seconds=3600)
        assert [client.advise(OVERFIT) for _ in range(5)] == [None] * 5
        assert len(asked) == 1
        client._service._asked_again_at -= 3600  # an hour later
        client.advise(OVERFIT)
        assert len(asked) == 2


def test_questions_that_hang_do_not_pile_up():
    with answering(_silence) as (url, asked):
        client = Client(url, timeout_seconds=3, pause_seconds=0)
        futures = [client.submit(OVERFIT) for _ in range(50)]
        assert [f.result(60) for f in futures] == [None] * 50
        assert len(asked) <= 4


def test_a_refused_run_is_named_with_its_place_and_does_not_silence_the_service(address: str, caplog: pytest.LogCaptureFixture):
    client = Client(address, timeout_seconds=30)
    assert client.advise({"method": "magic", "checkpoints": []}) is None
    assert "/run/method" in caplog.text
    assert client.advise(OVERFIT) is not None


def test_what_json_cannot_say_is_one_line_and_no_error(address: str, caplog: pytest.LogCaptureFixture):
    assert Client(address).advise({"method": "supervised", "checkpoints": object()}) is None
    assert "object is neither a number nor a text" in caplog.text


@pytest.mark.parametrize("url", ["localhost:8000", "file:///etc/passwd", "", "http://"])
def test_an_address_that_is_none_is_refused_where_it_is_given(url: str):
    with pytest.raises(ValueError, match="no address of a service"):
        Client(url)

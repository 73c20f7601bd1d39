from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from advisor.experiments import Store
from tests.cli.conftest import EXAMPLE, Advisor


@pytest.fixture(autouse=True)
def _data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("ADVISOR_DATABASE_URL", raising=False)


def test_a_broken_rulebook_is_listed_and_nothing_is_served(advisor: Advisor, broken_rules: Path):
    result = advisor("serve", "--rules", broken_rules, "--port", "0")
    assert result.exit_code == 4
    assert "2 mistakes in the rulebook" in result.stderr
    assert "Uvicorn" not in result.stderr


@pytest.mark.slow
def test_a_port_that_is_taken_is_said_and_is_no_fix_verdict(process: Callable[..., subprocess.CompletedProcess[bytes]]):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = process(["serve", "--port", str(taken.getsockname()[1])])
    assert done.returncode == 1
    assert b"could not start on 127.0.0.1" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.slow
def test_the_service_answers_until_it_is_told_to_stop_and_has_kept_what_it_said(tmp_path: Path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", "from advisor.cli import main; main()", "serve", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ.copy()) as server:
        try:
            answer = _post(f"http://127.0.0.1:{port}/advise", EXAMPLE.read_bytes())
        finally:
            server.send_signal(signal.SIGINT)
            _, errors = server.communicate(timeout=300)
    assert answer["actions"]
    assert b"Traceback" not in errors
    with Store(f"sqlite:///{tmp_path}/data/advisor/advisor.db") as store:
        assert store.advice.get(str(answer["advice_id"])).project is None


def test_an_address_that_others_reach_is_not_served_without_keys(advisor: Advisor):
    result = advisor("serve", "--host", "0.0.0.0")
    assert result.exit_code == 1
    assert "no API key is configured" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_store_that_cannot_be_opened_is_one_sentence(advisor: Advisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "notes.txt").write_text("no database, but long enough to be taken for a damaged one" * 20, "utf-8")
    for url, said in (
        (f"sqlite:///{tmp_path}/notes.txt", "no database"),
        (f"sqlite:///{tmp_path}/notes.txt/advisor.db", "folder cannot be made"),
        ("advisor.db", "no address of a database"),
    ):
        monkeypatch.setenv("ADVISOR_DATABASE_URL", url)
        result = advisor("serve", "--port", "0")
        assert result.exit_code == 1
        assert said in result.stderr
        assert len(result.stderr.splitlines()) == 1


def _post(url: str, body: bytes) -> dict[str, object]:
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    give_up = time.monotonic() + 300
    while True:
        try:
            with urllib.request.urlopen(request, timeout=120) as response:
                return dict(json.load(response))
        except OSError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.2)

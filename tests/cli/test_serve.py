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

from tests.cli.conftest import EXAMPLE, Advisor


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
def test_the_service_answers_until_it_is_told_to_stop():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", "from advisor.cli import main; main()", "serve", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ.copy()) as server:
        try:
            answer = _post(f"http://127.0.0.1:{port}/advise", EXAMPLE.read_bytes())
        finally:
            server.send_signal(signal.SIGINT)
            _, errors = server.communicate(timeout=30)
    assert answer["actions"]
    assert b"Traceback" not in errors


def _post(url: str, body: bytes) -> dict[str, object]:
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    give_up = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return dict(json.load(response))
        except OSError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.2)

"""The official SDK against OpenAI's own description of the service, played by Prism; skipped where either is not there.

``npm i @stoplight/prism-cli@5.14.2`` anywhere, then ``ADVISOR_PRISM=node_modules/.bin/prism pytest tests/cli/test_job_contract.py``.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor.contract.advice import Change, Experiment
from advisor.sources.openai_access import ServiceAccess
from advisor.sources.openai_calls import FineTuningService
from advisor.sources.openai_jobs import job_call
from tests.cli.conftest import ROOT, Advisor

DESCRIPTION = ROOT.parent / "shared" / "openai" / "fine-tuning-subset.openapi.json"
PRISM = shutil.which(os.environ.get("ADVISOR_PRISM", "prism"))
LIMIT_SECONDS = 60

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(PRISM is None, reason="needs Prism: ADVISOR_PRISM names no program, and none is called prism"),
    pytest.mark.skipif(not DESCRIPTION.exists(), reason="needs OpenAI's description of its fine-tuning API beside the checkout"),
]


@pytest.fixture(scope="module")
def prism(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return where Prism plays the service; it refuses every request that the description does not allow."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("prism") / "log.txt"
    with (
        log.open("wb") as output,
        subprocess.Popen([str(PRISM), "mock", "--errors", "-p", str(port), str(DESCRIPTION)], stdout=output, stderr=output) as playing,
    ):
        try:
            _wait_for(f"http://127.0.0.1:{port}/fine_tuning/jobs", log, playing)
            yield f"http://127.0.0.1:{port}"
        finally:
            playing.terminate()


@pytest.fixture(autouse=True)
def _environment(prism: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AZURE_OPENAI_ENDPOINT", "OPENAI_API_VERSION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-prism")
    monkeypatch.setenv("OPENAI_BASE_URL", prism)
    monkeypatch.setenv("ADVISOR_OPENAI_RETRIES", "0")


def test_a_described_job_is_fetched_and_judged(advisor: Advisor):
    result = advisor("job", "ftjob-abc123")
    assert result.exit_code == 0, result.output
    assert "Points read: 3 of train loss and 3 of validation loss" in " ".join(result.output.split())


@pytest.mark.parametrize("method", ["supervised", "dpo"])
def test_a_planned_call_is_one_that_the_description_allows(method: str):
    settings: dict[str, float | int | str] = {"n_epochs": 2, "learning_rate_multiplier": 0.5, "batch_size": "auto"}
    change = Change("learning_rate_multiplier", 1.0, 0.5)
    call = job_call(Experiment(change, settings, "gpt-4.1-mini", method, "v1", ""), None, parent="R1", training_file="file-abc123")
    assert call.lacking == ()
    with FineTuningService(ServiceAccess.from_environment()) as service:
        assert service.create_job(call.arguments)


def _wait_for(address: str, log: Path, playing: subprocess.Popen[bytes]) -> None:
    """Return once anything at all is answered."""
    until = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < until and playing.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"Prism did not start: {log.read_text('utf-8', 'replace')[-2000:]}")

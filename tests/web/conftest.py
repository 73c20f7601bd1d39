"""The service as `advisor serve` runs it, in a thread of the test process, and a browser to look at it; both once for all tests."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI

from advisor.rulebook import shipped_rules
from advisor.settings import Settings
from advisor.web import create_app

PATIENCE_MS = 60_000
_ARGUMENTS = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage",
)  # fmt: skip


@dataclass(frozen=True)
class Served:
    """An application and its address."""

    app: FastAPI
    address: str


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("service")
    own = folder / "our-rules"
    own.mkdir()
    settings = Settings(
        rules=(shipped_rules(), own), watch_rules=False, database_url=f"sqlite:///{folder / 'advisor.db'}", api_keys="", state=None
    )
    app = create_app(settings)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield Served(app, f"http://127.0.0.1:{listening.getsockname()[1]}")
    server.should_exit = True
    thread.join(60)
    listening.close()


def chromium() -> str | None:
    """Return where a browser is, or None."""
    return next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    program = chromium()
    if program is None:
        pytest.skip("there is no chromium here; apt-get install chromium brings one")
    from playwright.sync_api import sync_playwright

    sandbox = () if os.geteuid() else ("--no-sandbox",)  # chromium has no sandbox for root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*_ARGUMENTS, *sandbox], timeout=PATIENCE_MS)
        yield browser
        browser.close()


@pytest.fixture
def own_rules(served: Served) -> Path:
    return Path(served.app.state.parts.settings.rules[-1])

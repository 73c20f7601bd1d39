"""What tests of several folders share: the fine-tuning service, as a fake on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from advisor.sources.openai_access import ServiceAccess
from tests.fake_openai.server import served
from tests.fake_openai.service import KEY, FakeFineTuning, fake_app

pytest_plugins = ("tests.scenario_results",)

_VARIABLES = (
    "OPENAI_API_KEY", "OPENAI_BASE_URL", "AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN",
    "OPENAI_API_VERSION", "OPENAI_WEBHOOK_SECRET", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_LOG",
)  # fmt: skip


@pytest.fixture(scope="session")
def _fake_on_loopback() -> Iterator[tuple[FakeFineTuning, str]]:
    fake = FakeFineTuning()
    with served(fake_app(fake)) as address:
        yield fake, address


@pytest.fixture
def service_address(_fake_on_loopback: tuple[FakeFineTuning, str]) -> str:
    """Return where the fake listens."""
    return _fake_on_loopback[1]


@pytest.fixture
def service(_fake_on_loopback: tuple[FakeFineTuning, str], monkeypatch: pytest.MonkeyPatch) -> FakeFineTuning:
    """Return the fake without any job, and let the environment name it, with its key and no repeats."""
    fake, address = _fake_on_loopback
    fake.reset()
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", f"{address}/v1")
    monkeypatch.setenv("ADVISOR_OPENAI_RETRIES", "0")
    return fake


@pytest.fixture
def access(service: FakeFineTuning) -> ServiceAccess:
    """Return the access that leads to the fake."""
    return ServiceAccess.from_environment()

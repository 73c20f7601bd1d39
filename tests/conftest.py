"""What tests of several folders share: an environment that nobody's shell or haste changes, and the fine-tuning service as a fake."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from advisor.sources.openai_access import ServiceAccess
from tests.fake_openai.server import served
from tests.fake_openai.service import KEY, FakeFineTuning, fake_app

pytest_plugins = ("tests.scenario_results",)

_VARIABLES = (
    "OPENAI_API_KEY", "OPENAI_BASE_URL", "AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN",
    "OPENAI_API_VERSION", "OPENAI_WEBHOOK_SECRET", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_LOG",
)  # fmt: skip

# CI tries the same examples every time, so that it fails only for what was changed; elsewhere each run looks for new ones, however slow or
# busy the machine, and prints with a failure the line that brings it back.
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("exploring", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady" if os.environ.get("CI") else "exploring")
_PATIENT = {"ADVISOR_RULES_CHECK_SECONDS": "600", "ADVISOR_LARGE_BODY_SECONDS": "600", "ADVISOR_RECEIVE_SECONDS": "600"}


@pytest.fixture(scope="session", autouse=True)
def _environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let no setting of the user's and no file in their home play a part, and no limit that a busy machine could reach."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("ADVISOR_") and not name.startswith("ADVISOR_TEST_")]:
            patch.delenv(name)
        for name, value in _PATIENT.items():
            patch.setenv(name, value)
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data-home")))
        yield


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

"""Which service is asked, with which key, and that no key is ever shown."""

from __future__ import annotations

import logging

import openai
import pytest

from advisor.errors import ServiceFault
from advisor.sources.openai_access import ServiceAccess, open_client
from advisor.sources.openai_service import fetch_run
from tests.fake_openai.runs import overfit_job
from tests.fake_openai.service import KEY, FakeFineTuning

JOB = "ftjob-abc123"


@pytest.fixture
def azure(service: FakeFineTuning, service_address: str, monkeypatch: pytest.MonkeyPatch) -> FakeFineTuning:
    monkeypatch.delenv("OPENAI_API_KEY")
    monkeypatch.delenv("OPENAI_BASE_URL")
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", service_address + "/")
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", KEY)
    service.add(overfit_job(result="plain"))
    return service


def test_azures_endpoint_without_a_version_is_asked_at_openai_v1(azure: FakeFineTuning):
    assert len(fetch_run(JOB, ServiceAccess.from_environment()).request.run.checkpoints) == 4
    assert azure.asked[0] == f"GET /openai/v1/fine_tuning/jobs/{JOB}"


def test_azures_endpoint_with_a_version_is_asked_by_its_dated_api(azure: FakeFineTuning, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_VERSION", "2025-04-01-preview")
    access = ServiceAccess.from_environment()
    with open_client(access) as client:
        assert isinstance(client, openai.AzureOpenAI)
    assert len(fetch_run(JOB, access).request.run.checkpoints) == 4
    assert azure.asked[0] == f"GET /openai/fine_tuning/jobs/{JOB}"


def test_azure_by_base_url_takes_azures_key(azure: FakeFineTuning, service_address: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("AZURE_OPENAI_ENDPOINT")
    monkeypatch.setenv("OPENAI_BASE_URL", f"{service_address}/openai/v1/")
    assert fetch_run(JOB, ServiceAccess.from_environment()).warnings == ()
    assert azure.asked[0] == f"GET /openai/v1/fine_tuning/jobs/{JOB}"


def test_without_an_address_openai_itself_is_meant(service: FakeFineTuning, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("OPENAI_BASE_URL")
    assert ServiceAccess.from_environment().address == "https://api.openai.com/v1"


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"OPENAI_API_KEY": ""}, "There is no key for 127.0.0.1: set OPENAI_API_KEY in the environment."),
        ({"AZURE_OPENAI_ENDPOINT": "https://acme.openai.azure.com"}, "There is no key for acme.openai.azure.com: set AZURE_OPENAI_API_KEY"),
        ({"OPENAI_BASE_URL": "acme.example/v1"}, "OPENAI_BASE_URL is no web address"),
        ({"OPENAI_BASE_URL": "https://acme.example/\nv1"}, "OPENAI_BASE_URL is no web address"),
        ({"AZURE_OPENAI_ENDPOINT": "acme", "AZURE_OPENAI_API_KEY": KEY}, "AZURE_OPENAI_ENDPOINT is no web address"),
        ({"OPENAI_API_KEY": f"{KEY}\n"}, "OPENAI_API_KEY holds characters that no key has"),
        ({"OPENAI_API_KEY": "sk-ключ"}, "OPENAI_API_KEY holds characters that no key has"),
        ({"ADVISOR_OPENAI_TIMEOUT_SECONDS": KEY}, "ADVISOR_OPENAI_TIMEOUT_SECONDS has no usable value"),
    ],
)
def test_what_the_environment_lacks_is_said_without_what_it_holds(
    service: FakeFineTuning, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], said: str
):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ServiceFault) as fault:
        fetch_run(JOB, ServiceAccess.from_environment())
    assert fault.value.kind == "not-configured"
    assert said in str(fault.value)
    assert KEY not in str(fault.value)
    assert service.asked == []


def test_the_key_shows_in_no_representation_and_no_log(service: FakeFineTuning, access: ServiceAccess, caplog: pytest.LogCaptureFixture):
    service.add(overfit_job())
    caplog.set_level(logging.DEBUG)
    fetch_run(JOB, access)
    assert KEY not in caplog.text
    for text in (repr(access), str(access), access.model_dump_json()):
        assert KEY not in text

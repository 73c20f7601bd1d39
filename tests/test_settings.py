import os

import pytest
from pydantic import ValidationError

from advisor.settings import Settings


def test_every_setting_has_a_default_that_serves_on_this_machine_only():
    settings = Settings()
    assert (settings.host, settings.port, settings.rules) == ("127.0.0.1", 8000, ())
    assert settings.max_body_bytes == 64 * 1024 * 1024


def test_the_environment_sets_them(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ADVISOR_PORT", "9000")
    monkeypatch.setenv("ADVISOR_RULES", f"shipped{os.pathsep}my-rules")
    assert Settings().port == 9000
    assert [str(folder) for folder in Settings().rules] == ["shipped", "my-rules"]


def test_a_setting_that_makes_no_sense_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ADVISOR_PORT", "70000")
    with pytest.raises(ValidationError, match="port"):
        Settings()

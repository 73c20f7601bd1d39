"""``advisor advise`` on a file whose settings nobody reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import EXAMPLE, Advisor


@pytest.mark.parametrize("wrapped", [True, False])
def test_misspelt_settings_are_told_with_the_advice(advisor: Advisor, tmp_path: Path, *, wrapped: bool):
    document = json.loads(EXAMPLE.read_text())
    run = document["run"] | {"hyperparameters": {"n_epoch": 4}}
    path = tmp_path / "run.json"
    path.write_text(json.dumps(document | {"run": run} if wrapped else run))
    sentence = f"{'run.' * wrapped}hyperparameters.n_epoch is not known and was not read: did you mean n_epochs?"
    assert sentence in " ".join(advisor("advise", path).output.split())
    assert json.loads(advisor("advise", path, "--json").stdout)["warnings"][0] == sentence

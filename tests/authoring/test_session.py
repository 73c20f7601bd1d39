"""The first session of docs/rules/session.md, step by step with the texts of that page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from advisor.api import create_app
from advisor.cli.app import app
from advisor.rulebook.overlay import SHIPPED
from advisor.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "rules" / "session.md").read_text("utf-8")
RUN = {
    "run": {
        "method": "supervised",
        "hyperparameters": {"n_epochs": 4},
        "checkpoints": [
            {"step_number": 100 * i, "metrics": {"train_loss": train, "full_valid_loss": valid}}
            for i, (train, valid) in enumerate(((0.9, 0.95), (0.6, 0.80), (0.4, 0.85), (0.2, 0.936)), 1)
        ],
    }
}


def advisor(line: str) -> Result:
    """Run a command of the page, as it stands there."""
    assert line in PAGE, line
    return CliRunner().invoke(app, line.partition("#")[0].split()[1:])


def test_a_threshold_is_changed_seen_corrected_and_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    overrides = re.search(r"<<'END'\n(.*?)END\n", PAGE, re.DOTALL)
    cases = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert overrides
    assert cases
    ours = tmp_path / "our-rules"
    (ours / "sft").mkdir(parents=True)
    (ours / "overrides.yaml").write_text(overrides[1])

    check = "advisor rules check --rules shipped --rules our-rules"
    assert "our-rules/overrides.yaml:3:18  error no-cases" in advisor(check).output

    (ours / "sft" / "valid-loss-rises.cases.yaml").write_text(cases[1])
    test = "advisor rules test --rules shipped --rules our-rules --rule valid-loss-rises"
    failed = advisor(test)
    assert failed.exit_code == 1
    assert "valid_loss_rise_ratio > rise    is 0.17, short by 0.03" in failed.output
    assert "valid_loss_rise_ratio > rise    is 0.17, short by 0.03" in PAGE

    (tmp_path / "past-runs").mkdir()
    (tmp_path / "past-runs" / "one.json").write_text(json.dumps(RUN))
    diff = advisor("advisor rules diff shipped shipped:our-rules --on past-runs")
    assert (diff.exit_code, "valid-loss-rises (edited): fired → quiet on 1 run" in diff.output) == (5, True), diff.output

    corrected = cases[1].replace("0.936", "1.05").replace("17 %", "31 %")
    (ours / "sft" / "valid-loss-rises.cases.yaml").write_text(corrected)
    assert "2 hold" in advisor(test).output

    with TestClient(create_app(Settings(rules=(Path(SHIPPED), ours), watch_rules=False))) as client:
        assert "valid-loss-rises" not in {finding["id"] for finding in client.post("/advise", json=RUN).json()["findings"]}
        tag = client.get("/rules/files/overrides.yaml").headers["ETag"]
        back = overrides[1].replace("0.2", "0.16")
        answer = client.put("/rules/files/overrides.yaml?message=Less+alarm", content=back, headers={"If-Match": tag})
        assert answer.status_code == 200, answer.text
        assert "valid-loss-rises" in {finding["id"] for finding in client.post("/advise", json=RUN).json()["findings"]}
    assert (ours / "overrides.yaml").read_text() == back

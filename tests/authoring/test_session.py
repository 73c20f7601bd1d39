"""What the documents let a lead do with the rules, step by step with the texts of those pages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from advisor.api import create_app
from advisor.authoring.candidate import try_out
from advisor.cli.app import app
from advisor.engine import Program
from advisor.local import LocalAdvisor
from advisor.rulebook.overlay import SHIPPED, Layer, Layered, lay, read_each
from advisor.settings import Settings
from advisor.shown import change

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "rules" / "session.md").read_text("utf-8")
RELOAD = (ROOT / "docs" / "rules" / "reload.md").read_text("utf-8")
START = (ROOT / "docs" / "start.md").read_text("utf-8")
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


def test_the_example_of_a_folder_of_your_own_holds_and_is_served_once_its_cases_stand_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    ours = tmp_path / "our-rules"
    (ours / "sft").mkdir(parents=True)
    files = dict(re.findall(r"```yaml\n# our-rules/(\S+)\n(.*?)```", RELOAD, re.DOTALL))
    oscillates = "sft/valid-loss-oscillates.cases.yaml"
    assert set(files) == {"overrides.yaml", "sft/valid-loss-rises.cases.yaml", oscillates}

    with TestClient(create_app(Settings(rules=(Path(SHIPPED), ours), watch_rules=False))) as client:
        tag = {"If-Match": client.get("/rules/files").headers["ETag"]}
        without = {path: text for path, text in files.items() if path != oscillates}
        refused = client.patch("/rules/files", json={"files": without}, headers=tag)
        assert refused.status_code == 422, refused.text
        (mistake,) = refused.json()["errors"]
        assert mistake["detail"].startswith(f"shipped/{oscillates}:1:3  the case ")
        assert f"write {oscillates} in your own folder, which takes this file's place" in mistake["detail"]
        saved = client.patch("/rules/files", json={"files": files}, headers=tag)
        assert saved.status_code == 200, saved.text
        assert saved.json()["warnings"] == []

    line = "advisor rules test --rules shipped --rules our-rules"
    assert line in RELOAD
    tested = CliRunner().invoke(app, line.split()[1:])
    assert tested.exit_code == 0, tested.output


def test_the_first_number_of_the_start_page_is_served_and_seen_and_the_second_is_refused():
    (name, old, new), (other, other_old, other_new) = re.findall(r"set `(\w+)` from (\d+) to (\d+)", START)

    served = try_out(_shipped_with(name, old, new))
    assert (served.mistakes, served.rulebook is None) == ((), False)
    assert served.rulebook is not None
    example = json.loads((ROOT / "examples" / "overfit-run.json").read_text("utf-8"))
    seen = [
        str(change(action.change)) for action in LocalAdvisor(program=Program(served.rulebook)).advise(example).actions if action.change
    ]
    assert "335 → 2,000" in START
    assert any("335 → 2,000" in words for words in seen), seen

    refused = try_out(_shipped_with(other, other_old, other_new)).mistakes
    assert "Four rules hold cases" in START
    assert ({m.code for m in refused}, len({m.file for m in refused})) == ({"case-fails"}, 4)
    assert {m.remedy for m in refused} == {"Correct the rule, or the case where the change is meant."}


def _shipped_with(name: str, old: str, new: str) -> Layered:
    """Return the shipped rules, served alone, after an edit of one shared number."""
    (layer,) = read_each([Path(SHIPPED)])
    before = layer.files["parameters.yaml"]
    after = before.replace(f"  {name}: {{value: {old},", f"  {name}: {{value: {new},")
    assert after != before
    return lay([Layer(layer.name, {**layer.files, "parameters.yaml": after})])

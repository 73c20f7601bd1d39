"""What other programs read of this repository: the action, the hooks, the skill."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from advisor.cli.app import app

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "overfit-run.json"


def _yaml(name: str) -> Any:
    return YAML(typ="safe").load((ROOT / name).read_text("utf-8"))


def _help(*command: str) -> str:
    result = CliRunner().invoke(app, [*command, "--help"], env={"COLUMNS": "200", "TERM": "dumb"})
    assert result.exit_code == 0, command
    return result.output


@pytest.fixture
def step(tmp_path: Path) -> Any:
    """Return a function that runs the action's step on a file; it gives the code, the outputs and the summary."""
    (tmp_path / "advisor").write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "from advisor.cli import main; main()" "$@"\n', "utf-8")
    (tmp_path / "advisor").chmod(0o755)

    def run(path: Path, **inputs: str) -> tuple[int, dict[str, str], str]:
        known = {name: value for name, value in os.environ.items() if not name.startswith(("ADVISOR_", "COV_"))}
        known |= {"PATH": f"{tmp_path}:{os.environ['PATH']}", "RUNNER_TEMP": str(tmp_path), "RUN_PATH": str(path), "ADVISOR_RULES": ""}
        known |= {"GITHUB_OUTPUT": str(tmp_path / "out"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")} | inputs
        ended = subprocess.run(["bash", ROOT / "scripts" / "advise-action.sh"], env=known, capture_output=True, timeout=300, check=False)
        written = {name: (tmp_path / name).read_text("utf-8") if (tmp_path / name).exists() else "" for name in ("out", "summary")}
        return ended.returncode, dict(line.split("=", 1) for line in written["out"].splitlines()), written["summary"]

    return run


@pytest.mark.slow
def test_the_action_writes_the_report_and_the_verdict(step: Any):
    code, outputs, summary = step(EXAMPLE, OPTIONS="--n-train 400  --explain off")
    assert code == 0
    assert outputs["verdict"] == "iterate"
    assert summary.startswith("### ITERATE")
    assert Path(outputs["report"]).read_text("utf-8") == summary


@pytest.mark.slow
@pytest.mark.parametrize(("fail_on_fix", "code"), [("true", 3), ("false", 0)])
def test_the_action_fails_on_fix_only_where_that_is_wanted(step: Any, tmp_path: Path, fail_on_fix: str, code: int):
    run = tmp_path / "run'; echo broken; '.json"
    run.write_text('{"method": "supervised", "checkpoints": []}', "utf-8")
    assert step(run, FAIL_ON_FIX=fail_on_fix)[:2] == (code, {"verdict": "fix", "report": str(tmp_path / "advisor-report.md")})


@pytest.mark.slow
def test_the_action_ends_with_the_commands_code_where_there_is_no_run(step: Any, tmp_path: Path):
    assert step(tmp_path / "nowhere.json") == (1, {}, "")


def test_every_input_of_the_action_is_used_and_none_is_pasted_into_a_script():
    action = _yaml("action.yml")
    scripts = [step.get("run", "") for step in action["runs"]["steps"]]
    assert not any("${{" in script for script in scripts)
    text = (ROOT / "action.yml").read_text("utf-8")
    assert all(f"inputs.{name} " in text for name in action["inputs"])


def test_each_hook_calls_a_command_that_exists():
    for hook in _yaml(".pre-commit-hooks.yaml"):
        name, *command = hook["entry"].split()
        assert name == "advisor"
        assert "FOLDER" in _help(*command)


def test_the_skill_names_only_commands_and_options_that_exist():
    skill = (ROOT / "skills" / "advisor" / "SKILL.md").read_text("utf-8")
    for command in re.findall(r"^advisor (\w+)", skill, re.MULTILINE):
        _help(command)
    options = set(re.findall(r"(?<!-)--[a-z][a-z-]+", skill)) - {"--http"}
    assert options
    assert options <= set(re.findall(r"--[a-z][a-z-]+", _help("advise")))
    assert "--http" in _help("mcp")


def test_the_skill_names_exactly_the_tools_of_the_server():
    from advisor.local import LocalAdvisor
    from advisor.mcp import build_server

    skill = (ROOT / "skills" / "advisor" / "SKILL.md").read_text("utf-8")
    server = build_server(LocalAdvisor().program, files=True)
    assert set(re.findall(r"^\| `(\w+)` \|", skill, re.MULTILINE)) == {tool.name for tool in server._tool_manager.list_tools()}

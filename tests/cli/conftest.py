"""The command line as tests run it: in this process, or as a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from advisor.cli.app import app
from advisor.cli.rulebooks import open_program
from advisor.engine import Program
from advisor.rulebook import shipped_rules

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "overfit-run.json"

Advisor = Callable[..., Result]


@pytest.fixture
def advisor() -> Advisor:
    """Return a function that runs the command line with these arguments, 80 columns wide."""

    def run(*arguments: str | Path, given: str | bytes | None = None) -> Result:
        return CliRunner().invoke(app, [str(a) for a in arguments], input=given, env={"COLUMNS": "80", "TERM": "dumb"})

    return run


@pytest.fixture
def store_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the store lies that the environment names; nothing is there yet."""
    path = tmp_path / "store" / "advisor.db"
    monkeypatch.setenv("ADVISOR_DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.delenv("ADVISOR_PROJECT", raising=False)
    return path


@pytest.fixture(scope="session")
def shipped_program() -> Program:
    """Return the shipped rulebook, compiled once for the tests of this process."""
    return open_program(None)


@pytest.fixture
def project(advisor: Advisor, store_file: Path, shipped_program: Program, monkeypatch: pytest.MonkeyPatch) -> Advisor:
    """Return a function that runs ``advisor experiments`` with these arguments for the project "invoices" of an empty store."""
    assert not store_file.exists()
    for module in ("advise", "job", "plan", "experiments_add", "experiments_evaluate"):
        monkeypatch.setattr(f"advisor.cli.{module}.open_program", lambda _: shipped_program)
    monkeypatch.setenv("ADVISOR_PROJECT", "invoices")
    return lambda *arguments, given=None: advisor("experiments", *arguments, given=given)


@pytest.fixture
def process() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Return a function that runs the command line as a process, its output piped."""

    def run(arguments: Sequence[str | Path], *, given: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-c", "from advisor.cli import main; main()", *map(str, arguments)]
        known = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "NO_COLOR", "COLUMNS")}
        return subprocess.run(command, input=given, capture_output=True, cwd=ROOT, env=known | environment, timeout=300, check=False)

    return run


@pytest.fixture
def write_run(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a request with these checkpoint metrics, one point a step, and gives its path."""

    def write(metrics: Sequence[dict[str, Any]], **run: Any) -> Path:
        checkpoints = [{"step_number": 10 * (i + 1), "metrics": m} for i, m in enumerate(metrics)]
        path = tmp_path / "run.json"
        path.write_text(json.dumps({"run": {"method": "supervised", **run, "checkpoints": checkpoints}}), "utf-8")
        return path

    return write


@pytest.fixture
def broken_rules(tmp_path: Path) -> Path:
    """Return a copy of the shipped rules with a wrong severity in one file and a wrong signal in another."""
    folder = tmp_path / "rules"
    shutil.copytree(shipped_rules(), folder)
    for name, right, wrong in (
        ("sft/overfit-ratio-mild.yaml", "severity: info", "severity: tiny"),
        ("data/dataset-small.yaml", "n_train < ", "n_trian < "),
    ):
        path = folder / name
        text = path.read_text("utf-8")
        assert right in text
        path.write_text(text.replace(right, wrong), "utf-8")
    return folder

"""What ``--scenario-results`` notes, in a project of its own, with and without pytest-xdist."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from advisor.web.features.documents import read_feature
from advisor.web.features.results import Results

ROOT = Path(__file__).parents[1]
FEATURE = """Feature: x
  Background:
    Given a number

  Scenario: It passes
    Then it is 1

  Scenario: It fails
    Then it is 2

  Scenario: It is undefined
    Then nobody knows this step

  Scenario Outline: It may be <n>
    Then it is <n>

    Examples:
      | n |
      | 1 |
      | 3 |
"""
STEPS = """
from pytest_bdd import given, parsers, scenarios, then

scenarios("features")

@given("a number", target_fixture="number")
def number():
    return 1

@then(parsers.parse("it is {expected:d}"))
def it_is(number, expected):
    assert number == expected
"""


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["0", "2"])
def test_each_scenario_and_example_is_noted_with_the_step_at_which_it_ended(tmp_path: Path, workers: str):
    (tmp_path / "features").mkdir()
    (tmp_path / "features" / "x.feature").write_text(FEATURE)
    (tmp_path / "test_x.py").write_text(STEPS)
    (tmp_path / "pytest.ini").write_text(f"[pytest]\npythonpath = {ROOT}\n")
    (tmp_path / "conftest.py").write_text('pytest_plugins = ("tests.scenario_results",)\n')
    target = tmp_path / "out" / "scenarios.json"
    command = [sys.executable, "-m", "pytest", "-q", "-n", workers, "-p", "no:cacheprovider", "--scenario-results", str(target)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 1, done.stdout + done.stderr

    results = Results.model_validate_json(target.read_bytes())
    assert results.digests == {"x.feature": read_feature(FEATURE.encode(), "x.feature").digest}
    assert [(o.scenario, o.example, o.state, o.step) for o in results.outcomes] == [
        (5, {}, "passed", None),
        (8, {}, "failed", 9),
        (11, {}, "undefined", 12),
        (14, {"n": "1"}, "passed", None),
        (14, {"n": "3"}, "failed", 15),
    ]
    assert "assert 1 == 2" in results.outcomes[1].message
    assert str(tmp_path) not in target.read_text()

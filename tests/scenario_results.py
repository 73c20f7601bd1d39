"""``pytest --scenario-results FILE``: writes what became of each scenario, which the documents of the features show.

Works under pytest-xdist too: each result travels with the report of its test.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd.parser import Feature, Scenario, Step

_PROPERTY = "scenario"
_MESSAGE_LENGTH = 2000


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--scenario-results", metavar="FILE", help="write what became of each scenario of features/ to this file")


def pytest_configure(config: pytest.Config) -> None:
    target = config.getoption("--scenario-results")
    if target and not hasattr(config, "workerinput"):
        config.pluginmanager.register(ScenarioResults(Path(target), Path(str(config.rootpath)) / "features"), "scenario-results-file")


def pytest_bdd_before_scenario(request: pytest.FixtureRequest, feature: Feature, scenario: Scenario) -> None:
    example = request.node.callspec.params.get("_pytest_bdd_example", {}) if hasattr(request.node, "callspec") else {}
    seen = {"file": feature.filename, "scenario": scenario.line_number, "example": example}
    request.node.user_properties.append((_PROPERTY, seen))


def pytest_bdd_step_error(request: pytest.FixtureRequest, step: Step, exception: Exception) -> None:
    _note(request, "failed", step, str(exception) or type(exception).__name__)


def pytest_bdd_step_func_lookup_error(request: pytest.FixtureRequest, step: Step) -> None:
    _note(request, "undefined", step, f'No step is defined for "{step.keyword} {step.name}".')


def _note(request: pytest.FixtureRequest, state: str, step: Step, message: str) -> None:
    seen = dict(request.node.user_properties)[_PROPERTY]
    plain = message.replace(f"{request.config.rootpath}/", "")
    seen.update(state=state, step=step.line_number, message=plain[:_MESSAGE_LENGTH])


class ScenarioResults:
    """Collects the results of a session and writes them at its end."""

    def __init__(self, target: Path, features: Path) -> None:
        self._target = target
        self._features = features
        self._outcomes: list[dict[str, Any]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        seen = dict(report.user_properties).get(_PROPERTY)
        if report.when != "call" or not isinstance(seen, dict):
            return
        feature = Path(seen["file"]).relative_to(self._features).as_posix()
        self._outcomes.append({"state": report.outcome, **{k: v for k, v in seen.items() if k != "file"}, "feature": feature})

    def pytest_sessionfinish(self) -> None:
        from advisor.web.features.documents import read_features
        from advisor.web.features.results import Outcome, Results

        known = {feature.path: feature.digest for feature in read_features(self._features)}
        outcomes = tuple(
            sorted(map(Outcome.model_validate, self._outcomes), key=lambda o: (o.feature, o.scenario, sorted(o.example.items())))
        )
        digests = {path: known[path] for path in sorted({outcome.feature for outcome in outcomes})}
        results = Results(finished=datetime.now(UTC).isoformat(timespec="seconds"), digests=digests, outcomes=outcomes)
        self._target.parent.mkdir(parents=True, exist_ok=True)
        self._target.write_text(results.model_dump_json(indent=1, exclude_defaults=True) + "\n", encoding="utf-8")

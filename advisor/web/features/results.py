"""What became of each scenario in the last run: a file that the test run writes, and what it says about the features as they are now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from advisor.web.features.documents import Feature, Scenario

State = Literal["failed", "undefined", "skipped", "changed", "not run", "passed"]
"""``undefined``: a step that nothing defines; ``changed``: the file is another one than the one that was run."""

STATES: tuple[State, ...] = ("failed", "undefined", "skipped", "changed", "not run", "passed")
"""Every state, what a reader must hear of first in front."""


class Outcome(BaseModel):
    """What became of one scenario, or of one example of an outline.

    Attributes:
        feature: The file's path in the folder of features.
        scenario: The line on which the scenario begins.
        example: The values of the example; empty where the scenario is no outline.
        state: Whether it passed.
        step: The line of the step at which it ended; None where it passed.
        message: What was wrong there.
    """

    model_config = ConfigDict(frozen=True)

    feature: str
    scenario: int
    example: dict[str, str] = {}
    state: Literal["failed", "undefined", "skipped", "passed"]
    step: int | None = None
    message: str = ""


class Results(BaseModel):
    """A run of the features: when it ended (ISO 8601), the hash of each file that was run, and what became of its scenarios."""

    model_config = ConfigDict(frozen=True)

    finished: str
    digests: dict[str, str]
    outcomes: tuple[Outcome, ...]

    def of(self, feature: Feature) -> FeatureResults:
        """Return what became of a feature's scenarios."""
        return FeatureResults(
            self.digests.get(feature.path) == feature.digest, {_key(o): o for o in self.outcomes if o.feature == feature.path}
        )


@dataclass(frozen=True, slots=True)
class FeatureResults:
    """What became of one feature's scenarios; ``current`` says whether the run was about the text as it is now."""

    current: bool
    outcomes: Mapping[tuple[int, frozenset[tuple[str, str]]], Outcome]

    def outcome(self, scenario: Scenario, example: Mapping[str, str]) -> Outcome | None:
        """Return what became of one example, None where it was not run as it stands."""
        return self.outcomes.get((scenario.line, frozenset(example.items()))) if self.current else None

    def state_of_example(self, scenario: Scenario, example: Mapping[str, str]) -> State:
        """Return the state of one example."""
        if not self.current:
            return "changed" if self.outcomes else "not run"
        found = self.outcome(scenario, example)
        return "not run" if found is None else found.state

    def state(self, scenario: Scenario) -> State:
        """Return the state of a scenario: the worst of its examples'."""
        return worst(self.state_of_example(scenario, example) for example, _ in scenario.cases())

    def ending(self, scenario: Scenario) -> Outcome | None:
        """Return how the first example that did not pass ended, None where each passed or was not run."""
        found = (self.outcome(scenario, example) for example, _ in scenario.cases())
        return next((outcome for outcome in found if outcome is not None and outcome.state != "passed"), None)


NOT_RUN = FeatureResults(current=False, outcomes={})


def worst(states: Iterable[State]) -> State:
    """Return the state that a reader must hear of first; ``not run`` for none."""
    found = set(states)
    return next((state for state in STATES if state in found), "not run")


def read_results(path: Path | None) -> Results | None:
    """Return the results in a file; None where there is no such file, or it holds none."""
    try:
        return None if path is None else Results.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def _key(outcome: Outcome) -> tuple[int, frozenset[tuple[str, str]]]:
    return outcome.scenario, frozenset(outcome.example.items())

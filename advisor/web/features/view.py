"""A scenario as it is shown: its steps with how far it came, its curves, and what became of each example."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from advisor.web.features.documents import Feature, Row, Scenario, Step
from advisor.web.features.pictures import Picture, pictures
from advisor.web.features.results import FeatureResults, Outcome, State

Mark = Literal["", "failed", "undefined", "skipped", "not reached"]


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step; ``mark`` says whether the scenario ended at it or before it, ``message`` why."""

    step: Step
    mark: Mark
    message: str = ""


@dataclass(frozen=True, slots=True)
class ShownExamples:
    """A table of examples, each row with its state."""

    names: Row
    rows: tuple[tuple[Row, State], ...]


@dataclass(frozen=True, slots=True)
class ShownScenario:
    """A scenario with what became of it."""

    scenario: Scenario
    state: State
    given: tuple[ShownStep, ...]
    then: tuple[ShownStep, ...]
    pictures: tuple[Picture, ...]
    examples: tuple[ShownExamples, ...]


def shown(feature: Feature, results: FeatureResults) -> Iterator[ShownScenario]:
    """Yield the scenarios of a feature; the curves of an outline are those of its first example."""
    for scenario in feature.scenarios:
        steps = tuple(_marked(scenario.all_steps, results.ending(scenario)))
        begins = next((i for i, found in enumerate(steps) if found.step.keyword == "When"), len(steps))
        _, first = next(scenario.cases())
        yield ShownScenario(
            scenario=scenario,
            state=results.state(scenario),
            given=steps[:begins],
            then=steps[begins:],
            pictures=pictures(first[:begins]),
            examples=tuple(_examples(scenario, results)),
        )


def _marked(steps: tuple[Step, ...], ending: Outcome | None) -> Iterator[ShownStep]:
    ended = False
    for step in steps:
        if ending is not None and step.line == ending.step and ending.state != "passed":
            ended = True
            yield ShownStep(step, ending.state, ending.message)
        else:
            yield ShownStep(step, "not reached" if ended else "")


def _examples(scenario: Scenario, results: FeatureResults) -> Iterator[ShownExamples]:
    for table in scenario.examples:
        rows = zip(table.rows, table.values(), strict=True)
        yield ShownExamples(table.names, tuple((row, results.state_of_example(scenario, values)) for row, values in rows))

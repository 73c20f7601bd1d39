"""Which scenarios speak of which rules: by the findings, mistakes, criteria, verdicts and rules that their expectations name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from advisor.rulebook import Rule
from advisor.web.features.documents import Feature, Scenario, Step

_QUOTED = re.compile(r'(?P<before>(?:\w+ ){0,2}\w*\s*)"(?P<name>[a-z0-9-]+)"')
_KIND_BY_WORD = {
    "finding": "finding",
    "of": "finding",
    "mistake": "mistake",
    "out": "mistake",
    "criterion": "stopping",
    "is": "verdict",
    "rule": "",
}


@dataclass(frozen=True, slots=True)
class Mention:
    """A scenario and the feature that it stands in."""

    feature: Feature
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class Coverage:
    """Scenarios by the id of the rule that they speak of, and ids of rules by scenario (path and line)."""

    scenarios: Mapping[str, tuple[Mention, ...]]
    rules: Mapping[tuple[str, int], tuple[str, ...]]


def coverage(features: Iterable[Feature], rules: Iterable[Rule]) -> Coverage:
    """Return who speaks of whom. A finding that several rules raise speaks of each of them."""
    by_name: dict[tuple[str, str], list[str]] = {}
    for rule in rules:
        by_name.setdefault((rule.kind, rule.raises), []).append(rule.id)
        by_name.setdefault(("", rule.id), []).append(rule.id)
    scenarios: dict[str, list[Mention]] = {}
    spoken_of: dict[tuple[str, int], tuple[str, ...]] = {}
    for feature in features:
        for scenario in feature.scenarios:
            found = dict.fromkeys(rule for name in _named(scenario) for rule in by_name.get(name, ()))
            spoken_of[feature.path, scenario.line] = tuple(found)
            for rule_id in found:
                scenarios.setdefault(rule_id, []).append(Mention(feature, scenario))
    return Coverage({name: tuple(found) for name, found in scenarios.items()}, spoken_of)


def _named(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Yield (kind, name) for everything that the expectations name in quotation marks; the kind is empty for a rule's own id."""
    for _, steps in scenario.cases():
        for step in _expectations(steps):
            for found in _QUOTED.finditer(step.text):
                words = found["before"].split()
                kind = _KIND_BY_WORD.get(words[-1]) if words else ""
                if kind == "verdict" and words[-2:] != ["verdict", "is"]:
                    continue
                if kind is not None:
                    yield kind, found["name"]


def _expectations(steps: Iterable[Step]) -> Iterator[Step]:
    expected = False
    for step in steps:
        expected = step.keyword == "Then" or (expected and step.keyword in ("And", "But", "*"))
        if expected:
            yield step

"""What is named and never used, and what is referred to and never there."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from advisor.authoring.checks.problem import Places, Problem, conditions_of
from advisor.facts import Method
from advisor.rulebook import Rule, Rulebook, comparisons


def check_names(rulebook: Rulebook, places: Places) -> Iterator[Problem]:
    """Yield actions that nobody recommends, findings that are never raised where they are named, and bands without an end."""
    raised = _raised(rulebook)
    for rule in rulebook.rules:
        for i, name in enumerate(rule.suppresses):
            if not raised.get(f"finding:{name}", frozenset()) & rule.applies_to:
                message = f"{name} is never raised for {_listed(rule)}: there is nothing to explain away"
                yield places.problem(rule.file, ("suppresses", i), "suppresses-nothing", message, "Take it out, or correct applies_to.")
        for path, group in conditions_of(rule):
            for comparison in comparisons(group):
                if comparison.reference and not raised.get(comparison.reference, frozenset()) & rule.applies_to:
                    message = f"{comparison.text} is never raised for {_listed(rule)}"
                    place = places.path_of(rule.file, path, comparison)
                    yield places.problem(rule.file, place, "never-raised", message, "Take it out, or correct applies_to.")
    yield from _unused_actions(rulebook, places)
    for bands in rulebook.bands.values():
        last = len(bands.bands) - 1
        for side, index, ends in (("below", 0, bands.bands[0].low != -inf), ("above", last, bands.bands[last].high != inf)):
            if ends:
                message = f'values {side} the band "{bands.bands[index].id}" have no band'
                file = f"bands/{bands.id}.yaml"
                yield places.problem(file, ("bands", index), "bands-open", message, f"Leave its bound {side} out.")


def _raised(rulebook: Rulebook) -> dict[str, frozenset[Method]]:
    """Return for which methods each reference can be raised; rules in shadow and deprecated ones raise nothing."""
    raised: dict[str, frozenset[Method]] = {}
    for rule in rulebook.rules:
        if rule.speaks:
            raised[rule.reference] = raised.get(rule.reference, frozenset()) | rule.applies_to
    return raised


def _unused_actions(rulebook: Rulebook, places: Places) -> Iterator[Problem]:
    used = {item.action for rule in rulebook.rules if rule.status != "deprecated" for item in rule.recommend}
    for name, action in rulebook.actions.items():
        if name not in used:
            message = f"no rule recommends the action {name}"
            yield places.problem(action.file, ("id",), "unused-action", message, "Recommend it under a rule, or delete the file.")


def _listed(rule: Rule) -> str:
    return " and ".join(sorted(rule.applies_to))

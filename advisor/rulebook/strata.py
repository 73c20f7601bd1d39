"""The order in which rules can be decided: a finding about a finding comes after it."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter

from advisor.rulebook.model import Rule
from advisor.rulebook.references import explained_away, reads

_MOST_CIRCLES = 20  # who reads more; and each takes a walk through all references


def _needs(rules: Sequence[Rule]) -> dict[str, set[str]]:
    """Return, for each ``kind:id`` that can be referred to, the references that must be decided before it."""
    needs = explained_away(rules)
    for rule in rules:
        needs.setdefault(rule.reference, set()).update(reads(rule))
    return needs


def find_cycles(rules: Sequence[Rule]) -> list[tuple[Rule, str]]:
    """Return a rule and a sentence for each circle of references, the first twenty of them."""
    needs = _needs(rules)
    by_reference = {rule.reference: rule for rule in rules}
    found: list[tuple[Rule, str]] = []
    while len(found) < _MOST_CIRCLES:
        try:
            TopologicalSorter({name: sorted(needs[name]) for name in sorted(needs)}).prepare()
        except CycleError as error:
            circle: list[str] = error.args[1]
            rule = next((by_reference[name] for name in circle if name in by_reference), rules[0])
            found.append((rule, "the references go round in a circle: " + " → ".join(n.split(":")[1] for n in circle)))
            needs[circle[1]].discard(circle[0])
        else:
            break
    return found


def strata(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Group rules so that each group refers only to findings of earlier groups; the references must be free of circles."""
    needs = _needs(rules)
    level: dict[str, int] = {}
    for name in TopologicalSorter(needs).static_order():
        level[name] = 1 + max((level[other] for other in needs.get(name, ())), default=-1)
    groups: dict[int, list[Rule]] = {}
    for rule in rules:
        groups.setdefault(level[rule.reference], []).append(rule)
    return [groups[number] for number in sorted(groups)]

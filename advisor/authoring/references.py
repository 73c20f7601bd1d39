"""Which rules hang on which: those that a rule refers to, that ease it, and that explain it away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from advisor.rulebook import Comparison, Rule, Rulebook, comparisons


class References:
    """The rules of a rulebook by what they hang on."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._by_id = {rule.id: rule for rule in rulebook.rules}
        self._raising: dict[str, list[Rule]] = {}
        self._suppressing: dict[str, list[Rule]] = {}
        for rule in rulebook.rules:
            self._raising.setdefault(rule.reference, []).append(rule)
            for finding in rule.suppresses:
                self._suppressing.setdefault(f"finding:{finding}", []).append(rule)
        self._hangs_on = {rule.id: [other.id for other in self._others(rule)] for rule in rulebook.rules}

    def needed(self, roots: Iterable[str]) -> set[str]:
        """Return the ids of these rules and of all that can change what becomes of them."""
        return _closure(roots, self._hangs_on)

    def reached(self, roots: Iterable[str]) -> set[str]:
        """Return the ids of these rules and of all whose outcome they can change; ids of no rule are left out."""
        leaning: dict[str, list[str]] = {}
        for rule_id, others in self._hangs_on.items():
            for other in others:
                leaning.setdefault(other, []).append(rule_id)
        return _closure([root for root in roots if root in self._by_id], leaning)

    def _others(self, rule: Rule) -> Iterator[Rule]:
        for comparison in all_comparisons(rule):
            if comparison.reference is not None:
                yield from self._raising.get(comparison.reference, ())
        for finding in rule.milder_with:
            yield from self._raising.get(f"finding:{finding}", ())
        yield from self._suppressing.get(rule.reference, ())


def further_conditions(rule: Rule) -> tuple[Comparison, ...]:
    """Return the comparisons under ``confidence`` (high, then low) and under the recommendations that have a condition."""
    groups = (rule.confidence_high, rule.confidence_low, *(item.when for item in rule.recommend))
    return tuple(comparison for group in groups if group is not None for comparison in comparisons(group))


def all_comparisons(rule: Rule) -> tuple[Comparison, ...]:
    """Return every comparison of a rule: those of its condition, then the further ones."""
    return (*comparisons(rule.when), *further_conditions(rule))


def _closure(roots: Iterable[str], following: Mapping[str, Iterable[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += following.get(name, ())
    return found

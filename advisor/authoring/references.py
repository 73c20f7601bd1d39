"""Which rules hang on which: those that a rule refers to, that ease it, and that explain it away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from advisor.rulebook import Rulebook
from advisor.rulebook.references import explained_away, reads


class References:
    """The rules of a rulebook by what they hang on."""

    def __init__(self, rulebook: Rulebook) -> None:
        raising: dict[str, list[str]] = {}
        for rule in rulebook.rules:
            raising.setdefault(rule.reference, []).append(rule.id)
        away = explained_away(rulebook.rules)
        self._hangs_on = {
            rule.id: [other for reference in reads(rule) | away.get(rule.reference, set()) for other in raising.get(reference, ())]
            for rule in rulebook.rules
        }

    def needed(self, roots: Iterable[str]) -> set[str]:
        """Return the ids of these rules and of all that can change what becomes of them."""
        return _closure(roots, self._hangs_on)

    def reached(self, roots: Iterable[str]) -> set[str]:
        """Return the ids of these rules and of all whose outcome they can change; ids of no rule are left out."""
        leaning: dict[str, list[str]] = {}
        for rule_id, others in self._hangs_on.items():
            for other in others:
                leaning.setdefault(other, []).append(rule_id)
        return _closure([root for root in roots if root in self._hangs_on], leaning)


def _closure(roots: Iterable[str], following: Mapping[str, Iterable[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += following.get(name, ())
    return found

"""What every rule of a rulebook must come to, in plain Python: the yardstick that the engine is held against.

Written from the rule language alone. It shares no code with ``advisor.engine``: no clauses, no strata, no ruleset. A condition is walked as
the tree that it is, in three values (True, False, None for unknown), and a reference is followed when it is met.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from sys import float_info

from advisor.contract.advice import SEVERITIES, Operator
from advisor.facts import Method
from advisor.rulebook import Comparison, Condition, Rule, comparisons
from advisor.signals import Missing, Value

_HOLDS: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
}
_OPPOSITE: Mapping[Operator, Operator] = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}


@dataclass(frozen=True)
class Expected:
    """An outcome as the engine must report it; what a rule that did not fire does not say stays at its default."""

    rule: str
    kind: str
    severity: str = "info"
    confidence: str = "medium"
    recommended: tuple[int, ...] = ()
    evidence: tuple[tuple[Comparison, float], ...] = ()
    missing: tuple[str, ...] = ()
    by: str | None = None


class Reference:
    """Decides the rules of one rulebook for one run's signals."""

    def __init__(self, rules: Sequence[Rule], method: Method, signals: Mapping[str, Value]) -> None:
        self._rules = rules
        self._method = method
        self._signals = signals
        self._decided: dict[str, Expected] = {}

    def decide(self) -> list[Expected]:
        return [self._outcome(rule) for rule in self._rules]

    def _outcome(self, rule: Rule) -> Expected:
        if rule.id not in self._decided:
            self._decided[rule.id] = self._decide(rule)
        return self._decided[rule.id]

    def _decide(self, rule: Rule) -> Expected:
        if not self._applies(rule):
            return Expected(rule.id, "not_applicable")
        truth = self._truth(rule.when)
        if truth is None:
            return Expected(rule.id, "not_evaluated", missing=self._lacking(rule))
        if not truth:
            return Expected(rule.id, "not_fired")
        suppressor = self._suppressor(rule)
        return Expected(
            rule.id,
            "fired" if suppressor is None else "suppressed",
            severity=self._severity(rule),
            confidence=self._confidence(rule),
            recommended=tuple(i for i, r in enumerate(rule.recommend) if r.when is None or self._truth(r.when) is True),
            evidence=self._in_file_order(rule, self._evidence(rule.when, wanted=True)),
            by=suppressor,
        )

    def _applies(self, rule: Rule) -> bool:
        return self._method in rule.applies_to and rule.status != "deprecated"

    # -- references -----------------------------------------------------------------------------------------------------------------

    def _raisers(self, reference: str) -> list[Rule]:
        return [rule for rule in self._rules if rule.reference == reference and self._applies(rule) and rule.status != "shadow"]

    def _raised(self, reference: str) -> bool | None:
        kinds = {self._outcome(rule).kind for rule in self._raisers(reference)}
        if "fired" in kinds:
            return True
        return None if "not_evaluated" in kinds and reference.startswith("finding:") else False

    def _suppressor(self, rule: Rule) -> str | None:
        if rule.kind != "finding":
            return None
        advised = (other for other in self._rules if self._applies(other) and other.status != "shadow")
        return next((other.raises for other in advised if rule.raises in other.suppresses and self._raised(other.reference)), None)

    def _severity(self, rule: Rule) -> str:
        eased = any(self._raised(f"finding:{name}") for name in rule.milder_with)
        place = SEVERITIES.index(rule.severity)
        return SEVERITIES[place - 1] if eased and place > 0 else rule.severity

    def _confidence(self, rule: Rule) -> str:
        if rule.confidence_low is not None and self._truth(rule.confidence_low):
            return "low"
        if rule.confidence_high is not None and self._truth(rule.confidence_high):
            return "high"
        return rule.confidence

    # -- conditions -----------------------------------------------------------------------------------------------------------------

    def _number(self, name: str) -> float | None:
        if ":" in name:
            raised = self._raised(name)
            return None if raised is None else float(raised)
        value = self._signals.get(name)
        return None if value is None or isinstance(value, Missing) else value

    def _sides(self, comparison: Comparison) -> tuple[float, float] | None:
        left = self._number(comparison.signal)
        if comparison.other is None:
            return None if left is None else (left, comparison.threshold)
        right = self._number(comparison.other)
        return None if left is None or right is None else (left, comparison.factor * right)

    def _truth(self, condition: Condition) -> bool | None:
        if isinstance(condition, Comparison):
            sides = self._sides(condition)
            return None if sides is None else _HOLDS[condition.operator](*sides)
        truths = [self._truth(member) for member in condition.members]
        decisive = condition.join != "all"  # one such member settles the group
        settled = decisive if decisive in truths else None if None in truths else not decisive
        return (None if settled is None else not settled) if condition.join == "none" else settled

    def _lacking(self, rule: Rule) -> tuple[str, ...]:
        names = [name for c in self._open(rule.when) for name in c.needs if self._number(name) is None]
        return tuple(dict.fromkeys(need for name in names for need in self._needs(name)))

    def _open(self, condition: Condition) -> Iterator[Comparison]:
        """Yield the comparisons that are unknown and not in a branch that is settled without them."""
        if self._truth(condition) is not None:
            return
        if isinstance(condition, Comparison):
            yield condition
            return
        for member in condition.members:
            yield from self._open(member)

    def _needs(self, name: str) -> tuple[str, ...]:
        if ":" in name:
            return tuple(need for rule in self._raisers(name) for need in self._outcome(rule).missing)
        value = self._signals.get(name)
        return value.needs if isinstance(value, Missing) else (name,)

    # -- evidence -------------------------------------------------------------------------------------------------------------------

    def _evidence(self, condition: Condition, *, wanted: bool) -> Iterator[tuple[Comparison, float]]:
        """Yield the comparisons that make a condition come out as wanted, turned round where they had to fail."""
        if isinstance(condition, Comparison):
            yield self._matched(condition, wanted=wanted)
            return
        members_wanted = wanted if condition.join != "none" else not wanted
        for member in condition.members:
            if self._truth(member) is members_wanted:
                yield from self._evidence(member, wanted=members_wanted)

    def _matched(self, comparison: Comparison, *, wanted: bool) -> tuple[Comparison, float]:
        sides = self._sides(comparison)
        assert sides is not None
        left, right = sides
        value = left if comparison.other is None else max(-float_info.max, min(float_info.max, left - right))
        if wanted:
            return comparison, value
        if comparison.flag:
            return replace(comparison, threshold=1.0 - comparison.threshold), value
        opposite: Operator = ("<" if left < right else ">") if comparison.operator == "==" else _OPPOSITE[comparison.operator]
        return replace(comparison, operator=opposite), value

    def _in_file_order(self, rule: Rule, found: Iterator[tuple[Comparison, float]]) -> tuple[tuple[Comparison, float], ...]:
        """Order as the file does; comparisons that ``none`` turned round stand in no file and come last."""
        written = {comparison: i for i, comparison in enumerate(comparisons(rule.when))}
        return tuple(sorted(dict(found).items(), key=lambda item: (written.get(item[0], len(written)), item[0].text, item[0].operator)))

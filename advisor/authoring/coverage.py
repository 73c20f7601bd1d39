"""What the cases show of each rule: that it fires, stays quiet and lacks data, and each side of each of its conditions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from advisor.authoring.trial import CaseResult
from advisor.contract.advice import ConditionResult
from advisor.rulebook import Comparison, Rule, Rulebook, comparisons
from advisor.rulebook.references import further_conditions

NEAR_SHARE = 0.1
"""A value within this share of its threshold is at the boundary."""
_ONE_STEP = 1.0
_NEAR_ZERO = 0.05
_SPOKE = frozenset({"fired", "suppressed"})


@dataclass(frozen=True, slots=True)
class ConditionCoverage:
    """Which sides of one comparison some case shows.

    ``at_boundary`` is None for flags and references, which have none. ``missing`` is shown and not counted: many signals are never missing.
    """

    condition: str
    true: bool
    false: bool
    at_boundary: bool | None
    missing: bool

    @property
    def unseen(self) -> tuple[str, ...]:
        """The counted sides that no case shows."""
        sides = (("true", self.true), ("false", self.false), ("at the boundary", self.at_boundary))
        return tuple(name for name, seen in sides if seen is False)

    @property
    def sides(self) -> int:
        """How many sides count."""
        return 2 if self.at_boundary is None else 3


@dataclass(frozen=True, slots=True)
class RuleCoverage:
    """What the cases show of one rule: of the conditions under ``confidence`` and ``recommend`` only where the rule speaks."""

    rule: str
    file: str
    cases: int
    fired: bool
    quiet: bool
    missing: bool
    conditions: tuple[ConditionCoverage, ...]

    @property
    def unseen(self) -> tuple[str, ...]:
        """The counted outcomes that no case shows."""
        return tuple(name for name, seen in (("firing", self.fired), ("quiet", self.quiet)) if not seen)

    @property
    def sides(self) -> int:
        """How many outcomes and sides count."""
        return 2 + sum(condition.sides for condition in self.conditions)

    @property
    def seen(self) -> int:
        """How many of them some case shows."""
        return self.sides - len(self.unseen) - sum(len(condition.unseen) for condition in self.conditions)

    @property
    def share(self) -> float:
        """Seen over all, 0 to 1."""
        return self.seen / self.sides


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the cases show of a rulebook."""

    rules: tuple[RuleCoverage, ...]

    @property
    def share(self) -> float:
        """Seen sides over all sides, 0 to 1; 1 where there is nothing to see."""
        sides = sum(rule.sides for rule in self.rules)
        return sum(rule.seen for rule in self.rules) / sides if sides else 1.0


def cover(rulebook: Rulebook, results: Iterable[CaseResult], rules: Sequence[str] | None = None) -> Coverage:
    """Return what results show; ``rules`` narrows it to these ids. A case that fails shows what it shows all the same."""
    by_rule: dict[str, list[CaseResult]] = {}
    for result in results:
        by_rule.setdefault(result.case.rule, []).append(result)
    chosen = [rule for rule in rulebook.rules if rules is None or rule.id in rules]
    return Coverage(tuple(_rule(rule, by_rule.get(rule.id, [])) for rule in chosen))


def _rule(rule: Rule, results: Sequence[CaseResult]) -> RuleCoverage:
    outcomes = {result.outcome.outcome for result in results if result.outcome is not None}
    stood = [result.conditions for result in results if result.conditions]
    conditions = [_condition(comparison, [found[i] for found in stood]) for i, comparison in enumerate(comparisons(rule.when))]
    spoke = [result.further for result in results if result.outcome is not None and result.outcome.outcome in _SPOKE]
    conditions += [_condition(comparison, [found[i] for found in spoke]) for i, comparison in enumerate(further_conditions(rule))]
    return RuleCoverage(
        rule=rule.id,
        file=rule.file,
        cases=len(results),
        fired=bool(outcomes & _SPOKE),
        quiet="not_fired" in outcomes,
        missing="not_evaluated" in outcomes,
        conditions=tuple(conditions),
    )


def _condition(comparison: Comparison, found: Sequence[ConditionResult]) -> ConditionCoverage:
    held = {condition.holds for condition in found}
    plain = comparison.flag or comparison.reference is not None
    near = None if plain else any(at_boundary(condition) for condition in found)
    return ConditionCoverage(comparison.text, True in held, False in held, near, None in held)


def at_boundary(condition: ConditionResult) -> bool:
    """Say whether a value lies at its threshold: within a tenth of it, one where both are whole numbers, 0.05 where it is zero."""
    if condition.margin is None or condition.threshold is None or condition.value is None:
        return False
    near = abs(condition.threshold) * NEAR_SHARE if condition.threshold else _NEAR_ZERO
    if float(condition.threshold).is_integer() and float(condition.value).is_integer():
        near = max(near, _ONE_STEP)
    return abs(condition.margin) <= near * (1 + 1e-9)

"""Why a rule did or did not fire on a run: every condition with its margin, the nearest miss, and what would have to change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from advisor.contract.advice import Advice, ConditionResult, RuleOutcome
from advisor.rulebook import Comparison, Condition, Rule, comparisons

_UNDECIDED = 1e9
"""How far a condition counts that no number can bring about: a missing value, a finding."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What became of a rule on a run.

    Attributes:
        rule: The rule.
        outcome: Its outcome with every condition.
        nearest: The condition nearest to its threshold among those that decide: the nearest miss of a quiet rule, the narrowest hit of
            one that fired; None where nothing has a margin.
        changes: What would have to be otherwise for the outcome to turn, the least that does it; empty where nothing would.
    """

    rule: Rule
    outcome: RuleOutcome
    nearest: ConditionResult | None
    changes: tuple[str, ...]


def explain_rule(rule: Rule, advice: Advice) -> Explanation:
    """Explain a rule's outcome; the advice must have been given with every outcome."""
    outcome = next(o for o in advice.outcomes or () if o.rule == rule.id)
    if not outcome.conditions:
        return Explanation(rule, outcome, None, ())
    stood = dict(zip(_ids(rule.when), zip(comparisons(rule.when), outcome.conditions, strict=True), strict=True))
    holds = outcome.outcome in ("fired", "suppressed")
    least = _least(rule.when, not holds, stood, iter(_ids(rule.when)))
    deciding = [stood[i] for i, _ in least.needed]
    with_margin = [condition for _, condition in deciding if condition.margin is not None]
    nearest = min(with_margin, key=_distance, default=None)
    changes = tuple(_sentence(*stood[i], wanted=wanted) for i, wanted in least.needed)
    return Explanation(rule, outcome, nearest, changes)


Standing = Mapping[int, tuple[Comparison, ConditionResult]]


@dataclass(frozen=True, slots=True)
class _Least:
    """The cheapest way to the wanted truth: comparisons by their place, each with the truth it needs, and how far that is."""

    cost: float
    needed: tuple[tuple[int, bool], ...]


def _ids(condition: Condition) -> range:
    return range(sum(1 for _ in comparisons(condition)))


def _least(condition: Condition, wanted: bool, stood: Standing, places: Iterator[int]) -> _Least:
    if isinstance(condition, Comparison):
        place = next(places)
        _, result = stood[place]
        return _Least(0.0, ()) if result.holds is wanted else _Least(_distance(result), ((place, wanted),))
    inner = wanted if condition.join != "none" else not wanted
    members = [_least(member, inner, stood, places) for member in condition.members]
    if (condition.join in ("all", "none")) == wanted:
        return _Least(sum(m.cost for m in members), tuple(need for m in members for need in m.needed))
    return min(members, key=lambda m: m.cost, default=_Least(0.0, ()))


def _distance(condition: ConditionResult) -> float:
    """Return how far a value lies from its threshold, as a share of the threshold, so that different units compare."""
    if condition.margin is None or condition.threshold is None:
        return _UNDECIDED
    return abs(condition.margin) / (abs(condition.threshold) or 1.0)


def _sentence(comparison: Comparison, result: ConditionResult, *, wanted: bool) -> str:
    if comparison.reference is not None:
        kind, _, name = comparison.reference.partition(":")
        return f"the {kind} {name} would have to be {'raised' if wanted else 'absent'}"
    if result.value is None:
        lacking = ", ".join(comparison.needs)
        return f"{lacking} would have to be known, and {'fulfil' if wanted else 'fail'} {result.condition}"
    if comparison.flag:
        return f"{comparison.signal} would have to be {int(comparison.threshold if wanted else 1 - comparison.threshold)}"
    return f"{comparison.signal} would have to be {_side(result, wanted=wanted)} instead of {result.value:.6g}"


def _side(result: ConditionResult, *, wanted: bool) -> str:
    threshold = "its other side" if result.threshold is None else f"{result.threshold:.6g}"
    words = {
        ">": ("above", "at most"),
        ">=": ("at least", "below"),
        "<": ("below", "at least"),
        "<=": ("at most", "above"),
        "==": ("exactly", "other than"),
    }
    return f"{words[result.operator or '=='][0 if wanted else 1]} {threshold}"

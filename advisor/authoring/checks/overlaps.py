"""Rules that repeat, contradict or tie with one another wherever one of them fires."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations

from advisor.advice.findings import strength
from advisor.authoring.checks.problem import Places, Problem
from advisor.authoring.checks.ranges import Domains, Limit, Ranges
from advisor.contract.advice import Confidence, Severity
from advisor.engine.clauses import TooComplex, clauses
from advisor.rulebook import Comparison, Recommendation, Rule, Rulebook

_OPPOSITE = {"up": "down", "down": "up"}


@dataclass(frozen=True, slots=True)
class _Laid:
    """A rule as alternatives, and what each alternative leaves of the signals' values, the rule's own finding included."""

    rule: Rule
    alternatives: tuple[tuple[Limit, ...], ...]
    left: tuple[Ranges, ...]

    def implies(self, other: _Laid) -> bool:
        """Say whether the other's condition surely holds wherever this rule fires."""
        return bool(self.left) and all(
            any(all(limit.implied(ranges) for limit in alternative) for alternative in other.alternatives) for ranges in self.left
        )


def check_overlaps(rulebook: Rulebook, domains: Domains, places: Places) -> Iterator[Problem]:
    """Yield rules that are shadowed, contradicted or tied by another rule, or that contradict themselves."""
    laid = [found for rule in rulebook.rules if rule.speaks and (found := _laid(rule, domains)) is not None]
    for one in laid:
        if one.rule.recommend:
            yield from _between(one.rule, one.rule, combinations(_unconditional(one.rule), 2), rulebook, places)
    for (i, one), (j, other) in permutations(enumerate(laid), 2):
        if one.rule.applies_to & other.rule.applies_to and one.implies(other):
            yield from _shadowed(one, other, places, first=i < j)
            if _both_advise(one.rule, other.rule):
                pairs = ((a, b) for a in _unconditional(one.rule) for b in _unconditional(other.rule))
                yield from _between(one.rule, other.rule, pairs, rulebook, places)


def _laid(rule: Rule, domains: Domains) -> _Laid | None:
    try:
        alternatives = clauses(rule.when)
    except TooComplex:
        return None
    raised = Comparison(rule.reference, "==", 1.0, rule.reference, flag=True)
    left = [ranges for clause in alternatives if (ranges := domains.ranges((*clause, raised))) is not None]
    asked = tuple(tuple(domains.limit(comparison) for comparison in clause) for clause in alternatives)
    return _Laid(rule, asked, tuple(left))


def _unconditional(rule: Rule) -> list[Recommendation]:
    return [item for item in rule.recommend if item.when is None]


def _both_advise(one: Rule, other: Rule) -> bool:
    return one.raises not in other.suppresses and other.raises not in one.suppresses


def _shadowed(one: _Laid, other: _Laid, places: Places, *, first: bool) -> Iterator[Problem]:
    """Yield that ``one`` adds nothing to ``other``, which fires wherever it does and says at least as much."""
    a, b = one.rule, other.rule
    same = a.kind == b.kind and a.raises == b.raises and a.applies_to <= b.applies_to and a.kind != "verdict"
    if not same or (first and other.implies(one) and _strength(a) == _strength(b)):
        return
    repeats = {(item.action, item.step, item.severity) for item in a.recommend} <= {
        (item.action, item.step, item.severity) for item in _unconditional(b)
    }
    if repeats and _strength(a) <= _strength(b) and set(a.suppresses) <= set(b.suppresses):
        message = f'wherever this rule fires, "{b.id}" raises {b.raises} too, at least as strongly and with the same actions'
        yield places.problem(a.file, ("when",), "shadowed-rule", message, f"Take it out, or let it say more than {b.file}.")


def _strength(rule: Rule) -> tuple[int, int]:
    return strength(rule.severity, _confidence(rule))


def _confidence(rule: Rule) -> Confidence:
    """Return the most that a rule's finding can be sure of."""
    return "high" if rule.confidence_high is not None else rule.confidence


def _between(
    one: Rule, other: Rule, pairs: Iterator[tuple[Recommendation, Recommendation]], rulebook: Rulebook, places: Places
) -> Iterator[Problem]:
    """Yield what two recommendations that are made together leave open."""
    for a, b in pairs:
        if a.action == b.action or _support(one, a, rulebook) != _support(other, b, rulebook):
            continue
        place = ("recommend", a.order)
        beside = "" if one is other else f', which "{other.id}" recommends wherever this rule fires'
        if _opposed(a, b, rulebook):
            message = f"{a.action} is the opposite of {b.action}{beside}, and has the same support"
            yield places.problem(one.file, place, "opposite-actions", message, "Take one out, or give it a lower severity.")
        elif _tied(a, b, rulebook, within=one is other) and (one is not other or one.id <= other.id):
            message = f"only the alphabet ranks {a.action} against {b.action}{beside}"
            remedy = "Give one of them another severity, tier or cost, or rank by order in priorities.yaml."
            yield places.problem(one.file, place, "rank-tie", message, remedy)


def _support(rule: Rule, item: Recommendation, rulebook: Rulebook) -> tuple[int, object, object]:
    severity: Severity = item.severity or rule.severity
    return rulebook.priorities.support[severity][rule.confidence], rule.confidence_high, rule.confidence_low


def _opposed(a: Recommendation, b: Recommendation, rulebook: Rulebook) -> bool:
    one, other = rulebook.actions[a.action].shape.change, rulebook.actions[b.action].shape.change
    if one is None or other is None or one.parameter != other.parameter:
        return False
    return isinstance(one.to, str) and _OPPOSITE.get(one.to) == other.to


def _tied(a: Recommendation, b: Recommendation, rulebook: Rulebook, *, within: bool) -> bool:
    one, other = rulebook.actions[a.action].shape, rulebook.actions[b.action].shape
    ordered = "order" in rulebook.priorities.rank_by and (within or a.order != b.order)
    return not ordered and (one.tier, one.cost) == (other.tier, other.cost)

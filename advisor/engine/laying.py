"""Rules laid down for the engine: every condition that it is to decide about a rule as clauses, over as few rulesets as its limits allow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from advisor.engine.clauses import MAX_JOINED, Clause, TooComplex, clauses, refutations
from advisor.engine.ruleset import MAX_CONDITIONS_PER_KIND, MAX_KINDS, MAX_RULES, Ruleset, fact_name
from advisor.errors import BrokenRulebook, Mistake
from advisor.rulebook import Group, Rule


def fires(rule: Rule) -> str:
    """Return the key of the clauses under which a rule fires."""
    return f"fires|{rule.id}"


def sure(rule: Rule) -> str:
    """Return the key of the clauses under which its finding has high confidence."""
    return f"high|{rule.id}"


def unsure(rule: Rule) -> str:
    """Return the key of the clauses under which its finding has low confidence."""
    return f"low|{rule.id}"


def recommends(rule: Rule, i: int) -> str:
    """Return the key of the clauses under which a recommendation of its own condition holds."""
    return f"recommends|{rule.id}|{i}"


def check(rules: Iterable[Rule]) -> None:
    """Raise BrokenRulebook where conditions are too complex for the engine; all such rules are named at once."""
    mistakes = []
    for rule in rules:
        for group in _groups(rule):
            try:
                clauses(group)
                refutations(group)
            except TooComplex as error:
                remedy = "Split the rule, or let one finding refer to another."
                mistakes.append(Mistake(rule.file, 0, 0, f"the condition is too complex: {error.message}", remedy, "too-complex"))
    if mistakes:
        raise BrokenRulebook(mistakes)


def _groups(rule: Rule) -> list[Group]:
    optional = (rule.confidence_high, rule.confidence_low, *(r.when for r in rule.recommend))
    return [rule.when, *(group for group in optional if group is not None)]


def laid_down(rule: Rule) -> Iterable[tuple[str, Clause]]:
    """Yield everything that the engine is to decide about a rule: whether it fires, its confidence, its conditional recommendations."""
    yield from ((fires(rule), clause) for clause in clauses(rule.when))
    for key, group in ((sure(rule), rule.confidence_high), (unsure(rule), rule.confidence_low)):
        if group is not None:
            yield from ((key, clause) for clause in clauses(group))
    for i, recommendation in enumerate(rule.recommend):
        if recommendation.when is not None:
            yield from ((recommends(rule, i), clause) for clause in clauses(recommendation.when))


def doubted(rule: Rule) -> tuple[tuple[str, Clause], ...]:
    """Return the alternatives under which a rule surely does not fire, whatever else is unknown."""
    return tuple((rule.id, clause) for clause in refutations(rule.when))


def compile_rulesets(laid: Iterable[tuple[str, Clause]]) -> list[Ruleset]:
    """Split clauses over as few rulesets as the engine's limits allow."""
    chunks: list[list[tuple[str, Clause]]] = []
    names: Counter[str] = Counter()
    properties = 0
    for key, clause in laid:
        before = properties
        for name in (fact_name(comparison) for comparison in clause):
            properties += names[name] % MAX_CONDITIONS_PER_KIND == 0
            names[name] += 1
        if not chunks or properties > MAX_KINDS - MAX_JOINED or len(chunks[-1]) >= MAX_RULES:
            chunks.append([])
            names = Counter(fact_name(comparison) for comparison in clause)
            properties = max(len(names), properties - before)
        chunks[-1].append((key, clause))
    return [Ruleset(chunk) for chunk in chunks]

"""The rules with one comparison wrong at a time: how many of these slips the cases beside the rules notice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from advisor.authoring.cases import Case
from advisor.authoring.trial import run_cases
from advisor.contract.advice import Operator
from advisor.rulebook import Comparison, Condition, Group, Rule, Rulebook

_TURNED: Mapping[Operator, Operator] = MappingProxyType({">": "<=", ">=": "<", "<": ">=", "<=": ">"})
_SHARE = 0.25
_NEAR_ZERO = 0.1


@dataclass(frozen=True, slots=True)
class Mutant:
    """One slip: which comparison of which rule, and what it became."""

    rule: str
    comparison: str
    became: str
    caught: bool


def try_mutants(rulebook: Rulebook, cases: Sequence[Case], rules: Iterable[str] | None = None) -> tuple[Mutant, ...]:
    """Turn each comparison of each rule round and move its threshold by a quarter up and down (a whole number by one at least).

    A slip is caught where a case of the same rule that held fails.
    """
    chosen = set(rules) if rules is not None else None
    found = []
    for place, rule in enumerate(rulebook.rules):
        if chosen is not None and rule.id not in chosen:
            continue
        own = [result.case for result in run_cases([c for c in cases if c.rule == rule.id], rulebook) if result.holds]
        for comparison, became, mutated in _mutations(rule):
            changed = (*rulebook.rules[:place], mutated, *rulebook.rules[place + 1 :])
            results = run_cases(own, replace(rulebook, rules=changed))
            found.append(Mutant(rule.id, comparison.text, became, not all(result.holds for result in results)))
    return tuple(found)


def _mutations(rule: Rule) -> Iterator[tuple[Comparison, str, Rule]]:
    for comparison, became, when in _variants(rule.when):
        assert isinstance(when, Group)
        yield comparison, became, replace(rule, when=when)


def _variants(condition: Condition) -> Iterator[tuple[Comparison, str, Condition]]:
    if isinstance(condition, Comparison):
        for became, slip in _slips(condition):
            yield condition, became, slip
        return
    for i, member in enumerate(condition.members):
        for comparison, became, variant in _variants(member):
            yield comparison, became, replace(condition, members=(*condition.members[:i], variant, *condition.members[i + 1 :]))


def _slips(comparison: Comparison) -> Iterator[tuple[str, Comparison]]:
    if comparison.flag or comparison.reference is not None:
        yield "turned round", replace(comparison, threshold=1.0 - comparison.threshold)
        return
    if comparison.operator in _TURNED:
        operator = _TURNED[comparison.operator]
        yield f"turned round to {operator}", replace(comparison, operator=operator)
    if comparison.other is not None:
        for share in (1 - _SHARE, 1 + _SHARE):
            yield f"{share:g} times the factor", replace(comparison, factor=comparison.factor * share)
        return
    step = max(abs(comparison.threshold) * _SHARE, 1.0 if comparison.threshold and comparison.threshold.is_integer() else 0.0) or _NEAR_ZERO
    for threshold in (comparison.threshold - step, comparison.threshold + step):
        yield f"moved to {threshold:g}", replace(comparison, threshold=threshold)

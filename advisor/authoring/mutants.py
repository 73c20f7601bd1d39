"""The rules with one comparison wrong at a time: how many of these slips the cases beside the rules notice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from types import MappingProxyType

from advisor.authoring.cases import Case
from advisor.authoring.narrowed import Narrowed
from advisor.authoring.trial import first_method, iterate_cases
from advisor.contract.advice import ConditionResult, Operator
from advisor.rulebook import Comparison, Condition, Group, Rule, Rulebook, comparisons, holds
from advisor.rulebook.references import all_comparisons, further_conditions
from advisor.signals import SIGNALS

_TURNED: Mapping[Operator, Operator] = MappingProxyType({">": "<=", ">=": "<", "<": ">=", "<=": ">"})
_SHARE = 0.25
_NEAR_ZERO = 0.1
_COUNTED = frozenset(
    {"categories", "checkpoints", "class", "deployments", "errors", "examples", "models", "points", "runs", "steps", "times", "variables"}
)
_Change = Callable[[Comparison], Comparison]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One slip: in which file, which comparison or parameter, what it became, and whether a case fails with it.

    ``deciding`` says that it stands under ``when``, where it decides whether the rule fires; else under ``confidence`` or ``recommend``.
    """

    file: str
    deciding: bool
    comparison: str
    became: str
    caught: bool


@dataclass(frozen=True, slots=True)
class _Slip:
    file: str
    deciding: bool
    comparison: str
    became: str
    change: _Change
    rules: tuple[Rule, ...]


def try_mutants(rulebook: Rulebook, cases: Sequence[Case], only: str = "") -> tuple[Mutant, ...]:
    """Turn each comparison of each rule round and move each of its numbers: by one where the signal counts, else by a quarter.

    A parameter is one number however often it is compared, one of ``parameters.yaml`` in all rules together. A slip that no run can show is
    left out. A slip is caught where a case that held fails, of the same rule or of one that hangs on it.

    Args:
        rulebook: The rules.
        cases: Their cases.
        only: How the files start whose comparisons are turned and moved: ``sft/``.
    """
    trial = _Trial(rulebook, cases)
    try:
        return tuple(Mutant(slip.file, slip.deciding, slip.comparison, slip.became, trial.catches(slip)) for slip in _slips(rulebook, only))
    finally:
        trial.close()


class _Trial:
    """The cases that hold, and on each run how the comparisons of the rules stand that the case hangs on."""

    def __init__(self, rulebook: Rulebook, cases: Sequence[Case]) -> None:
        self._rulebook = rulebook
        self._narrowed = Narrowed(rulebook)
        self._cases = [result.case for result in iterate_cases(cases, rulebook) if result.holds]
        self._seen: dict[tuple[int, str], tuple[ConditionResult, ...]] = {}
        self._hanging: dict[str, list[int]] = {rule.id: [] for rule in rulebook.rules}
        for i, case in enumerate(self._cases):
            for rule in self._narrowed.needed(case.rule, verdict=case.expect.verdict is not None):
                self._hanging[rule].append(i)

    def catches(self, slip: _Slip) -> bool:
        """Say whether a case fails with this slip; only those are run on whose run a comparison comes out otherwise."""
        changed = {rule.id: _changed(rule, slip.change) for rule in slip.rules}
        book = replace(self._rulebook, rules=tuple(changed.get(rule.id, rule) for rule in self._rulebook.rules))
        touched = {i for rule in slip.rules for i in self._hanging[rule.id] if self._differs(i, rule, slip.change)}
        first = sorted(touched, key=lambda i: (self._cases[i].rule not in changed, i))
        return any(not result.holds for result in iterate_cases((self._cases[i] for i in first), book))

    def _differs(self, i: int, rule: Rule, change: _Change) -> bool:
        if (i, rule.id) not in self._seen:
            request = self._cases[i].request(first_method(self._rulebook.rule(self._cases[i].rule) or rule))
            found = self._narrowed.standing(rule.id, request)
            self._seen[i, rule.id] = (*found.outcome.conditions, *found.further)
        compared = all_comparisons(rule)
        return any(_turns(result, c, change(c)) for c, result in zip(compared, self._seen[i, rule.id], strict=False))

    def close(self) -> None:
        self._narrowed.close()


def _turns(result: ConditionResult, before: Comparison, after: Comparison) -> bool:
    """Say whether the changed comparison comes out otherwise on the run where the unchanged one gave this result."""
    if before == after:
        return False
    if result.value is None or result.threshold is None or before.operator != after.operator:
        return True
    threshold = after.threshold if after.other is None else result.threshold / before.factor * after.factor
    return holds(result.value, after.operator, threshold) != result.holds


def _slips(rulebook: Rulebook, only: str) -> Iterator[_Slip]:
    shared: dict[str, tuple[bool, Comparison]] = {}
    moved: set[tuple[str, str]] = set()
    rules = [rule for rule in rulebook.rules if rule.file.startswith(only)]
    for deciding, rule in product((True, False), rules):
        for comparison in comparisons(rule.when) if deciding else further_conditions(rule):
            for became, turned in _turned_round(comparison):
                yield _Slip(rule.file, deciding, comparison.text, became, _at(comparison, turned), (rule,))
            name = _parameter(comparison, rule, rulebook)
            if name is None:
                for became, slip in _moved(comparison, rulebook):
                    yield _Slip(rule.file, deciding, comparison.text, became, _at(comparison, slip), (rule,))
            elif name not in rule.parameters:
                shared.setdefault(name, (deciding, comparison))
            elif (rule.id, name) not in moved:
                moved.add((rule.id, name))
                for became, slip in _moved(comparison, rulebook):
                    yield _Slip(rule.file, deciding, f"{name} in {comparison.text}", became, _wherever(name, comparison, slip), (rule,))
    for name, (deciding, comparison) in shared.items():
        readers = tuple(
            rule for rule in rulebook.rules if name not in rule.parameters and any(_names(c, name) for c in all_comparisons(rule))
        )
        for became, slip in _moved(comparison, rulebook):
            yield _Slip("parameters.yaml", deciding, name, became, _wherever(name, comparison, slip), readers)


def _names(comparison: Comparison, name: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", comparison.text) is not None


def _parameter(comparison: Comparison, rule: Rule, rulebook: Rulebook) -> str | None:
    number = comparison.threshold if comparison.other is None else comparison.factor
    for name, parameter in (*rule.parameters.items(), *rulebook.parameters.items()):
        if parameter.value == number and _names(comparison, name):
            return name
    return None


def _at(place: Comparison, slip: Comparison) -> _Change:
    return lambda comparison: slip if comparison is place else comparison


def _wherever(name: str, place: Comparison, slip: Comparison) -> _Change:
    def change(comparison: Comparison) -> Comparison:
        if not _names(comparison, name):
            return comparison
        if comparison.other is None and comparison.threshold == place.threshold:
            return replace(comparison, threshold=slip.threshold)
        if comparison.other is not None and comparison.factor == place.factor:
            return replace(comparison, factor=slip.factor)
        return comparison

    return change


def _changed(rule: Rule, change: _Change) -> Rule:
    def group(condition: Group | None) -> Group | None:
        return condition and replace(condition, members=tuple(member(m) for m in condition.members))

    def member(condition: Condition) -> Condition:
        return change(condition) if isinstance(condition, Comparison) else replace(condition, members=tuple(map(member, condition.members)))

    return replace(
        rule,
        when=replace(rule.when, members=tuple(map(member, rule.when.members))),
        confidence_high=group(rule.confidence_high),
        confidence_low=group(rule.confidence_low),
        recommend=tuple(replace(item, when=group(item.when)) for item in rule.recommend),
    )


def _turned_round(comparison: Comparison) -> Iterator[tuple[str, Comparison]]:
    if comparison.flag or comparison.reference is not None:
        yield "turned round", replace(comparison, threshold=1.0 - comparison.threshold)
    elif comparison.operator in _TURNED:
        operator = _TURNED[comparison.operator]
        yield f"turned round to {operator}", replace(comparison, operator=operator)


def _moved(comparison: Comparison, rulebook: Rulebook) -> Iterator[tuple[str, Comparison]]:
    if comparison.flag or comparison.reference is not None:
        return
    if comparison.other is not None:
        if comparison.factor != 1.0:
            for share in (1 - _SHARE, 1 + _SHARE):
                yield f"{share:g} times the factor", replace(comparison, factor=comparison.factor * share)
        return
    measured = SIGNALS.get(comparison.signal) or rulebook.own_signals.get(comparison.signal)
    counted = comparison.signal == "n_epochs" or (measured is not None and measured.unit in _COUNTED)
    step = 1.0 if counted else abs(comparison.threshold) * _SHARE or _NEAR_ZERO
    for threshold in (comparison.threshold - step, comparison.threshold + step):
        if not (counted and _same_from_zero_on(comparison, threshold)):
            yield f"moved to {threshold:g}", replace(comparison, threshold=threshold)


def _same_from_zero_on(comparison: Comparison, threshold: float) -> bool:
    """Say whether a count, which is a whole number from zero on, compares with both thresholds alike."""
    last = int(max(comparison.threshold, threshold)) + 2
    return all(holds(n, comparison.operator, comparison.threshold) == holds(n, comparison.operator, threshold) for n in range(last))

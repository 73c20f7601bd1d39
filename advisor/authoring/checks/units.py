"""Comparisons whose two sides are not of one kind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.authoring.checks.problem import Places, Problem, conditions_of
from advisor.authoring.checks.ranges import Domains
from advisor.rulebook import Comparison, Parameter, Rule, Rulebook, comparisons
from advisor.rulebook.source import Path
from advisor.signals import SIGNALS

_PERCENT_OF_SHARE = 1.5
_PERCENT_OF_RATIO = 10.0
_PROPORTIONS = frozenset({"ratio", "share"})
_FACTORS = frozenset({"", "ratio", "share", "multiple", "factor"})
_WORDS = re.compile(r"[a-z][a-z0-9_]*")


def check_units(rulebook: Rulebook, domains: Domains, places: Places) -> Iterator[Problem]:
    """Yield comparisons of a signal with a number, parameter or signal of another kind."""
    for rule in rulebook.rules:
        parameters = {**rulebook.parameters, **rule.parameters}
        seen: set[tuple[Path, Comparison]] = set()
        for path, group in conditions_of(rule):
            for comparison in comparisons(group):
                if comparison.reference is None and (path, comparison) not in seen:
                    seen.add((path, comparison))
                    for code, message, remedy in _wrong(comparison, parameters, domains):
                        yield places.problem(rule.file, places.path_of(rule.file, path, comparison), code, message, remedy)
        yield from _methods(rule, places)


def _wrong(comparison: Comparison, parameters: dict[str, Parameter], domains: Domains) -> Iterator[tuple[str, str, str]]:
    unit = domains.unit(comparison.signal)
    named = [(name, parameters[name]) for name in _WORDS.findall(comparison.text) if name in parameters and parameters[name].unit]
    if comparison.other is not None:
        other = domains.unit(comparison.other)
        if comparison.factor == 1.0 and not _alike(unit, other):
            message = f"{comparison.signal} is in {unit}, {comparison.other} in {other}"
            yield "unit-mismatch", message, "Compare signals of one unit, or write the factor between them."
        for name, parameter in named:
            if parameter.unit not in _FACTORS:
                message = f"{name} is in {parameter.unit} and multiplies {comparison.other}"
                yield "unit-mismatch", message, "A factor is a ratio, a share or a multiple."
        return
    threshold = comparison.threshold
    if unit == "flag" and threshold not in (0.0, 1.0):
        message = f"{comparison.signal} is a flag, 0 or 1, and is compared with {threshold:g}"
        yield "flag-compared", message, f"Write {comparison.signal} alone, or {comparison.signal} == 0."
    elif unit == "share" and abs(threshold) > _PERCENT_OF_SHARE:
        message = f"{comparison.signal} is a share, 0 to 1, and is compared with {threshold:g}"
        yield "share-beyond-one", message, f"Write {threshold:g} % as {threshold / 100:g}."
    elif unit == "ratio" and abs(threshold) >= _PERCENT_OF_RATIO:
        message = f"{comparison.signal} is a ratio, where 0.05 is 5 %, and is compared with {threshold:g}"
        yield "ratio-like-percent", message, f"If {threshold:g} % is meant, write {threshold / 100:g}."
    for name, parameter in named:
        if not _alike(unit, parameter.unit):
            message = f"{comparison.signal} is in {unit}, the parameter {name} in {parameter.unit}"
            yield "unit-mismatch", message, "Correct the parameter's unit, or compare another signal."


def _alike(unit: str, other: str) -> bool:
    return unit == other or {unit, other} <= _PROPORTIONS


def _methods(rule: Rule, places: Places) -> Iterator[Problem]:
    """Yield comparisons that have to hold and whose signal one of the rule's methods never has."""
    for member in rule.when.members if rule.when.join == "all" else ():
        if not isinstance(member, Comparison):
            continue
        for signal in member.needs:
            known = SIGNALS.get(signal)
            without = sorted(rule.applies_to - set(known.methods)) if known is not None else []
            if without:
                message = f"{signal} is never measured for {' and '.join(without)}, to which the rule applies"
                place = places.path_of(rule.file, ("when",), member)
                remedy = f"Take {' and '.join(without)} out of applies_to, or put the comparison under any."
                yield places.problem(rule.file, place, "signal-not-for-method", message, remedy)

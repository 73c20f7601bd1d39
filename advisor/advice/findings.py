"""Outcomes to findings: one per finding id, spoken by its strongest rule, with the evidence of all rules that raise it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from advisor.contract.advice import (
    CONFIDENCES,
    SEVERITIES,
    ConditionResult,
    Evidence,
    Finding,
    NotEvaluated,
    Operator,
    RuleOutcome,
    RuleRef,
)
from advisor.engine import Outcome
from advisor.rulebook import Comparison, comparisons
from advisor.signals import Missing, Value


def strength(severity: str, confidence: str) -> tuple[int, int]:
    """Return a key that rises with severity, then with confidence."""
    return SEVERITIES.index(severity), CONFIDENCES.index(confidence)


def advised(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return the fired outcomes that count; rules in shadow are logged and never advised."""
    return [o for o in outcomes if o.kind == "fired" and o.rule.speaks]


def findings(outcomes: Sequence[Outcome], values: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Return the raised findings, the most severe and certain first."""
    raised: dict[str, list[Outcome]] = {}
    for outcome in advised(outcomes):
        if outcome.rule.kind == "finding":
            raised.setdefault(outcome.rule.raises, []).append(outcome)
    found = [_finding(name, sorted(group, key=_weakest_first, reverse=True), raised, values) for name, group in raised.items()]
    return tuple(sorted(found, key=lambda f: (*(-k for k in strength(f.severity, f.confidence)), f.id)))


def _weakest_first(outcome: Outcome) -> tuple[int, int]:
    return strength(outcome.severity, outcome.confidence)


def _finding(name: str, outcomes: list[Outcome], raised: Mapping[str, list[Outcome]], values: Mapping[str, Any]) -> Finding:
    lead = outcomes[0].rule
    seen: dict[Evidence, None] = {}
    for outcome in _with_referred(outcomes, raised):
        for item in evidence(outcome, values):
            seen.setdefault(item)
    return Finding(
        id=name,
        title=lead.title,
        observation=lead.observation,
        diagnosis=lead.diagnosis,
        severity=outcomes[0].severity,
        confidence=outcomes[0].confidence,
        explanation=explain(outcomes[0], values),
        evidence=tuple(seen),
        rule=RuleRef(lead.id, lead.file),
        source=lead.source,
    )


def _with_referred(outcomes: Sequence[Outcome], raised: Mapping[str, list[Outcome]]) -> Iterator[Outcome]:
    """Yield these outcomes and, after each, those of the findings that it rests on; references cannot go round in a circle."""
    for outcome in outcomes:
        yield outcome
        for comparison, matched in outcome.evidence:
            if matched == 1.0 and comparison.reference is not None and comparison.reference.startswith("finding:"):
                yield from _with_referred(raised.get(comparison.reference.removeprefix("finding:"), ()), raised)


def explain(outcome: Outcome, values: Mapping[str, Any]) -> str:
    """Return the rule's sentence with this run's numbers."""
    own = {name: parameter.value for name, parameter in outcome.rule.parameters.items()}
    return outcome.rule.explain.render({**values, **own} if own else values)


def evidence(outcome: Outcome, values: Mapping[str, Any]) -> list[Evidence]:
    """Return what the engine matched: comparisons of signals; references to other findings are not numbers and are left out."""
    items = []
    for comparison, matched in outcome.evidence:
        if comparison.reference is not None:
            continue
        value, threshold = matched, comparison.threshold
        if comparison.other is not None:
            value, threshold = values[comparison.signal], comparison.factor * values[comparison.other]
        items.append(Evidence(comparison.signal, value, comparison.operator, threshold, margin(value, comparison.operator, threshold)))
    return items


def margin(value: float, operator: Operator, threshold: float) -> float:
    """Return how far a value lies beyond its threshold; negative where it falls short, for ``==`` minus the distance."""
    if operator == "==":
        return -abs(value - threshold)
    return value - threshold if operator in (">", ">=") else threshold - value


def not_evaluated(outcomes: Sequence[Outcome]) -> tuple[NotEvaluated, ...]:
    """Return the rules that could not be judged, with the fields they need and what they could have said."""
    return tuple(
        NotEvaluated(o.rule.id, o.missing, f"{o.rule.title} ({o.rule.diagnosis})" if o.rule.diagnosis != o.rule.title else o.rule.title)
        for o in outcomes
        if o.kind == "not_evaluated" and o.rule.kind in ("finding", "mistake") and o.rule.speaks
    )


def rule_outcomes(
    outcomes: Sequence[Outcome], signals: Mapping[str, Value], decided: Mapping[str, float], values: Mapping[str, Any]
) -> tuple[RuleOutcome, ...]:
    """Return every rule's outcome with how each of its comparisons stood and, where its condition held, what it says."""
    return tuple(_rule_outcome(o, () if o.kind == "not_applicable" else _conditions(o, signals, decided), values) for o in outcomes)


def _rule_outcome(outcome: Outcome, conditions: tuple[ConditionResult, ...], values: Mapping[str, Any]) -> RuleOutcome:
    if outcome.kind not in ("fired", "suppressed"):
        return RuleOutcome(outcome.rule.id, outcome.kind, outcome.by, outcome.missing, conditions)
    return RuleOutcome(
        outcome.rule.id,
        outcome.kind,
        outcome.by,
        outcome.missing,
        conditions,
        outcome.severity,
        outcome.confidence,
        explain(outcome, values),
        tuple(dict.fromkeys(outcome.rule.recommend[i].action for i in outcome.recommended)),
    )


def _conditions(outcome: Outcome, signals: Mapping[str, Value], decided: Mapping[str, float]) -> tuple[ConditionResult, ...]:
    return condition_results(comparisons(outcome.rule.when), signals, decided)


def condition_results(
    compared: Iterable[Comparison], signals: Mapping[str, Value], decided: Mapping[str, float]
) -> tuple[ConditionResult, ...]:
    """Return how each comparison stood: its value, its threshold, and by how much it holds or fails."""
    return tuple(_condition(c, signals, decided) for c in compared)


def _condition(comparison: Comparison, signals: Mapping[str, Value], decided: Mapping[str, float]) -> ConditionResult:
    if comparison.reference is not None:
        found = decided.get(comparison.reference)
        return ConditionResult(comparison.text, found, None, None, None, None if found is None else found == 1.0)
    value = signals.get(comparison.signal)
    threshold: float | None = comparison.threshold
    if comparison.other is not None:
        other = signals.get(comparison.other)
        threshold = None if other is None or isinstance(other, Missing) else comparison.factor * other
    if value is None or isinstance(value, Missing) or threshold is None:
        known = None if value is None or isinstance(value, Missing) else value
        return ConditionResult(comparison.text, known, comparison.operator, threshold, None, None)
    beyond = margin(value, comparison.operator, threshold)
    holds = beyond >= 0 if comparison.operator in (">=", "<=", "==") else beyond > 0
    return ConditionResult(comparison.text, value, comparison.operator, threshold, beyond, holds)

"""The numbers of the rules as handles to move: what was measured, where the rule's number stands, and how far it may go."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor, isfinite, log10
from re import findall

from advisor.contract.advice import Advice, ConditionResult, RuleOutcome
from advisor.rulebook import Comparison, Rule, Rulebook
from advisor.rulebook.conditions import comparisons

_STEPS = 200
_NEAR_MISSES = 4


@dataclass(frozen=True, slots=True)
class Handle:
    """One number of one rule.

    Attributes:
        sentence: The comparison that the number stands in, as the lead wrote it.
        measured: What the run measures there; None where that is missing.
        low: The least value to offer, like ``high`` and ``step`` in the parameter's unit.
    """

    name: str
    value: float
    unit: str
    source: str
    sentence: str
    measured: float | None
    low: float
    high: float
    step: float


@dataclass(frozen=True, slots=True)
class Handles:
    """The handles of one rule; ``fired`` is False for one that only nearly fired."""

    rule: str
    title: str
    fired: bool
    handles: tuple[Handle, ...]


def handles_of(advice: Advice, rulebook: Rulebook) -> tuple[Handles, ...]:
    """Return the handles of every rule that spoke, then of those that came nearest to it; rules without a number of their own have none."""
    fired = list(dict.fromkeys([f.rule.id for f in advice.findings] + [o.rule for o in advice.outcomes or () if o.outcome == "fired"]))
    near = [outcome.rule for outcome in _near_misses(advice.outcomes or ())]
    found = []
    for rule_id in [*fired, *near]:
        rule = rulebook.rule(rule_id)
        handles = () if rule is None else tuple(_handles(rule, advice))
        if rule is not None and handles:
            found.append(Handles(rule.id, rule.title, rule_id in fired, handles))
    return tuple(found)


def overrides(moved: Mapping[str, Mapping[str, float]]) -> str:
    """Return the text of ``overrides.yaml`` that moves numbers of rules, as a lead would keep it."""
    lines = ["rules:"]
    for rule, parameters in moved.items():
        numbers = ", ".join(f"{name}: {json.dumps(value)}" for name, value in parameters.items())
        lines.append(f"  {rule}:\n    parameters: {{{numbers}}}")
    return "\n".join(lines) + "\n"


def _handles(rule: Rule, advice: Advice) -> Iterator[Handle]:
    for name, parameter in rule.parameters.items():
        comparison = next((c for c in comparisons(rule.when) if name in findall(r"\w+", c.text) and c.reference is None), None)
        if comparison is None:
            continue
        signal = advice.signals.get(comparison.signal)
        measured = signal.value if signal is not None and isfinite(signal.value) and comparison.other is None else None
        low, high, step = _span(parameter.value, measured, parameter.unit)
        yield Handle(name, parameter.value, parameter.unit, parameter.source, _sentence(comparison), measured, low, high, step)


def _sentence(comparison: Comparison) -> str:
    return " ".join(comparison.text.split())


def _span(value: float, measured: float | None, unit: str) -> tuple[float, float, float]:
    """Return a range that holds the number, what was measured and some room beyond both, in round steps on which the number lies."""
    known = [value, *([measured] if measured is not None and abs(measured) < max(20 * abs(value), 1) else [])]
    low, high = min(0.0, *(1.5 * v for v in known)), max(0.0, *(1.5 * v for v in known), 2 * value)
    if unit == "share" and 0 <= value <= 1:
        low, high = max(low, 0.0), 1.0
    span = high - low or 1.0
    step = 10.0 ** floor(log10(span / _STEPS))
    step = next(step * m for m in (1, 2, 5, 10) if span / (step * m) <= _STEPS)
    while round(value / step) * step != value and abs(round(value / step) * step - value) > 1e-9 * max(1, abs(value)) and step > span / 1e5:
        step /= 10
    places = max(0, -floor(log10(step)))
    return (
        round(floor(low / step) * step, places),
        round((floor(high / step) + 1) * step, places) if unit != "share" else high,
        round(step, places),
    )


def _near_misses(outcomes: Sequence[RuleOutcome]) -> list[RuleOutcome]:
    """Return the rules that failed in one comparison only, those first that missed by least of their threshold."""
    missed = []
    for outcome in outcomes:
        failed = [c for c in outcome.conditions if c.holds is False]
        if outcome.outcome == "not_fired" and len(failed) == 1 and (distance := _distance(failed[0])) is not None:
            missed.append((distance, outcome.rule, outcome))
    return [outcome for _, _, outcome in sorted(missed, key=lambda m: m[:2])[:_NEAR_MISSES]]


def _distance(condition: ConditionResult) -> float | None:
    """Return by how much of its threshold a comparison failed; None where one cannot move it."""
    if condition.margin is None or not condition.threshold or condition.operator == "==":
        return None
    return abs(condition.margin / condition.threshold)

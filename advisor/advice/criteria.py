"""What the criteria come to: the run's verdict, the stopping criteria, and what became of everything that rules refer to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from advisor.advice.findings import explain
from advisor.contract.advice import CommonMistake, StoppingCriterion
from advisor.engine import Outcome


def run_verdict(outcomes: Sequence[Outcome]) -> Outcome:
    """Return the first verdict by its order that fired; rulebooks end their list with one that always does."""
    verdicts = sorted((o for o in outcomes if o.rule.kind == "verdict" and o.rule.speaks), key=lambda o: o.rule.order)
    return next((o for o in verdicts if o.kind == "fired"), verdicts[-1])


def stopping_criteria(outcomes: Sequence[Outcome], values: Mapping[str, Any]) -> tuple[StoppingCriterion, ...]:
    """Return every stopping criterion with its sentence; those in shadow and deprecated ones are not spoken of."""
    return tuple(_criterion(o, values) for o in outcomes if o.rule.kind == "stopping" and o.rule.speaks)


def _criterion(outcome: Outcome, values: Mapping[str, Any]) -> StoppingCriterion:
    rule = outcome.rule
    if outcome.kind == "fired":
        return StoppingCriterion(rule.id, True, explain(outcome, values))
    if outcome.kind == "not_evaluated":
        return StoppingCriterion(rule.id, None, f"Cannot be judged without {_listed(outcome.missing)}.")
    return StoppingCriterion(rule.id, False, rule.otherwise.render(values) if rule.otherwise is not None else "Not met.")


def common_mistakes(outcomes: Sequence[Outcome], values: Mapping[str, Any]) -> tuple[CommonMistake, ...]:
    """Return the mistakes that were made; those in shadow are not spoken of."""
    made = (o for o in outcomes if o.kind == "fired" and o.rule.kind == "mistake" and o.rule.speaks)
    return tuple(CommonMistake(o.rule.id, explain(o, values)) for o in made)


def decided(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Return what became of each finding, criterion and mistake: 1, 0, or nothing for a finding that a missing fact leaves open."""
    fired = {o.rule.reference for o in outcomes if o.kind == "fired" and o.rule.speaks}
    unsettled = {o.rule.reference for o in outcomes if o.kind == "not_evaluated" and o.rule.kind == "finding" and o.rule.speaks}
    known = {o.rule.reference for o in outcomes} - (unsettled - fired)
    return {reference: float(reference in fired) for reference in known}


def _listed(names: Sequence[str]) -> str:
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]

"""What became of one rule."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.contract.advice import Confidence, OutcomeKind, Severity
from advisor.rulebook import Comparison, Rule


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one rule.

    Attributes:
        rule: The rule.
        kind: fired, not_fired, not_evaluated, not_applicable, suppressed or error.
        severity: The finding's severity, where the rule fired: the rule's own, a step lower where a finding that eases it is raised.
        confidence: The finding's confidence, where the rule fired.
        recommended: Indices into the rule's recommendations whose own conditions hold.
        evidence: The comparisons that the engine matched, with the values it matched them on, in the order of the file.
        missing: What the rule lacked: fields of the request.
        by: The rule that suppressed this one.
    """

    rule: Rule
    kind: OutcomeKind
    severity: Severity = "info"
    confidence: Confidence = "medium"
    recommended: tuple[int, ...] = ()
    evidence: tuple[tuple[Comparison, float], ...] = ()
    missing: tuple[str, ...] = ()
    by: str | None = None

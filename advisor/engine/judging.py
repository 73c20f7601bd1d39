"""The engine's matches and what was lacking, to the outcomes of a stratum's rules and the facts that later ones refer to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from advisor.contract.advice import SEVERITIES, Confidence, Severity
from advisor.engine.compiled import Judged, Stratum
from advisor.engine.lacking import lacking_signals
from advisor.engine.laying import recommends, sure, unsure
from advisor.engine.outcome import Outcome
from advisor.rulebook import Comparison, Rule

Evidence = Sequence[tuple[Comparison, float]]


def fired(judged: Judged, evidence: Evidence, matched: Mapping[str, Evidence], facts: Mapping[str, float]) -> Outcome:
    """Return the outcome of a rule whose condition holds: fired, or suppressed by a finding that explains it away."""
    rule = judged.rule
    by = next((raises for reference, raises in judged.suppressors if facts.get(reference) == 1.0), None)
    return Outcome(
        rule,
        "suppressed" if by is not None else "fired",
        severity=_severity(rule, facts),
        confidence=_confidence(rule, matched),
        recommended=tuple(i for i, r in enumerate(rule.recommend) if r.when is None or recommends(rule, i) in matched),
        evidence=_in_file_order(judged.order, evidence),
        by=by,
    )


def not_evaluated(judged: Judged, facts: Mapping[str, float], missing: Mapping[str, tuple[str, ...]]) -> Outcome:
    """Return the outcome of a rule that hangs on what is missing, with the fields that it lacks."""
    needs = (need for name in lacking_signals(judged.rule.when, facts) for need in missing.get(name, (name,)))
    return Outcome(judged.rule, "not_evaluated", missing=tuple(dict.fromkeys(needs)))


def settle(stratum: Stratum, changed: Mapping[int, Outcome], missing: dict[str, tuple[str, ...]]) -> dict[str, float]:
    """Return what a stratum decided as facts for the next: 1, 0, or absent where a rule that might raise a finding was not evaluated.

    A stopping criterion or a mistake that cannot be judged is not met.

    Args:
        stratum: The rules.
        changed: The outcomes of those that did more than not fire, by their index.
        missing: What each absent fact lacks; findings that are left open are added.
    """
    settled = dict.fromkeys(stratum.raised_by, 0.0)
    for i in changed:
        judged = stratum.judged[i]
        if not judged.counts:
            continue
        reference = judged.rule.reference
        outcomes = [changed[j] for j in stratum.raised_by[reference] if j in changed]
        kinds = [outcome.kind for outcome in outcomes]
        if "fired" in kinds:
            settled[reference] = 1.0
        elif "not_evaluated" in kinds and judged.rule.kind == "finding":
            settled.pop(reference, None)
            missing[reference] = tuple(dict.fromkeys(need for outcome in outcomes for need in outcome.missing))
    return settled


def _severity(rule: Rule, facts: Mapping[str, float]) -> Severity:
    eased = any(facts.get(f"finding:{name}") == 1.0 for name in rule.milder_with)
    return SEVERITIES[max(SEVERITIES.index(rule.severity) - 1, 0)] if eased else rule.severity


def _confidence(rule: Rule, matched: Mapping[str, Evidence]) -> Confidence:
    if unsure(rule) in matched:
        return "low"
    return "high" if sure(rule) in matched else rule.confidence


def _in_file_order(order: Mapping[Comparison, int], evidence: Evidence) -> tuple[tuple[Comparison, float], ...]:
    """Return each matched comparison once, in the order of the file; those that ``none`` turned round come last."""
    unique = dict(evidence)
    if len(unique) < 2:
        return tuple(unique.items())
    return tuple(sorted(unique.items(), key=lambda item: (order.get(item[0], len(order)), item[0].text, item[0].operator)))

"""Everything that was decided about a run, put together into one answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from advisor import __version__
from advisor.advice.actions import rank_actions
from advisor.advice.changes import ChangePlanner
from advisor.advice.checkpoints import best_checkpoint, candidates, checkpoint_rows
from advisor.advice.criteria import common_mistakes, decided, run_verdict, stopping_criteria
from advisor.advice.doubts import doubts
from advisor.advice.fillings import fillings
from advisor.advice.findings import explain, findings, not_evaluated, rule_outcomes
from advisor.advice.plan import next_experiment
from advisor.contract.advice import Advice, AdvisorRef, Finding, RulebookRef, SignalValue, Verdict
from advisor.engine import Outcome
from advisor.rulebook import Rulebook
from advisor.signals import SIGNALS, Curves, Missing, Value

ExplainLevel = Literal["off", "fired", "all"]

OVERFIT_BANDS = "overfit-ratio"


def assemble(
    rulebook: Rulebook,
    curves: Curves,
    signals: Mapping[str, Value],
    outcomes: Sequence[Outcome],
    *,
    advice_id: str,
    created_at: str,
    level: ExplainLevel,
    warnings: Sequence[str] = (),
) -> Advice:
    """Return the answer to one request.

    Args:
        rulebook: The rulebook that judged.
        curves: The run, prepared for measuring.
        signals: Every signal's number, or what it lacks.
        outcomes: One outcome per rule.
        advice_id: The id of this answer.
        created_at: When it was given, ISO 8601.
        level: How much to explain: ``off`` leaves out evidence and signals, ``all`` adds every rule's outcome.
        warnings: Sentences about how the run was read; those about what it leaves open are added.
    """
    values = fillings(rulebook, curves, signals)
    found = findings(outcomes, values)
    verdict = run_verdict(outcomes)
    planner = ChangePlanner(rulebook, curves, signals)
    actions = rank_actions(rulebook, outcomes, verdict, planner, values)
    experiment, no_experiment = next_experiment(rulebook, curves.run, actions, planner, outcomes, values)
    quiet = level == "off"
    return Advice(
        advice_id=advice_id,
        created_at=created_at,
        advisor=AdvisorRef(__version__),
        rulebook=RulebookRef(rulebook.name, rulebook.revision),
        verdict=Verdict(verdict.rule.id, verdict.rule.title, explain(verdict, values)),
        checkpoints=checkpoint_rows(curves, rulebook.bands.get(OVERFIT_BANDS)),
        best_checkpoint=best_checkpoint(curves),
        candidates=candidates(curves),
        signals={} if quiet else _signal_values(rulebook, signals),
        findings=tuple(_without_evidence(f) for f in found) if quiet else found,
        actions=actions,
        next_experiment=experiment,
        stopping=stopping_criteria(outcomes, values),
        mistakes=common_mistakes(outcomes, values),
        not_evaluated=not_evaluated(outcomes),
        warnings=(*warnings, *doubts(curves)),
        no_experiment=no_experiment,
        outcomes=rule_outcomes(outcomes, signals, decided(outcomes), values) if level == "all" else None,
    )


def _signal_values(rulebook: Rulebook, signals: Mapping[str, Value]) -> dict[str, SignalValue]:
    out = {}
    for name, value in signals.items():
        if isinstance(value, Missing):
            continue
        known = SIGNALS.get(name)
        out[name] = SignalValue(value, known.unit if known is not None else rulebook.own_signals[name].unit)
    return out


def _without_evidence(finding: Finding) -> Finding:
    return Finding(
        finding.id,
        finding.title,
        finding.observation,
        finding.diagnosis,
        finding.severity,
        finding.confidence,
        finding.explanation,
        (),
        finding.rule,
        finding.source,
    )

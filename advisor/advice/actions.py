"""Fired rules to ranked actions, each with its change, its reasons and the rule that speaks loudest for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from advisor.advice.changes import ChangePlanner
from advisor.advice.findings import advised, explain, strength
from advisor.contract.advice import Action, Change, RuleRef, Severity
from advisor.engine import Outcome
from advisor.rulebook import Recommendation, Rulebook, StepShape


@dataclass(frozen=True, slots=True)
class _Support:
    outcome: Outcome
    recommendation: Recommendation
    severity: Severity
    position: int

    @property
    def key(self) -> tuple[int, int, int]:
        return (*strength(self.severity, self.outcome.confidence), -self.position)


def rank_actions(
    rulebook: Rulebook, outcomes: Sequence[Outcome], verdict: Outcome, planner: ChangePlanner, values: Mapping[str, Any]
) -> tuple[Action, ...]:
    """Return the recommended actions, best first, by the ranking keys of ``priorities.yaml``.

    What a verdict recommends, such as to ship, is advised only where that verdict is the run's.
    An action whose parameter has nowhere new to go keeps its place among the rest but loses all support: it is said, not urged.
    """
    supports: dict[str, list[_Support]] = {}
    called_for = {verdict.rule.recommend[i].action for i in verdict.recommended}
    of_verdicts = {r.action for rule in rulebook.rules if rule.kind == "verdict" and rule.speaks for r in rule.recommend}
    for position, outcome in enumerate(advised(outcomes)):
        for i in outcome.recommended:
            recommendation = outcome.rule.recommend[i]
            if recommendation.action in of_verdicts - called_for:
                continue
            support = _Support(outcome, recommendation, recommendation.severity or outcome.severity, position)
            supports.setdefault(recommendation.action, []).append(support)

    def key(action: Action) -> tuple[int | str, ...]:
        found = supports[action.id]
        return _rank_key(rulebook, action, len(found), found[0].recommendation.order, called_for=action.id in called_for)

    unranked = (_action(rulebook, name, _strongest_first(found), planner, values) for name, found in supports.items())
    agreed = _without_contradictions(sorted(unranked, key=key), rulebook.priorities.opposed)
    return tuple(replace(action, rank=rank) for rank, action in enumerate(sorted(agreed, key=key), 1))


def _without_contradictions(actions: Sequence[Action], opposed: str | None) -> list[Action]:
    """Take the support from each action that moves a parameter the other way than a better ranked one, and say so."""
    moved: dict[str, bool] = {}
    agreed = []
    for action in actions:
        upward = _upward(action.change)
        if action.change is None or upward is None or moved.setdefault(action.change.parameter, upward) == upward:
            agreed.append(action)
        else:
            agreed.append(
                replace(
                    action,
                    severity="info",
                    confidence="low",
                    explanation=f"{action.explanation} {opposed}" if opposed else action.explanation,
                )
            )
    return agreed


def _upward(change: Change | None) -> bool | None:
    """Say whether a change raises its parameter; None where it is no number, or nothing is known to compare it with."""
    if change is None or isinstance(change.from_, str) or isinstance(change.to, str) or change.from_ is None or change.to is None:
        return None
    return change.to > change.from_ if change.parameter != "checkpoint" else None


def _strongest_first(supports: list[_Support]) -> list[_Support]:
    return sorted(supports, key=lambda support: support.key, reverse=True)


def _action(rulebook: Rulebook, name: str, supports: list[_Support], planner: ChangePlanner, values: Mapping[str, Any]) -> Action:
    entry = rulebook.actions[name]
    lead = next((s for s in supports if s.recommendation.step != StepShape()), supports[0])
    lead = lead if lead.key[:2] == supports[0].key[:2] else supports[0]
    change = planner.change(entry, lead.recommendation)
    exhausted = change is not None and change.to is None
    elsewhere = planner.other_model(change)
    filled = {
        **values,
        "change_parameter": change.parameter if change else None,
        "change_from": "not given" if change is None or change.from_ is None else _said(change.from_),
        "change_to": _said(change.to if change else None),
        "change_model": elsewhere,
    }
    sentence = (entry.otherwise if exhausted else entry.elsewhere if elsewhere else None) or entry.explain
    reason = explain(supports[0].outcome, values)
    because = tuple(dict.fromkeys(s.outcome.rule.raises for s in supports if s.outcome.rule.kind != "verdict"))
    rule = supports[0].outcome.rule
    return Action(
        rank=0,
        id=name,
        title=entry.shape.title,
        tier=entry.shape.tier,
        change=change,
        explanation=f"{sentence.render(filled)} {reason}",
        because=because,
        severity="info" if exhausted else supports[0].severity,
        confidence="low" if exhausted else supports[0].outcome.confidence,
        rule=RuleRef(rule.id, rule.file),
        source=rule.source,
        cost=entry.shape.cost,
    )


def _said(value: object) -> object:
    if isinstance(value, int):
        return str(value)
    return f"{value:g}" if isinstance(value, float) else value


def _rank_key(rulebook: Rulebook, action: Action, supporters: int, order: int, *, called_for: bool) -> tuple[int | str, ...]:
    priorities = rulebook.priorities
    tiers = [tier.id for tier in priorities.tiers]
    place = tiers.index(action.tier)
    keys: dict[str, int | str] = {
        "first": place if priorities.tiers[place].first else len(tiers),
        "verdict": 0 if called_for else 1,
        "support": -priorities.support[action.severity][action.confidence],
        "tier": place,
        "order": order,
        "supporters": -supporters,
        "cost": priorities.cost.index(action.cost),  # type: ignore[arg-type]
        "id": action.id,
    }
    return tuple(keys[name] for name in priorities.rank_by)


def experiment_tiers(rulebook: Rulebook) -> frozenset[str]:
    """Return the tiers whose actions are experiments."""
    return frozenset(tier.id for tier in rulebook.priorities.tiers if tier.experiment)


__all__ = ["Change", "experiment_tiers", "rank_actions"]

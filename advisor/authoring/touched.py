"""What an edit of a rulebook can reach: where none of it moves on a run, that run's verdict, actions, findings and band are the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from advisor.advice.findings import advised, condition_results
from advisor.authoring.references import References
from advisor.engine import Outcome
from advisor.rulebook import Comparison, Condition, Recommendation, Rule, Rulebook
from advisor.rulebook.references import all_comparisons
from advisor.signals import Value

_TEXTS = {"title", "source", "explain", "otherwise", "elsewhere"}


class Touched:
    """The difference of two rulebooks as far as it can change what a run is told; sentences, titles and sources are left out.

    Attributes:
        reached: Ids of the rules that were edited, and of those whose outcome hangs on them.
        remade: Whether a rule was added, taken out, or edited in more than the numbers that its conditions compare with.
        same_signals: Whether a run measures alike on both sides.
        same_ranking: Whether the same outcomes make the same verdict and the same actions.
    """

    def __init__(self, old: Rulebook, new: Rulebook) -> None:
        self._old, self._new = old, new
        before, after = ({rule.id: rule for rule in side.rules} for side in (old, new))
        both = [(rule, after[rule.id]) for rule in old.rules if rule.id in after]
        alike = [(was, now) for was, now in both if _outcome(was) == _outcome(now)]
        self._pairs = [pair for was, now in alike for pair in zip(all_comparisons(was), all_comparisons(now), strict=True)]
        self._moved = [(was, now) for was, now in self._pairs if _numbers(was) != _numbers(now)]
        remade = (before.keys() | after.keys()) - {was.id for was, _ in alike}
        moved = {was.id for was, now in alike if list(map(_numbers, all_comparisons(was))) != list(map(_numbers, all_comparisons(now)))}
        weighed = {was.id for was, now in alike if _weight(was, old) != _weight(now, new)}
        self.remade = bool(remade | weighed)
        self.reached = frozenset(References(old).reached(remade | moved) | References(new).reached(remade | moved) | weighed)
        self.same_signals = (old.measures, old.models, old.lookups) == (new.measures, new.models, new.lookups)
        in_order = [was.id for was, _ in both] == [rule.id for rule in new.rules if rule.id in before]
        self.same_ranking = in_order and _ranking(old) == _ranking(new)
        self._read = {name for side in (old, new) for name in _read(side)}

    def moves(self, before: Mapping[str, Value], after: Mapping[str, Value]) -> bool:
        """Say whether an edited number turns a comparison round on a run, or another signal does so where the two sides measure otherwise.

        Args:
            before: The run's signals on the old side.
            after: Those on the new side.
        """
        if before is after or before == after:
            return any(_holds(was, before) != _holds(now, after) for was, now in self._moved)
        other = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
        if other & self._read:
            return True
        pairs = [pair for pair in self._pairs if not other.isdisjoint(pair[0].needs)] + self._moved
        return any(_holds(was, before) != _holds(now, after) for was, now in pairs)

    def weighs_alike(self, before: Sequence[Outcome], after: Sequence[Outcome]) -> bool:
        """Say whether the reached rules carry the same into the advice on both sides."""
        return self._spoken(before, self._old) == self._spoken(after, self._new)

    def _spoken(self, outcomes: Sequence[Outcome], rulebook: Rulebook) -> dict[str, tuple[object, ...]]:
        return {
            outcome.rule.id: (
                (outcome.rule.kind, outcome.rule.raises, outcome.rule.order, outcome.severity, outcome.confidence),
                [_recommendation(outcome.rule.recommend[i], rulebook) for i in outcome.recommended],
            )
            for outcome in advised(outcomes)
            if outcome.rule.id in self.reached
        }


def _outcome(rule: Rule) -> tuple[object, ...]:
    """Return all that a rule's outcome rests on but the numbers that its conditions compare with."""
    conditions = (rule.when, rule.confidence_high, rule.confidence_low, *(item.when for item in rule.recommend))
    return (
        (rule.kind, rule.raises, rule.status, rule.applies_to, rule.suppresses, rule.milder_with),
        [None if group is None else _shape(group) for group in conditions],
    )


def _weight(rule: Rule, rulebook: Rulebook) -> tuple[object, ...]:
    """Return what a rule that speaks carries into the advice, apart from what its conditions decide."""
    return rule.severity, rule.confidence, rule.order, [_recommendation(item, rulebook) for item in rule.recommend]


def _recommendation(recommendation: Recommendation, rulebook: Rulebook) -> tuple[object, ...]:
    action = rulebook.actions[recommendation.action].shape.model_dump(exclude=_TEXTS)
    return action, recommendation.step, recommendation.severity, recommendation.order


def _shape(condition: Condition) -> tuple[object, ...]:
    if isinstance(condition, Comparison):
        reference = condition.threshold if condition.reference is not None else None
        return condition.signal, condition.operator, condition.other, condition.flag, reference
    return condition.join, *map(_shape, condition.members)


def _numbers(comparison: Comparison) -> tuple[float, float]:
    return comparison.threshold, comparison.factor


def _holds(comparison: Comparison, signals: Mapping[str, Value]) -> bool | None:
    (result,) = condition_results((comparison,), signals, {})
    return result.holds


def _ranking(rulebook: Rulebook) -> tuple[object, ...]:
    """Return what outcomes are ranked by; what no rule recommends and no request reaches is left out."""
    priorities = rulebook.priorities
    verdicts = [rule for rule in rulebook.rules if rule.kind == "verdict" and rule.speaks]
    return (
        (priorities.rank_by, priorities.support, priorities.cost, [(tier.id, tier.first) for tier in priorities.tiers]),
        [(rule.id, rule.order, [item.action for item in rule.recommend]) for rule in verdicts],
        (rulebook.ladders, rulebook.models, rulebook.measures.least_step),
    )


def _read(rulebook: Rulebook) -> set[str]:
    """Return the signals whose numbers go into changes."""
    steps: list[Any] = [item.step for rule in rulebook.rules for item in rule.recommend]
    steps += [action.shape.change for action in rulebook.actions.values() if action.shape.change is not None]
    names = (getattr(step, key, None) for step in steps for key in ("to_signal", "from_signal"))
    return {name for name in names if name is not None}

"""What a rule that cannot be judged still needs: the missing signals that matter, not those of branches already settled."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.rulebook import Comparison, Condition, holds


def lacking_signals(condition: Condition, facts: Mapping[str, float]) -> tuple[str, ...]:
    """Return the names of the missing signals on which an undecided condition hangs, in the order of the file."""
    return tuple(dict.fromkeys(_weigh(condition, facts)[1]))


def _weigh(condition: Condition, facts: Mapping[str, float]) -> tuple[bool | None, list[str]]:
    """Return whether a condition holds (None: unknown) and, where that is unknown, the missing signals behind it."""
    if isinstance(condition, Comparison):
        missing = [name for name in condition.needs if name not in facts]
        return (None, missing) if missing else (_holds(condition, facts), [])
    weighed = [_weigh(member, facts) for member in condition.members]
    settles = condition.join != "all"  # one true member settles any and none, one false member settles all
    if any(value is settles for value, _ in weighed):
        return condition.join == "any", []
    undecided = [name for value, names in weighed if value is None for name in names]
    return (None, undecided) if undecided else (condition.join != "any", [])


def _holds(comparison: Comparison, facts: Mapping[str, float]) -> bool:
    value = facts[comparison.signal]
    threshold = comparison.threshold if comparison.other is None else comparison.factor * facts[comparison.other]
    return holds(value, comparison.operator, threshold)

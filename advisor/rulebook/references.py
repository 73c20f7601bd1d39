"""What rules read of each other: their comparisons, and the outcomes that change what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable

from advisor.rulebook.conditions import Comparison, comparisons
from advisor.rulebook.model import Rule


def further_conditions(rule: Rule) -> tuple[Comparison, ...]:
    """Return the comparisons under ``confidence`` (high, then low) and under the recommendations that have a condition."""
    groups = (rule.confidence_high, rule.confidence_low, *(item.when for item in rule.recommend))
    return tuple(comparison for group in groups if group is not None for comparison in comparisons(group))


def all_comparisons(rule: Rule) -> tuple[Comparison, ...]:
    """Return every comparison of a rule: those of its condition, then the further ones."""
    return (*comparisons(rule.when), *further_conditions(rule))


def reads(rule: Rule) -> set[str]:
    """Return the references (``kind:id``) that a rule's conditions read and those that make it milder."""
    compared = {comparison.reference for comparison in all_comparisons(rule) if comparison.reference is not None}
    return compared | {f"finding:{name}" for name in rule.milder_with}


def explained_away(rules: Iterable[Rule]) -> dict[str, set[str]]:
    """Return by finding the references that explain it away: each does so whichever of its rules raises it."""
    by: dict[str, set[str]] = {}
    for rule in rules:
        for finding in rule.suppresses:
            by.setdefault(f"finding:{finding}", set()).add(rule.reference)
    return by

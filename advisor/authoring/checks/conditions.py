"""Conditions that can never hold, always hold, or say a thing twice."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.authoring.checks.problem import Places, Problem, conditions_of
from advisor.authoring.checks.ranges import Domains, subject_of
from advisor.engine.clauses import TooComplex, clauses, refutations
from advisor.rulebook import Comparison, Condition, Group, Rule, Rulebook
from advisor.rulebook.source import Path


def check_conditions(rulebook: Rulebook, domains: Domains, places: Places) -> Iterator[Problem]:
    """Yield what is wrong with each rule's conditions by themselves."""
    last = max(
        (rule for rule in rulebook.rules if rule.kind == "verdict" and rule.speaks),
        key=lambda rule: rule.order,
        default=None,
    )
    for rule in rulebook.rules:
        for path, group in conditions_of(rule):
            try:
                yield from _whole(rule, path, group, domains, places, exempt=rule is last)
            except TooComplex as error:
                remedy = "Split the rule, or let one finding refer to another."
                yield places.problem(rule.file, path, "too-complex", f"the condition is too complex: {error.message}", remedy)
    if last is not None and not _always(last.when, domains):
        remedy = "End the verdicts with one whose condition always holds, such as checkpoints_count >= 0."
        yield places.problem(
            last.file, ("when",), "last-verdict-conditional", "this verdict is the last by its order, and may not hold", remedy
        )


def _whole(rule: Rule, path: Path, group: Group, domains: Domains, places: Places, *, exempt: bool) -> Iterator[Problem]:
    if all(domains.ranges(clause) is None for clause in clauses(group)):
        message = "the rule can never fire: its condition contradicts itself" if path == ("when",) else "this condition can never hold"
        yield places.problem(rule.file, path, "never-holds", message, "Take one of the contradicting comparisons out.")
        return
    if _always(group, domains):
        if not (exempt and path == ("when",)):
            message = (
                "the rule always fires: its condition holds whatever the run is" if path == ("when",) else "this condition always holds"
            )
            yield places.problem(rule.file, path, "always-holds", message, "Compare with a value that some runs do not reach.")
        return
    yield from _inside(rule, path, group, (), domains, places)


def _always(group: Group, domains: Domains) -> bool:
    try:
        return all(domains.ranges(clause) is None for clause in refutations(group))
    except TooComplex:
        return False


def _inside(rule: Rule, path: Path, group: Group, around: tuple[Comparison, ...], domains: Domains, places: Places) -> Iterator[Problem]:
    """Yield what is wrong inside a group of a condition that as a whole can hold and fail; ``around`` holds wherever it is asked."""
    plain = _distinct(group)
    if group.join == "all":
        for i, comparison in enumerate(plain):
            others = (*around, *plain[:i], *plain[i + 1 :])
            by = _implying(comparison, others, domains)
            if by is not None and (by not in plain or _implying(by, (comparison,), domains) is None or plain.index(by) < i):
                yield _implied(rule, path, comparison, by, places)
        around = (*around, *plain)
    elif group.join == "any":
        for comparison in plain:
            weaker = next((other for other in plain if other != comparison and _implying(other, (comparison,), domains)), None)
            if weaker is not None:
                yield _implied(rule, path, comparison, weaker, places)
        yield from _dead_branches(rule, path, group, around, domains, places)
    for member in group.members:
        if isinstance(member, Group) and group.join != "none":
            yield from _inside(rule, path, member, around, domains, places)


def _distinct(group: Group) -> tuple[Comparison, ...]:
    return tuple(member for member in group.members if isinstance(member, Comparison))


def _implying(comparison: Comparison, others: tuple[Comparison, ...], domains: Domains) -> Comparison | None:
    """Return the first of other comparisons that makes this one superfluous."""
    for other in others:
        if subject_of(other) == subject_of(comparison):
            ranges = domains.ranges((other,))
            if ranges is not None and domains.limit(comparison).implied(ranges):
                return other
    return None


def _dead_branches(
    rule: Rule, path: Path, group: Group, around: tuple[Comparison, ...], domains: Domains, places: Places
) -> Iterator[Problem]:
    for member in group.members:
        if all(domains.ranges((*around, *clause)) is None for clause in clauses(member)):
            first = _first(member)
            message = f'"{first.text}" can never hold beside the comparisons around it'
            place = places.path_of(rule.file, path, first)
            yield places.problem(rule.file, place, "never-holds", message, "Take this alternative out, or correct its number.")


def _first(condition: Condition) -> Comparison:
    while isinstance(condition, Group):
        condition = condition.members[0]
    return condition


def _implied(rule: Rule, path: Path, comparison: Comparison, by: Comparison, places: Places) -> Problem:
    message = f'"{comparison.text}" changes nothing beside "{by.text}"'
    place = places.path_of(rule.file, path, comparison)
    return places.problem(rule.file, place, "implied-condition", message, "Take it out, or correct its number.")

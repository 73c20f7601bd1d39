"""Conditions to clauses: joined comparisons without ``any`` or ``none``, which is all that the engine is asked to match."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

from advisor.contract.advice import Operator
from advisor.rulebook import Comparison, Condition

MAX_JOINED = 15
MAX_CLAUSES = 64

Clause = tuple[Comparison, ...]

_COMPLEMENT: dict[Operator, Operator] = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}


@dataclass(frozen=True, slots=True)
class TooComplex(Exception):
    """A condition that grows beyond what the engine can hold; the message says by how much."""

    message: str


def clauses(condition: Condition) -> tuple[Clause, ...]:
    """Return the alternatives under which a condition holds; each is a conjunction.

    Raises:
        TooComplex: More than 64 alternatives, or more than 15 comparisons in one.
    """
    return _expand(condition, holds=True)


def refutations(condition: Condition) -> tuple[Clause, ...]:
    """Return the alternatives under which a condition surely does not hold, whatever else is unknown."""
    return _expand(condition, holds=False)


def _expand(condition: Condition, *, holds: bool) -> tuple[Clause, ...]:
    if isinstance(condition, Comparison):
        return ((condition,),) if holds else tuple((c,) for c in _complement(condition))
    branches_hold = holds if condition.join != "none" else not holds
    branches = [_expand(member, holds=branches_hold) for member in condition.members]
    if (condition.join in ("all", "none")) == holds:
        return _joined(branches)
    return _limited(tuple(clause for branch in branches for clause in branch))


def _joined(branches: list[tuple[Clause, ...]]) -> tuple[Clause, ...]:
    count = 1
    for branch in branches:
        count *= len(branch)
        if count > MAX_CLAUSES:
            raise TooComplex(f"more than {MAX_CLAUSES} alternatives")
    joined: list[Clause] = []
    for combination in product(*branches):
        clause = tuple(dict.fromkeys(comparison for part in combination for comparison in part))
        if len(clause) > MAX_JOINED:
            raise TooComplex(f"{len(clause)} comparisons must hold together, {MAX_JOINED} are possible")
        joined.append(clause)
    return _limited(tuple(dict.fromkeys(joined)))


def _limited(found: tuple[Clause, ...]) -> tuple[Clause, ...]:
    if len(found) > MAX_CLAUSES:
        raise TooComplex(f"{len(found)} alternatives, {MAX_CLAUSES} are possible")
    return found


def _complement(comparison: Comparison) -> tuple[Comparison, ...]:
    if comparison.flag:
        return (replace(comparison, threshold=1.0 - comparison.threshold),)
    operators: tuple[Operator, ...] = ("<", ">") if comparison.operator == "==" else (_COMPLEMENT[comparison.operator],)
    return tuple(replace(comparison, operator=operator) for operator in operators)

"""Two answers to one request, side by side: what is new, what is gone, what moved, and what else is not the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from advisor.authoring.compare_advice import differences
from advisor.contract.advice import Action, Advice, Finding

Fate = Literal["new", "gone", "up", "down", "changed", "evidence", "same"]
"""``evidence``: it says the same, and the numbers behind it are others."""

_LISTED = ("verdict", "findings", "actions")


@dataclass(frozen=True, slots=True)
class Fated:
    """A finding or action and what became of it."""

    item: Finding | Action
    fate: Fate


@dataclass(frozen=True, slots=True)
class Compared:
    """What another rulebook changes.

    Attributes:
        parts: The parts of the contract in which the two answers differ; none where they are the same.
        verdict_changed: Whether the one word is another.
        findings: Each finding of the second answer with what became of it, then those that are gone; like ``actions``.
    """

    parts: tuple[str, ...]
    verdict_changed: bool
    findings: tuple[Fated, ...]
    actions: tuple[Fated, ...]

    @property
    def differs(self) -> bool:
        """Whether anything at all is not the same."""
        return bool(self.parts)

    @property
    def says_otherwise(self) -> bool:
        """Whether a reader is told anything else: more than the numbers behind a finding moved."""
        fates = {fated.fate for fated in (*self.findings, *self.actions)} - {"same", "evidence"}
        return bool(fates or self.further or "verdict" in self.parts)

    @property
    def further(self) -> tuple[str, ...]:
        """The parts that differ besides verdict, findings and actions, in words."""
        return tuple(part.replace("_", " ") for part in self.parts if part not in _LISTED)


def compared(now: Advice, then: Advice) -> Compared:
    """Return what the second answer says, each part with what became of it, and after them what it no longer says."""
    return Compared(
        differences(now, then),
        now.verdict.id != then.verdict.id,
        tuple(_fated(now.findings, then.findings)),
        tuple(_fated(now.actions, then.actions)),
    )


def _fated(now: Sequence[Finding | Action], then: Sequence[Finding | Action]) -> list[Fated]:
    before = {item.id: item for item in now}
    stayed = [item.id for item in now if item.id in {other.id for other in then}]
    found: list[Fated] = []
    place = 0
    for item in then:
        if item.id not in before:
            found.append(Fated(item, "new"))
            continue
        was = stayed.index(item.id)
        found.append(Fated(item, "up" if was > place else "down" if was < place else _change(before[item.id], item)))
        place += 1
    kept = {item.id for item in then}
    return [*found, *(Fated(item, "gone") for item in now if item.id not in kept)]


def _change(old: Finding | Action, new: Finding | Action) -> Fate:
    """Return what became of what kept its place; that something above it came or went is no change of an action."""
    if isinstance(old, Action) and isinstance(new, Action):
        return "same" if replace(old, rank=new.rank) == new else "changed"
    if isinstance(old, Finding) and isinstance(new, Finding) and old != new:
        return "evidence" if replace(old, evidence=new.evidence) == new else "changed"
    return "same"

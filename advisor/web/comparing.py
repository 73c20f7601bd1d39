"""Two answers to one request, side by side: what is new, what is gone, and what moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from advisor.contract.advice import Action, Advice, Finding

Fate = Literal["new", "gone", "up", "down", "changed", "same"]


@dataclass(frozen=True, slots=True)
class Fated:
    """A finding or action and what became of it."""

    item: Finding | Action
    fate: Fate


@dataclass(frozen=True, slots=True)
class Compared:
    """What another rulebook changes; ``differs`` is False where the two answers say the same."""

    verdict_changed: bool
    findings: tuple[Fated, ...]
    actions: tuple[Fated, ...]

    @property
    def differs(self) -> bool:
        """Whether anything that a reader sees is not the same."""
        return self.verdict_changed or any(f.fate != "same" for f in (*self.findings, *self.actions))


def compared(now: Advice, then: Advice) -> Compared:
    """Return what the second answer says, each part with what became of it, and after them what it no longer says."""
    return Compared(now.verdict.id != then.verdict.id, tuple(_fated(now.findings, then.findings)), tuple(_fated(now.actions, then.actions)))


def _fated(now: Sequence[Finding | Action], then: Sequence[Finding | Action]) -> list[Fated]:
    before = {item.id: (place, item) for place, item in enumerate(now)}
    stayed = [item.id for item in now if item.id in {other.id for other in then}]
    found: list[Fated] = []
    place = 0
    for item in then:
        if item.id not in before:
            found.append(Fated(item, "new"))
            continue
        was = stayed.index(item.id)
        old = before[item.id][1]
        same = (old.severity, old.confidence, old.explanation) == (item.severity, item.confidence, item.explanation)
        found.append(Fated(item, "up" if was > place else "down" if was < place else "same" if same else "changed"))
        place += 1
    kept = {item.id for item in then}
    return [*found, *(Fated(item, "gone") for item in now if item.id not in kept)]

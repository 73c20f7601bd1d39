"""Signals named after one action or one rule: how often its advice was followed in the team's own past, and how often that helped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from advisor.contract.request import Record
from advisor.signals import Missing, Value

Of = Literal["action", "rule"]
RECORD = "the team's own record of what came of advice"
"""The source of these signals."""

_FIGURES = (("followed_count", "times"), ("helped_share", "share"))


@dataclass(frozen=True, slots=True)
class RecordSignal:
    """One such signal: of which action or rule, and whether it is the count or the share."""

    of: Of
    id: str
    unit: str

    @property
    def description(self) -> str:
        """What it says."""
        spoken = f"the action {self.id}" if self.of == "action" else f"an action for which the rule {self.id} spoke loudest"
        if self.unit == "times":
            return f"How often {spoken} was followed with a known outcome in the team's own past; 0 where nobody keeps a record."
        return f"Of the times that {spoken} was followed with a known outcome in the team's own past, the share in which that helped."


PATTERNS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        f"{of}_ID_{what}": (unit, f"{RecordSignal(of, 'ID', unit).description} In the name stands _ for each - of the id.")
        for of in get_args(Of)
        for what, unit in _FIGURES
    }
)
"""How these signals are named, each with its unit and what it says."""


def record_signals(actions: Iterable[str], rules: Iterable[str]) -> dict[str, RecordSignal]:
    """Return every signal that there is for these ids, by its name: ``action_reduce_epochs_helped_share`` and the like."""
    kinds: tuple[tuple[Of, Iterable[str]], ...] = (("action", actions), ("rule", rules))
    return {
        f"{of}_{one.replace('-', '_')}_{what}": RecordSignal(of, one, unit) for of, ids in kinds for one in ids for what, unit in _FIGURES
    }


def recorded(signals: Mapping[str, RecordSignal], record: Record | None) -> dict[str, Value]:
    """Return these signals as a request's record tells them."""
    return {name: _value(signal, record) for name, signal in signals.items()}


def _value(signal: RecordSignal, record: Record | None) -> Value:
    lines = {} if record is None else record.actions if signal.of == "action" else record.rules
    line = lines.get(signal.id)
    if signal.unit == "times":
        return 0.0 if line is None else float(line.followed)
    if line is None or not line.followed:
        return Missing(f"the {signal.of} {signal.id} was never followed with a known outcome", ("record",))
    return line.helped / line.followed

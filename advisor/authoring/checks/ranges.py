"""What joined comparisons leave of the values of each signal: nothing, everything, or less than another condition does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf

from advisor.rulebook import Comparison, Rulebook
from advisor.signals import SIGNALS

Subject = tuple[str, str | None, float]
"""What a comparison limits: a signal, or how far it lies from a factor times another one."""

_COUNTED = frozenset({"points", "checkpoints", "runs", "variables", "deployments", "errors", "rollouts", "models"})


@dataclass(frozen=True, slots=True)
class Range:
    """The values between two ends; ``flag`` narrows them to 0 and 1."""

    low: float = -inf
    low_included: bool = False
    high: float = inf
    high_included: bool = False
    flag: bool = False

    def holds(self, value: float) -> bool:
        """Say whether a value lies inside."""
        above = value >= self.low if self.low_included else value > self.low
        return above and (value <= self.high if self.high_included else value < self.high)

    def meet(self, other: Range) -> Range:
        """Return what lies in both."""
        low = max((self.low, not self.low_included), (other.low, not other.low_included))
        high = min((self.high, self.high_included), (other.high, other.high_included))
        return Range(low[0], not low[1], high[0], high[1], self.flag or other.flag)

    @property
    def empty(self) -> bool:
        """Whether no value lies inside."""
        if self.flag:
            return not (self.holds(0.0) or self.holds(1.0))
        return self.low > self.high or (self.low == self.high and not (self.low_included and self.high_included))

    def within(self, other: Range) -> bool:
        """Say whether every value of this range lies in the other."""
        if self.flag:
            return all(other.holds(value) for value in (0.0, 1.0) if self.holds(value))
        met = self.meet(other)
        return (met.low, met.low_included, met.high, met.high_included) == (self.low, self.low_included, self.high, self.high_included)


Ranges = Mapping[Subject, Range]


@dataclass(frozen=True, slots=True)
class Limit:
    """What one comparison asks: which values of its subject, and whether those are all that the subject can take."""

    subject: Subject
    allowed: Range
    always: bool

    def implied(self, ranges: Ranges) -> bool:
        """Say whether the comparison holds wherever these ranges do."""
        left = ranges.get(self.subject)
        return self.always if left is None else left.within(self.allowed)


class Domains:
    """The units of every signal that a rulebook's conditions can name, and the values that they can take."""

    def __init__(self, rulebook: Rulebook) -> None:
        own = {name: signal.unit for name, signal in rulebook.own_signals.items()}
        self._units = {name: signal.unit for name, signal in SIGNALS.items()} | own

    def unit(self, signal: str) -> str:
        """Return a signal's unit; a reference to a finding is a flag."""
        return "flag" if ":" in signal else self._units.get(signal, "")

    def ranges(self, clause: Iterable[Comparison]) -> Ranges | None:
        """Return what a conjunction leaves of every signal in it; None where it leaves nothing, so that it can never hold."""
        left: dict[Subject, Range] = {}
        for comparison in clause:
            subject = subject_of(comparison)
            left[subject] = left.get(subject, self._domain(subject)).meet(range_of(comparison))
            if left[subject].empty:
                return None
        return left

    def limit(self, comparison: Comparison) -> Limit:
        """Return what a comparison asks."""
        subject, allowed = subject_of(comparison), range_of(comparison)
        return Limit(subject, allowed, self._domain(subject).within(allowed))

    def _domain(self, subject: Subject) -> Range:
        signal, other, _ = subject
        unit = self.unit(signal)
        if other is not None:
            return Range()
        if unit == "flag":
            return Range(0.0, True, 1.0, True, flag=True)
        return Range(0.0, True, inf, False) if unit in _COUNTED else Range()


def subject_of(comparison: Comparison) -> Subject:
    """Return what a comparison limits."""
    return comparison.signal, comparison.other, comparison.factor


def range_of(comparison: Comparison) -> Range:
    """Return the values for which a comparison holds."""
    threshold = comparison.threshold
    match comparison.operator:
        case ">" | ">=":
            return Range(threshold, comparison.operator == ">=", inf, False)
        case "<" | "<=":
            return Range(-inf, False, threshold, comparison.operator == "<=")
        case "==":
            return Range(threshold, True, threshold, True)

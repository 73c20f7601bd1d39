"""Figures with the counts that they rest on."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import fmean

from pydantic import computed_field
from pydantic.dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` of ``of``; its ``share`` is None of nothing."""

    hits: int
    of: int

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own advice: mypy does not know properties under decorators
    @property
    def share(self) -> float | None:
        """``hits`` over ``of``."""
        return _ratio(self.hits, self.of)

    @classmethod
    def among(cls, flags: Iterable[bool]) -> Share:
        """Return how many of the flags are set."""
        found = list(flags)
        return cls(sum(found), len(found))

    def __str__(self) -> str:
        return "–" if self.share is None else f"{self.share:.2f} ({self.hits} of {self.of})"


@dataclass(frozen=True, slots=True)
class Detection:
    """How well a yes-or-no finding agrees with a label: hits, false alarms, misses and rightly quiet cases."""

    hits: int
    false_alarms: int
    misses: int
    quiet: int

    @computed_field  # type: ignore[prop-decorator]
    @property
    def precision(self) -> float | None:
        """Hits among what was said."""
        return _ratio(self.hits, self.hits + self.false_alarms)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def recall(self) -> float | None:
        """Hits among what is true."""
        return _ratio(self.hits, self.hits + self.misses)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall."""
        return _f1(self.hits, self.false_alarms, self.misses)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def macro_f1(self) -> float | None:
        """The mean of F1 for the answer yes and F1 for the answer no."""
        yes, no = self.f1, _f1(self.quiet, self.misses, self.false_alarms)
        return None if yes is None or no is None else (yes + no) / 2

    @classmethod
    def of(cls, pairs: Iterable[tuple[bool, bool]]) -> Detection:
        """Count pairs of (said, true)."""
        found = list(pairs)
        return cls(
            sum(said and true for said, true in found),
            sum(said and not true for said, true in found),
            sum(true and not said for said, true in found),
            sum(not said and not true for said, true in found),
        )

    def __str__(self) -> str:
        figure = "–" if self.macro_f1 is None else f"{self.macro_f1:.3f}"
        return f"{figure} ({self.hits} found, {self.misses} missed, {self.false_alarms} false of {self.false_alarms + self.quiet})"


def mean(values: Iterable[float]) -> float | None:
    """Return the mean, None of nothing."""
    found = list(values)
    return fmean(found) if found else None


def _f1(hits: int, false_alarms: int, misses: int) -> float | None:
    return _ratio(2 * hits, 2 * hits + false_alarms + misses)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None

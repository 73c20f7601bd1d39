"""How well the finding ``overfitting`` agrees with labelled histories, at several numbers of points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from advisor.authoring.quality.conventions import OVERFITTING
from advisor.authoring.quality.labels import LabelledHistory
from advisor.authoring.quality.readings import Judge, Reading
from advisor.authoring.quality.shares import Detection

POINTS = (50, 10, 5)
"""How many evaluations each history is thinned to; fine-tuning jobs give few."""


@dataclass(frozen=True, slots=True)
class FamilyDetection:
    """One problem's histories, and all the others': what the figure is without it."""

    family: str
    own: Detection
    without: Detection


@dataclass(frozen=True, slots=True)
class OverfittingScores:
    """The agreement at one number of points; ``wrong`` names the histories that were misjudged."""

    points: int
    overall: Detection
    by_family: tuple[FamilyDetection, ...]
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JudgedHistory:
    """A labelled history and what was said of it."""

    history: LabelledHistory
    reading: Reading

    @property
    def pair(self) -> tuple[bool, bool]:
        """Whether overfitting was said, and whether it is true."""
        return OVERFITTING in self.reading.findings, self.history.overfit


def judge_histories(histories: Sequence[LabelledHistory], judge: Judge, points: int) -> list[JudgedHistory]:
    """Ask a judge about every history, thinned to a number of points."""
    return [JudgedHistory(history, judge(history.request(points))) for history in histories]


def score_overfitting(judged: Sequence[JudgedHistory], points: int) -> OverfittingScores:
    """Score judged histories, over all and by problem."""
    families = sorted({j.history.family for j in judged})
    return OverfittingScores(
        points,
        Detection.of(j.pair for j in judged),
        tuple(
            FamilyDetection(
                family,
                Detection.of(j.pair for j in judged if j.history.family == family),
                Detection.of(j.pair for j in judged if j.history.family != family),
            )
            for family in families
        ),
        tuple(j.history.id for j in judged if j.pair[0] != j.pair[1]),
    )

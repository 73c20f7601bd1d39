"""Whether injected faults of a grader are named, and how often the same is said of other reinforcement runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from advisor.authoring.quality.conventions import GRADER_FAULTS, HEALTHY
from advisor.authoring.quality.labels import LabelledRun
from advisor.authoring.quality.readings import Judge, Reading
from advisor.authoring.quality.shares import Share


@dataclass(frozen=True, slots=True)
class JudgedGrading:
    """A reinforcement run whose injected symptom was verified, and what was said of it."""

    run: LabelledRun
    reading: Reading

    def names(self, fault: str) -> bool:
        """Whether one of the fault's findings was raised."""
        return bool(self.reading.findings & GRADER_FAULTS[fault])


@dataclass(frozen=True, slots=True)
class FaultScores:
    """How often a fault was named where it was, and where it was not."""

    fault: str
    named: Share
    said_of_others: Share


@dataclass(frozen=True, slots=True)
class GraderScores:
    """Every known fault, and the alarms of high severity on healthy runs."""

    runs: int
    faults: tuple[FaultScores, ...]
    alarms_on_healthy: Share


def judge_gradings(runs: Sequence[LabelledRun], judge: Judge) -> list[JudgedGrading]:
    """Ask a judge about the runs whose symptom was verified: only those have a known truth."""
    return [JudgedGrading(run, judge(run.request())) for run in runs if run.truth.symptom_verified]


def score_gradings(judged: Sequence[JudgedGrading]) -> GraderScores:
    """Score judged reinforcement runs."""
    faults = (
        FaultScores(
            fault,
            Share.among(j.names(fault) for j in judged if fault in j.run.truth.causes),
            Share.among(j.names(fault) for j in judged if fault not in j.run.truth.causes),
        )
        for fault in sorted(GRADER_FAULTS)
    )
    return GraderScores(len(judged), tuple(faults), Share.among(j.reading.alarm for j in judged if HEALTHY in j.run.truth.causes))

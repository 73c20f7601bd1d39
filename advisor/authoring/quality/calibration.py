"""Of the findings called high, medium or low in confidence that claim something checkable: how many were right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from advisor.authoring.quality.advice_scores import Judged
from advisor.authoring.quality.conventions import CLEAR_GAIN, FEWER_EPOCHS, GRADER_FAULTS, OVERFITTING
from advisor.authoring.quality.grader_scores import JudgedGrading
from advisor.authoring.quality.overfitting_scores import JudgedHistory
from advisor.authoring.quality.shares import Share
from advisor.contract.advice import CONFIDENCES, Confidence

Claim = tuple[str, Confidence, bool]
"""A finding, the confidence it was given, and whether it was right."""


@dataclass(frozen=True, slots=True)
class FindingCalibration:
    """How often one finding was right at each confidence that it was given."""

    finding: str
    right: dict[Confidence, Share]


@dataclass(frozen=True, slots=True)
class Calibration:
    """How often findings were right at each confidence, most confident first, and each finding by itself."""

    right: dict[Confidence, Share]
    by_finding: tuple[FindingCalibration, ...]


def calibrate(claims: Iterable[Claim]) -> Calibration:
    """Count claims by confidence and finding."""
    found = list(claims)
    groups: dict[str, list[Claim]] = defaultdict(list)
    for claim in found:
        groups[claim[0]].append(claim)
    return Calibration(_shares(found), tuple(FindingCalibration(name, _shares(group)) for name, group in sorted(groups.items())))


def change_claims(judged: Sequence[Judged]) -> list[Claim]:
    """A finding behind an advised experiment claims that it helps: right where its first one with a recorded outcome clearly did.

    The gain is that between the best-evaluated checkpoints; for fewer epochs, which can only spare a loss after the best one, that between
    the last checkpoints. A finding of severity ``info`` is a remark and claims nothing.
    """
    claims = []
    for j in judged:
        for said in j.reading.said:
            if said.confidence is None or said.severity == "info" or said.finding == OVERFITTING:
                continue
            led_to = (step for advised, step in zip(j.reading.experiments, j.outcomes, strict=True) if said.finding in advised.because)
            step = next((step for step in led_to if step is not None), None)
            if step is not None:
                gain = step.gain_at_end if (step.knob, step.direction) == FEWER_EPOCHS else step.gain
                claims.append((said.finding, said.confidence, gain > CLEAR_GAIN))
    return claims


def overfitting_claims(judged: Sequence[Judged], histories: Sequence[JudgedHistory]) -> list[Claim]:
    """The finding ``overfitting`` claims a label: whatever it recommends, it is right where the label says so."""
    pairs = [(j.reading, OVERFITTING in j.run.truth.causes) for j in judged] + [(j.reading, j.history.overfit) for j in histories]
    return [
        (s.finding, s.confidence, true)
        for reading, true in pairs
        for s in reading.said
        if s.finding == OVERFITTING and s.confidence is not None
    ]


def fault_claims(judged: Sequence[JudgedGrading]) -> list[Claim]:
    """A finding that names a grader's fault is right where one of the faults that it stands for was injected."""
    stands_for: dict[str, set[str]] = defaultdict(set)
    for fault, findings in GRADER_FAULTS.items():
        for finding in findings:
            stands_for[finding].add(fault)
    return [
        (s.finding, s.confidence, bool(stands_for[s.finding].intersection(j.run.truth.causes)))
        for j in judged
        for s in j.reading.said
        if s.finding in stands_for and s.confidence is not None
    ]


def _shares(claims: Sequence[Claim]) -> dict[Confidence, Share]:
    return {level: Share.among(right for _, confidence, right in claims if confidence == level) for level in reversed(CONFIDENCES)}

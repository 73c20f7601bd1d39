"""The use case behind ``advisor evaluate``: labelled runs and a judge in, every measure out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from advisor.authoring.quality.advice_scores import AdviceScores, Judged, judge_runs, score_advice
from advisor.authoring.quality.calibration import Calibration, calibrate, change_claims, fault_claims, overfitting_claims
from advisor.authoring.quality.confusion import FindingConfusion, confusion
from advisor.authoring.quality.conventions import CANNOT_JUDGE
from advisor.authoring.quality.files import LabelledData, Skipped
from advisor.authoring.quality.grader_scores import GraderScores, judge_gradings, score_gradings
from advisor.authoring.quality.loop import LoopScores, score_loop
from advisor.authoring.quality.outcomes import Atlas
from advisor.authoring.quality.overfitting_scores import POINTS, OverfittingScores, judge_histories, score_overfitting
from advisor.authoring.quality.readings import Judge
from advisor.authoring.quality.shares import Share
from advisor.rulebook import Rulebook
from advisor.rulebook.tables import size_class


@dataclass(frozen=True, slots=True)
class FamilyAdvice:
    """One family of runs by itself, and all the others.

    Its fixed list is chosen on the other families, as a lead would who has not met this one; ``without`` is what the figures are with
    the family left out.
    """

    family: str
    own: AdviceScores
    without: AdviceScores


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything measured about one judge; a part is None or empty where the data have no run for it."""

    runs: int
    histories: int
    gradings: int
    skipped: tuple[Skipped, ...]
    advice: AdviceScores | None
    by_family: tuple[FamilyAdvice, ...]
    loop: LoopScores | None
    overfitting: tuple[OverfittingScores, ...]
    graders: GraderScores | None
    calibration: Calibration
    confusion: tuple[FindingConfusion, ...]
    cannot_judge: Share


EVALUATION = TypeAdapter(Evaluation)


def atlas_of(rulebook: Rulebook) -> Atlas:
    """Return the look-up of outcomes that orders base models as the rulebook does."""
    return Atlas(lambda name: size_class(rulebook.models, name) or 0)


def evaluate(data: LabelledData, judge: Judge, atlas: Atlas, *, seed: int = 0) -> Evaluation:
    """Measure a judge on labelled data.

    Args:
        data: The labelled runs and histories.
        judge: What is measured: the advisor with some rulebook, or anything else that can be asked about a run.
        atlas: Where the recorded changes led.
        seed: Picks the starting points of the loop; the same seed gives the same figures.

    Returns:
        Every measure, over all runs and by family.
    """
    tuned = [run for run in data.runs if run.run.method != "reinforcement" and run.neighbours]
    judged = judge_runs(tuned, judge, atlas)
    gradings = judge_gradings([run for run in data.runs if run.run.method == "reinforcement"], judge)
    histories = {points: judge_histories(data.histories, judge, points) for points in POINTS} if data.histories else {}
    longest = histories[POINTS[0]] if histories else []
    everything = [(j.reading, j.run.truth.causes) for j in judged] + [(j.reading, j.run.truth.causes) for j in gradings]
    readings = [reading for reading, _ in everything] + [j.reading for j in longest]
    return Evaluation(
        runs=len(judged),
        histories=len(data.histories),
        gradings=len(gradings),
        skipped=data.skipped,
        advice=score_advice(judged, atlas) if judged else None,
        by_family=_by_family(judged, atlas),
        loop=score_loop(tuned, judge, atlas, seed),
        overfitting=tuple(score_overfitting(found, points) for points, found in histories.items()),
        graders=score_gradings(gradings) if gradings else None,
        calibration=calibrate([*change_claims(judged), *overfitting_claims(judged, longest), *fault_claims(gradings)]),
        confusion=confusion(everything),
        cannot_judge=Share.among(CANNOT_JUDGE in reading.findings for reading in readings),
    )


def _by_family(judged: Sequence[Judged], atlas: Atlas) -> tuple[FamilyAdvice, ...]:
    families = sorted({j.run.family for j in judged})
    if len(families) < 2:
        return ()
    out = []
    for family in families:
        own = [j for j in judged if j.run.family == family]
        others = [j for j in judged if j.run.family != family]
        out.append(FamilyAdvice(family, score_advice(own, atlas, [j.run for j in others]), score_advice(others, atlas)))
    return tuple(out)

"""What the evaluation's categories say: how far the weakest of them lies below the rest."""

from __future__ import annotations

from math import log, sqrt

from advisor.signals.curves import Curves
from advisor.signals.registry import Missing, SignalCatalogue, Value
from advisor.signals.scores import run_score, score_noise

signal = SignalCatalogue()

_DATA = "Iterative Training Workflow, priority 1: examples for the input types that the model fails on"
_LONGEST_NAME = 60


def weakest_category(curves: Curves) -> str | None:
    """Return the name of the category with the lowest score, shortened where it is long; None where none was scored."""
    lowest = curves.once(_weakest)
    if lowest is None:
        return None
    name = " ".join(lowest[0].split())
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _scored(curves: Curves) -> dict[str, float]:
    evaluation = curves.run.evaluation
    return {} if evaluation is None else {name: score for name, score in evaluation.by_category.items() if score is not None}


def _weakest(curves: Curves) -> tuple[str, float, float | None] | None:
    """The weakest category, its score, and what it is compared with: the mean of the others, for an only one the run's score."""
    scores = _scored(curves)
    if not scores:
        return None
    name = min(scores, key=lambda name: (scores[name], name))
    others = [score for other, score in scores.items() if other != name]
    rest = sum(score / len(others) for score in others) if others else run_score(curves.run)
    return name, scores[name], rest


@signal("categories")
def categories_scored(curves: Curves) -> Value:
    """How many categories the evaluation scored one by one."""
    return float(len(_scored(curves)))


@signal("score", source=_DATA)
def weakest_category_score(curves: Curves) -> Value:
    """The lowest score of a category; its name is filled in for {weakest_category}."""
    weakest = curves.once(_weakest)
    return Missing("no category was scored", ("evaluation.by_category",)) if weakest is None else weakest[1]


@signal("share", source=_DATA)
def weakest_category_gap_share(curves: Curves) -> Value:
    """How far the weakest category lies below the mean of the others (an only one below the run's score), as a share of the scale."""
    gap = _gap(curves)
    if isinstance(gap, Missing):
        return gap
    return gap / curves.scale_width if curves.scale_width else Missing("the evaluation's scale is not given", ("evaluation.scale",))


@signal("multiple", source=_DATA)
def weakest_category_gap_noise_multiple(curves: Curves) -> Value:
    """The gap of the weakest category to the rest as a multiple of its noise; the items are taken to be spread evenly over the categories.

    With c categories each has c times the variance of the whole score, and the mean of the others c / (c - 1) times. The lowest of c that
    are alike lies low by chance: 2 ln c is taken off the square, so that a multiple says as much as that of a category chosen beforehand
    (Bonferroni's bound on the normal distribution's tail).
    """
    gap = _gap(curves)
    if isinstance(gap, Missing):
        return gap
    noise = score_noise(curves)
    if not noise:
        return Missing("the noise of the evaluation is not known", ("evaluation.scale",))
    scored = len(_scored(curves))
    count = max(2, scored)
    multiple = gap / (noise * count / sqrt(count - 1))
    return sqrt(max(0.0, multiple * multiple - 2 * log(scored))) if multiple > 0 else multiple


def _gap(curves: Curves) -> float | Missing:
    weakest = curves.once(_weakest)
    if weakest is None:
        return Missing("no category was scored", ("evaluation.by_category",))
    _, score, rest = weakest
    return Missing("only one category was scored, and the run was not", ("evaluation.score",)) if rest is None else rest - score

"""The scores that a run was evaluated with, and how far they may be off by chance."""

from __future__ import annotations

from math import hypot, sqrt

from advisor.facts import EarlierRun, Run
from advisor.signals.curves import Curves, counted_scores
from advisor.signals.measures import Measures


def run_score(run: Run | EarlierRun) -> float | None:
    """Return a run's evaluation score: as given, else that of its best evaluated checkpoint; None where it was not evaluated."""
    if run.evaluation is None:
        return None
    if run.evaluation.score is not None:
        return run.evaluation.score
    return max((score for _, score in counted_scores(run)), default=None)


def best_run_score(run: Run | EarlierRun) -> float | None:
    """Return the best score that a run reached at any evaluated checkpoint; None where it was not evaluated."""
    return max(scores_of(run), default=None)


def scores_of(run: Run | EarlierRun) -> list[float]:
    """Return a run's score and those of its evaluated checkpoints; empty where it was not evaluated."""
    if run.evaluation is None:
        return []
    scores = [score for _, score in counted_scores(run)]
    return scores if run.evaluation.score is None else [*scores, run.evaluation.score]


def score_noise(curves: Curves) -> float | None:
    """Return the standard error of a score, in its own points; None where neither it nor the scale is known."""
    return _noise_of(curves.run, curves.scale, curves.measures)


def gain_noise(run: Run | EarlierRun, previous: Run | EarlierRun, measures: Measures) -> float | None:
    """Return the standard error of the difference of two runs' scores, in their own points; None where neither noise nor scale is known.

    The scale is the one that either gives; a run that does not tell its noise is taken to be as noisy as the other.
    """
    scale = next((r.evaluation.scale for r in (run, previous) if r.evaluation is not None and r.evaluation.scale is not None), None)
    known = [noise for noise in (_noise_of(r, scale, measures) for r in (run, previous)) if noise is not None]
    return hypot(known[0], known[-1]) if known else None


def _noise_of(run: Run | EarlierRun, scale: tuple[float, float] | None, measures: Measures) -> float | None:
    evaluation = run.evaluation
    if evaluation is not None and evaluation.standard_error is not None:
        return evaluation.standard_error
    if scale is None or evaluation is None:
        return None
    width = scale[1] - scale[0]
    score = run_score(run)
    if evaluation.n_items and score is not None:
        share = min(max((score - scale[0]) / width, 0.0), 1.0)
        spread = max(
            share * (1 - share), 1 / (evaluation.n_items + 2)
        )  # all right or all wrong is no proof of no error: rule of succession
        return width * sqrt(spread / evaluation.n_items)
    return width * measures.evaluation_noise_share

"""What a request leaves open between two of its own statements, and how that was settled, as sentences for ``warnings``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from advisor.facts import Checkpoint, Run
from advisor.signals import Curves
from advisor.signals.scales import incomparable, usual_scale

_SHOWN = 5


def doubts(curves: Curves) -> tuple[str, ...]:
    """Return a sentence for each statement of a request that another one contradicts: which of them counts."""
    run = curves.run
    return (
        *_scores_on_another_scale(curves),
        *_cut(list(_scores_without_a_point(run))),
        *_cut(list(_scores_given_twice(run))),
        *_cut(list(_values_given_twice(run.checkpoints))),
    )


def _cut(sentences: list[str]) -> list[str]:
    more = len(sentences) - _SHOWN
    return sentences if more <= 0 else [*sentences[:_SHOWN], f"The same holds for {more:,} more."]


def _scores_on_another_scale(curves: Curves) -> Iterator[str]:
    missing, scale = incomparable(curves), usual_scale(curves)
    if missing is not None and scale is not None:
        reason = missing.reason[:1].upper() + missing.reason[1:]
        yield f"{reason}, [{scale[0]:g}, {scale[1]:g}]: it is compared neither with theirs nor with the baseline and the target."


def _scores_without_a_point(run: Run) -> Iterator[str]:
    if run.evaluation is None or not run.checkpoints:
        return
    there = {point.step_number for point in run.checkpoints}
    for step in dict.fromkeys(step for step, _ in run.evaluation.checkpoint_scores):
        if step not in there:
            yield f"The evaluation scores step {step}, which is not among the run's checkpoints: it does not count for the best one."


def _scores_given_twice(run: Run) -> Iterator[str]:
    scores: dict[int, float] = {}
    for step, score in run.evaluation.checkpoint_scores if run.evaluation is not None else ():
        if scores.setdefault(step, score) != score:
            yield f"The evaluation scores step {step} twice, {scores[step]:g} and {score:g}: the later one counts."
        scores[step] = score


def _values_given_twice(points: Sequence[Checkpoint]) -> Iterator[str]:
    repeated = {step for step, count in Counter(point.step_number for point in points).items() if count > 1}
    known: dict[tuple[int, str], object] = {}
    for point in points:
        step = point.step_number
        given = vars(point.metrics).items() if step in repeated else ()
        for name, value in given:
            if value is not None and known.setdefault((step, name), value) != value:
                yield f"Step {step} gives {name} twice, {_said(known[step, name])} and {_said(value)}: the later one counts."
                known[step, name] = value


def _said(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)

"""The core loop: a few experiments in a row, each the first advice that leads somewhere new."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean

from advisor.authoring.quality.constant import best_order
from advisor.authoring.quality.labels import LabelledRun
from advisor.authoring.quality.outcomes import Atlas, Step
from advisor.authoring.quality.readings import Judge
from advisor.facts import EarlierRun

Options = Callable[[LabelledRun, tuple[EarlierRun, ...]], Sequence[Step | None]]

_ROUNDS = 4
_STARTS = 60


@dataclass(frozen=True, slots=True)
class LoopScores:
    """Best test score after the experiments as a share of the family's best, over the starting runs."""

    starts: int
    rounds: int
    advice: float
    fixed_list: float
    random: float


def score_loop(runs: Sequence[LabelledRun], judge: Judge, atlas: Atlas, seed: int) -> LoopScores | None:
    """Follow the advice from some runs to their recorded neighbours; None where no run has a test score."""
    by_id = {run.id: run for run in runs if run.test_score is not None}
    if not by_id:
        return None
    dice = Random(seed)  # noqa: S311 - reproducible starting points, not a secret
    order = best_order(runs, atlas)
    starts = dice.sample(sorted(by_id), min(_STARTS, len(by_id)))
    advice, listed, at_random = [], [], []
    for start in starts:
        top = max(_score(run) for run in by_id.values() if run.family == by_id[start].family) or 1e-9
        advice.append(_walk(by_id, start, lambda here, history: _advised(here, history, judge, atlas), _first) / top)
        at_random.append(_walk(by_id, start, lambda here, _: atlas.steps(here), dice.choice) / top)
        listed.append(_walk(by_id, start, lambda here, _: [move.step(atlas, here) for move in order], _first) / top)
    return LoopScores(len(starts), _ROUNDS, fmean(advice), fmean(listed), fmean(at_random))


def _advised(here: LabelledRun, history: tuple[EarlierRun, ...], judge: Judge, atlas: Atlas) -> Sequence[Step | None]:
    return [atlas.outcome(here, advised) for advised in judge(here.request(history)).experiments]


def _first(steps: Sequence[Step]) -> Step:
    return steps[0]


def _walk(by_id: Mapping[str, LabelledRun], start: str, options: Options, pick: Callable[[Sequence[Step]], Step]) -> float:
    """Return the best test score seen; a repair of a fault that is not there uses up an experiment, once."""
    here, best = by_id[start], _score(by_id[start])
    seen: set[str | None] = {start}
    history: tuple[EarlierRun, ...] = ()
    for _ in range(_ROUNDS):
        fresh = [s for s in options(here, history) if s is not None and s.run_id not in seen and (s.run_id is None or s.run_id in by_id)]
        if not fresh:
            break
        step = pick(fresh)
        seen.add(step.run_id)
        if step.run_id is not None:
            history = (*history, here.earlier)
            here = by_id[step.run_id]
            best = max(best, _score(here))
    return best


def _score(run: LabelledRun) -> float:
    return run.test_score or 0.0

"""How good the advised experiments are on runs whose neighbours are recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from advisor.authoring.quality.constant import best_order, order_nets
from advisor.authoring.quality.conventions import (
    CLEAR_GAIN,
    DATA_KNOBS,
    FEWEST_RUNS_OF_A_CAUSE,
    HEALTHY,
    LARGE_GAIN,
    OVERFITTING,
    TOO_HARD,
    TOO_HARD_ACTIONS,
)
from advisor.authoring.quality.labels import LabelledRun
from advisor.authoring.quality.outcomes import Atlas, Step, first_recorded
from advisor.authoring.quality.readings import Judge, Reading
from advisor.authoring.quality.shares import Detection, Share, mean


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled run, what was said of it, and where each advised experiment would have led."""

    run: LabelledRun
    reading: Reading
    outcomes: tuple[Step | None, ...]
    best_gain: float
    best_net: float

    @property
    def helpable(self) -> bool:
        """Whether some single change clearly helps."""
        return self.best_gain > CLEAR_GAIN

    @property
    def well(self) -> bool:
        """Whether the run is labelled healthy, or without fault, and nothing clearly helps."""
        return not self.helpable and (HEALTHY in self.run.truth.causes or not self.run.truth.causes)


@dataclass(frozen=True, slots=True)
class CauseScores:
    """How often the advice helps runs of one primary cause."""

    top1: Share
    top3: Share


@dataclass(frozen=True, slots=True)
class Uplift:
    """Gain of the first advice over the gain of the best single change, net of cost, against the best fixed list.

    ``skill`` is the share of what the fixed list leaves over that the advice gains: what reading the run is worth.
    """

    advice: float | None
    fixed_list: float | None
    skill: float | None


@dataclass(frozen=True, slots=True)
class ActionUplift:
    """What the runs gained on which an action decided, being the first advice with a recorded outcome."""

    action: str
    runs: int
    clearly_helped: Share
    mean_net_points: float
    share_of_best: float | None


@dataclass(frozen=True, slots=True)
class AdviceScores:
    """Every measure of the advice on one set of runs; None where the set has nothing to measure it on."""

    runs: int
    any_change: Uplift
    data_fixed: Uplift
    uplift_random: float | None
    mean_net_points: float | None
    mean_net_points_best: float | None
    first_advice_recorded: Share
    top1: Share
    top3: Share
    macro_top1: float | None
    macro_top3: float | None
    by_cause: dict[str, CauseScores]
    alarm_where_sick: Share
    alarm_where_well: Share
    alarm_j: float | None
    too_hard_named: Share
    too_hard_named_elsewhere: Share
    checkpoint_regret_points: float | None
    checkpoint_regret_of_last: float | None
    checkpoints_judged: int
    loss_overfit: Detection
    fixed_list: tuple[str, ...]
    by_action: tuple[ActionUplift, ...]


def judge_runs(runs: Sequence[LabelledRun], judge: Judge, atlas: Atlas) -> list[Judged]:
    """Ask a judge about every run."""
    out = []
    for run in runs:
        reading = judge(run.request())
        best_gain = max((0.0, *(step.gain for step in atlas.steps(run))))
        outcomes = tuple(atlas.outcome(run, advised) for advised in reading.experiments)
        out.append(Judged(run, reading, outcomes, best_gain, atlas.best_net(run)))
    return out


def score_advice(judged: Sequence[Judged], atlas: Atlas, fixed_on: Sequence[LabelledRun] | None = None) -> AdviceScores:
    """Score the advice on some runs.

    Args:
        judged: The runs with what was said of them.
        atlas: Where changes led.
        fixed_on: The runs that the fixed list to beat is chosen on; these runs themselves where not given.
    """
    runs = [j.run for j in judged]
    chosen_on = runs if fixed_on is None else fixed_on
    order = best_order(chosen_on, atlas)
    order_fixed = best_order(chosen_on, atlas, DATA_KNOBS)
    nets = [first_recorded(j.outcomes)[1] for j in judged]
    best = [j.best_net for j in judged]
    helped = [(j, [step is not None and step.gain > CLEAR_GAIN for step in j.outcomes[:3]]) for j in judged if j.helpable]
    by_cause = _by_cause(helped)
    common = [scores for scores in by_cause.values() if scores.top1.of >= FEWEST_RUNS_OF_A_CAUSE]
    sick = Share.among(j.reading.alarm for j in judged if j.best_gain > LARGE_GAIN)
    well = Share.among(j.reading.alarm for j in judged if j.well)
    regret, regret_of_last = _regret(judged)
    return AdviceScores(
        runs=len(judged),
        any_change=_uplift(nets, order_nets(order, runs, atlas), best),
        data_fixed=_uplift(
            [first_recorded(_without_data(j))[1] for j in judged],
            order_nets(order_fixed, runs, atlas),
            [atlas.best_net(run, DATA_KNOBS) for run in runs],
        ),
        uplift_random=_over([mean(step.net for step in atlas.steps(run)) or 0.0 for run in runs], best),
        mean_net_points=mean(nets),
        mean_net_points_best=mean(best),
        first_advice_recorded=Share.among(bool(j.outcomes) and j.outcomes[0] is not None for j in judged),
        top1=Share.among(any(good[:1]) for _, good in helped),
        top3=Share.among(any(good) for _, good in helped),
        macro_top1=mean(scores.top1.share or 0.0 for scores in common),
        macro_top3=mean(scores.top3.share or 0.0 for scores in common),
        by_cause=by_cause,
        alarm_where_sick=sick,
        alarm_where_well=well,
        alarm_j=None if sick.share is None or well.share is None else sick.share - well.share,
        too_hard_named=Share.among(_too_hard(j) for j in judged if TOO_HARD in j.run.truth.causes),
        too_hard_named_elsewhere=Share.among(_too_hard(j) for j in judged if TOO_HARD not in j.run.truth.causes),
        checkpoint_regret_points=mean(regret),
        checkpoint_regret_of_last=mean(regret_of_last),
        checkpoints_judged=len(regret),
        loss_overfit=Detection.of((OVERFITTING in j.reading.findings, OVERFITTING in j.run.truth.causes) for j in judged),
        fixed_list=tuple(map(str, order)),
        by_action=_by_action(judged),
    )


def _uplift(nets: Sequence[float], fixed: Sequence[float], best: Sequence[float]) -> Uplift:
    advice, constant = _over(nets, best), _over(fixed, best)
    skill = None if advice is None or constant is None or constant >= 1 else (advice - constant) / (1 - constant)
    return Uplift(advice, constant, skill)


def _over(nets: Sequence[float], best: Sequence[float]) -> float | None:
    return sum(nets) / sum(best) if sum(best) > 0 else None


def _without_data(judged: Judged) -> list[Step | None]:
    kept = zip(judged.reading.experiments, judged.outcomes, strict=True)
    return [step for advised, step in kept if advised.knob is not None and advised.knob[0] not in DATA_KNOBS]


def _too_hard(judged: Judged) -> bool:
    return any(action in TOO_HARD_ACTIONS for action in judged.reading.actions[:3])


def _by_cause(helped: Sequence[tuple[Judged, list[bool]]]) -> dict[str, CauseScores]:
    groups: dict[str, list[list[bool]]] = defaultdict(list)
    for judged, good in helped:
        groups[judged.run.truth.primary or "none"].append(good)
    return {
        cause: CauseScores(Share.among(any(good[:1]) for good in group), Share.among(any(good) for good in group))
        for cause, group in sorted(groups.items())
    }


def _regret(judged: Sequence[Judged]) -> tuple[list[float], list[float]]:
    """Where the last checkpoint clearly loses: the points lost by the named best checkpoint, and by the last one."""
    named, last = [], []
    for j in judged:
        scores = j.run.checkpoints
        if not scores or j.reading.best_step is None:
            continue
        top = max(score.test_score for score in scores)
        if top - scores[-1].test_score > CLEAR_GAIN:
            step = j.reading.best_step
            named.append(top - min(scores, key=lambda score: abs(score.step - step)).test_score)
            last.append(top - scores[-1].test_score)
    return named, last


def _by_action(judged: Sequence[Judged]) -> tuple[ActionUplift, ...]:
    groups: dict[str, list[tuple[Step, float, float]]] = defaultdict(list)
    for j in judged:
        step, net = first_recorded(j.outcomes)
        if step is not None:
            groups[j.reading.experiments[j.outcomes.index(step)].action].append((step, net, j.best_net))
    found = [
        ActionUplift(
            action,
            len(group),
            Share.among(step.gain > CLEAR_GAIN for step, _, _ in group),
            sum(net for _, net, _ in group) / len(group),
            _over([net for _, net, _ in group], [best for _, _, best in group]),
        )
        for action, group in groups.items()
    ]
    return tuple(sorted(found, key=lambda uplift: (-uplift.runs, uplift.action)))

"""What the earlier experiments say: how many, what changed since the last, and whether the scores still move."""

from __future__ import annotations

from itertools import accumulate

from advisor.facts import SETTINGS, EarlierRun, Run, as_float
from advisor.signals.curves import Curves
from advisor.signals.evaluation import earlier_scores, own_best_score
from advisor.signals.registry import Missing, SignalCatalogue, Value
from advisor.signals.scales import comparable, incomparable, usual_scale
from advisor.signals.scores import best_run_score
from advisor.signals.settings import run_active

signal = SignalCatalogue()

_LOOP = "Iterative Training Workflow"


def changed_variables(run: Run | EarlierRun, previous: Run | EarlierRun) -> tuple[str, ...]:
    """Return the names of what differs between two runs, of what both of them state: settings, base model, method, data set."""
    changed = [name for name in SETTINGS if _differ(getattr(run.hyperparameters, name), getattr(previous.hyperparameters, name))]
    changed += [name for name in ("base_model", "method") if _differ(getattr(run, name), getattr(previous, name))]
    ours, theirs = run.dataset, previous.dataset
    unversioned = ours.version is None or theirs.version is None
    if _differ(ours.version, theirs.version) or (unversioned and _differ(ours.n_train, theirs.n_train)):
        changed.append("dataset")
    return tuple(changed)


def _varied(curves: Curves) -> EarlierRun:
    """The earlier run that this one varies: the one that it names as its parent, else the one before it."""
    history, parent = curves.request.history, curves.run.parent
    return next((run for run in reversed(history) if parent is not None and run.id == parent), history[-1])


def _differ(a: object, b: object) -> bool:
    return a is not None and b is not None and a != b


def _scored(curves: Curves) -> list[float]:
    """The best score of each experiment that was evaluated on the usual scale, oldest first, this run last."""
    own = own_best_score(curves)
    return earlier_scores(curves) if isinstance(own, Missing) else [*earlier_scores(curves), own]


@signal("runs")
def experiments_count(curves: Curves) -> Value:
    """How many experiments there were, this run included."""
    return float(len(curves.request.history) + 1)


@signal("runs")
def evaluated_experiments(curves: Curves) -> Value:
    """How many experiments were evaluated, this run included."""
    runs: tuple[Run | EarlierRun, ...] = (*curves.request.history, curves.run)
    return float(sum(best_run_score(run) is not None for run in runs))


@signal("variables", source=f"{_LOOP}, rule: change one variable per experiment")
def changed_variables_count(curves: Curves) -> Value:
    """How many variables differ between this run and the one that it varies, of those that both state."""
    if not curves.request.history:
        return Missing("there is no earlier run", ("history",))
    return float(len(changed_variables(curves.run, _varied(curves))))


@signal("score", source=f"{_LOOP}, when to stop")
def recent_gain_highest(curves: Curves) -> Value:
    """The largest gain that any of the last experiments (``history_window``, this run included) brought over the best before it."""
    gains = _recent_gains(curves)
    return gains if isinstance(gains, Missing) else max(gains)


@signal("share", source=f"{_LOOP}, when to stop")
def recent_gain_highest_share(curves: Curves) -> Value:
    """The largest gain of the last experiments over the best before each of them, as a share of the scale."""
    gains = _recent_gains(curves)
    if isinstance(gains, Missing):
        return gains
    return max(gains) / curves.scale_width if curves.scale_width else Missing("the evaluation's scale is not given", ("evaluation.scale",))


def _recent_gains(curves: Curves) -> list[float] | Missing:
    """What each of the last experiments gained over the best run before it, the first run over the baseline."""
    scores = _scored(curves)
    window = int(curves.measures.history_window)
    baseline = curves.request.baseline
    gains = [score - best for best, score in zip(accumulate(scores, max), scores[1:], strict=False)]
    if scores and baseline is not None and baseline.score is not None:
        gains.insert(0, scores[0] - baseline.score)
    if len(gains) < window:
        reason = f"needs {window} evaluated experiments after a first score, there are {len(gains)}"
        with_this_run = len(scores) + (baseline is not None and baseline.score is not None)
        blocked = incomparable(curves)
        if with_this_run >= window and blocked is not None:
            return blocked
        enough = best_run_score(curves.run) is None and with_this_run >= window
        return Missing(reason, ("evaluation.score" if enough else "history",))
    return gains[-window:]


@signal("examples", source=f"{_LOOP}, common mistakes")
def train_examples_added(curves: Curves) -> Value:
    """How many training examples this run has more than the one that it varies."""
    if not curves.request.history:
        return Missing("there is no earlier run", ("history",))
    now, then = curves.run.dataset.n_train, _varied(curves).dataset.n_train
    return Missing("n_train is not given for both runs", ("n_train",)) if now is None or then is None else float(now - then)


@signal("score")
def score_gain_over_previous(curves: Curves) -> Value:
    """How far this run's best score lies above that of the run that it varies."""
    if not curves.request.history:
        return Missing("there is no earlier run", ("history",))
    previous = _varied(curves)
    now, then = own_best_score(curves), best_run_score(previous)
    if isinstance(now, Missing):
        return now
    if then is None:
        return Missing("not both runs were evaluated", ("evaluation.score",))
    if not comparable(previous, usual_scale(curves)):
        return Missing("the run that this one varies was scored on another scale", ("evaluation.scale",))
    return now - then


@signal("runs")
def runs_without_curves(curves: Curves) -> Value:
    """How many experiments were taken further without a single loss or reward to look at; this run counts once it has ended."""
    without = sum(
        not any(_has_metrics(c.metrics) for c in run.checkpoints) and run.best_valid_loss is None for run in curves.request.history
    )
    unseen = curves.run.best_valid_loss is None and not any(_has_metrics(c.metrics) for c in curves.checkpoints)
    own = unseen and not run_active(curves)
    return float(without + own)


def _has_metrics(metrics: object) -> bool:
    return any(value is not None for value in vars(metrics).values())


@signal("nats")
def best_earlier_valid_loss(curves: Curves) -> Value:
    """The lowest validation loss that an earlier run states or shows."""
    lowest = []
    for run in curves.request.history:
        stated = as_float(run.best_valid_loss)
        losses = [
            as_float(c.metrics.full_valid_loss if c.metrics.full_valid_loss is not None else c.metrics.valid_loss) for c in run.checkpoints
        ]
        lowest += [v for v in (stated, *losses) if v is not None and v == v]
    return min(lowest) if lowest else Missing("no earlier run has a validation loss", ("history",))

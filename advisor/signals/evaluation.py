"""What the evaluation says: the run's score against its own checkpoints, the baseline, the goal and the earlier experiments."""

from __future__ import annotations

from advisor.facts import EarlierRun, Run
from advisor.signals.curves import Curves
from advisor.signals.registry import Missing, SignalCatalogue, Value
from advisor.signals.scales import comparable, incomparable, usual_scale
from advisor.signals.scores import best_run_score, run_score, score_noise, scores_of

signal = SignalCatalogue()

_LOOP = "Iterative Training Workflow"
_NO_SCORE = Missing("the run was not evaluated", ("evaluation.score",))


def earlier_scores(curves: Curves) -> list[float]:
    """Return the best scores of the earlier runs on the usual scale, oldest first."""
    scale = usual_scale(curves)
    return [max(scores_of(run)) for run in curves.request.history if scores_of(run) and comparable(run, scale)]


def own_best_score(curves: Curves) -> Value:
    """Return the best score of this run where it may be compared with the earlier ones, the baseline and the target."""
    score = best_run_score(curves.run)
    return _NO_SCORE if score is None else incomparable(curves) or score


def _best_so_far(curves: Curves) -> Value:
    own, scores = own_best_score(curves), earlier_scores(curves)
    if isinstance(own, Missing):
        return max(scores) if scores else own
    return max([*scores, own])


@signal("score")
def evaluation_score(curves: Curves) -> Value:
    """The run's evaluation score; that of its best evaluated checkpoint where only those were scored."""
    score = run_score(curves.run)
    return _NO_SCORE if score is None else score


@signal("score")
def evaluation_best_score(curves: Curves) -> Value:
    """The best score that the run reached at any evaluated checkpoint."""
    score = best_run_score(curves.run)
    return _NO_SCORE if score is None else score


@signal("score")
def evaluation_noise(curves: Curves) -> Value:
    """Standard error of a score: as given, else from n_items as a share of right answers, else ``evaluation_noise_share``."""
    noise = score_noise(curves)
    return Missing("neither the noise nor the scale of the evaluation is known", ("evaluation.scale",)) if noise is None else noise


def _share(curves: Curves, score: float | None) -> Value:
    if score is None:
        return _NO_SCORE
    if curves.scale is None or curves.scale_width is None:
        return Missing("the evaluation's scale is not given", ("evaluation.scale",))
    return (score - curves.scale[0]) / curves.scale_width


@signal("share")
def evaluation_score_share(curves: Curves) -> Value:
    """The run's score as a share of its scale: 0 is the bottom, 1 the top."""
    return _share(curves, run_score(curves.run))


@signal("share")
def evaluation_best_score_share(curves: Curves) -> Value:
    """The run's best checkpoint score as a share of its scale."""
    return _share(curves, best_run_score(curves.run))


@signal("points")
def evaluated_checkpoints(curves: Curves) -> Value:
    """How many checkpoints of this run were evaluated."""
    return float(len(curves.scores))


@signal("share")
def evaluation_final_gain_share(curves: Curves) -> Value:
    """Gain of the score from the second-last to the last evaluated checkpoint, as a share of the scale."""
    if len(curves.scores) < 2:
        return Missing("needs two evaluated checkpoints", ("evaluation.checkpoints",))
    if curves.scale_width is None:
        return Missing("the evaluation's scale is not given", ("evaluation.scale",))
    return (curves.scores[-1][1] - curves.scores[-2][1]) / curves.scale_width


@signal("share")
def evaluation_loss_since_best_share(curves: Curves) -> Value:
    """How far the last evaluated checkpoint lies below the best one, as a share of the scale; 0 where the last is the best."""
    if len(curves.scores) < 2:
        return Missing("needs two evaluated checkpoints", ("evaluation.checkpoints",))
    if curves.scale_width is None:
        return Missing("the evaluation's scale is not given", ("evaluation.scale",))
    return (max(s for _, s in curves.scores) - curves.scores[-1][1]) / curves.scale_width


@signal("multiple")
def evaluation_loss_since_best_noise_multiple(curves: Curves) -> Value:
    """How far the last evaluated checkpoint lies below the best one, as a multiple of the noise of the difference of two scores."""
    if len(curves.scores) < 2:
        return Missing("needs two evaluated checkpoints", ("evaluation.checkpoints",))
    noise = score_noise(curves)
    if not noise:
        return Missing("the noise of the evaluation is not known", ("evaluation.scale",))
    return (max(s for _, s in curves.scores) - curves.scores[-1][1]) / (noise * 2**0.5)


@signal("score", source=f"{_LOOP}, experiment tracking")
def baseline_score(curves: Curves) -> Value:
    """The score of the untuned base model on the same evaluation."""
    baseline = curves.request.baseline
    return Missing("no baseline was given", ("baseline.score",)) if baseline is None or baseline.score is None else baseline.score


@signal("score", source=f"{_LOOP}, when to stop")
def score_gain_over_baseline(curves: Curves) -> Value:
    """How far the run's best score lies above the baseline, in the evaluation's own points."""
    return _difference(own_best_score(curves), baseline_score(curves))


@signal("ratio", source=f"{_LOOP}, when to stop")
def score_gain_over_baseline_ratio(curves: Curves) -> Value:
    """The run's gain over the baseline, relative to the baseline (5 % is 0.05).

    Where the baseline is below ``baseline_near_zero_share`` of the scale, the gain is taken relative to the scale.
    """
    return _relative_to_baseline(curves, own_best_score(curves))


@signal("ratio", source=f"{_LOOP}, when to stop")
def best_score_gain_over_baseline_ratio(curves: Curves) -> Value:
    """The gain of the best experiment so far, this run included, over the baseline, relative to the baseline or the scale."""
    return _relative_to_baseline(curves, _best_so_far(curves))


def _relative_to_baseline(curves: Curves, score: Value) -> Value:
    base = baseline_score(curves)
    gain = _difference(score, base)
    if isinstance(gain, Missing) or isinstance(base, Missing):
        return gain
    width = curves.scale_width
    if width is not None and abs(base) < curves.measures.baseline_near_zero_share * width:
        return gain / width
    return gain / abs(base) if base else Missing("the baseline is 0 and the scale is not given", ("evaluation.scale",))


@signal("score", source=f"{_LOOP}, diagnostic decision tree")
def score_gain_over_reference(curves: Curves) -> Value:
    """How far the run's best score lies above the best earlier run's, or above the baseline where no earlier run was evaluated."""
    earlier = earlier_scores(curves)
    reference: Value = max(earlier) if earlier else baseline_score(curves)
    if isinstance(reference, Missing):
        return Missing("neither an earlier run nor a baseline was evaluated", ("baseline.score", "history"))
    return _difference(own_best_score(curves), reference)


@signal("multiple", source=f"{_LOOP}, diagnostic decision tree")
def score_gain_over_reference_noise_multiple(curves: Curves) -> Value:
    """The gain over the best earlier run (else the baseline) as a multiple of the noise of the difference of two scores."""
    gain = score_gain_over_reference(curves)
    if isinstance(gain, Missing):
        return gain
    noise = score_noise(curves)
    return gain / (noise * 2**0.5) if noise else Missing("the noise of the evaluation is not known", ("evaluation.scale",))


@signal("share", source=f"{_LOOP}, when to stop")
def score_gain_over_reference_share(curves: Curves) -> Value:
    """The gain over the best earlier run (else the baseline) as a share of the scale."""
    gain = score_gain_over_reference(curves)
    if isinstance(gain, Missing):
        return gain
    return gain / curves.scale_width if curves.scale_width else Missing("the evaluation's scale is not given", ("evaluation.scale",))


@signal("score")
def target_score(curves: Curves) -> Value:
    """The score that the user calls good enough."""
    target = curves.request.goal.target_score
    return Missing("no target score was given", ("goal.target_score",)) if target is None else target


@signal("score", source=f"{_LOOP}, when to stop")
def score_above_target(curves: Curves) -> Value:
    """How far the best score so far, earlier runs included, lies above the target; negative below it."""
    return _difference(_best_so_far(curves), target_score(curves))


@signal("flag")
def test_score_given(curves: Curves) -> Value:
    """1 where any run was measured on a separate final test set."""
    runs: tuple[Run | EarlierRun, ...] = (curves.run, *curves.request.history)
    return float(any(r.evaluation is not None and r.evaluation.test_score is not None for r in runs))


@signal("share")
def score_above_chance_share(curves: Curves) -> Value:
    """The run's best score above the baseline as a share of what the baseline leaves to the top of the scale."""
    base, best = baseline_score(curves), own_best_score(curves)
    if isinstance(base, Missing):
        return base
    if isinstance(best, Missing):
        return best
    if curves.scale is None:
        return Missing("the evaluation's scale is not given", ("evaluation.scale",))
    room = curves.scale[1] - base
    return (best - base) / room if room > 0 else Missing("the baseline is at the top of the scale", ("baseline.score",))


def _difference(a: Value, b: Value) -> Value:
    if isinstance(a, Missing):
        return a
    return b if isinstance(b, Missing) else a - b


def _later_half_shares(curves: Curves) -> tuple[float, list[float]] | Missing:
    """The score half way through the evaluated checkpoints, and those of the later half, as shares of the scale."""
    if len(curves.scores) < 2:
        return Missing("needs two evaluated checkpoints", ("evaluation.checkpoints",))
    if curves.scale is None or not curves.scale_width:
        return Missing("the evaluation's scale is not given", ("evaluation.scale",))
    shares = [(score - curves.scale[0]) / curves.scale_width for _, score in curves.scores]
    half = len(shares) // 2
    return shares[max(0, half - 1)], shares[half:]


@signal("share")
def evaluation_later_half_lowest_share(curves: Curves) -> Value:
    """The lowest score of the later half of the evaluated checkpoints, as a share of the scale: a guesser is above 0 throughout."""
    later = _later_half_shares(curves)
    return later if isinstance(later, Missing) else min(later[1])


@signal("share")
def evaluation_later_half_rise_share(curves: Curves) -> Value:
    """How far the best score of the later half of the evaluated checkpoints lies above the score half way, as a share of the scale."""
    later = _later_half_shares(curves)
    return later if isinstance(later, Missing) else max(later[1]) - later[0]


@signal("flag")
def score_given(curves: Curves) -> Value:
    """1 where the run was evaluated."""
    return float(run_score(curves.run) is not None)


@signal("flag")
def score_known(curves: Curves) -> Value:
    """1 where the run was evaluated and the evaluation's scale is given, so that the score can be read as a share."""
    return float(run_score(curves.run) is not None and curves.scale is not None)


@signal("flag")
def baseline_known(curves: Curves) -> Value:
    """1 where the untuned base model's score is given."""
    return float(curves.request.baseline is not None and curves.request.baseline.score is not None)

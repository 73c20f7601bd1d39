"""What the evaluation, which the grader has no part in, says of a reinforcement run."""

from __future__ import annotations

from math import sqrt

from advisor.signals.curves import Curves
from advisor.signals.registry import REWARD, Missing, SignalCatalogue, Value
from advisor.signals.series import mean

signal = SignalCatalogue()


def _evaluation_ends(curves: Curves) -> tuple[float, float] | Missing:
    if len(curves.scores) < 2:
        return Missing("needs two evaluated checkpoints", ("evaluation.checkpoints",))
    if curves.scale is None or not curves.scale_width:
        return Missing("the evaluation's scale is not given", ("evaluation.scale",))
    low = curves.scale[0]
    scores = [(s - low) / curves.scale_width for _, s in curves.scores]
    return scores[0], mean(scores[-int(curves.measures.score_window_points) :]) if len(
        scores
    ) >= curves.measures.noise_points_min else scores[-1]


@signal("share", methods=REWARD)
def evaluation_fall_share(curves: Curves) -> Value:
    """How far the evaluation fell from the first checkpoint to the end, as a share of the scale.

    The end is the mean of ``score_window_points`` scores where there are ``noise_points_min`` or more, else the last score.
    """
    ends = _evaluation_ends(curves)
    return ends if isinstance(ends, Missing) else ends[0] - ends[1]


@signal("multiple", methods=REWARD)
def evaluation_fall_noise_multiple(curves: Curves) -> Value:
    """The fall of the evaluation as a multiple of the sampling error of the difference of two scores.

    Where that is not given it is that of n_items (else ``evaluation_items_assumed``) whose scores vary by ``least_score_variance_share``
    or more.
    """
    ends = _evaluation_ends(curves)
    evaluation = curves.run.evaluation
    if isinstance(ends, Missing) or evaluation is None or not curves.scale_width:
        return ends if isinstance(ends, Missing) else Missing("the run was not evaluated", ("evaluation.checkpoints",))
    share = min(max(mean(ends), 0.0), 1.0)
    items = evaluation.n_items or curves.measures.evaluation_items_assumed
    given = evaluation.standard_error
    error = (
        given / curves.scale_width
        if given is not None
        else sqrt(max(share * (1 - share), curves.measures.least_score_variance_share) / items)
    )
    return (ends[0] - ends[1]) / max(error * sqrt(2), curves.measures.least_reward_error_share)

"""The plain criteria of the documents, taken literally: what people without a tool use today."""

from __future__ import annotations

from advisor.authoring.quality import Judge, Reading, Said
from advisor.contract import AdviseRequest
from benchmarks.quality.curves import Curves, curves_of

_OVERFITTING = Reading(said=(Said("overfitting", "high"),))


def ratio_above(limit: float) -> Judge:
    """Return the criterion that the last validation loss is so many times the last train loss."""

    def judge(request: AdviseRequest) -> Reading:
        curves = curves_of(request)
        return _OVERFITTING if _last_ratio(curves) > limit else Reading()

    return judge


def last_above_best(factor: float) -> Judge:
    """Return the criterion that the last validation loss is so many times the best one."""

    def judge(request: AdviseRequest) -> Reading:
        losses = [value for _, value in curves_of(request).valid_loss]
        return _OVERFITTING if losses and losses[-1] > factor * min(losses) else Reading()

    return judge


def _last_ratio(curves: Curves) -> float:
    if not curves.valid_loss or not curves.train_loss or curves.train_loss[-1][1] == 0:
        return 0.0
    return curves.valid_loss[-1][1] / curves.train_loss[-1][1]


CRITERIA: dict[str, Judge] = {
    "last ratio > 2.0": ratio_above(2.0),
    "last ratio > 1.5": ratio_above(1.5),
    "final > 1.2 × best": last_above_best(1.2),
}

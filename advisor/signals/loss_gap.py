"""How the train and the validation loss of a supervised or preference run lie to each other."""

from __future__ import annotations

from advisor.signals.curves import Curves
from advisor.signals.loss_reading import TRAIN_LOSS, loss_over, too_short
from advisor.signals.registry import LOSS, Missing, SignalCatalogue, Value
from advisor.signals.series import mean

signal = SignalCatalogue()

_GUIDE = "Training Curve Analysis"


@signal("ratio", methods=LOSS)
def train_loss_drop_since_best_ratio(curves: Curves) -> Value:
    """How far the train loss fell after the lowest validation loss, relative to its value there; negative where it rose."""
    if len(curves.valid) < 2:
        return too_short(curves.valid, 2)
    at_best, at_end = curves.train_around(curves.best_index), curves.train_around(len(curves.valid) - 1)
    if at_best is None or at_end is None:
        return Missing("no train loss near the evaluations", TRAIN_LOSS)
    return 1 - loss_over(curves, at_end, at_best)


@signal("ratio", methods=LOSS, source=f"{_GUIDE}, overfitting detection")
def overfit_ratio_last(curves: Curves) -> Value:
    """Validation loss over train loss at the last evaluated checkpoint; train loss is the mean since the previous evaluation."""
    ratios = curves.overfit_ratios
    return ratios[-1][1] if ratios else _no_ratio(curves)


@signal("ratio", methods=LOSS, source=f"{_GUIDE}, diagnosis table, row 7")
def overfit_ratio_first(curves: Curves) -> Value:
    """Validation loss over train loss at the first evaluated checkpoint."""
    ratios = curves.overfit_ratios
    return ratios[0][1] if ratios else _no_ratio(curves)


@signal("ratio", methods=LOSS)
def overfit_ratio_best(curves: Curves) -> Value:
    """Validation loss over train loss at the lowest validation loss."""
    if not curves.valid.values:
        return too_short(curves.valid, 1)
    train = curves.train_at_valid[curves.best_index]
    return curves.valid_smooth[curves.best_index] / train if train else _no_ratio(curves)


@signal("share", methods=LOSS, source="ftdoctor, UMLAUT")
def valid_below_train_share(curves: Curves) -> Value:
    """Share of the evaluations at which the validation loss lies below ``leak_ratio`` of the train loss."""
    ratios = curves.overfit_ratios
    limit = curves.measures.leak_ratio
    return sum(r < limit for _, r in ratios) / len(ratios) if ratios else _no_ratio(curves)


def _no_ratio(curves: Curves) -> Missing:
    missing = tuple(name for name, there in (("train_loss", curves.train.values), ("valid_loss", curves.valid.values)) if not there)
    return Missing("no ratio of validation to train loss can be formed", missing or TRAIN_LOSS)


@signal("ratio", methods=LOSS)
def train_over_valid_loss_ratio(curves: Curves) -> Value:
    """Mean train loss over mean validation loss on the same steps, over the later half of them.

    Above 1 the training labels are harder to reproduce than the validation labels; far below 1 the two sets differ or the training set was
    memorised. Steps that have both are free of the bias of an epoch's mean against its end.
    """
    for name in ("valid_loss", "full_valid_loss"):
        valid = curves.series(name)
        at = dict(zip(curves.train.steps, curves.train.values, strict=True))
        shared = [(at[s], v) for s, v in zip(valid.steps, valid.values, strict=True) if s in at]
        later = shared[len(shared) // 2 :]
        if later:
            below = mean([v for _, v in later])
            return loss_over(curves, mean([t for t, _ in later]), below)
    return Missing("no step has both a train and a validation loss", ("train_loss", "valid_loss"))


@signal("ratio", methods=LOSS, source=f"{_GUIDE}, diagnosis table, row 7")
def first_gap_ratio(curves: Curves) -> Value:
    """The first validation loss over the mean of the last train losses up to it (``opening_points``): well above 1 the gap was there at once."""
    if not curves.valid.values:
        return too_short(curves.valid, 1)
    series = curves.series("full_valid_loss")
    step, value = (series.steps[0], series.values[0]) if series.values else (curves.valid.steps[0], curves.valid_smooth[0])
    before = [v for s, v in zip(curves.train.steps, curves.train.values, strict=True) if s <= step][-int(curves.measures.opening_points) :]
    if not before:
        return Missing("no train loss before the first evaluation", TRAIN_LOSS)
    return loss_over(curves, value, mean(before))

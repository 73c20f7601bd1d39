"""What the token accuracies of a supervised or preference run say."""

from __future__ import annotations

from advisor.signals.curves import Curves
from advisor.signals.loss_reading import start_and_end
from advisor.signals.registry import LOSS, Missing, SignalCatalogue, Value
from advisor.signals.series import Series

signal = SignalCatalogue()

_GUIDE = "Training Curve Analysis"


@signal("share", methods=LOSS, source=f"{_GUIDE}, SFT metrics")
def train_token_accuracy_last(curves: Curves) -> Value:
    """Train token accuracy at the end: the median of the last window of points."""
    values = curves.series("train_mean_token_accuracy").values
    return start_and_end(curves, values)[1] if values else Missing("no train token accuracy was given", ("train_mean_token_accuracy",))


def _valid_accuracy(curves: Curves) -> Series:
    full = curves.series("full_valid_mean_token_accuracy")
    batch = curves.series("valid_mean_token_accuracy")
    return full if len(full) >= curves.measures.full_points_min or len(full) >= len(batch) else batch


@signal("share", methods=LOSS, source=f"{_GUIDE}, SFT metrics")
def valid_token_accuracy_first(curves: Curves) -> Value:
    """Validation token accuracy at the first evaluation, on the full validation set where that was measured."""
    values = _valid_accuracy(curves).values
    return values[0] if values else Missing("no validation token accuracy was given", ("valid_mean_token_accuracy",))


@signal("share", methods=LOSS, source=f"{_GUIDE}, SFT metrics")
def valid_token_accuracy_last(curves: Curves) -> Value:
    """Validation token accuracy at the last evaluation, on the full validation set where that was measured."""
    values = _valid_accuracy(curves).values
    return values[-1] if values else Missing("no validation token accuracy was given", ("valid_mean_token_accuracy",))


@signal("share", methods=LOSS)
def valid_token_accuracy_change_since_best(curves: Curves) -> Value:
    """How far validation token accuracy moved from the lowest validation loss to the end: above 0 it still rose meanwhile."""
    accuracy = _valid_accuracy(curves)
    if not accuracy.values or not curves.valid.values:
        return Missing("needs validation loss and token accuracy", ("valid_mean_token_accuracy",))
    best_step = curves.valid.steps[curves.best_index]
    at_best = next((v for s, v in zip(accuracy.steps, accuracy.values, strict=True) if s >= best_step), accuracy.values[-1])
    return accuracy.values[-1] - at_best


@signal("share", methods=LOSS, source="AUTOTRAINER (ICSE 2021)")
def token_accuracy_gap(curves: Curves) -> Value:
    """Train minus validation token accuracy at the end: 0.1 is ten points; negative where validation is better."""
    train, valid = train_token_accuracy_last(curves), valid_token_accuracy_last(curves)
    if isinstance(train, Missing):
        return train
    return valid if isinstance(valid, Missing) else train - valid

"""Where the validation loss of a supervised or preference run stands, where it is lowest, and how unsteady it is."""

from __future__ import annotations

from itertools import pairwise

from advisor.signals.curves import Curves
from advisor.signals.loss_reading import too_short
from advisor.signals.registry import LOSS, Missing, SignalCatalogue, Value
from advisor.signals.series import turning_share

signal = SignalCatalogue()

_GUIDE = "Training Curve Analysis"


@signal("points", methods=LOSS)
def valid_loss_points(curves: Curves) -> Value:
    """How many finite points the judged validation loss has: full_valid_loss from ``full_points_min`` points on, else the longer of the two."""
    return float(len(curves.valid))


@signal("flag", methods=LOSS)
def valid_loss_is_full(curves: Curves) -> Value:
    """1 where the judged validation loss was measured on the whole validation set, 0 where each point is one noisy batch."""
    return float(curves.valid_is_full) if curves.valid.values else too_short(curves.valid, 1)


@signal("nats", methods=LOSS, source=f"{_GUIDE}, SFT metrics")
def valid_loss_first(curves: Curves) -> Value:
    """The first point of the judged validation loss, smoothed where it is one batch."""
    return curves.valid_smooth[0] if curves.valid.values else too_short(curves.valid, 1)


@signal("nats", methods=LOSS, source=f"{_GUIDE}, best checkpoint selection")
def valid_loss_best(curves: Curves) -> Value:
    """The lowest judged validation loss, smoothed where it is one batch or turns round more often than ``noisy_turning_share``.

    Smoothing is a running median over ``smoothing_reach`` neighbours to either side, from ``smoothing_points_min`` points on
    (``smoothing_points_min_one_batch`` for a one-batch loss); over ``smoothing_middle_reach`` from ``smoothing_middle_from`` points on,
    ``smoothing_long_reach`` from ``smoothing_long_from`` on, and over ``smoothing_share`` of the curve where that is more.
    """
    return curves.valid_smooth[curves.best_index] if curves.valid.values else too_short(curves.valid, 1)


@signal("nats", methods=LOSS, source=f"{_GUIDE}, SFT metrics")
def valid_loss_last(curves: Curves) -> Value:
    """The last judged validation loss, smoothed where it is one batch."""
    return curves.valid_smooth[-1] if curves.valid.values else too_short(curves.valid, 1)


@signal("steps", methods=LOSS)
def valid_loss_best_step(curves: Curves) -> Value:
    """The step of the lowest validation loss."""
    return float(curves.valid.steps[curves.best_index]) if curves.valid.values else too_short(curves.valid, 1)


@signal("epochs", methods=LOSS)
def valid_loss_best_epoch(curves: Curves) -> Value:
    """The epoch of the lowest validation loss."""
    if not curves.valid.values:
        return too_short(curves.valid, 1)
    epoch = curves.epoch_at(curves.valid.steps[curves.best_index])
    return Missing("epochs are neither given nor derivable", ("epoch", "n_epochs")) if epoch is None else epoch


@signal("share", methods=LOSS)
def valid_loss_best_position_share(curves: Curves) -> Value:
    """Where in the run the lowest validation loss lies: 0 at the start, 1 at the end."""
    if len(curves.valid) < 2:
        return too_short(curves.valid, 2)
    return curves.position(curves.valid.steps[curves.best_index])


@signal("points", methods=LOSS)
def valid_loss_points_after_best(curves: Curves) -> Value:
    """How many evaluations follow the lowest validation loss: 0 where the last is the lowest."""
    return float(len(curves.valid) - 1 - curves.best_index) if curves.valid.values else too_short(curves.valid, 1)


@signal("epochs", methods=LOSS)
def epochs_since_best(curves: Curves) -> Value:
    """How many epochs the run went on after the lowest validation loss."""
    if not curves.valid.values:
        return too_short(curves.valid, 1)
    best, last = (curves.epoch_at(curves.valid.steps[i]) for i in (curves.best_index, -1))
    if best is None or last is None:
        return Missing("epochs are neither given nor derivable", ("epoch", "n_epochs"))
    return last - best


@signal("ratio", methods=LOSS)
def valid_loss_noise_ratio(curves: Curves) -> Value:
    """Relative noise of one point of the validation loss: measured from its second differences, at least ``noise_floor_min``.

    Below ``noise_points_min`` points it is taken to be ``noise_floor_full_valid_loss``, for a one-batch loss ``noise_floor_valid_loss``.
    """
    return curves.valid_noise_ratio if len(curves.valid) >= 2 else too_short(curves.valid, 2)


@signal("share", methods=LOSS)
def valid_loss_turning_share(curves: Curves) -> Value:
    """Share of the moves of the validation loss that go the other way than the move before: near 2/3 for pure noise."""
    return turning_share(curves.valid.values) if len(curves.valid) >= 3 else too_short(curves.valid, 3)


def _swings(curves: Curves) -> int | Missing:
    """How often the validation loss turns round with both moves larger than ``swing_ratio``."""
    values = curves.valid.values if curves.valid_is_full else curves.valid_smooth
    if len(values) < 4:
        return too_short(curves.valid, 4)
    limit = curves.measures.swing_ratio
    moves = [(b - a) / a if a > 0 else 0.0 for a, b in pairwise(values)]
    return sum(1 for a, b in pairwise(moves) if a * b < 0 and abs(a) >= limit and abs(b) >= limit)


@signal("points", methods=LOSS, source="AUTOTRAINER (ICSE 2021)")
def valid_loss_swings(curves: Curves) -> Value:
    """At how many evaluations the validation loss turns round with both moves larger than ``swing_ratio``."""
    swings = _swings(curves)
    return swings if isinstance(swings, Missing) else float(swings)


@signal("share", methods=LOSS, source="AUTOTRAINER (ICSE 2021)")
def valid_loss_swing_share(curves: Curves) -> Value:
    """Share of the evaluations, without the first and the last, at which the validation loss turns round with large moves."""
    swings = _swings(curves)
    return swings if isinstance(swings, Missing) else swings / (len(curves.valid) - 2)

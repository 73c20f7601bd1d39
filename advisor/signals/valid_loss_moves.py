"""How far the validation loss of a supervised or preference run falls to its lowest point and rises again."""

from __future__ import annotations

from itertools import pairwise
from math import ceil, log

from advisor.signals.curves import Curves
from advisor.signals.loss_reading import VALID_LOSS, late_window, loss_over, too_short
from advisor.signals.registry import LOSS, Missing, SignalCatalogue, Value
from advisor.signals.series import MOST_NOISES, mean

signal = SignalCatalogue()

_GUIDE = "Training Curve Analysis"


@signal("ratio", methods=LOSS, source="generalisation loss, Prechelt 1998")
def valid_loss_rise_ratio(curves: Curves) -> Value:
    """How far the last validation loss lies above the lowest: 0.05 is 5 % above, 0 is the lowest itself.

    Losses below ``least_loss`` count as that, so that a zero loss is a loss too.
    """
    if len(curves.valid) < 2:
        return too_short(curves.valid, 2)
    best = curves.valid_smooth[curves.best_index]
    return loss_over(curves, curves.valid_smooth[-1], best) - 1 if best >= 0 else Missing("the validation loss is negative", VALID_LOSS)


@signal("multiple", methods=LOSS)
def valid_loss_rise_noise_multiple(curves: Curves) -> Value:
    """The rise of the validation loss over its minimum (as a logarithm) as a multiple of the noise of the difference of two points."""
    if len(curves.valid) < 2:
        return too_short(curves.valid, 2)
    best, last = curves.valid_smooth[curves.best_index], curves.valid_smooth[-1]
    if best < 0:
        return Missing("the validation loss is negative", VALID_LOSS)
    return min(log(loss_over(curves, last, best)) / curves.valid_difference_noise, MOST_NOISES)


@signal("ratio", methods=LOSS)
def valid_loss_rise_of_first_ratio(curves: Curves) -> Value:
    """How far the last validation loss lies above the lowest, relative to the first: small where next to all progress is kept."""
    if len(curves.valid) < 2:
        return too_short(curves.valid, 2)
    first = curves.valid.values[0]
    rise = curves.valid_smooth[-1] - curves.valid_smooth[curves.best_index]
    return rise / first if first > 0 else Missing("the validation loss starts at 0", VALID_LOSS)


@signal("flag", methods=LOSS)
def valid_loss_rises_steadily(curves: Curves) -> Value:
    """1 where at least two evaluations follow the lowest validation loss and none of them goes down."""
    if len(curves.valid) < 3:
        return too_short(curves.valid, 3)
    after = curves.valid_smooth[curves.best_index :]
    return float(len(after) >= 3 and all(b >= a for a, b in pairwise(after)))


@signal("ratio", methods=LOSS)
def valid_loss_drop_ratio(curves: Curves) -> Value:
    """How far the validation loss fell from its first to its lowest point, relative to the first."""
    if len(curves.valid) < 2:
        return too_short(curves.valid, 2)
    first = curves.valid_smooth[0]
    return 1 - curves.valid_smooth[curves.best_index] / first if first > 0 else Missing("the validation loss starts at 0", VALID_LOSS)


@signal("ratio", methods=LOSS, source=f"{_GUIDE}, diagnosis table, row 4")
def valid_loss_drop_after_first_epoch_ratio(curves: Curves) -> Value:
    """How much lower the lowest validation loss after ``first_epoch`` is than the lowest up to its end, relative to that."""
    if len(curves.valid) < 2:
        return too_short(curves.valid, 2)
    epochs = [curves.epoch_at(s) for s in curves.valid.steps]
    if any(e is None for e in epochs):
        return Missing("epochs are neither given nor derivable", ("epoch", "n_epochs"))
    limit = curves.measures.first_epoch + 0.01  # epochs are logged with two decimals
    early = [v for v, e in zip(curves.valid_smooth, epochs, strict=True) if e is not None and e <= limit]
    late = [v for v, e in zip(curves.valid_smooth, epochs, strict=True) if e is not None and e > limit]
    if not early or not late or min(early) <= 0:
        return Missing("needs a validation loss within the first epoch and one after it", VALID_LOSS)
    return 1 - min(late) / min(early)


@signal("ratio", methods=LOSS)
def valid_loss_later_half_drop_ratio(curves: Curves) -> Value:
    """How far the validation loss fell over the later half of the run, relative to its value half way; negative where it rose.

    One-batch losses are compared by the means of the last two stretches, each ``late_window_share`` of them long.
    """
    values = curves.series("full_valid_loss").values
    if len(values) < 2:
        batch = curves.series("valid_loss").values
        width = late_window(curves, len(batch))
        if not width:
            return too_short(curves.valid, ceil(1 / curves.measures.late_window_share))
        values = (mean(batch[-2 * width : -width]), mean(batch[-width:]))
    middle = values[len(values) // 2 - 1]
    return 1 - loss_over(curves, values[-1], middle)


@signal("ratio", methods=LOSS)
def valid_loss_last_drop_ratio(curves: Curves) -> Value:
    """How far the validation loss fell from the second-last to the last evaluation, relative to the former; negative where it rose."""
    values = curves.valid_smooth
    if len(values) < 2:
        return too_short(curves.valid, 2)
    return 1 - loss_over(curves, values[-1], values[-2])


@signal("share", methods=LOSS, source="ftdoctor")
def valid_loss_idle_share(curves: Curves) -> Value:
    """Share of the run after the first evaluation that is already within the noise of the lowest validation loss."""
    if len(curves.valid) < 2:
        return too_short(curves.valid, 2)
    best = curves.valid_smooth[curves.best_index]
    limit = best + abs(best) * max(curves.measures.noise_multiple_best * curves.valid_difference_noise, curves.measures.tie_ratio)
    step = next(s for s, v in zip(curves.valid.steps, curves.valid_smooth, strict=True) if v <= limit)
    return 1 - curves.position(step)


@signal("share", methods=LOSS, source="runmedic")
def valid_loss_progress_lost_share(curves: Curves) -> Value:
    """Share of the validation loss's progress (first to lowest point) that is lost again; above 1 where it ends above its start."""
    if len(curves.valid) < 2:
        return too_short(curves.valid, 2)
    first, best, last = curves.valid_smooth[0], min(curves.valid_smooth), curves.valid_smooth[-1]
    return (last - best) / (first - best) if first > best else Missing("the validation loss never fell", VALID_LOSS)

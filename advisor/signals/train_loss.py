"""What the train loss of a supervised or preference run says."""

from __future__ import annotations

from math import ceil

from advisor.signals.curves import Curves
from advisor.signals.loss_reading import TRAIN_LOSS, late_window, start_and_end, too_short
from advisor.signals.registry import LOSS, Missing, SignalCatalogue, Value
from advisor.signals.series import mean, median, window

signal = SignalCatalogue()

_GUIDE = "Training Curve Analysis"
_MOST_STRETCHES = 200  # medians of more would take long and say the same


@signal("points", methods=LOSS)
def train_loss_points(curves: Curves) -> Value:
    """How many finite train losses there are."""
    return float(len(curves.train))


@signal("points", methods=LOSS)
def loss_non_finite_points(curves: Curves) -> Value:
    """How many train and validation losses are NaN or infinite."""
    return float(curves.non_finite_losses)


@signal("nats", methods=LOSS, source=f"{_GUIDE}, SFT metrics")
def train_loss_first(curves: Curves) -> Value:
    """Train loss at the start: the median of the first ``window_share`` of the points, at least ``window_points_min`` of them."""
    return start_and_end(curves, curves.train.values)[0] if curves.train.values else too_short(curves.train, 1)


@signal("nats", methods=LOSS, source=f"{_GUIDE}, SFT metrics")
def train_loss_last(curves: Curves) -> Value:
    """Train loss at the end: the median of the last window of points."""
    return start_and_end(curves, curves.train.values)[1] if curves.train.values else too_short(curves.train, 1)


@signal("ratio", methods=LOSS, source=f"{_GUIDE}, diagnosis table, row 1")
def train_loss_drop_ratio(curves: Curves) -> Value:
    """How far the train loss fell from the first to the last window, relative to the first: 0.03 is 3 %; negative where it rose."""
    if len(curves.train) < 2:
        return too_short(curves.train, 2)
    first, last = start_and_end(curves, curves.train.values)
    return 1 - last / first if first > 0 else Missing("the train loss starts at 0", TRAIN_LOSS)


@signal("ratio", methods=LOSS)
def train_loss_rise_ratio(curves: Curves) -> Value:
    """How far the last window of the train loss lies above its lowest window, relative to that."""
    lows = curves.once(_train_window_medians)
    if isinstance(lows, Missing):
        return lows
    return lows[-1] / min(lows) - 1 if min(lows) > 0 else Missing("the train loss falls to 0", TRAIN_LOSS)


@signal("share", methods=LOSS)
def train_loss_zero_share(curves: Curves) -> Value:
    """Share of the train losses that are exactly 0: with every label masked it is near 1 from the start."""
    return sum(v == 0 for v in curves.train.values) / len(curves.train) if curves.train.values else too_short(curves.train, 1)


@signal("ratio", methods=LOSS)
def train_loss_final_drop_ratio(curves: Curves) -> Value:
    """How far the mean train loss still fell between the last two stretches of its points, each ``late_window_share`` of them long."""
    values = curves.train.values
    width = late_window(curves, len(values))
    if not width:
        return too_short(curves.train, ceil(1 / curves.measures.late_window_share))
    before = mean(values[-2 * width : -width])
    return 1 - mean(values[-width:]) / before if before > 0 else Missing("the train loss is 0", TRAIN_LOSS)


@signal("share", methods=LOSS, source="runmedic")
def train_loss_progress_lost_share(curves: Curves) -> Value:
    """Share of the train loss's progress (first to lowest window) that is lost again at the end; 0 where it ends lowest."""
    lows = curves.once(_train_window_medians)
    if isinstance(lows, Missing):
        return lows
    first, best, last = lows[0], min(lows), lows[-1]
    return (last - best) / (first - best) if first > best else Missing("the train loss never fell", TRAIN_LOSS)


def _train_window_medians(curves: Curves) -> list[float] | Missing:
    """Medians of every stretch of the train loss that is as long as its windows; of some of them where there are very many."""
    values = curves.train.values
    if len(values) < 4:
        return too_short(curves.train, 4)
    width = window(len(values), curves.measures.window_share, curves.measures.window_points_min)
    stride = max(1, len(values) // _MOST_STRETCHES)
    starts = [*range(0, len(values) - width, stride), len(values) - width]
    return [median(values[i : i + width]) for i in starts]

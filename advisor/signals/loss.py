"""What the loss curves of a supervised or preference run say."""

from __future__ import annotations

from itertools import pairwise
from math import log

from advisor.signals.curves import Curves
from advisor.signals.registry import LOSS, Missing, SignalCatalogue, Value
from advisor.signals.series import Series, mean, median, turning_share, window

signal = SignalCatalogue()

_GUIDE = "Training Curve Analysis"
_VALID = ("valid_loss",)
_TRAIN = ("train_loss",)
_MOST_NOISES = 1000.0


def _short(series: Series, points: int) -> Missing:
    needs = ("valid_loss",) if "valid" in series.name else (series.name,)
    if not series.values:
        return Missing(f"no {needs[0]} was given", needs)
    return Missing(f"needs {points} points of {series.name}, there {'is' if len(series) == 1 else 'are'} {len(series)}", needs)


def _over(curves: Curves, loss: float, other: float) -> float:
    """Return one loss over another; below the rulebook's least_loss they count as that, for a zero loss is a loss too."""
    least = curves.measures.least_loss
    return max(loss, least) / max(other, least)


def _start_and_end(curves: Curves, values: tuple[float, ...]) -> tuple[float, float]:
    """Return the medians of the first and of the last window of a curve."""
    width = window(len(values), curves.measures.window_share, curves.measures.window_points_min)
    return median(values[:width]), median(values[-width:])


@signal("points", methods=LOSS)
def train_loss_points(curves: Curves) -> Value:
    """How many finite train losses there are."""
    return float(len(curves.train))


@signal("points", methods=LOSS)
def valid_loss_points(curves: Curves) -> Value:
    """How many finite points the judged validation loss has: full_valid_loss from three points on, else the longer of the two."""
    return float(len(curves.valid))


@signal("flag", methods=LOSS)
def valid_loss_is_full(curves: Curves) -> Value:
    """1 where the judged validation loss was measured on the whole validation set, 0 where each point is one noisy batch."""
    return float(curves.valid_is_full) if curves.valid.values else _short(curves.valid, 1)


@signal("points", methods=LOSS)
def loss_non_finite_points(curves: Curves) -> Value:
    """How many train and validation losses are NaN or infinite."""
    return float(curves.non_finite_losses)


@signal("nats", methods=LOSS, source=f"{_GUIDE}, SFT metrics")
def train_loss_first(curves: Curves) -> Value:
    """Train loss at the start: the median of the first window of points."""
    return _start_and_end(curves, curves.train.values)[0] if curves.train.values else _short(curves.train, 1)


@signal("nats", methods=LOSS, source=f"{_GUIDE}, SFT metrics")
def train_loss_last(curves: Curves) -> Value:
    """Train loss at the end: the median of the last window of points."""
    return _start_and_end(curves, curves.train.values)[1] if curves.train.values else _short(curves.train, 1)


@signal("ratio", methods=LOSS, source=f"{_GUIDE}, diagnosis table, row 1")
def train_loss_drop_ratio(curves: Curves) -> Value:
    """How far the train loss fell from the first to the last window, relative to the first: 0.03 is 3 %; negative where it rose."""
    if len(curves.train) < 2:
        return _short(curves.train, 2)
    first, last = _start_and_end(curves, curves.train.values)
    return 1 - last / first if first > 0 else Missing("the train loss starts at 0", _TRAIN)


@signal("ratio", methods=LOSS)
def train_loss_rise_ratio(curves: Curves) -> Value:
    """How far the last window of the train loss lies above its lowest window, relative to that."""
    lows = curves.once(_train_window_medians)
    if isinstance(lows, Missing):
        return lows
    return lows[-1] / min(lows) - 1 if min(lows) > 0 else Missing("the train loss falls to 0", _TRAIN)


@signal("share", methods=LOSS)
def train_loss_zero_share(curves: Curves) -> Value:
    """Share of the train losses that are exactly 0: with every label masked it is near 1 from the start."""
    return sum(v == 0 for v in curves.train.values) / len(curves.train) if curves.train.values else _short(curves.train, 1)


@signal("nats", methods=LOSS, source=f"{_GUIDE}, SFT metrics")
def valid_loss_first(curves: Curves) -> Value:
    """The first point of the judged validation loss, smoothed where it is one batch."""
    return curves.valid_smooth[0] if curves.valid.values else _short(curves.valid, 1)


@signal("nats", methods=LOSS, source=f"{_GUIDE}, best checkpoint selection")
def valid_loss_best(curves: Curves) -> Value:
    """The lowest judged validation loss, smoothed where it is one batch."""
    return curves.valid_smooth[curves.best_index] if curves.valid.values else _short(curves.valid, 1)


@signal("nats", methods=LOSS, source=f"{_GUIDE}, SFT metrics")
def valid_loss_last(curves: Curves) -> Value:
    """The last judged validation loss, smoothed where it is one batch."""
    return curves.valid_smooth[-1] if curves.valid.values else _short(curves.valid, 1)


@signal("steps", methods=LOSS)
def valid_loss_best_step(curves: Curves) -> Value:
    """The step of the lowest validation loss."""
    return float(curves.valid.steps[curves.best_index]) if curves.valid.values else _short(curves.valid, 1)


@signal("epochs", methods=LOSS)
def valid_loss_best_epoch(curves: Curves) -> Value:
    """The epoch of the lowest validation loss."""
    if not curves.valid.values:
        return _short(curves.valid, 1)
    epoch = curves.epoch_at(curves.valid.steps[curves.best_index])
    return Missing("epochs are neither given nor derivable", ("epoch", "n_epochs")) if epoch is None else epoch


@signal("share", methods=LOSS)
def valid_loss_best_position_share(curves: Curves) -> Value:
    """Where in the run the lowest validation loss lies: 0 at the start, 1 at the end."""
    if len(curves.valid) < 2:
        return _short(curves.valid, 2)
    return curves.position(curves.valid.steps[curves.best_index])


@signal("points", methods=LOSS)
def valid_loss_points_after_best(curves: Curves) -> Value:
    """How many evaluations follow the lowest validation loss: 0 where the last is the lowest."""
    return float(len(curves.valid) - 1 - curves.best_index) if curves.valid.values else _short(curves.valid, 1)


@signal("ratio", methods=LOSS, source="generalisation loss, Prechelt 1998")
def valid_loss_rise_ratio(curves: Curves) -> Value:
    """How far the last validation loss lies above the lowest: 0.05 is 5 % above, 0 is the lowest itself."""
    if len(curves.valid) < 2:
        return _short(curves.valid, 2)
    best = curves.valid_smooth[curves.best_index]
    return _over(curves, curves.valid_smooth[-1], best) - 1 if best >= 0 else Missing("the validation loss is negative", _VALID)


@signal("ratio", methods=LOSS)
def valid_loss_noise_ratio(curves: Curves) -> Value:
    """Relative noise of one point of the validation loss: measured from its second differences, or the rulebook's floor for few points."""
    return curves.valid_noise_ratio if len(curves.valid) >= 2 else _short(curves.valid, 2)


@signal("multiple", methods=LOSS)
def valid_loss_rise_noise_multiple(curves: Curves) -> Value:
    """The rise of the validation loss over its minimum (as a logarithm) as a multiple of the noise of the difference of two points."""
    if len(curves.valid) < 2:
        return _short(curves.valid, 2)
    best, last = curves.valid_smooth[curves.best_index], curves.valid_smooth[-1]
    if best < 0:
        return Missing("the validation loss is negative", _VALID)
    return min(log(_over(curves, last, best)) / curves.valid_difference_noise, _MOST_NOISES)


@signal("ratio", methods=LOSS)
def valid_loss_rise_of_first_ratio(curves: Curves) -> Value:
    """How far the last validation loss lies above the lowest, relative to the first: small where next to all progress is kept."""
    if len(curves.valid) < 2:
        return _short(curves.valid, 2)
    first = curves.valid.values[0]
    rise = curves.valid_smooth[-1] - curves.valid_smooth[curves.best_index]
    return rise / first if first > 0 else Missing("the validation loss starts at 0", _VALID)


@signal("epochs", methods=LOSS)
def epochs_since_best(curves: Curves) -> Value:
    """How many epochs the run went on after the lowest validation loss."""
    if not curves.valid.values:
        return _short(curves.valid, 1)
    best, last = (curves.epoch_at(curves.valid.steps[i]) for i in (curves.best_index, -1))
    if best is None or last is None:
        return Missing("epochs are neither given nor derivable", ("epoch", "n_epochs"))
    return last - best


@signal("flag", methods=LOSS)
def valid_loss_rises_steadily(curves: Curves) -> Value:
    """1 where at least two evaluations follow the lowest validation loss and none of them goes down."""
    if len(curves.valid) < 3:
        return _short(curves.valid, 3)
    after = curves.valid_smooth[curves.best_index :]
    return float(len(after) >= 3 and all(b >= a for a, b in pairwise(after)))


@signal("share", methods=LOSS)
def valid_loss_turning_share(curves: Curves) -> Value:
    """Share of the moves of the validation loss that go the other way than the move before: near 2/3 for pure noise."""
    return turning_share(curves.valid.values) if len(curves.valid) >= 3 else _short(curves.valid, 3)


@signal("ratio", methods=LOSS)
def valid_loss_drop_ratio(curves: Curves) -> Value:
    """How far the validation loss fell from its first to its lowest point, relative to the first."""
    if len(curves.valid) < 2:
        return _short(curves.valid, 2)
    first = curves.valid_smooth[0]
    return 1 - curves.valid_smooth[curves.best_index] / first if first > 0 else Missing("the validation loss starts at 0", _VALID)


@signal("ratio", methods=LOSS)
def train_loss_drop_since_best_ratio(curves: Curves) -> Value:
    """How far the train loss fell after the lowest validation loss, relative to its value there; negative where it rose."""
    if len(curves.valid) < 2:
        return _short(curves.valid, 2)
    at_best, at_end = curves.train_around(curves.best_index), curves.train_around(len(curves.valid) - 1)
    if at_best is None or at_end is None:
        return Missing("no train loss near the evaluations", _TRAIN)
    return 1 - _over(curves, at_end, at_best)


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
        return _short(curves.valid, 1)
    train = curves.train_at_valid[curves.best_index]
    return curves.valid_smooth[curves.best_index] / train if train else _no_ratio(curves)


@signal("share", methods=LOSS, source="ftdoctor, UMLAUT")
def valid_below_train_share(curves: Curves) -> Value:
    """Share of the evaluations at which the validation loss lies below the rulebook's leak_ratio of the train loss."""
    ratios = curves.overfit_ratios
    limit = curves.measures.leak_ratio
    return sum(r < limit for _, r in ratios) / len(ratios) if ratios else _no_ratio(curves)


def _no_ratio(curves: Curves) -> Missing:
    missing = tuple(name for name, there in (("train_loss", curves.train.values), ("valid_loss", curves.valid.values)) if not there)
    return Missing("no ratio of validation to train loss can be formed", missing or _TRAIN)


@signal("ratio", methods=LOSS, source=f"{_GUIDE}, diagnosis table, row 4")
def valid_loss_drop_after_first_epoch_ratio(curves: Curves) -> Value:
    """How much lower the lowest validation loss after the first epoch is than the lowest up to its end, relative to that."""
    if len(curves.valid) < 2:
        return _short(curves.valid, 2)
    epochs = [curves.epoch_at(s) for s in curves.valid.steps]
    if any(e is None for e in epochs):
        return Missing("epochs are neither given nor derivable", ("epoch", "n_epochs"))
    limit = curves.measures.first_epoch + 0.01
    early = [v for v, e in zip(curves.valid_smooth, epochs, strict=True) if e is not None and e <= limit]
    late = [v for v, e in zip(curves.valid_smooth, epochs, strict=True) if e is not None and e > limit]
    if not early or not late or min(early) <= 0:
        return Missing("needs a validation loss within the first epoch and one after it", _VALID)
    return 1 - min(late) / min(early)


def _swings(curves: Curves) -> int | Missing:
    """How often the validation loss turns round with both moves larger than the rulebook's swing_ratio."""
    values = curves.valid.values if curves.valid_is_full else curves.valid_smooth
    if len(values) < 4:
        return _short(curves.valid, 4)
    limit = curves.measures.swing_ratio
    moves = [(b - a) / a if a > 0 else 0.0 for a, b in pairwise(values)]
    return sum(1 for a, b in pairwise(moves) if a * b < 0 and abs(a) >= limit and abs(b) >= limit)


@signal("points", methods=LOSS, source="AUTOTRAINER (ICSE 2021)")
def valid_loss_swings(curves: Curves) -> Value:
    """At how many evaluations the validation loss turns round with both moves larger than the rulebook's swing_ratio."""
    swings = _swings(curves)
    return swings if isinstance(swings, Missing) else float(swings)


@signal("share", methods=LOSS, source="AUTOTRAINER (ICSE 2021)")
def valid_loss_swing_share(curves: Curves) -> Value:
    """Share of the evaluations, without the first and the last, at which the validation loss turns round with large moves."""
    swings = _swings(curves)
    return swings if isinstance(swings, Missing) else swings / (len(curves.valid) - 2)


@signal("ratio", methods=LOSS)
def train_loss_final_drop_ratio(curves: Curves) -> Value:
    """How far the train loss still fell from the third to the last quarter of its points (their means), relative to the third."""
    if len(curves.train) < 4:
        return _short(curves.train, 4)
    values = curves.train.values
    quarter = max(1, len(values) // 4)
    before = mean(values[-2 * quarter : -quarter])
    return 1 - mean(values[-quarter:]) / before if before > 0 else Missing("the train loss is 0", _TRAIN)


@signal("share", methods=LOSS, source="ftdoctor")
def valid_loss_idle_share(curves: Curves) -> Value:
    """Share of the run after the first evaluation that is already within the noise of the lowest validation loss."""
    if len(curves.valid) < 2:
        return _short(curves.valid, 2)
    best = curves.valid_smooth[curves.best_index]
    limit = best + abs(best) * max(curves.measures.noise_multiple_best * curves.valid_difference_noise, curves.measures.tie_ratio)
    step = next(s for s, v in zip(curves.valid.steps, curves.valid_smooth, strict=True) if v <= limit)
    return 1 - curves.position(step)


@signal("share", methods=LOSS, source="runmedic")
def train_loss_progress_lost_share(curves: Curves) -> Value:
    """Share of the train loss's progress (first to lowest window) that is lost again at the end; 0 where it ends lowest."""
    lows = curves.once(_train_window_medians)
    if isinstance(lows, Missing):
        return lows
    first, best, last = lows[0], min(lows), lows[-1]
    return (last - best) / (first - best) if first > best else Missing("the train loss never fell", _TRAIN)


@signal("share", methods=LOSS, source="runmedic")
def valid_loss_progress_lost_share(curves: Curves) -> Value:
    """Share of the validation loss's progress (first to lowest point) that is lost again; above 1 where it ends above its start."""
    if len(curves.valid) < 2:
        return _short(curves.valid, 2)
    first, best, last = curves.valid_smooth[0], min(curves.valid_smooth), curves.valid_smooth[-1]
    return (last - best) / (first - best) if first > best else Missing("the validation loss never fell", _VALID)


def _train_window_medians(curves: Curves) -> list[float] | Missing:
    """Medians of every stretch of the train loss that is as long as its windows; of 200 such stretches where there are more."""
    values = curves.train.values
    if len(values) < 4:
        return _short(curves.train, 4)
    width = window(len(values), curves.measures.window_share, curves.measures.window_points_min)
    stride = max(1, len(values) // 200)
    starts = [*range(0, len(values) - width, stride), len(values) - width]
    return [median(values[i : i + width]) for i in starts]


@signal("share", methods=LOSS, source=f"{_GUIDE}, SFT metrics")
def train_token_accuracy_last(curves: Curves) -> Value:
    """Train token accuracy at the end: the median of the last window of points."""
    values = curves.series("train_mean_token_accuracy").values
    return _start_and_end(curves, values)[1] if values else Missing("no train token accuracy was given", ("train_mean_token_accuracy",))


def _valid_accuracy(curves: Curves) -> Series:
    full = curves.series("full_valid_mean_token_accuracy")
    batch = curves.series("valid_mean_token_accuracy")
    return full if len(full) >= 3 or len(full) >= len(batch) else batch


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
            return _over(curves, mean([t for t, _ in later]), below)
    return Missing("no step has both a train and a validation loss", ("train_loss", "valid_loss"))


@signal("ratio", methods=LOSS, source=f"{_GUIDE}, diagnosis table, row 7")
def first_gap_ratio(curves: Curves) -> Value:
    """The first validation loss over the mean of the last three train losses up to it: well above 1 the gap was there at once."""
    if not curves.valid.values:
        return _short(curves.valid, 1)
    series = curves.series("full_valid_loss")
    step, value = (series.steps[0], series.values[0]) if series.values else (curves.valid.steps[0], curves.valid_smooth[0])
    before = [v for s, v in zip(curves.train.steps, curves.train.values, strict=True) if s <= step][-3:]
    if not before:
        return Missing("no train loss before the first evaluation", _TRAIN)
    return _over(curves, value, mean(before))


@signal("ratio", methods=LOSS)
def valid_loss_later_half_drop_ratio(curves: Curves) -> Value:
    """How far the validation loss fell over the later half of the run, relative to its value half way; negative where it rose."""
    values = curves.series("full_valid_loss").values
    if len(values) < 2:
        batch = curves.series("valid_loss").values
        quarter = len(batch) // 4
        if not quarter:
            return _short(curves.valid, 4)
        values = (mean(batch[-2 * quarter : -quarter]), mean(batch[-quarter:]))
    middle = values[len(values) // 2 - 1]
    return 1 - _over(curves, values[-1], middle)


@signal("ratio", methods=LOSS)
def valid_loss_last_drop_ratio(curves: Curves) -> Value:
    """How far the validation loss fell from the second-last to the last evaluation, relative to the former; negative where it rose."""
    values = curves.valid_smooth
    if len(values) < 2:
        return _short(curves.valid, 2)
    return 1 - _over(curves, values[-1], values[-2])

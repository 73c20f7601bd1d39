"""What the reward curves of a reinforcement run say, relative to the grader's range."""

from __future__ import annotations

from bisect import bisect_left
from math import hypot, sqrt

from advisor.facts import Grader, as_float
from advisor.signals.curves import Curves
from advisor.signals.registry import REWARD, Missing, SignalCatalogue, Value
from advisor.signals.series import Series, highest_index, mean, median, robust_noise

signal = SignalCatalogue()

_GUIDE = "Training Curve Analysis"
_DEFAULT_RANGE = Grader().range
_MOST_NOISES = 1000.0
_LEAST_ERROR = 1e-3
_LEAST_LENGTH_NOISE = 0.02


def _range(curves: Curves) -> tuple[float, float]:
    return curves.run.grader.range if curves.run.grader is not None else _DEFAULT_RANGE


def range_width(curves: Curves) -> float:
    """Return how many points the grader's range spans."""
    low, high = _range(curves)
    return high - low


def _share(curves: Curves, reward: float) -> float:
    low, _ = _range(curves)
    return (reward - low) / range_width(curves)


def _from_zero(curves: Curves, reward: float) -> float:
    """A reward's distance from 0 (from the bottom, where the range does not hold 0) as a share of the range."""
    low, high = _range(curves)
    zero = 0.0 if low <= 0 <= high else low
    return (reward - zero) / range_width(curves)


def _train(curves: Curves) -> Series:
    return curves.series("train_mean_reward")


def _valid(curves: Curves) -> Series:
    return curves.series("full_valid_mean_reward")


def _none(name: str, points: int = 1) -> Missing:
    return Missing(f"needs {points} point{'s' if points > 1 else ''} of {name}", (name,))


def _width(curves: Curves, points: int) -> int:
    """How many points make up the start or the end of a reward curve; with few points the two overlap."""
    m = curves.measures
    return min(points, max(int(m.window_points_min), round(m.window_share * points)))


def _ends(curves: Curves, values: tuple[float, ...]) -> tuple[float, float]:
    width = _width(curves, len(values))
    return mean(values[:width]), mean(values[-width:])


def _tail(curves: Curves, points: int) -> int:
    """How many points make up the end of a curve of lengths: the rulebook's share of them, so that short curves end at their last point."""
    return max(1, int(curves.measures.window_share * points))


def _opening(curves: Curves, values: tuple[float, ...]) -> float:
    """The start of a reward curve: the lower of the means of its first window and of its first three points."""
    return min(_ends(curves, values)[0], mean(values[:3]))


@signal("points", methods=REWARD)
def reward_points(curves: Curves) -> Value:
    """How many train rewards there are."""
    return float(len(_train(curves)))


@signal("points", methods=REWARD)
def valid_reward_points(curves: Curves) -> Value:
    """How many validation rewards there are."""
    return float(len(_valid(curves)))


@signal("share", methods=REWARD, source=f"{_GUIDE}, RFT metrics")
def reward_first_share(curves: Curves) -> Value:
    """Train reward at the start as a share of the grader's range (0 its bottom): the lower of the first window and three points."""
    values = _train(curves).values
    return _share(curves, _opening(curves, values)) if values else _none("train_mean_reward")


@signal("share", methods=REWARD, source=f"{_GUIDE}, RFT metrics")
def reward_last_share(curves: Curves) -> Value:
    """Train reward in the last window of points as a share of the grader's range."""
    values = _train(curves).values
    return _share(curves, _ends(curves, values)[1]) if values else _none("train_mean_reward")


@signal("share", methods=REWARD, source=f"{_GUIDE}, reward curve patterns")
def reward_farthest_from_zero_share(curves: Curves) -> Value:
    """The largest distance from 0 of the train reward in any window of the run, as a share of the range: near 0 it was flat at 0."""
    values = _train(curves).values
    if not values:
        return _none("train_mean_reward")
    width = _width(curves, len(values))
    total = sum(values[:width])
    highest = abs(_from_zero(curves, total / width))
    for i in range(width, len(values)):
        total += values[i] - values[i - width]
        highest = max(highest, abs(_from_zero(curves, total / width)))
    return highest


@signal("share", methods=REWARD)
def valid_reward_farthest_from_zero_share(curves: Curves) -> Value:
    """The largest distance from 0 of any validation reward, as a share of the range."""
    values = _valid(curves).values
    return max(abs(_from_zero(curves, v)) for v in values) if values else _none("full_valid_mean_reward")


@signal("share", methods=REWARD, source=f"{_GUIDE}, reward curve patterns")
def reward_negative_share(curves: Curves) -> Value:
    """Share of the train rewards that are below 0."""
    values = _train(curves).values
    return sum(v < 0 for v in values) / len(values) if values else _none("train_mean_reward")


@signal("reward", methods=REWARD)
def reward_last(curves: Curves) -> Value:
    """Train reward in the last window of points, in the grader's own points."""
    values = _train(curves).values
    return _ends(curves, values)[1] if values else _none("train_mean_reward")


@signal("reward", methods=REWARD)
def valid_reward_highest(curves: Curves) -> Value:
    """The highest validation reward, in the grader's own points."""
    values = _valid(curves).values
    return max(values) if values else _none("full_valid_mean_reward")


@signal("share", methods=REWARD)
def reward_above_range_share(curves: Curves) -> Value:
    """How far the highest train reward lies above the grader's range, as a share of it: above 0 the stated range is wrong."""
    values = _train(curves).values
    return max(0.0, (max(values) - _range(curves)[1]) / range_width(curves)) if values else _none("train_mean_reward")


@signal("share", methods=REWARD)
def reward_rise_share(curves: Curves) -> Value:
    """How far the train reward rose from its start to its last window, as a share of the grader's range."""
    values = _train(curves).values
    if len(values) < 2:
        return _none("train_mean_reward", 2)
    return (_ends(curves, values)[1] - _opening(curves, values)) / range_width(curves)


@signal("share", methods=REWARD)
def reward_noise_share(curves: Curves) -> Value:
    """Point-to-point noise of the train reward as a share of the range; the rulebook's assumption where there are too few points."""
    values = _train(curves).values
    if not values:
        return _none("train_mean_reward")
    m = curves.measures
    return robust_noise(values) / range_width(curves) if len(values) >= m.noise_points_min else m.rollout_noise_share


@signal("multiple", methods=REWARD)
def reward_rise_noise_multiple(curves: Curves) -> Value:
    """The rise of the train reward as a multiple of the noise of the difference of its start and its end."""
    rise, noise = reward_rise_share(curves), reward_noise_share(curves)
    if isinstance(rise, Missing):
        return rise
    if isinstance(noise, Missing):
        return noise
    points = len(_train(curves))
    error = noise * sqrt(1 / min(3, points) + 1 / _width(curves, points))
    return min(rise / max(error, _LEAST_ERROR), _MOST_NOISES)


@signal("share", methods=REWARD, source=f"{_GUIDE}, RFT metrics")
def valid_reward_first_share(curves: Curves) -> Value:
    """The first validation reward as a share of the grader's range."""
    values = _valid(curves).values
    return _share(curves, values[0]) if values else _none("full_valid_mean_reward")


@signal("share", methods=REWARD, source=f"{_GUIDE}, RFT metrics")
def valid_reward_last_share(curves: Curves) -> Value:
    """Validation reward in the last window of points as a share of the grader's range."""
    values = _valid(curves).values
    return _share(curves, _ends(curves, values)[1]) if values else _none("full_valid_mean_reward")


@signal("share", methods=REWARD)
def valid_reward_rise_share(curves: Curves) -> Value:
    """How far the validation reward rose from its first point to its last window, as a share of the grader's range."""
    values = _valid(curves).values
    return (_ends(curves, values)[1] - values[0]) / range_width(curves) if len(values) >= 2 else _none("full_valid_mean_reward", 2)


@signal("share", methods=REWARD)
def valid_reward_fall_since_peak_share(curves: Curves) -> Value:
    """How far the last validation rewards after the highest lie below it, as a share of the grader's range; 0 where the last is highest."""
    values = _valid(curves).values
    if len(values) < 2:
        return _none("full_valid_mean_reward", 2)
    peak = highest_index(values)
    after = values[peak + 1 :][-_width(curves, len(values)) :]
    return (values[peak] - mean(after)) / range_width(curves) if after else 0.0


def valid_reward_error(curves: Curves) -> float:
    """Return the standard error of one validation reward as a share of the range, as if items were passed or failed.

    Rewards are graded on the same prompts each time, so that averaging evaluations does not make it smaller.
    """
    n_valid = curves.run.dataset.n_valid or curves.measures.valid_items_assumed
    values = _valid(curves).values
    share = _share(curves, _ends(curves, values)[1]) if values else 0.5
    share = share if 0 <= share <= 1 else 0.5
    return sqrt(max(share * (1 - share), 0.05) / n_valid)


@signal("multiple", methods=REWARD)
def valid_reward_fall_noise_multiple(curves: Curves) -> Value:
    """The fall of the validation reward since its highest value as a multiple of the sampling error of one validation reward."""
    fall = valid_reward_fall_since_peak_share(curves)
    return fall if isinstance(fall, Missing) else fall / valid_reward_error(curves)


def _gaps(curves: Curves) -> list[float]:
    """Mean train reward around each validation, less the validation reward, in shares of the range."""
    train, valid = _train(curves), _valid(curves)
    if not train.values:
        return []
    width = max(1, int(curves.measures.window_share * len(train))) | 1
    sums = [0.0]
    for value in train.values:
        sums.append(sums[-1] + value)
    gaps = []
    for step, reward in zip(valid.steps, valid.values, strict=True):
        after = bisect_left(train.steps, step)
        nearest = min((i for i in (after - 1, after) if 0 <= i < len(train)), key=lambda i: abs(train.steps[i] - step))
        start = min(max(nearest - width // 2, 0), len(train) - width)
        gaps.append(((sums[start + width] - sums[start]) / width - reward) / range_width(curves))
    return gaps


def _no_gap(curves: Curves) -> Missing:
    needs = tuple(name for name in ("train_mean_reward", "full_valid_mean_reward") if not curves.series(name).values)
    return Missing("needs train and validation rewards", needs or ("full_valid_mean_reward",))


def _last_third(points: int) -> int:
    return min(points, max(3, round(points / 3)))


@signal("share", methods=REWARD, source=f"{_GUIDE}, reward curve patterns")
def reward_gap(curves: Curves) -> Value:
    """Train reward (mean around each validation) minus validation reward, as a share of the range, over the last third of the run.

    Below 0 validation is better.
    """
    gaps = curves.once(_gaps)
    return mean(gaps[-_last_third(len(gaps)) :]) if gaps else _no_gap(curves)


@signal("share", methods=REWARD)
def reward_gap_growth(curves: Curves) -> Value:
    """How much the gap between train and validation reward grew since the first two validations, as a share of the range."""
    gaps = curves.once(_gaps)
    if len(gaps) < 4:
        return _no_gap(curves) if not gaps else _none("full_valid_mean_reward", 4)
    return mean(gaps[-_last_third(len(gaps)) :]) - mean(gaps[:2])


@signal("share", methods=REWARD)
def reward_gap_persistence(curves: Curves) -> Value:
    """Share of the validations in the second half of the run at which the gap lies above the rulebook's reward_gap_limit."""
    gaps = curves.once(_gaps)
    half = gaps[len(gaps) // 2 :]
    return sum(g > curves.measures.reward_gap_limit for g in half) / len(half) if half else _no_gap(curves)


@signal("share", methods=REWARD)
def reward_gap_error(curves: Curves) -> Value:
    """Sampling error of the gap as a share of the range: the train rewards' noise over their number, and the validation items'."""
    gaps, noise = curves.once(_gaps), reward_noise_share(curves)
    if not gaps or isinstance(noise, Missing):
        return _no_gap(curves)
    points = len(_train(curves))
    behind = min(points, max(5, _width(curves, points), round(points / 3)))
    return max(hypot(noise / sqrt(behind), valid_reward_error(curves)), _LEAST_ERROR)


@signal("multiple", methods=REWARD)
def reward_gap_noise_multiple(curves: Curves) -> Value:
    """The gap between train and validation reward as a multiple of its sampling error."""
    gap, error = reward_gap(curves), reward_gap_error(curves)
    if isinstance(gap, Missing):
        return gap
    return error if isinstance(error, Missing) else gap / error


@signal("share", methods=REWARD)
def evaluation_fall_share(curves: Curves) -> Value:
    """How far the evaluation fell from the first checkpoint to the end (mean of the last three of six or more), as a share of the scale."""
    ends = _evaluation_ends(curves)
    return ends if isinstance(ends, Missing) else ends[0] - ends[1]


@signal("multiple", methods=REWARD)
def evaluation_fall_noise_multiple(curves: Curves) -> Value:
    """The fall of the evaluation as a multiple of the sampling error of the difference of two scores."""
    ends = _evaluation_ends(curves)
    evaluation = curves.run.evaluation
    if isinstance(ends, Missing) or evaluation is None or not curves.scale_width:
        return ends if isinstance(ends, Missing) else Missing("the run was not evaluated", ("evaluation.checkpoints",))
    share = min(max(mean(ends), 0.0), 1.0)
    items = evaluation.n_items or curves.measures.evaluation_items_assumed
    given = evaluation.standard_error
    error = given / curves.scale_width if given is not None else sqrt(max(share * (1 - share), 0.02) / items)
    return (ends[0] - ends[1]) / max(error * sqrt(2), _LEAST_ERROR)


def _evaluation_ends(curves: Curves) -> tuple[float, float] | Missing:
    if len(curves.scores) < 2:
        return Missing("needs two evaluated checkpoints", ("evaluation.checkpoints",))
    if curves.scale is None or not curves.scale_width:
        return Missing("the evaluation's scale is not given", ("evaluation.scale",))
    low = curves.scale[0]
    scores = [(s - low) / curves.scale_width for _, s in curves.scores]
    return scores[0], mean(scores[-3:]) if len(scores) >= curves.measures.noise_points_min else scores[-1]


def _grown(curves: Curves, name: str) -> Value:
    values = curves.series(name).values
    if len(values) < 2:
        return _none(name, 2)
    return mean(values[-_tail(curves, len(values)) :]) / values[0] if values[0] > 0 else Missing(f"{name} starts at 0", (name,))


@signal("tokens", methods=REWARD, source=f"{_GUIDE}, RFT metrics")
def completion_tokens_first(curves: Curves) -> Value:
    """Mean completion length at the first checkpoint."""
    values = curves.series("completion_tokens_mean").values
    return values[0] if values else _none("completion_tokens_mean")


@signal("tokens", methods=REWARD, source=f"{_GUIDE}, RFT metrics")
def completion_tokens_last(curves: Curves) -> Value:
    """Completion length at the end: the mean of the last fifth of the points, the last point itself on a short run."""
    values = curves.series("completion_tokens_mean").values
    return mean(values[-_tail(curves, len(values)) :]) if values else _none("completion_tokens_mean")


@signal("ratio", methods=REWARD, source=f"{_GUIDE}, token growth")
def completion_tokens_growth_ratio(curves: Curves) -> Value:
    """Completion length at the end (mean of the last window) over that of the first checkpoint: 2 is doubled."""
    return _grown(curves, "completion_tokens_mean")


@signal("multiple", methods=REWARD)
def completion_tokens_growth_noise_multiple(curves: Curves) -> Value:
    """The growth of the completion length as a multiple of its point-to-point noise (at least 2 % of the first length)."""
    values = curves.series("completion_tokens_mean").values
    ratio = _grown(curves, "completion_tokens_mean")
    if isinstance(ratio, Missing):
        return ratio
    noise = robust_noise(values) if len(values) >= curves.measures.noise_points_min else 0.0
    return min((ratio - 1) / max(noise / values[0], _LEAST_LENGTH_NOISE), _MOST_NOISES)


@signal("ratio", methods=REWARD, source=f"{_GUIDE}, token growth")
def reasoning_tokens_growth_ratio(curves: Curves) -> Value:
    """Reasoning length at the end (mean of the last window) over that of the first checkpoint."""
    return _grown(curves, "reasoning_tokens_mean")


def rollouts(curves: Curves) -> float | None:
    """Return the rollouts graded per step: as given, else group size times batch size of open-source trainers; None where unknown."""
    if curves.run.rollouts_per_step:
        return float(curves.run.rollouts_per_step)
    settings = curves.run.hyperparameters
    extra = settings.model_extra or {}
    group = as_float(extra.get("group_size")) or as_float(extra.get("num_generations"))
    batch = as_float(settings.batch_size)
    return group * batch if group and batch else None


def _rate(curves: Curves, name: str, value: float) -> float | Missing:
    """Turn a count per step into a share of the rollouts; values of at most 1 are shares already.

    But where a metric that is named a count has only whole values, a 1 is one rollout, not all of them.
    """
    values = curves.series(name).values
    counted = name.endswith("_count") and any(values) and all(v.is_integer() for v in values)
    if max(values) <= 1 and not counted:
        return value
    per_step = rollouts(curves)
    return value / per_step if per_step else Missing("counts, and rollouts_per_step is not given", ("rollouts_per_step",))


@signal("rollouts", methods=REWARD)
def rollouts_per_step(curves: Curves) -> Value:
    """How many rollouts are graded in one step: as given, else group size times batch size."""
    count = rollouts(curves)
    return Missing("rollouts_per_step is not given", ("rollouts_per_step",)) if count is None else count


@signal("share", methods=REWARD, source=f"{_GUIDE}, RFT metrics")
def unresponsive_share(curves: Curves) -> Value:
    """Share of the rollouts without a scoreable output in the last window of points."""
    name = "mean_unresponsive_rewards"
    values = curves.series(name).values
    return _rate(curves, name, _ends(curves, values)[1]) if values else _none(name)


@signal("share", methods=REWARD)
def unresponsive_share_growth(curves: Curves) -> Value:
    """How much the share of rollouts without scoreable output grew from the first point to the last window."""
    name = "mean_unresponsive_rewards"
    values = curves.series(name).values
    return _rate(curves, name, _ends(curves, values)[1] - values[0]) if len(values) >= 2 else _none(name, 2)


@signal("rollouts", methods=REWARD, source=f"{_GUIDE}, parse errors vs logic errors")
def parse_errors_mean(curves: Curves) -> Value:
    """Mean number of rollouts per step whose output the grader could not parse, over the whole run."""
    values = curves.series("train_sample_parse_error_count").values
    return mean(values) if values else _none("train_sample_parse_error_count")


@signal("share", methods=REWARD)
def parse_error_steps_share(curves: Curves) -> Value:
    """Share of the steps in which the grader could not parse at least one output."""
    values = curves.series("train_sample_parse_error_count").values
    return sum(v > 0 for v in values) / len(values) if values else _none("train_sample_parse_error_count")


@signal("share", methods=REWARD)
def parse_error_share(curves: Curves) -> Value:
    """Share of the rollouts whose output the grader could not parse, over the whole run."""
    name = "train_sample_parse_error_count"
    errors = parse_errors_mean(curves)
    return errors if isinstance(errors, Missing) else _rate(curves, name, errors)


@signal("errors", methods=REWARD, source=f"{_GUIDE}, parse errors vs logic errors")
def other_errors_total(curves: Curves) -> Value:
    """Sum of the grader's own failures over the points given: above 0 the grader has a bug."""
    values = curves.series("train_other_error_count").values
    return sum(values) if values else _none("train_other_error_count")


@signal("share", methods=REWARD)
def reward_median_share(curves: Curves) -> Value:
    """The median train reward of the run as a share of the grader's range."""
    values = _train(curves).values
    return _share(curves, median(values)) if values else _none("train_mean_reward")


@signal("steps", methods=REWARD)
def valid_reward_peak_step(curves: Curves) -> Value:
    """The step of the highest validation reward."""
    series = _valid(curves)
    return float(series.steps[highest_index(series.values)]) if series.values else _none("full_valid_mean_reward")

"""A request prepared for measuring: points sorted and merged by step, one series per metric, epochs derived, noise estimated."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property
from math import ceil, isfinite, sqrt
from typing import TypeVar, cast

from advisor.contract.request import AdviseRequest
from advisor.facts import Checkpoint, EarlierRun, Run, as_float
from advisor.facts.run import ACTIVE, BROKEN
from advisor.signals.measures import Measures
from advisor.signals.registry import Missing
from advisor.signals.series import Series, lowest_index, mean, relative_noise, running_median, turning_share

T = TypeVar("T")
_LOSS_NAMES = ("train_loss", "valid_loss", "full_valid_loss")


def counted_scores(run: Run | EarlierRun) -> tuple[tuple[int, float], ...]:
    """Return (step, evaluation score) of the checkpoints that were evaluated, by rising step, the later of two scores of one step.

    A score of no point of the run is left out; where the run has no points, the scores stand for themselves, as do those of an earlier
    run, of which a history may hold the last point only.
    """
    there = {point.step_number for point in run.checkpoints} if not isinstance(run, EarlierRun) else set()
    scored = {} if run.evaluation is None else dict(run.evaluation.checkpoint_scores)
    return tuple(sorted((step, score) for step, score in scored.items() if not there or step in there))


class Curves:
    """A run's curves and settings. Everything is computed at most once and nothing is ever changed.

    Args:
        request: The run with what is known around it.
        measures: The rulebook's numbers for measuring.
    """

    def __init__(self, request: AdviseRequest, measures: Measures) -> None:
        self.request = request
        self.run = request.run
        self.measures = measures
        self._series: dict[str, Series] = {}
        self._once: dict[Callable[[Curves], object], object] = {}

    def once(self, measure: Callable[[Curves], T]) -> T:
        """Return what a function measures on this run, computed at most once: for what several signals share."""
        if measure not in self._once:
            self._once[measure] = measure(self)
        return cast("T", self._once[measure])

    @cached_property
    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """The run's points by rising step; equal steps keep their order."""
        points = self.run.checkpoints
        steps = [p.step_number for p in points]
        return points if steps == sorted(steps) else tuple(sorted(points, key=lambda p: p.step_number))

    @cached_property
    def _columns(self) -> dict[str, tuple[list[int], list[float]]]:
        columns: dict[str, tuple[list[int], list[float]]] = {}
        for point in self.checkpoints:
            step = point.step_number
            for name, raw in point.metrics.__dict__.items():
                if raw is None:
                    continue
                value = raw if type(raw) is float else as_float(raw)
                if value is None:
                    continue
                column = columns.get(name)
                if column is None:
                    columns[name] = ([step], [value])
                elif column[0][-1] == step:  # a point given twice: the later word counts
                    column[1][-1] = value
                else:
                    column[0].append(step)
                    column[1].append(value)
        return columns

    def series(self, name: str) -> Series:
        """Return the finite values of a metric by rising step; empty where the run has none."""
        found = self._series.get(name)
        if found is None:
            steps, values = self._columns.get(name, ([], []))
            kept = [(s, v) for s, v in zip(steps, values, strict=True) if isfinite(v)]
            found = Series(name, tuple(s for s, _ in kept), tuple(v for _, v in kept), len(values) - len(kept))
            self._series[name] = found
        return found

    @cached_property
    def train(self) -> Series:
        """The train loss."""
        return self.series("train_loss")

    @cached_property
    def valid(self) -> Series:
        """The one validation loss that trends are read off: the full one from ``full_points_min`` points on, else the longer one."""
        full, batch = self.series("full_valid_loss"), self.series("valid_loss")
        return full if len(full) >= self.measures.full_points_min or len(full) >= len(batch) else batch

    @cached_property
    def valid_is_full(self) -> bool:
        """Whether the judged validation loss was measured on the whole validation set."""
        return self.valid.name == "full_valid_loss"

    @cached_property
    def smoothing_width(self) -> int:
        """Over how many points the judged validation loss is smoothed, 1 for not at all.

        It is always smoothed where each point is one noisy batch, else where it turns round so often that it is noise.
        """
        values, m = self.valid.values, self.measures
        n = len(values)
        if n < (m.smoothing_points_min if self.valid_is_full else m.smoothing_points_min_one_batch):
            return 1
        if self.valid_is_full and turning_share(values) < m.noisy_turning_share:
            return 1
        reach = m.smoothing_long_reach if n >= m.smoothing_long_from else m.smoothing_reach
        if m.smoothing_middle_from <= n < m.smoothing_long_from:
            reach = m.smoothing_middle_reach
        reach = max(int(reach), int(n * m.smoothing_share / 2))
        return 2 * min(reach, (n - 1) // 2) + 1

    @cached_property
    def valid_smooth(self) -> tuple[float, ...]:
        """The judged validation loss, by a running median where it is noisy."""
        return running_median(self.valid.values, self.smoothing_width) if self.smoothing_width > 1 else self.valid.values

    @cached_property
    def valid_noise_ratio(self) -> float:
        """Relative noise of one point of the judged validation loss; the rulebook's floors hold where there are too few to measure it."""
        values, m = self.valid.values, self.measures
        if len(values) < m.noise_points_min or max(values) <= 0:
            return m.noise_floor_full_valid_loss if self.valid_is_full else m.noise_floor_valid_loss
        return max(relative_noise(values), m.noise_floor_min)

    @cached_property
    def valid_difference_noise(self) -> float:
        """Relative noise of the difference of two smoothed validation losses; the median of w points has √(π/2)/√w ≈ 1.25/√w of their noise."""
        width = self.smoothing_width
        return self.valid_noise_ratio * sqrt(2) * (1.25 / sqrt(width) if width > 1 else 1.0)

    @cached_property
    def best_index(self) -> int:
        """Index of the lowest smoothed validation loss, the earliest of equals (the latest where smoothing makes plateaus)."""
        values = self.valid_smooth
        if self.smoothing_width == 1:
            return lowest_index(values)
        return len(values) - 1 - lowest_index(values[::-1])

    @cached_property
    def train_at_valid(self) -> tuple[float | None, ...]:
        """Mean train loss since the previous point of the judged validation loss, for each; the last known where none came between."""
        out: list[float | None] = []
        known: float | None = None
        for value in self.train_since(self.valid.steps):
            known = value if value is not None else known
            out.append(known)
        return tuple(out)

    def train_around(self, index: int) -> float | None:
        """Return the mean train loss over the smoothing window around an evaluation; None where there is none."""
        half = self.smoothing_width // 2
        last = index == len(self.valid) - 1
        chosen = self.train_at_valid[-self.smoothing_width :] if last else self.train_at_valid[max(0, index - half) : index + half + 1]
        known = [v for v in chosen if v is not None]
        return mean(known) if known else None

    def train_since(self, steps: Sequence[int]) -> tuple[float | None, ...]:
        """Return the mean train loss of the steps after the previous evaluation up to each of these evaluations."""
        out: list[float | None] = []
        start = 0
        for step in steps:
            end = bisect_right(self.train.steps, step)
            out.append(mean(self.train.values[start:end]) if end > start else None)
            start = end
        return tuple(out)

    @cached_property
    def overfit_ratios(self) -> tuple[tuple[int, float], ...]:
        """(step, validation loss over train loss) for each evaluated checkpoint where both are there and the train loss is above 0."""
        full, batch = self.series("full_valid_loss"), self.series("valid_loss")
        merged = dict(zip(batch.steps, batch.values, strict=True)) | dict(zip(full.steps, full.values, strict=True))
        steps = sorted(merged)
        return tuple((s, merged[s] / t) for s, t in zip(steps, self.train_since(steps), strict=True) if t is not None and t > 0)

    @cached_property
    def last_step(self) -> int:
        """The highest step number, 0 without checkpoints."""
        return self.checkpoints[-1].step_number if self.checkpoints else 0

    @cached_property
    def non_finite_losses(self) -> int:
        """How many loss values are NaN or infinite."""
        return sum(self.series(name).non_finite for name in _LOSS_NAMES)

    def setting(self, name: str) -> float | Missing:
        """Return a hyperparameter as a number; Missing where it is absent or ``"auto"``."""
        value = as_float(getattr(self.run.hyperparameters, name, None))
        return Missing(f"{name} is not given as a number", (name,)) if value is None else value

    @cached_property
    def steps_per_epoch(self) -> float | None:
        """Steps of one epoch: from given epochs, else from n_epochs and the last step, else from n_train and batch_size."""
        given = [(p.epoch, p.step_number) for p in self.checkpoints if p.epoch]
        if given:
            epoch, step = given[-1]
            return step / epoch if step > 0 else None
        n_epochs = self.setting("n_epochs")
        if not isinstance(n_epochs, Missing) and self.run.status not in ACTIVE | BROKEN and self.last_step > 0:
            return self.last_step / n_epochs
        batch_size = self.setting("batch_size")
        if self.run.dataset.n_train and not isinstance(batch_size, Missing):
            return float(ceil(self.run.dataset.n_train / max(batch_size, 1.0)))
        return None

    @cached_property
    def _given_epochs(self) -> dict[int, float]:
        return {p.step_number: p.epoch for p in self.checkpoints if p.epoch is not None}

    def epoch_at(self, step: int) -> float | None:
        """Return the epoch at a step: as given, else derived; None where neither is possible."""
        given = self._given_epochs.get(step)
        if given is not None:
            return given
        per_epoch = self.steps_per_epoch
        return step / per_epoch if per_epoch else None

    def position(self, step: int) -> float:
        """Return how much of the run lies before a step, 0 to 1: by epochs where they are known, however the steps are numbered."""
        here, end = self.epoch_at(step), self.epoch_at(self.last_step)
        if here is not None and end:
            return here / end
        return step / self.last_step if self.last_step else 1.0

    @cached_property
    def scores(self) -> tuple[tuple[int, float], ...]:
        """(step, evaluation score) of the checkpoints that were evaluated, by rising step; a score of no point of the run is left out."""
        return counted_scores(self.run)

    @cached_property
    def scale(self) -> tuple[float, float] | None:
        """The evaluation's scale, from this run or the latest earlier one that gives it."""
        for run in (self.run, *reversed(self.request.history)):
            if run.evaluation is not None and run.evaluation.scale is not None:
                return run.evaluation.scale
        return None

    @cached_property
    def scale_width(self) -> float | None:
        """How many points the evaluation's scale spans; None where it is unknown."""
        return self.scale[1] - self.scale[0] if self.scale else None

"""Points in the order of a file to checkpoints by rising step: merged by step, never by index, with everything odd about them said."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any, Literal

from advisor.sources.imported import Dropped

_MANY_RESTARTS = 10  # a resumed run starts again a few times; two writers of one log do all the time
_LATE_START_SHARE = 0.25


@dataclass(slots=True)
class _Point:
    step: int
    values: dict[str, Any]
    epoch: float | None
    kept_as: str | None


@dataclass(frozen=True, slots=True)
class Points:
    """Checkpoints ready for a request, and what became of the rest."""

    checkpoints: list[dict[str, Any]]
    dropped: list[Dropped]
    warnings: list[str]


@dataclass(slots=True)
class PointTable:
    """Collects the points of one run.

    Attributes:
        order_counts: Whether the order of the file is the order of time, so that a step that goes back means a restart.
        repeats: Which value counts where a metric is given twice at one step.
        whole: Whether these are all the points that are known, so that a late first one is worth a warning.
    """

    order_counts: bool = True
    repeats: Literal["first", "last"] = "last"
    whole: bool = True
    _points: list[_Point] = field(default_factory=list)
    _dropped: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, step: int, values: dict[str, Any], *, epoch: float | None = None, kept_as: str | None = None) -> None:
        """Add a point; ``kept_as`` is the name under which its weights were kept."""
        self._points.append(_Point(step, values, epoch, kept_as))

    def drop(self, what: str, why: str) -> None:
        """Count something of the file that is no point."""
        self._dropped[what, why] = self._dropped.get((what, why), 0) + 1

    def build(self) -> Points:
        """Return the merged points by rising step."""
        warnings: list[str] = []
        points = self._points
        if not self.order_counts or _newest_first(points):
            points = points[::-1]
            points.sort(key=lambda p: p.step)
        merged: dict[int, _Point] = {}
        restarts = sum(b.step < a.step for a, b in pairwise(points))
        segments = [points] if restarts > _MANY_RESTARTS else _rising_segments(points)
        for number, segment in enumerate(segments):
            if number:
                self._forget_after(merged, segment)
            self._merge(merged, segment, warnings)
        if restarts > _MANY_RESTARTS:
            warnings.append(
                f"The steps run backwards {restarts:,} times: two processes seem to have written one log; "
                "where a step stands twice the later value counts."
            )
        elif restarts:
            warnings.append(
                f"The steps start again {'once' if restarts == 1 else f'{restarts} times'} (at step {segments[1][0].step:,}): "
                "a resumed run, or several runs in one file; from there on the later points count."
            )
        rows = [merged[step] for step in sorted(merged)]
        _drop_unreliable_epochs(rows, warnings)
        if self.whole:
            _warn_of_a_late_start([row.step for row in rows], warnings)
        dropped = [Dropped(count, what, why) for (what, why), count in self._dropped.items()]
        return Points([_checkpoint(row) for row in rows], dropped, warnings)

    def _merge(self, merged: dict[int, _Point], points: list[_Point], warnings: list[str]) -> None:
        differing: set[int] = set()
        for point in points:
            known = merged.get(point.step)
            if known is None:
                merged[point.step] = point
                continue
            shared = known.values.keys() & point.values.keys()
            if shared and all(known.values[name] == point.values[name] for name in shared) and shared == point.values.keys():
                if self.order_counts:
                    self.drop("repeated point", "the same step with the same values stands there before")
            elif any(known.values[name] != point.values[name] for name in shared):
                differing.add(point.step)
            known.values = {**known.values, **point.values} if self.repeats == "last" else {**point.values, **known.values}
            known.epoch = point.epoch if known.epoch is None else known.epoch
            known.kept_as = known.kept_as or point.kept_as
        if differing:
            where = f"Step {min(differing):,} stands" if len(differing) == 1 else f"{len(differing):,} steps stand"
            warnings.append(f"{where} in the file more than once with different values; the {self.repeats} one counts.")

    def _forget_after(self, merged: dict[int, _Point], segment: list[_Point]) -> None:
        """Take out what a restart measured again: the same metrics from its first step on."""
        names = {name for point in segment for name in point.values}
        for step in [s for s in merged if s >= segment[0].step]:
            point = merged[step]
            if names.isdisjoint(point.values):
                continue
            point.values = {name: value for name, value in point.values.items() if name not in names}
            if not point.values:
                del merged[step]
                self.drop("point", "a later start of the run measured that step again")


def _newest_first(points: list[_Point]) -> bool:
    return len(points) > 1 and points[0].step > points[-1].step and all(b.step <= a.step for a, b in pairwise(points))


def _rising_segments(points: list[_Point]) -> list[list[_Point]]:
    segments: list[list[_Point]] = []
    for point in points:
        if not segments or point.step < segments[-1][-1].step:
            segments.append([])
        segments[-1].append(point)
    return segments


def _drop_unreliable_epochs(rows: list[_Point], warnings: list[str]) -> None:
    epochs = [row.epoch for row in rows if row.epoch is not None]
    if any(b < a for a, b in pairwise(epochs)):
        for row in rows:
            row.epoch = None
        warnings.append("The epochs go back while the steps rise (a resumed run on streamed data, perhaps): they were left out.")


def _warn_of_a_late_start(steps: list[int], warnings: list[str]) -> None:
    if len(steps) < 3:
        return
    usual = median(b - a for a, b in pairwise(steps))
    if steps[0] > 2 * usual and steps[0] >= _LATE_START_SHARE * steps[-1]:
        warnings.append(f"The points begin only at step {steps[0]:,} of {steps[-1]:,}: how the run started cannot be judged.")


def _checkpoint(row: _Point) -> dict[str, Any]:
    checkpoint: dict[str, Any] = {"step_number": row.step, "metrics": row.values}
    if row.epoch is not None:
        checkpoint["epoch"] = row.epoch
    if row.kept_as is not None:
        checkpoint["fine_tuned_model_checkpoint"] = row.kept_as
    return checkpoint

"""A run's curves, ready to be drawn by a browser: lines over steps, with epochs, bands and the checkpoints that matter marked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from math import floor, isfinite, nan
from typing import Any

from advisor.contract.advice import Advice, CheckpointRow
from advisor.facts import EarlierRun, Run
from advisor.rulebook import Bands
from advisor.shown import Metric, Role, kinds_of, rank_of, series, thinned
from advisor.signals import counted_scores

MOST_POINTS = 5000
_STRETCHES = MOST_POINTS // 4
_MOST_EPOCHS = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One metric over steps.

    Attributes:
        values: None stands for a value that was measured and is not finite.
        measured: How many points were measured, where ``steps`` holds only some of them; 0 where it holds all.
    """

    name: str
    label: str
    role: Role
    steps: tuple[int, ...]
    values: tuple[float | None, ...]
    dashed: bool = False
    measured: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A vertical line with its name."""

    step: float
    label: str


@dataclass(frozen=True, slots=True)
class Shade:
    """A band and its colour's number; None has no colour: the rulebook in force does not know the band."""

    band: str
    rank: int | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A shaded stretch: of steps, or of values; None is without end."""

    low: float | None
    high: float | None
    band: str
    rank: int | None


@dataclass(frozen=True, slots=True)
class Plot:
    """Lines that share their axes. ``along`` shades stretches of steps, ``across`` stretches of values; ``shades`` is their key."""

    id: str
    title: str
    unit: str
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...] = ()
    epochs: tuple[Mark, ...] = ()
    along: tuple[Stretch, ...] = ()
    across: tuple[Stretch, ...] = ()
    shades: tuple[Shade, ...] = ()

    @property
    def steps(self) -> int:
        """How many steps carry a value; of a line that is thinned, at least as many as it was measured at."""
        return max(len({step for line in self.lines for step in line.steps}), *(line.measured for line in self.lines))

    @property
    def note(self) -> str | None:
        """What a reader must know of lines that are thinned; None where none is."""
        told = [f"{len(line.steps):,} of the {line.measured:,} points of {line.label}" for line in self.lines if line.measured]
        return f"Drawn: {', '.join(told)}, with the lowest and the highest of each stretch among them." if told else None

    def as_data(self) -> dict[str, Any]:
        """Return what is drawn as a value of JSON."""
        return {
            "lines": [{name: getattr(line, name) for name in Line.__slots__} for line in self.lines],
            "marks": [asdict(mark) for mark in self.marks],
            "epochs": [asdict(mark) for mark in self.epochs],
            "along": [asdict(stretch) for stretch in self.along],
            "across": [asdict(stretch) for stretch in self.across],
        }


def plots(run: Run, advice: Advice, bands: Bands | None) -> tuple[Plot, ...]:
    """Return a plot per kind of metric that the run has.

    Args:
        run: The run.
        advice: What was said about it.
        bands: The ratio bands of the rulebook; None where it has none.
    """
    marks, epochs = _marks(run, advice), _epochs(advice.checkpoints)
    order = () if bands is None else tuple(band.id for band in bands.bands)
    along = tuple(_along(advice.checkpoints, order))
    found = []
    for kind in kinds_of(run.method):
        lines = tuple(line for metric in kind.metrics if (line := line_of(run, metric)).steps)
        if lines:
            found.append(Plot(kind.id, kind.title, kind.unit, lines, marks, epochs, along, shades=_shades(along, order)))
    ratio = [row for row in advice.checkpoints if row.overfit_ratio is not None]
    if run.method != "reinforcement" and len(ratio) > 1:
        steps, values = tuple(row.step_number for row in ratio), tuple(_finite(row.overfit_ratio) for row in ratio)
        line = Line("overfit_ratio", "Validation over train", "valid", steps, values)
        across = () if bands is None else tuple(Stretch(_finite(b.low), _finite(b.high), b.id, rank_of(b.id, order)) for b in bands.bands)
        title, unit = "Overfitting ratio", "validation loss over train loss"
        found.append(Plot("ratio", title, unit, (line,), marks, epochs, across=across, shades=_shades(across, order)))
    scores = counted_scores(run)
    if len(scores) > 1:
        line = Line("evaluation", "Score", "other", tuple(s for s, _ in scores), tuple(_finite(v) for _, v in scores))
        found.append(Plot("evaluation", "Evaluation", "score", (line,), marks, epochs))
    return tuple(found)


def line_of(run: Run | EarlierRun, metric: Metric) -> Line:
    """Return a metric of a run by rising step."""
    points = series(run, metric.name)
    return Line(metric.name, metric.label, metric.role, tuple(step for step, _ in points), tuple(_finite(value) for _, value in points))


def drawn(plot: Plot, kept: Collection[int] = ()) -> Plot:
    """Return a plot whose long lines are thinned to what a screen can show, extremes, gaps and these steps kept."""
    if all(len(line.steps) <= MOST_POINTS for line in plot.lines):
        return plot
    marked = {*kept, *(int(mark.step) for mark in plot.marks)}
    return replace(plot, lines=tuple(_thinned(line, marked) for line in plot.lines))


def _thinned(line: Line, kept: Collection[int]) -> Line:
    if len(line.steps) <= MOST_POINTS:
        return line
    points = [(step, nan if value is None else value) for step, value in zip(line.steps, line.values, strict=True)]
    left = thinned(points, _STRETCHES, kept)
    return replace(line, steps=tuple(s for s, _ in left), values=tuple(_finite(v) for _, v in left), measured=len(points))


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def _marks(run: Run, advice: Advice) -> tuple[Mark, ...]:
    last = max((p.step_number for p in run.checkpoints), default=None)
    best = advice.best_checkpoint
    if last is None:
        return ()
    if best is None:
        return (Mark(last, "final"),)
    return (Mark(last, "best and final"),) if best.step_number == last else (Mark(best.step_number, "best"), Mark(last, "final"))


def _epochs(rows: Sequence[CheckpointRow]) -> tuple[Mark, ...]:
    """Return where whole epochs end, some of them left out where there are many."""
    known = [(row.epoch, row.step_number) for row in rows if row.epoch is not None]
    if not known or known[-1][0] < 1:
        return ()
    every = floor((known[-1][0] - 1) / _MOST_EPOCHS) + 1
    marks, i = [], 0
    for epoch in range(every, floor(known[-1][0]) + 1, every):
        while known[i][0] < epoch:
            i += 1
        here, there = known[i], known[i - 1] if i else (0.0, 0)
        share = (epoch - there[0]) / (here[0] - there[0]) if here[0] > there[0] else 1.0
        marks.append(Mark(round(there[1] + share * (here[1] - there[1]), 2), str(epoch)))
    return tuple(marks)


def _shades(stretches: Sequence[Stretch], order: Sequence[str]) -> tuple[Shade, ...]:
    """Return the key of the shades: every band of the rulebook, then those that it does not know; none where nothing is shaded."""
    unknown = [stretch.band for stretch in stretches if stretch.rank is None]
    return tuple(Shade(band, rank_of(band, order)) for band in dict.fromkeys([*order, *unknown])) if stretches else ()


def _along(rows: Sequence[CheckpointRow], order: Sequence[str]) -> Iterator[Stretch]:
    """Yield the stretches of steps that lie in one ratio band: each evaluated checkpoint's band reaches back to the one before it."""
    begin: float = 0
    open_: Stretch | None = None
    for row in rows:
        if row.overfit_band is None:
            continue
        if open_ is not None and open_.band == row.overfit_band:
            open_ = replace(open_, high=row.step_number)
        else:
            if open_ is not None:
                yield open_
            open_ = Stretch(begin, row.step_number, row.overfit_band, rank_of(row.overfit_band, order))
        begin = row.step_number
    if open_ is not None:
        yield open_

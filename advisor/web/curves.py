"""A run's curves, ready to be drawn by a browser: lines over steps, with epochs, bands and the checkpoints that matter marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from math import floor, isfinite
from typing import Any

from advisor.contract.advice import Advice, CheckpointRow
from advisor.facts import Run, as_float
from advisor.rulebook import Bands
from advisor.signals import counted_scores

KINDS = (
    (
        "loss",
        "Loss",
        "nats per token",
        (("train_loss", "Train", "train"), ("valid_loss", "Validation, one batch", "batch"), ("full_valid_loss", "Validation", "valid")),
    ),
    (
        "reward",
        "Reward",
        "points of the grader",
        (("train_mean_reward", "Train", "train"), ("full_valid_mean_reward", "Validation", "valid")),
    ),
    (
        "tokens",
        "Length",
        "tokens",
        (("completion_tokens_mean", "Completion, mean", "train"), ("reasoning_tokens_mean", "Reasoning, mean", "other")),
    ),
)
_MOST_EPOCHS = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One metric over steps; None stands for a value that was measured and is not finite."""

    name: str
    label: str
    role: str
    steps: tuple[int, ...]
    values: tuple[float | None, ...]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A vertical line with its name."""

    step: float
    label: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A shaded stretch: of steps, or of values; None is without end."""

    low: float | None
    high: float | None
    band: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Lines that share their axes. ``along`` shades stretches of steps, ``across`` stretches of values."""

    id: str
    title: str
    unit: str
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...] = ()
    epochs: tuple[Mark, ...] = ()
    along: tuple[Stretch, ...] = ()
    across: tuple[Stretch, ...] = ()

    @property
    def steps(self) -> int:
        """How many steps carry a value."""
        return len({step for line in self.lines for step in line.steps})

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
    """Return a plot per kind of metric that the run has; the losses of a reinforcement run say little and are left out.

    Args:
        run: The run.
        advice: What was said about it.
        bands: The ratio bands of the rulebook; None where it has none.
    """
    marks, epochs = _marks(run, advice), _epochs(advice.checkpoints)
    found = []
    for kind, title, unit, metrics in KINDS[1:] if run.method == "reinforcement" else KINDS[:1]:
        lines = tuple(line for name, label, role in metrics if (line := line_of(run, name, label, role)).steps)
        if lines:
            found.append(Plot(kind, title, unit, lines, marks, epochs, tuple(_along(advice.checkpoints))))
    ratio = [row for row in advice.checkpoints if row.overfit_ratio is not None]
    if run.method != "reinforcement" and len(ratio) > 1:
        steps, values = tuple(row.step_number for row in ratio), tuple(_finite(row.overfit_ratio) for row in ratio)
        line = Line("overfit_ratio", "Validation over train", "valid", steps, values)
        across = () if bands is None else tuple(Stretch(_finite(b.low), _finite(b.high), b.id) for b in bands.bands)
        found.append(Plot("ratio", "Overfitting ratio", "validation loss over train loss", (line,), marks, epochs, across=across))
    scores = counted_scores(run)
    if len(scores) > 1:
        line = Line("evaluation", "Score", "other", tuple(s for s, _ in scores), tuple(_finite(v) for _, v in scores))
        found.append(Plot("evaluation", "Evaluation", "score", (line,), marks, epochs))
    return tuple(found)


def line_of(run: Run, name: str, label: str, role: str) -> Line:
    """Return a metric of a run by rising step, the later of two values of one step."""
    values = {p.step_number: value for p in run.checkpoints if (value := as_float(getattr(p.metrics, name))) is not None}
    steps = tuple(sorted(values))
    return Line(name, label, role, steps, tuple(_finite(values[step]) for step in steps))


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


def _along(rows: Sequence[CheckpointRow]) -> Iterator[Stretch]:
    """Yield the stretches of steps that lie in one ratio band: each evaluated checkpoint's band reaches back to the one before it."""
    begin: float = 0
    open_: Stretch | None = None
    for row in rows:
        if row.overfit_band is None:
            continue
        if open_ is not None and open_.band == row.overfit_band:
            open_ = Stretch(open_.low, row.step_number, row.overfit_band)
        else:
            if open_ is not None:
                yield open_
            open_ = Stretch(begin, row.step_number, row.overfit_band)
        begin = row.step_number
    if open_ is not None:
        yield open_

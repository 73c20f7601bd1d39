"""Which curves belong together, their points, and how long ones are thinned without losing a spike."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from advisor.facts import EarlierRun, Method, Run, as_float

Point = tuple[int, float]
"""A step and the value there, which may be NaN or infinite."""

Role = Literal["train", "batch", "valid", "other"]
"""What a curve is, which tells its colour: training, validation on one batch, validation, anything else."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of the contract and what people call its curve."""

    name: str
    label: str
    role: Role


@dataclass(frozen=True, slots=True)
class Kind:
    """Metrics that share an axis."""

    id: str
    title: str
    unit: str
    metrics: tuple[Metric, ...]


KINDS = (
    Kind(
        "loss",
        "Loss",
        "nats per token",
        (
            Metric("train_loss", "Train", "train"),
            Metric("valid_loss", "Validation, one batch", "batch"),
            Metric("full_valid_loss", "Validation", "valid"),
        ),
    ),
    Kind(
        "reward",
        "Reward",
        "points of the grader",
        (Metric("train_mean_reward", "Train", "train"), Metric("full_valid_mean_reward", "Validation", "valid")),
    ),
    Kind(
        "tokens",
        "Length",
        "tokens",
        (Metric("completion_tokens_mean", "Completion, mean", "train"), Metric("reasoning_tokens_mean", "Reasoning, mean", "other")),
    ),
)


def kinds_of(method: Method) -> tuple[Kind, ...]:
    """Return the kinds of curves that say something of a method; the losses of a reinforcement run say little."""
    return KINDS[1:] if method == "reinforcement" else KINDS[:1]


def series(run: Run | EarlierRun, name: str) -> tuple[Point, ...]:
    """Return the points of a metric by rising step, the later of two values of one step; values may not be finite."""
    values = {p.step_number: value for p in run.checkpoints if (value := as_float(getattr(p.metrics, name))) is not None}
    return tuple((step, values[step]) for step in sorted(values))


def thinned(points: Sequence[Point], stretches: int, kept: Collection[int] = ()) -> tuple[Point, ...]:
    """Return points by rising step, of each of many equal stretches only the lowest, the highest and one that is not finite.

    The first and the last point stay, and so do those at the steps in ``kept``. Few points stay as they are.

    Args:
        points: By rising step.
        stretches: Into how many equal parts the steps are divided, such as the columns of a picture.
        kept: Steps whose points must stay.
    """
    if len(points) <= 2 * stretches:
        return tuple(points)
    first, last = points[0][0], points[-1][0]
    chosen = {0, len(points) - 1} | {i for i, (step, _) in enumerate(points) if step in kept}
    lowest: dict[int, int] = {}
    highest: dict[int, int] = {}
    broken: dict[int, int] = {}
    for i, (step, value) in enumerate(points):
        stretch = min((step - first) * stretches // (last - first), stretches - 1)
        if not isfinite(value):
            broken.setdefault(stretch, i)
            continue
        if stretch not in lowest or value < points[lowest[stretch]][1]:
            lowest[stretch] = i
        if stretch not in highest or value > points[highest[stretch]][1]:
            highest[stretch] = i
    chosen |= {*lowest.values(), *highest.values(), *broken.values()}
    return tuple(points[i] for i in sorted(chosen))

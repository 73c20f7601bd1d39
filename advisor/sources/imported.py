"""What an importer gives: the request, how it was read, and what a reader of the advice should know about that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from advisor.contract import AdviseRequest
from advisor.facts import Run
from advisor.sources.content import Content


@dataclass(frozen=True, slots=True)
class PointCounts:
    """How many distinct steps carry a train loss, a validation loss, and a reward."""

    train: int
    validation: int
    reward: int

    @classmethod
    def of(cls, run: Run) -> PointCounts:
        """Count the points of a run."""
        steps: tuple[set[int], set[int], set[int]] = (set(), set(), set())
        for point in run.checkpoints:
            metrics = point.metrics
            if metrics.train_loss is not None:
                steps[0].add(point.step_number)
            if metrics.valid_loss is not None or metrics.full_valid_loss is not None:
                steps[1].add(point.step_number)
            if metrics.train_mean_reward is not None or metrics.full_valid_mean_reward is not None:
                steps[2].add(point.step_number)
        return cls(*map(len, steps))

    def __str__(self) -> str:
        named = ((self.train, "train loss"), (self.validation, "validation loss"), (self.reward, "reward"))
        said = [f"{count:,} of {name}" for count, name in named if count]
        return " and ".join(said) if said else "none"


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something in the file that is no part of the run: how many, what (in the singular), and why it was left out."""

    count: int
    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.count:,} {self.what if self.count == 1 else _plural(self.what)} left out: {self.why}."


@dataclass(frozen=True, slots=True)
class ImportedRun:
    """A run as it was read from a file.

    Attributes:
        request: The run with what the file knows around it; what the file does not say is absent.
        format: The id of the format that was recognised.
        points: How many points of each kind were read.
        dropped: What was left out, and why.
        warnings: Sentences that whoever reads the advice should know.
    """

    request: AdviseRequest
    format: str
    points: PointCounts
    dropped: tuple[Dropped, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that can be read, recognised by its content alone.

    Attributes:
        id: Its name in answers, such as ``openai-result-csv``.
        title: What it is, in a few words.
        recognises: Says whether some content is of this kind; cheap, and never raises.
        read: Reads it; raises UnusableInput where it holds no usable run.
        told_by: What it is recognised by, for people.
    """

    id: str
    title: str
    recognises: Callable[[Content], bool]
    read: Callable[[Content], ImportedRun]
    told_by: str = ""


def as_json(request: AdviseRequest, *, indent: int | None = None) -> bytes:
    """Return a request as the contract's JSON, without what the file did not say."""
    return request.model_dump_json(exclude_unset=True, exclude_none=True, indent=indent).encode()


def _plural(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("ry") else f"{noun}s"

"""Where an advised change would have led: the recorded neighbour nearest to it, and what that gained."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import log

from advisor.authoring.quality.conventions import COST_OF_UNRECORDED, FAULT_KNOBS, Direction, cost_of
from advisor.authoring.quality.labels import KnobValue, LabelledRun, Neighbour
from advisor.authoring.quality.readings import Advised

SizeOf = Callable[[str], int]
"""A base model's size class; larger models have higher ones."""


@dataclass(frozen=True, slots=True)
class Step:
    """A change that was made from a run.

    Attributes:
        knob: What was changed.
        direction: Which way.
        gain: Points gained between the best-evaluated checkpoints.
        gain_at_end: Points gained between the last checkpoints: the gain for somebody who deploys the last one.
        net: ``gain`` less what the change costs.
        run_id: The run that it led to, None where that is not recorded.
    """

    knob: str
    direction: Direction
    gain: float
    gain_at_end: float
    net: float
    run_id: str | None


class Atlas:
    """Looks up what one change did to a labelled run."""

    def __init__(self, size_of: SizeOf) -> None:
        self._size_of = size_of

    def steps(self, run: LabelledRun, without: frozenset[str] = frozenset()) -> list[Step]:
        """Return every recorded change of a run, except those of the knobs in ``without``."""
        return [self._step(n) for n in run.neighbours if n.knob not in without]

    def best_net(self, run: LabelledRun, without: frozenset[str] = frozenset()) -> float:
        """Return the largest net gain of one change, 0 where none gains anything."""
        return max((0.0, *(step.net for step in self.steps(run, without))))

    def outcome(self, run: LabelledRun, advised: Advised) -> Step | None:
        """Return where an advised experiment leads, None where nobody recorded it."""
        return self.step(run, *advised.knob, advised.to) if advised.knob is not None else None

    def step(self, run: LabelledRun, knob: str, direction: Direction, to: object = None) -> Step | None:
        """Return what happened when a knob was turned: the recorded value nearest to ``to``, else nearest to the run's own.

        Repairing a fault that the training set does not have costs the work and changes nothing. None where the change was never tried.
        """
        if knob in FAULT_KNOBS and direction == "down" and not run.knobs.get(knob):
            return Step(knob, direction, 0.0, 0.0, -cost_of(knob, 0, 0, direction), None)
        found = [n for n in run.neighbours if n.knob == knob and self._direction(n) == direction]
        if not found:
            return None
        for target in (_positive(to), _positive(run.knobs.get(knob))):
            if target is not None and all(_positive(n.after) for n in found):
                return self._step(min(found, key=lambda n: abs(log(float(n.after) / target))))
        return self._step(found[0])

    def _step(self, neighbour: Neighbour) -> Step:
        direction = self._direction(neighbour)
        cost = cost_of(neighbour.knob, neighbour.before, neighbour.after, direction)
        gain = neighbour.test_score_delta
        at_end = gain if neighbour.final_delta is None else neighbour.final_delta
        return Step(neighbour.knob, direction, gain, at_end, gain - cost, neighbour.run_id)

    def _direction(self, neighbour: Neighbour) -> Direction:
        before, after = (self._comparable(neighbour.knob, value) for value in (neighbour.before, neighbour.after))
        return "up" if after > before else "down"

    def _comparable(self, knob: str, value: KnobValue) -> float:
        if isinstance(value, str):
            return float(self._size_of(value)) if knob == "model" else 0.0
        return float(value)


def first_recorded(outcomes: Iterable[Step | None]) -> tuple[Step | None, float]:
    """Return the first advice that has a recorded outcome and its net gain, less the cost of each one before it that has none."""
    for missed, step in enumerate(outcomes):
        if step is not None:
            return step, step.net - COST_OF_UNRECORDED * missed
    return None, 0.0


def _positive(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else None

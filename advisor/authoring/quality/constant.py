"""The best fixed list of changes: what can be had without reading the run. Whatever the advisor gains beyond it is its skill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from advisor.authoring.quality.conventions import ACTION_KNOBS, Direction
from advisor.authoring.quality.labels import LabelledRun
from advisor.authoring.quality.outcomes import Atlas, Step

_LONGEST = 6
_LEAST_GAIN = 1e-9
_ENDS: dict[Direction, float] = {"up": 1e9, "down": 1e-9}


@dataclass(frozen=True, slots=True, order=True)
class Move:
    """A change that everybody is given: to the nearest value that was recorded, or to the farthest."""

    knob: str
    direction: Direction
    reach: Literal["far", "near"]

    def __str__(self) -> str:
        return f"{self.knob} {self.direction} ({self.reach})"

    def step(self, atlas: Atlas, run: LabelledRun) -> Step | None:
        """Return where this move leads from a run, None where it was never made."""
        return atlas.step(run, self.knob, self.direction, _ENDS[self.direction] if self.reach == "far" else None)


def best_order(runs: Sequence[LabelledRun], atlas: Atlas, without: frozenset[str] = frozenset()) -> tuple[Move, ...]:
    """Return the ordered list of moves that gains most, net of cost, when every run gets its first move that was recorded.

    Built by inserting, replacing and swapping while anything improves: appending alone gets stuck on moves that always lead somewhere.

    Args:
        runs: The runs to choose the order on.
        atlas: Where changes led.
        without: Knobs that may not be turned.
    """
    knobs = {knob for knob in ACTION_KNOBS.values() if knob[0] not in without}
    moves = sorted(Move(knob, direction, reach) for knob, direction in knobs for reach in ("far", "near"))
    nets = [[step.net if (step := move.step(atlas, run)) else None for move in moves] for run in runs]

    def total(order: list[int]) -> float:
        return sum(next((net for i in order if (net := row[i]) is not None), 0.0) for row in nets)

    order: list[int] = []
    while True:
        best = max(_variants(order, len(moves)), key=total, default=order)
        if total(best) <= total(order) + _LEAST_GAIN:
            return tuple(moves[i] for i in order)
        order = best


def _variants(order: list[int], count: int) -> list[list[int]]:
    fresh = [i for i in range(count) if i not in order]
    out: list[list[int]] = []
    if len(order) < _LONGEST:
        out += [[*order[:at], i, *order[at:]] for i in fresh for at in range(len(order) + 1)]
    out += [[*order[:at], i, *order[at + 1 :]] for at in range(len(order)) for i in fresh]
    for i in range(len(order)):
        for j in range(i):
            swapped = [*order]
            swapped[i], swapped[j] = swapped[j], swapped[i]
            out.append(swapped)
    return out


def order_nets(order: Sequence[Move], runs: Sequence[LabelledRun], atlas: Atlas) -> list[float]:
    """Return what each run gains by the first move of the order that was recorded for it."""
    return [next((step.net for move in order if (step := move.step(atlas, run)) is not None), 0.0) for run in runs]

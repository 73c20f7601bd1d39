"""What a signal is: a documented function from a run's curves to one number, or to what it lacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.facts import Method

if TYPE_CHECKING:
    from advisor.signals.curves import Curves

ALL: tuple[Method, ...] = ("supervised", "dpo", "reinforcement")
LOSS: tuple[Method, ...] = ("supervised", "dpo")
REWARD: tuple[Method, ...] = ("reinforcement",)


@dataclass(frozen=True, slots=True)
class Missing:
    """A signal that cannot be had from this run: why, and which fields of the request it needs."""

    reason: str
    needs: tuple[str, ...]


Value = float | Missing
Measure = Callable[["Curves"], Value]


@dataclass(frozen=True, slots=True)
class Signal:
    """A named number about a run.

    Attributes:
        name: The word that rules, JSON and pages use.
        unit: ``ratio`` (0.05 is 5 %), ``share`` (0 to 1), ``nats`` per token, ``epochs``, ``steps``, ``points``, ``tokens``,
            ``flag`` (0 or 1), ``multiple`` (of the noise), ``score`` (in the evaluation's own points) and the like.
        description: What it says, in one paragraph.
        source: Where the formula comes from.
        methods: The training methods that it applies to.
        measure: The function that computes it.
    """

    name: str
    unit: str
    description: str
    source: str
    methods: tuple[Method, ...]
    measure: Measure


class SignalCatalogue:
    """Collects the signals of one module by a decorator."""

    def __init__(self) -> None:
        self.signals: dict[str, Signal] = {}

    def __call__(self, unit: str, *, methods: tuple[Method, ...] = ALL, source: str = "Advisor") -> Callable[[Measure], Measure]:
        """Return a decorator that registers a function under its own name, with its docstring as the description."""

        def register(function: Measure) -> Measure:
            description = " ".join((function.__doc__ or "").split())
            self.signals[function.__name__] = Signal(function.__name__, unit, description, source, methods, function)
            return function

        return register

"""How far a run was where a text says ``Epoch 2/3 step 70/180``: the epoch is in progress there, and the steps say how far."""

from __future__ import annotations

from dataclasses import dataclass, field

_TOLERANCE = 0.02  # of an epoch: the last batch of one is not always whole


@dataclass(slots=True)
class EpochsInProgress:
    """What the lines of one log say that name both a whole epoch and a step.

    Attributes:
        whole: Whether every epoch is a whole number; a fraction is a position already.
        beside: The last number that stands behind the step, as in ``step 10/180``; 0 where none does.
        highest: The highest step.
        first, last: The lowest and the highest step of each epoch.
    """

    whole: bool = True
    beside: int = 0
    highest: int = 0
    first: dict[float, int] = field(default_factory=dict)
    last: dict[float, int] = field(default_factory=dict)

    def saw(self, epoch: float, step: int, beside: int | None) -> None:
        """Note what a line says."""
        self.whole = self.whole and epoch.is_integer()
        self.beside = beside or self.beside
        self.highest = max(self.highest, step)
        self.first[epoch] = min(step, self.first.get(epoch, step))
        self.last[epoch] = max(step, self.last.get(epoch, step))

    def apply(self) -> bool:
        """Say whether the epochs that the lines name are no positions: whole, and some of them at several steps."""
        return self.whole and (self.beside > 0 or self.first != self.last)

    def begin_anew(self, first_epoch: float, epochs: int | None) -> bool:
        """Say whether the one epoch that is shown has steps of its own: they lie where no step of the whole run in that epoch does."""
        if len(self.first) != 1 or not epochs or self.beside < self.highest:
            return False
        return not self._fits(self.beside / epochs, first_epoch)

    def steps_in_epoch(self, first_epoch: float, epochs: int | None) -> float | None:
        """Return how many steps of the whole run make an epoch; None where the log does not tell.

        Args:
            first_epoch: What the log calls its first epoch, 0 or 1.
            epochs: How many are planned, None where no line says it.
        """
        done = {epoch - first_epoch + 1: step for epoch, step in self.last.items() if epoch < max(self.last)}
        if 0 < self.beside < self.highest:
            found: float | None = float(self.beside)
        elif self.beside and epochs and (epochs == 1 or len(self.first) > 1 or max(self.first) > first_epoch):
            found = self.beside / epochs
        elif self.beside and epochs:
            return None
        else:
            found = max((step / number for number, step in done.items()), default=None)
        return found if found and self._fits(found, first_epoch) else None

    def _fits(self, steps_in_epoch: float, first_epoch: float) -> bool:
        slack = _TOLERANCE + 1 / steps_in_epoch
        return all(
            -slack <= self.first[epoch] / steps_in_epoch - (epoch - first_epoch)
            and self.last[epoch] / steps_in_epoch - (epoch - first_epoch) <= 1 + slack
            for epoch in self.first
        )

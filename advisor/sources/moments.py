"""Steps for a log that states only epochs: its moments, numbered in the order in which they were logged."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from typing import Any


class Moments:
    """Numbers moments from 1 on.

    Entries of one epoch belong to one moment as long as they speak of different metrics: trainers round epochs, so that several
    moments in a row may state the same one. An epoch that lies back is a restart, which takes up the number that it had.
    """

    def __init__(self) -> None:
        self._epochs: list[float] = []
        self._at = 0
        self._seen: dict[str, Any] = {}

    def number(self, epoch: float, values: Mapping[str, Any]) -> int:
        """Return the number of the moment at which these values were logged."""
        current = self._epochs[self._at - 1] if self._at else None
        if current is not None and epoch == current and self._belongs(values):
            self._seen.update(values)
            return self._at
        if current is not None and epoch < current:
            self._at = bisect_left(self._epochs, epoch) + 1
            del self._epochs[self._at - 1 :]
        else:
            self._at += 1
        self._epochs.append(epoch)
        self._seen = dict(values)
        return self._at

    def _belongs(self, values: Mapping[str, Any]) -> bool:
        return all(self._seen.get(name, value) == value for name, value in values.items())

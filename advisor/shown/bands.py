"""The order of the ratio bands: which one a band is tells its colour, whatever a rulebook calls it."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.advice.assemble import OVERFIT_BANDS
from advisor.rulebook import Rulebook

RANKS = 4
"""How many colours there are, from 0 to 3."""


def band_order(rulebook: Rulebook) -> tuple[str, ...]:
    """Return the names of the bands that checkpoints lie in, the rulebook's first one first; none where it has no such bands."""
    bands = rulebook.bands.get(OVERFIT_BANDS)
    return () if bands is None else tuple(band.id for band in bands.bands)


def rank_of(band: str | None, order: Sequence[str]) -> int | None:
    """Return a band's place in the list, spread over the colours; None where the list does not name it."""
    if band is None or band not in order:
        return None
    return round(order.index(band) * (RANKS - 1) / max(len(order) - 1, 1))

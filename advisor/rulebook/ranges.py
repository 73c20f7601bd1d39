"""Bands and tables over a signal, as their files write them, to ranges without gaps or overlaps."""

from __future__ import annotations

from advisor.rulebook.mistakes import Mistakes
from advisor.rulebook.model import Band, Bands, Lookup
from advisor.rulebook.shapes import BandsShape, LookupShape


def build_bands(mistakes: Mistakes, path: str, shape: BandsShape) -> Bands:
    """Return bands; note empty ones, gaps and overlaps."""
    bands: list[Band] = []
    previous: Band | None = None
    for i, row in enumerate(shape.bands):
        low, low_included = (
            (row.from_, True) if row.from_ is not None else (row.above, False) if row.above is not None else (float("-inf"), True)
        )
        high, high_included = (
            (row.to, True) if row.to is not None else (row.below, False) if row.below is not None else (float("inf"), True)
        )
        band = Band(row.id, low, low_included, high, high_included, row.meaning)
        if band.low > band.high or (band.low == band.high and not (band.low_included and band.high_included)):
            mistakes.wrong(path, ("bands", i), f'the band "{row.id}" is empty', "No value lies between its bounds.", "band-empty")
        if previous is not None:
            if band.low > previous.high or (band.low == previous.high and not band.low_included and not previous.high_included):
                mistakes.wrong(
                    path,
                    ("bands", i),
                    f'a gap between "{previous.id}" and "{row.id}" at {previous.high:g}',
                    "Let the bands meet.",
                    "band-gap",
                )
            if band.low < previous.high or (band.low == previous.high and band.low_included and previous.high_included):
                mistakes.wrong(
                    path, ("bands", i), f'"{previous.id}" and "{row.id}" overlap at {band.low:g}', "Let the bands meet.", "band-overlap"
                )
        bands.append(band)
        previous = band
    return Bands(shape.id, shape.title, shape.signal, shape.source, tuple(bands))


def build_lookup(mistakes: Mistakes, path: str, shape: LookupShape) -> Lookup:
    """Return a table; note rows out of order and values that none of them covers."""
    rows = []
    last = float("-inf")
    for i, row in enumerate(shape.rows):
        below = float("inf") if row.below is None else row.below
        if below <= last:
            mistakes.wrong(path, ("rows", i), "rows must rise by their bound", 'Sort them; only the last has no "below".', "lookup-order")
        if set(row.gives) != set(shape.rows[0].gives):
            mistakes.wrong(path, ("rows", i, "gives"), "every row must give the same names", "Complete the row.", "lookup-names")
        rows.append((below, dict(row.gives)))
        last = below
    if last != float("inf"):
        mistakes.wrong(
            path,
            ("rows", len(rows) - 1),
            f"nothing is said of values from {last:g}",
            'Leave "below" out of the last row.',
            "lookup-gap",
        )
    return Lookup(shape.id, shape.title, shape.by, shape.unit, shape.source, tuple(rows))

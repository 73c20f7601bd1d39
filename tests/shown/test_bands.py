from __future__ import annotations

import pytest

from advisor.rulebook import load_rulebook, shipped_rules
from advisor.shown import band_order, rank_of


@pytest.mark.parametrize(
    ("order", "ranks"),
    [
        (("a", "b", "c", "d"), (0, 1, 2, 3)),
        (("good", "bad"), (0, 3)),
        (("only",), (0,)),
        (("a", "b", "c", "d", "e", "f", "g"), (0, 0, 1, 2, 2, 2, 3)),
    ],
)
def test_bands_spread_over_the_colours_from_the_first_to_the_last(order: tuple[str, ...], ranks: tuple[int, ...]):
    assert tuple(rank_of(band, order) for band in order) == ranks


def test_a_band_that_the_rulebook_does_not_name_has_no_colour():
    assert rank_of("severe", ("good", "bad")) is None
    assert rank_of(None, ("good", "bad")) is None


def test_the_shipped_bands_come_in_the_order_of_their_file():
    assert band_order(load_rulebook(shipped_rules())) == ("healthy", "mild", "moderate", "severe")

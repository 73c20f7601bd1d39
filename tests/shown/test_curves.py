from __future__ import annotations

from math import inf, isfinite, nan

from hypothesis import given
from hypothesis import strategies as st

from advisor.shown import thinned

VALUES = st.one_of(st.floats(-1e6, 1e6), st.sampled_from([nan, inf]))


@given(st.dictionaries(st.integers(0, 10_000), VALUES, min_size=1, max_size=200), st.integers(1, 20))
def test_of_each_stretch_the_lowest_and_the_highest_stay_and_nothing_is_made_up(known: dict[int, float], stretches: int):
    points = sorted(known.items())
    kept = points[len(points) // 2][0]
    found = thinned(points, stretches, {kept})
    assert [step for step, _ in found] == sorted({step for step, _ in found})
    assert all(point in points for point in found)
    assert found[0] == points[0]
    assert found[-1] == points[-1]
    assert len(found) <= max(2 * stretches, 3 * stretches + 3)
    if len(points) > 2 * stretches:
        assert kept in {step for step, _ in found}
    finite = [value for _, value in points if isfinite(value)]
    left = [value for _, value in found if isfinite(value)]
    if finite:
        assert (min(left), max(left)) == (min(finite), max(finite))
    assert len(finite) == len(points) or len(left) < len(found)


def test_a_spike_stays_at_its_step():
    points = [(step, 1.0) for step in range(1000)]
    points[321] = (321, 9.0)
    found = dict(thinned(points, 10))
    assert found[321] == 9.0
    assert len(found) < 40


def test_few_points_stay_as_they_are():
    points = [(0, 3.0), (10, 2.0), (11, nan)]
    assert thinned(points, 2) == tuple(points)

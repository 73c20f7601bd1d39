"""The notation for curves: what is written is what is read, and what cannot be read says how to write it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.authoring.series import MAX_POINTS, Measured, read_series


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0.9 0.6 0.4", (0.9, 0.6, 0.4)),
        ("0.9 _ 0.4", (0.9, None, 0.4)),
        ("NaN Infinity -Infinity", ("NaN", "Infinity", "-Infinity")),
        ("0.9-0.1x3", (0.9, 0.8, 0.7, 0.6)),
        ("0.2+0.05x2", (0.2, 0.25, 0.3)),
        ("0.5x3", (0.5, 0.5, 0.5, 0.5)),
        ("-0.5+0.5x2", (-0.5, 0.0, 0.5)),
        ("_x3", (None, None, None)),
        ("1e-3 .5 2.", (0.001, 0.5, 2.0)),
        ("0.9-0.3x1 0.5x1", (0.9, 0.6, 0.5, 0.5)),
    ],
)
def test_text_is_read_as_its_table_says(written: str, read: tuple[Measured, ...]):
    assert read_series(written) == read


def test_a_list_and_a_single_number_are_read_as_they_stand():
    assert read_series([0.9, None, "NaN", 1]) == (0.9, None, "NaN", 1)
    assert read_series(0.9) == (0.9,)


@pytest.mark.parametrize(
    "wrong", ["0.9 o.6", "0.9,0.6", "nan", "x3", "0.9--0.1x3", "", "1 true", [0.9, True], [0.9, "0.6"], True, {"a": 1}]
)
def test_what_is_no_series_is_refused(wrong: object):
    with pytest.raises(ValueError, match="series"):
        read_series(wrong)


@pytest.mark.parametrize("wrong", ["_x999999", "0.5x999999", " ".join(["1"] * (MAX_POINTS + 1))])
def test_a_series_that_would_fill_the_memory_is_refused(wrong: str):
    with pytest.raises(ValueError, match="too long"):
        read_series(wrong)


@given(
    start=st.integers(-50, 50),
    step=st.integers(-20, 20),
    more=st.integers(0, 30),
)
@settings(max_examples=100)
def test_a_progression_reads_like_its_values_written_out(start: int, step: int, more: int):
    written_out = " ".join(f"{(start + i * step) / 100}" for i in range(more + 1))
    assert read_series(f"{start / 100}{step / 100:+}x{more}") == read_series(written_out)

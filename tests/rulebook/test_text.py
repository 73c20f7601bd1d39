"""Sentences with numbers in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.rulebook.text import parse_sentence


@pytest.mark.parametrize(
    ("text", "values", "rendered"),
    [
        ("Lowest at {step:g}.", {"step": 84.0}, "Lowest at 84."),
        ("{rise:.0%} above", {"rise": 0.3125}, "31% above"),
        ("{rise:+.1%} from it", {"rise": 0.5}, "+50.0% from it"),
        ("{n:,.0f} examples", {"n": 12345.0}, "12,345 examples"),
        ("{n} examples", {"n": 300.0}, "300 examples"),
        ("{loss:.3f}", {"loss": 0.80004}, "0.800"),
        ("{loss:.2e}", {"loss": 0.00012}, "1.20e-04"),
        ("is {loss:.3f}", {}, "is unknown"),
        ("is {loss:.3f}", {"loss": None}, "is unknown"),
        ("to {model:.3f}", {"model": "gpt-4.1-mini {x} %s"}, "to gpt-4.1-mini {x} %s"),
        ("{{braces}} and 100 %", {}, "{braces} and 100 %"),
        ("one\n  line   only", {}, "one line only"),
        ("{n:.0f}", {"n": 1e308}, format(1e308, ".0f")),
    ],
)
def test_numbers_are_filled_in_as_the_sentence_asks(text: str, values: dict[str, object], rendered: str):
    assert parse_sentence(text).render(values) == rendered


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "}",
        "{}",
        "{0}",
        "{a.b}",
        "{a[0]}",
        "{a!r}",
        "{a:d}",
        "{a:>9}",
        "{a:{b}}",
        "{a:.999f}",
        "{a b}",
        "{a:x}",
        "{a:.f}",
        "{:g}",
        "{a",
    ],
)
def test_anything_but_plain_names_and_simple_formats_is_refused(text: str):
    with pytest.raises(ValueError, match=r"unbalanced|plain name|format other"):
        parse_sentence(text)


@given(st.text(alphabet="{}ab:.,+09%fge!r[]() ", max_size=30), st.floats(allow_nan=False, allow_infinity=False))
def test_a_sentence_that_is_accepted_can_always_be_filled_in(text: str, number: float):
    try:
        sentence = parse_sentence(text)
    except ValueError:
        return
    assert sentence.render(dict.fromkeys(sentence.names, number)) is not None
    assert sentence.render({}).count("unknown") >= len(sentence.names)

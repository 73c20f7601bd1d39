"""The fast reader of YAML says what the one that explains says, or leaves the text to it."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from advisor.rulebook import read_folder, shipped_rules
from advisor.rulebook.plain_yaml import read_plain
from advisor.rulebook.source import Document, Position, _parse

SHIPPED = read_folder(shipped_rules())
_MARKS = [*"ab:-[]{},#'\"|>&*!%?~.=<", " ", "  ", "\n", "\n  ", "\t", ": ", "- ", "\r\n", ">-\n", "|\n", "---", "...", "%YAML 1.1\n", "<<"]
_VALUES = ["1", "0x1", "0o7", "1.5", "1e3", "1_0", ".inf", ".nan", "true", "null", "yes", "2026-01-01", "é", "\\", '"\\ud800"']
_WORDS = st.sampled_from([*_MARKS, *_VALUES, "\u2028", "\x85", "\ufeff"])


def agrees(text: str) -> bool:
    """Say whether the fast reader read a text, after it was compared with the other one."""
    fast, slow = read_plain(text), _parse("x.yaml", text)
    if fast is None:
        return False
    assert isinstance(slow, Document), (text, slow)
    assert repr(fast[0]) == repr(slow.value), text
    assert {path: Position(*place) for path, place in fast[1].items()} == slow.positions, text
    return True


@pytest.mark.parametrize("path", SHIPPED)
def test_every_shipped_file_is_plain_and_read_alike(path: str):
    assert agrees(SHIPPED[path])


@given(st.lists(_WORDS, max_size=25).map("".join))
@settings(max_examples=1000, deadline=None)
@example("a:\tb")
@example("a: &x 1\nb: *x")
@example("[" * 5000)
@example("- " * 5000)
@example("a: 1\na: 2")
@example("a: 1\n--- \nb: 2")
@example("- \n- 1")
@example("{a:b}")
def test_any_text_is_read_alike_or_left_to_the_other_reader(text: str):
    agrees(text)


@given(st.sampled_from(sorted(SHIPPED)), st.integers(0, 10_000), st.integers(0, 3), _WORDS)
@settings(max_examples=300, deadline=None)
def test_a_damaged_rule_file_is_read_alike_or_left_to_the_other_reader(path: str, place: int, cut: int, put: str):
    text = SHIPPED[path]
    place %= len(text)
    agrees(text[:place] + put + text[place + cut :])

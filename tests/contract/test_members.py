"""Members that stand twice in one JSON object."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json

from advisor.contract.members import doubled_members, doubled_warnings


def _found(text: str) -> dict[str, str]:
    return doubled_members(text.encode(), from_json(text))


def test_each_is_named_by_its_pointer_with_both_values():
    found = _found('{"run": {"id": "a", "id": "b", "dataset": [{"x/y": 1, "x/y": {"z": 2}}]}}')

    assert found == {
        "/run/id": '/run/id stands twice in the request, as "a" and as "b": the later one counts.',
        "/run/dataset/0/x~1y": "/run/dataset/0/x~1y stands twice in the request: the later one counts.",
    }


@pytest.mark.parametrize("text", ['{"a": 1, "a": 1}', '{"a": 1, "a": 1.0}', '{"a" : {}, "b": [{"a": 2}]}', '"a"', "[]", '["\\"a\\": 1"]'])
def test_nothing_is_said_of_what_contradicts_nothing(text: str):
    assert _found(text) == {}


@pytest.mark.parametrize(
    "text", ['{"a":1,"a" :2}', '{"a"\n:1,\t"a":2}', '{"a\\": 1":1,"b":3,"b":2}', '{"big": 1' + "0" * 400 + ', "big": 2}']
)
def test_no_way_of_writing_hides_one(text: str):
    assert len(_found(text)) == 1


def test_long_values_are_not_repeated():
    assert _found(json.dumps({"a": "x" * 100})[:-1] + ', "a": 1}') == {"/a": "/a stands twice in the request: the later one counts."}


def test_five_are_told_in_full_and_the_rest_counted():
    found = {f"/run/{i}": f"Sentence {i}." for i in range(7)} | {"/goal/x": "Another."}

    assert doubled_warnings(found, "/run")[-2:] == ("Sentence 4.", "The same holds for 2 more.")
    assert doubled_warnings(found, "/goal") == ("Another.",)


_VALUES = st.recursive(
    st.none() | st.integers(0, 9) | st.text(max_size=5),
    lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=4), v, max_size=3),
)


@given(_VALUES)
def test_a_text_without_doubled_members_is_never_accused(value: Any):
    assert _found(json.dumps(value)) == {}

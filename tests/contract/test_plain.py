from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.contract import AdviseRequest
from advisor.contract.plain import plain_request
from advisor.facts import Run

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(_JSON)
def test_what_is_sent_differs_from_what_was_given_only_where_json_has_no_word(value: Any):
    def words(known: Any) -> Any:
        if isinstance(known, dict):
            return {k: words(v) for k, v in known.items()}
        if isinstance(known, list):
            return [words(v) for v in known]
        if isinstance(known, float) and not math.isfinite(known):
            return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(known, "NaN")
        return known

    assert plain_request({"run": value}) == {"run": words(value)}


def test_a_run_and_a_request_come_out_alike():
    run = Run(method="supervised", checkpoints=())
    assert plain_request(run)["run"] == plain_request(AdviseRequest(run=run))["run"]
    assert plain_request({"method": "dpo"}) == {"run": {"method": "dpo"}}


def test_numbers_of_numpy_become_numbers():
    request = plain_request({"run": {"a": np.float32(0.5), "b": np.int64(3), "c": np.float64("nan")}})
    assert request == {"run": {"a": 0.5, "b": 3, "c": "NaN"}}


def test_what_is_neither_number_nor_text_is_refused_by_its_type():
    with pytest.raises(TypeError, match="object is neither a number nor a text"):
        plain_request({"run": object()})

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from advisor.contract import AdviseRequest
from advisor.rulebook import load_rulebook, shipped_rules
from advisor.signals import Curves, Missing, Value, measure_signals

NAMES = frozenset({"advice_followed_count", "advice_helped_share"})


def _measured(**around: Any) -> dict[str, Value]:
    request = AdviseRequest.model_validate({"run": {"method": "supervised", "checkpoints": []}, **around})
    return measure_signals(Curves(request, load_rulebook(shipped_rules()).measures), NAMES)


def test_all_actions_of_the_record_are_summed_up_and_rules_are_not_counted_twice():
    lines = {"reduce-epochs": {"followed": 6, "helped": 1}, "add-data": {"followed": 2, "helped": 1}}
    record = {"actions": lines, "rules": {"valid-loss-rises": {"followed": 8, "helped": 2}}}
    assert _measured(record=record) == {"advice_followed_count": 8.0, "advice_helped_share": 0.25}


@pytest.mark.parametrize("around", [{}, {"record": None}, {"record": {}}, {"record": {"actions": None, "rules": None}}])
def test_without_a_record_nothing_was_followed_and_no_share_is_known(around: dict[str, Any]):
    measured = _measured(**around)
    assert measured["advice_followed_count"] == 0.0
    assert measured["advice_helped_share"] == Missing("no advice was followed with a known outcome yet", ("record",))


@pytest.mark.parametrize(
    "line", [{"followed": 1, "helped": 2}, {"followed": -1, "helped": -1}, {"followed": 1}, {"followed": True, "helped": 0}, {"followed": 1.5, "helped": 1}]
)  # fmt: skip
def test_a_record_that_cannot_be_is_refused(line: dict[str, Any]):
    with pytest.raises(ValidationError):
        AdviseRequest.model_validate({"run": {"method": "supervised", "checkpoints": []}, "record": {"actions": {"ship": line}}})

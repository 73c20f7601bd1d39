from __future__ import annotations

from typing import Any

import pytest

from advisor.contract import AdviseRequest
from advisor.errors import BrokenRulebook
from advisor.rulebook import Rulebook, build_rulebook, load_rulebook, rulebook_signals, shipped_rules
from advisor.signals import Missing

SHARE, COUNT = "action_reduce_epochs_helped_share", "action_reduce_epochs_followed_count"


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return dict(load_rulebook(shipped_rules()).files)


def _book(files: dict[str, str], *, when: str = f"[{COUNT} >= 5, {SHARE} <= 0.1]", explain: str = "Seldom helped.") -> Rulebook:
    """Return the shipped rulebook with a rule of the team's own."""
    rule = f"""
id: our-rule
title: Fewer epochs seldom helped us
applies_to: [supervised]
diagnosis: Something else
severity: low
source: our own past
why: It failed us.
false_positives: [Bad luck]
when: {when}
explain: "{explain}"
"""
    return build_rulebook({**files, "ours/our-rule.yaml": rule})


def _values(book: Rulebook, **record: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"run": {"method": "supervised", "checkpoints": []}}
    return rulebook_signals(book, AdviseRequest.model_validate(body | ({"record": record} if record else {})), {})


def test_a_rule_may_ask_what_came_of_one_action_and_only_that_is_worked_out(files: dict[str, str]):
    book = _book(files)
    assert set(book.record_signals) == {SHARE, COUNT}
    values = _values(book, actions={"reduce-epochs": {"followed": 8, "helped": 2}, "ship": {"followed": 1, "helped": 1}})
    assert (values[COUNT], values[SHARE]) == (8.0, 0.25)
    assert (book.own_signals[COUNT].unit, book.own_signals[SHARE].unit) == ("times", "share")


def test_a_sentence_may_ask_what_came_of_a_rule(files: dict[str, str]):
    book = _book(files, when="[runs_without_curves >= 0]", explain="{rule_valid_loss_rises_followed_count:.0f} times")
    values = _values(book, rules={"valid-loss-rises": {"followed": 3, "helped": 0}})
    assert values["rule_valid_loss_rises_followed_count"] == 3.0


@pytest.mark.parametrize("record", [{}, {"actions": {"reduce-epochs": {"followed": 0, "helped": 0}}}, {"actions": {}}])
def test_without_an_outcome_the_count_is_zero_and_the_share_is_unknown(files: dict[str, str], record: dict[str, Any]):
    values = _values(_book(files), **record)
    assert values[COUNT] == 0.0
    assert values[SHARE] == Missing("the action reduce-epochs was never followed with a known outcome", ("record",))


def test_the_shipped_rules_work_out_nothing_of_single_actions(files: dict[str, str]):
    assert dict(build_rulebook(files).record_signals) == {}


@pytest.mark.parametrize("wrong", ["action_reduce_epoch_helped_share", "rule_reduce_epochs_helped_share", "action_reduce_epochs_helped"])
def test_a_mistyped_action_is_told_with_the_nearest_name(files: dict[str, str], wrong: str):
    with pytest.raises(BrokenRulebook, match=rf'(?s)our-rule.yaml:10:.*"{wrong}".*Did you mean "(action_reduce|rule_saved)_epochs_[hf]'):
        _book(files, when=f"[{wrong} <= 0.1]")

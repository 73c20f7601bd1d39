from __future__ import annotations

import json

from advisor.rulebook.tables import TABLE_SIGNALS
from advisor.signals import SIGNALS
from tests.cli.conftest import Advisor


def test_every_signal_is_listed_with_unit_description_and_source(advisor: Advisor):
    listed = json.loads(advisor("signals", "--json").stdout)
    assert {s["name"] for s in listed} >= SIGNALS.keys() | TABLE_SIGNALS
    assert all(s["unit"] and s["description"] and s["source"] and s["methods"] for s in listed)


def test_what_the_rulebooks_tables_give_is_listed_too(advisor: Advisor):
    assert "usual_epochs_high" in {s["name"] for s in json.loads(advisor("signals", "--json").stdout)}


def test_one_signal_is_shown_with_its_source(advisor: Advisor):
    page = advisor("signals", "valid_loss_rise_ratio").output
    assert "Prechelt 1998" in page
    assert "supervised, dpo" in page


def test_a_word_finds_the_signals_that_hold_it(advisor: Advisor):
    names = {s["name"] for s in json.loads(advisor("signals", "reward", "--json").stdout)}
    assert names
    assert all("reward" in name for name in names)


def test_an_unknown_signal_is_wrong_usage_with_the_nearest_name(advisor: Advisor):
    result = advisor("signals", "valid_los_rise_ratio")
    assert result.exit_code == 2
    assert 'did you mean "valid_loss_rise_ratio"?' in " ".join(result.stderr.replace("│", " ").split())

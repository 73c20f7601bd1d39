from __future__ import annotations

import math
from pathlib import Path

import pytest

from advisor import LocalAdvisor
from advisor.errors import BrokenRulebook, UnusableInput
from advisor.facts import Run


@pytest.fixture(scope="module")
def local() -> LocalAdvisor:
    return LocalAdvisor()


def test_a_run_is_judged_without_a_service(local: LocalAdvisor):
    assert local.advise(Run(method="supervised", checkpoints=())).verdict.id == "fix"


def test_a_loss_that_is_nan_reaches_the_rules(local: LocalAdvisor):
    points = [{"step_number": i, "metrics": {"train_loss": v}} for i, v in enumerate([2.0, 1.5, math.nan])]
    advice = local.advise({"method": "supervised", "checkpoints": points})
    assert "loss-not-finite" in {f.id for f in advice.findings}


def test_every_wrong_place_of_a_run_is_named(local: LocalAdvisor):
    with pytest.raises(UnusableInput, match=r"run\.method: .*run\.checkpoints\.0\.step_number: "):
        local.advise({"method": "magic", "checkpoints": [{"step_number": -1}]})


def test_a_value_that_no_wire_carries_is_refused_with_a_sentence(local: LocalAdvisor):
    with pytest.raises(UnusableInput, match="object is neither a number nor a text"):
        local.advise({"method": object(), "checkpoints": []})


def test_a_folder_without_rules_is_refused(tmp_path: Path):
    with pytest.raises(BrokenRulebook):
        LocalAdvisor(tmp_path)

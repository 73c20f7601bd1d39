from __future__ import annotations

import json

import pytest

from advisor.contract import AdviseRequest
from advisor.errors import UnusableInput
from advisor.sources import PointCounts, read_run

_CHECKPOINTS = [{"step_number": 1, "metrics": {"train_loss": 1.0, "full_valid_loss": 1.1}}]


def test_a_whole_request_is_taken_as_it_stands():
    body = {"run": {"method": "dpo", "checkpoints": _CHECKPOINTS}, "baseline": {"score": 3}, "goal": {"needs": ["style"]}}
    imported = read_run(json.dumps(body).encode())
    assert imported.request == AdviseRequest.model_validate(body)
    assert (imported.format, imported.points) == ("advisor-json", PointCounts(train=1, validation=1, reward=0))


def test_a_bare_run_is_a_request_about_it():
    imported = read_run(json.dumps({"method": "supervised", "checkpoints": _CHECKPOINTS}).encode())
    assert imported.request.run.checkpoints[0].step_number == 1
    assert imported.warnings == ()


def test_a_bare_run_without_a_method_is_told_by_its_metrics():
    rewarded = [{"step_number": 1, "metrics": {"train_mean_reward": 0.5}}]
    imported = read_run(json.dumps({"checkpoints": rewarded}).encode())
    assert imported.request.run.method == "reinforcement"
    assert imported.warnings == ("The run does not say its method: its metrics look like reinforcement fine-tuning.",)


def test_every_place_that_breaks_the_contract_is_named_at_once():
    broken = {"run": {"method": "sft", "checkpoints": [{"step_number": -1, "metrics": {"train_loss": True}}]}}
    with pytest.raises(UnusableInput) as refused:
        read_run(json.dumps(broken).encode())
    said = str(refused.value)
    assert "in 3 places" in said
    assert all(place in said for place in ("/run/method ", "/run/checkpoints/0/step_number ", "/run/checkpoints/0/metrics/train_loss "))


def test_a_bare_nan_is_no_number_in_the_contracts_json():
    with pytest.raises(UnusableInput, match="/run/checkpoints/0/metrics/train_loss  must be a finite number"):
        read_run(b'{"run": {"method": "supervised", "checkpoints": [{"step_number": 1, "metrics": {"train_loss": NaN}}]}}')

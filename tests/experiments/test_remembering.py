from __future__ import annotations

from typing import Any

import pytest

from advisor.experiments.remembering import completed
from advisor.facts import EarlierRun

KNOWN: dict[str, Any] = {
    "id": "R1",
    "method": "supervised",
    "base_model": "gpt-4.1-mini",
    "hyperparameters": {"n_epochs": 2, "learning_rate_multiplier": 0.5, "warmup_ratio": 0.1},
    "dataset": {"version": "v1", "n_train": 335, "quality_checked": True},
    "grader": {"range": [-1, 1], "pass_threshold": 0.5},
    "checkpoints": [{"step_number": 84, "metrics": {"train_loss": 0.4}}],
    "evaluation": {"score": 8.0, "scale": [0, 10], "test_score": 7.5, "n_items": 80, "standard_error": 0.2, "by_category": {"dates": 6.1}},
}


def _completed(**said: Any) -> dict[str, Any]:
    run = EarlierRun.model_validate({"id": "R1", "method": "supervised", **said})
    return completed(run, EarlierRun.model_validate(KNOWN)).model_dump(mode="json", exclude_unset=True)


@pytest.mark.parametrize(
    "said", [{"score": 12.0}, {"test_score": 99.0}, {"checkpoints": [{"step_number": 84, "score": 50.0}]}, {"score": 0.5, "scale": [0, 1]}]
)
def test_an_evaluation_that_does_not_fit_the_known_scale_is_another_one(said: dict[str, Any]):
    assert _completed(evaluation=said)["evaluation"] == said


def test_a_scale_that_the_known_score_does_not_fit_is_of_another_evaluation():
    known = EarlierRun.model_validate({"evaluation": {"score": 8.0}})
    run = completed(EarlierRun.model_validate({"evaluation": {"scale": [0, 1]}}), known)
    assert run.model_dump(mode="json", exclude_unset=True)["evaluation"] == {"scale": [0, 1]}


def test_a_run_of_which_nothing_more_is_said_is_the_known_one():
    assert _completed() == EarlierRun.model_validate(KNOWN).model_dump(mode="json", exclude_unset=True)


@pytest.mark.parametrize(
    ("member", "said", "expected"),
    [
        ("hyperparameters", {"n_epochs": 1}, {"n_epochs": 1, "learning_rate_multiplier": 0.5, "warmup_ratio": 0.1}),
        ("hyperparameters", {"n_epochs": None}, KNOWN["hyperparameters"]),
        ("hyperparameters", None, KNOWN["hyperparameters"]),
        ("hyperparameters", {}, KNOWN["hyperparameters"]),
        ("dataset", {"n_valid": 60}, {**KNOWN["dataset"], "n_valid": 60}),
        ("dataset", {"version": "v1", "n_train": 340}, {**KNOWN["dataset"], "n_train": 340}),
        ("dataset", {"version": "v2"}, {"version": "v2"}),
        ("grader", {"pass_threshold": 0.7}, {"range": [-1.0, 1.0], "pass_threshold": 0.7}),
        ("checkpoints", [], KNOWN["checkpoints"]),
        ("evaluation", {"test_score": 7.9}, {**KNOWN["evaluation"], "scale": [0.0, 10.0], "test_score": 7.9}),
        ("evaluation", {"score": 8.0, "by_category": {}}, {**KNOWN["evaluation"], "scale": [0.0, 10.0]}),
        ("evaluation", {"score": 80.0, "scale": [0, 100]}, {"score": 80.0, "scale": [0.0, 100.0]}),
        ("evaluation", {"score": 9.0}, {"score": 9.0, "scale": [0.0, 10.0], "test_score": 7.5, "n_items": 80}),
    ],
)
def test_what_is_not_said_anew_stays_known_member_by_member(member: str, said: Any, expected: Any):
    assert _completed(**{member: said})[member] == expected


def test_a_curve_is_one_member():
    later = [{"step_number": 168, "metrics": {"train_loss": 0.3}}]
    assert _completed(checkpoints=later)["checkpoints"] == later

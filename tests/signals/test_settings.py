"""The run's state, its settings and its data as numbers."""

from __future__ import annotations

from typing import Any

import pytest

from advisor.signals import Curves
from tests.signals.examples import curves, missing, near, number, points


def _with(hyperparameters: dict[str, Any] | None = None, dataset: dict[str, Any] | None = None, **more: Any) -> Curves:
    return curves(hyperparameters=hyperparameters, dataset=dataset, **more)


@pytest.mark.parametrize("name", ["n_epochs", "learning_rate_multiplier", "batch_size", "learning_rate"])
def test_a_setting_is_the_number_given(name: str):
    assert number(name, _with({name: 0.5})) == 0.5
    assert missing(name, _with()).needs == (name,)


@pytest.mark.parametrize("name", ["n_epochs", "learning_rate_multiplier", "batch_size"])
def test_a_setting_that_the_service_chose_is_not_known(name: str):
    assert missing(name, _with({name: "auto"})).needs == (name,)


def test_beta_belongs_to_preference_runs():
    assert number("dpo_beta", curves("dpo", hyperparameters={"beta": 0.1})) == 0.1
    assert missing("dpo_beta", curves("dpo")).needs == ("beta",)


@pytest.mark.parametrize("name", ["n_train", "n_valid"])
def test_the_size_of_the_data_set_may_be_zero_or_unknown(name: str):
    assert number(name, _with(dataset={name: 0})) == 0
    assert missing(name, _with()).needs == (name,)


def test_the_share_of_validation_examples_is_of_all_examples():
    assert number("valid_share", _with(dataset={"n_train": 90, "n_valid": 10})) == near(0.1)
    assert number("valid_share", _with(dataset={"n_train": 0, "n_valid": 0})) == 0
    assert missing("valid_share", _with(dataset={"n_train": 90})).needs == ("n_valid",)


@pytest.mark.parametrize(
    ("status", "active", "failed"),
    [
        ("running", 1, 0),
        ("queued", 1, 0),
        ("validating_files", 1, 0),
        ("succeeded", 0, 0),
        ("failed", 0, 1),
        ("cancelled", 0, 1),
        (None, 0, 0),
        ("resting", 0, 0),  # status is an open string
    ],
)
def test_the_status_says_whether_the_run_goes_on_or_broke(status: str | None, active: int, failed: int):
    assert number("run_active", _with(status=status)) == active
    assert number("run_failed", _with(status=status)) == failed


def test_points_are_counted_by_the_longest_curve():
    run = curves(checkpoints=[*points(train_loss=[3, "NaN", 1], valid_loss=[1])])

    assert number("checkpoints_count", run) == 3
    assert number("measured_points", run) == 2
    assert number("measured_points", curves()) == 0


def test_a_step_given_twice_is_one_checkpoint():
    twice = curves(checkpoints=[{"step_number": 5, "fine_tuned_model_checkpoint": "ft:five"}] * 2)

    assert number("checkpoints_count", twice) == 1
    assert number("deployable_checkpoints", twice) == 1


def test_epochs_trained_are_those_reached_else_those_asked_for():
    halfway = curves(checkpoints=[{"step_number": 5, "epoch": 1.5}], hyperparameters={"n_epochs": 3}, status="running")

    assert number("epochs_trained", halfway) == 1.5
    assert number("epochs_trained", _with({"n_epochs": 3})) == 3
    assert missing("epochs_trained", _with()).needs == ("n_epochs",)


def test_an_epoch_has_the_steps_that_its_points_say_else_those_of_its_batches():
    ended: dict[str, Any] = {"checkpoints": points(train_loss=[1, 1]), "status": "succeeded"}
    assert number("steps_per_epoch", curves(checkpoints=[{"step_number": 30, "epoch": 1.5}])) == 20
    assert number("steps_per_epoch", _with({"n_epochs": 4}, **ended)) == 5
    assert number("steps_per_epoch", _with({"batch_size": 8}, {"n_train": 100})) == 13
    assert missing("steps_per_epoch", _with(**ended)).needs == ("n_epochs",)
    assert missing("steps_per_epoch", _with({"n_epochs": 2})).needs == ("checkpoints",)
    by_epoch = [{"step_number": n, "epoch": n, "metrics": {"train_loss": 1}} for n in (1, 2, 3)]
    assert missing("steps_per_epoch", curves(checkpoints=by_epoch)).needs == ("n_train", "batch_size")


def test_updates_are_the_last_step_else_follow_from_the_settings():
    assert number("updates", curves(checkpoints=points(train_loss=[1, 1]))) == 20
    assert number("updates", _with({"batch_size": 4, "n_epochs": 2}, {"n_train": 100})) == 50
    assert missing("updates", _with({"n_epochs": 2})).needs == ("checkpoints",)


def test_more_epochs_aim_at_a_thousand_updates_within_limits():
    def epochs(n_epochs: float, last_step: int) -> float:
        run = curves(checkpoints=[{"step_number": last_step}], hyperparameters={"n_epochs": n_epochs})
        return number("epochs_for_enough_updates", run)

    assert epochs(2, 400) == 5  # 200 an epoch: five epochs give 1,000
    assert epochs(2, 390) == 6  # rounded up
    assert epochs(2, 20) == 10  # never more than ten at once
    assert epochs(1, 20) == 8  # nor eight times as long
    assert epochs(2, 900) == 4  # at least twice as long
    assert epochs(8, 900) == 16
    assert missing("epochs_for_enough_updates", curves(checkpoints=[{"step_number": 9}])).needs == ("n_epochs",)
    assert missing("epochs_for_enough_updates", _with({"n_epochs": 2})).needs == ("checkpoints",)


def test_a_smaller_batch_aims_at_a_thousand_updates_within_limits():
    def batch(size: float, last_step: int) -> float:
        run = curves(checkpoints=[{"step_number": last_step}], hyperparameters={"batch_size": size})
        return number("batch_size_for_enough_updates", run)

    assert batch(32, 250) == 8
    assert batch(32, 900) == 16  # at most half of now's
    assert batch(64, 20) == 4  # at least a sixteenth
    assert batch(1, 20) == 1
    assert missing("batch_size_for_enough_updates", curves(checkpoints=[{"step_number": 9}])).needs == ("batch_size",)
    assert missing("batch_size_for_enough_updates", _with({"batch_size": 8})).needs == ("checkpoints",)


def test_extreme_settings_are_answered():
    run = curves(checkpoints=[{"step_number": 9}], hyperparameters={"n_epochs": 1.7e308, "batch_size": 1.7e308})

    assert number("batch_size_for_enough_updates", run) > 0
    assert number("epochs_for_enough_updates", run) > 0


def test_enough_examples_are_a_thousand_or_twice_as_many():
    assert number("enough_examples", _with(dataset={"n_train": 335})) == 1000
    assert number("enough_examples", _with(dataset={"n_train": 900})) == 1800
    assert missing("enough_examples", _with()).needs == ("n_train",)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("dataset_quality_checked", {"dataset": {"quality_checked": True}}),
        ("n_train_known", {"dataset": {"n_train": 0}}),
        ("learning_rate_multiplier_known", {"hyperparameters": {"learning_rate_multiplier": 1}}),
        ("epochs_known", {"checkpoints": [{"step_number": 1, "epoch": 1}]}),
        ("goal_needs_reasoning", {"around": {"goal": {"needs": ["reasoning"]}}}),
        ("goal_needs_style", {"around": {"goal": {"needs": ["latency", "style"]}}}),
        ("goal_needs_latency", {"around": {"goal": {"needs": ["latency"]}}}),
        ("goal_needs_multilingual", {"around": {"goal": {"needs": ["multilingual"]}}}),
        ("goal_needs_low_cost", {"around": {"goal": {"needs": ["low-cost"]}}}),
    ],
)
def test_a_flag_is_1_where_it_is_said_and_0_where_nothing_is(name: str, given: dict[str, Any]):
    assert number(name, curves(**given)) == 1
    assert number(name, curves()) == 0


def test_a_data_set_that_was_found_wanting_is_not_checked():
    assert number("dataset_quality_checked", _with(dataset={"quality_checked": False})) == 0


@pytest.mark.parametrize("name", ["runs_left", "money_left", "hours_left"])
def test_the_budget_may_be_spent_or_unknown(name: str):
    assert number(name, curves(around={"goal": {"budget": {name: 0}}})) == 0
    assert missing(name, curves()).needs == (f"goal.budget.{name}",)


def test_the_smallest_part_of_the_budget_decides():
    budget = {"runs_left": 3, "money_left": -2.5, "hours_left": None}

    assert number("budget_left_lowest", curves(around={"goal": {"budget": budget}})) == -2.5
    assert missing("budget_left_lowest", curves()).needs == ("goal.budget",)


def test_only_deployments_known_to_be_out_of_use_are_stale():
    deployments = [{"name": "a", "in_use": False}, {"name": "b", "in_use": True}, {"name": "c"}]

    assert number("stale_deployments", curves(around={"deployments": deployments})) == 1
    assert missing("stale_deployments", curves()).needs == ("deployments",)

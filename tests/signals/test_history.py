"""What the earlier experiments say."""

from __future__ import annotations

from typing import Any

import pytest

from advisor.facts import EarlierRun, Run
from advisor.signals import changed_variables
from tests.signals.examples import curves, missing, near, number, points

THIS: dict[str, Any] = {
    "base_model": "gpt-4.1-mini",
    "hyperparameters": {"n_epochs": 2, "learning_rate_multiplier": 1.0, "batch_size": "auto", "reasoning_effort": "low"},
    "dataset": {"version": "v1", "n_train": 335},
}


def _run(**changes: Any) -> Run:
    return Run.model_validate({"method": "supervised", "checkpoints": [], **THIS, **changes})


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, ()),
        ({"hyperparameters": {"n_epochs": 2.0}}, ()),  # 2 and 2.0 are one setting, and what is not stated did not change
        ({"hyperparameters": {"n_epochs": 3}}, ("n_epochs",)),
        ({"hyperparameters": {"batch_size": 8}}, ("batch_size",)),  # "auto" was not eight
        ({"hyperparameters": {"batch_size": "auto"}}, ()),
        ({"hyperparameters": {"reasoning_effort": "high"}}, ("reasoning_effort",)),
        ({"hyperparameters": {"n_epochs": 3, "learning_rate_multiplier": 0.5}}, ("n_epochs", "learning_rate_multiplier")),
        ({"base_model": "gpt-4.1-nano"}, ("base_model",)),
        ({"base_model": None}, ()),
        ({"method": "dpo"}, ("method",)),
        ({"dataset": {"version": "v2", "n_train": 335}}, ("dataset",)),
        ({"dataset": {"version": "v1", "n_train": 500}}, ()),  # one version is one data set, whoever counted
        ({"dataset": {"n_train": 500}}, ("dataset",)),
        ({"dataset": {"n_train": 335}}, ()),
        ({"dataset": None}, ()),
    ],
)
def test_what_differs_between_two_runs_is_named(changes: dict[str, Any], names: tuple[str, ...]):
    assert changed_variables(_run(**changes), _run()) == names
    assert changed_variables(_run(), EarlierRun.model_validate({**THIS, **changes})) == names


def test_changes_are_counted_against_the_run_before():
    history = [{"base_model": "gpt-4.1"}, {"base_model": "gpt-4.1-nano", "hyperparameters": {"n_epochs": 1}}]
    run = curves(base_model="gpt-4.1", hyperparameters={"n_epochs": 2}, around={"history": history})

    assert number("changed_variables_count", run) == 2


def test_a_run_that_names_its_parent_is_compared_with_that_one():
    history = [{"id": f"R{i}", "hyperparameters": {"n_epochs": i}, "dataset": {"n_train": 100 * i}} for i in (1, 2, 3)]

    def of(parent: str | None, name: str) -> float:
        run = curves(parent=parent, hyperparameters={"n_epochs": 1}, dataset={"n_train": 100}, around={"history": history})
        return number(name, run)

    assert [of(parent, "changed_variables_count") for parent in ("R1", "R3", "R9", None)] == [0, 2, 2, 2]
    assert [of(parent, "train_examples_added") for parent in ("R1", "R2", None)] == [0, -100, -200]


@pytest.mark.parametrize("name", ["changed_variables_count", "train_examples_added", "score_gain_over_previous"])
def test_the_first_experiment_has_none_before_it(name: str):
    assert missing(name, curves()).needs == ("history",)


def _scores(*scores: float | None, own: float | None = None, baseline: float | None = None) -> dict[str, Any]:
    return {
        "around": {"baseline": {"score": baseline}, "history": [{"evaluation": {"score": s, "scale": [0, 10]}} for s in scores]},
        "evaluation": {"score": own, "scale": [0, 10]},
    }


def test_experiments_are_counted_with_this_one():
    run = curves(**_scores(7, None, own=8))

    assert number("experiments_count", run) == 3
    assert number("evaluated_experiments", run) == 2
    assert number("experiments_count", curves()) == 1
    assert number("evaluated_experiments", curves()) == 0


@pytest.mark.parametrize(
    ("earlier", "own", "baseline", "gain"),
    [
        # over the best before each of the last three, this run included
        ((5, 6, 8), 7, None, 2),  # 6 - 5, 8 - 6, 7 - 8
        ((9, 6, 7), 8, None, -1),  # 6 - 9, 7 - 9, 8 - 9
        ((6, 7), 7.5, 5, 1),  # the baseline is the first score
        ((1, 5, None, 6, 6.5), 6.75, None, 1),  # unevaluated ones do not count: 6 - 5, 6.5 - 6, 6.75 - 6.5
    ],
)
def test_the_recent_gain_is_the_largest_of_the_last_three_experiments(
    earlier: tuple[float | None, ...], own: float, baseline: float | None, gain: float
):
    run = curves(**_scores(*earlier, own=own, baseline=baseline))

    assert number("recent_gain_highest", run) == near(gain)
    assert number("recent_gain_highest_share", run) == near(gain / 10)


def test_a_recent_gain_needs_three_experiments_after_a_first_score():
    assert missing("recent_gain_highest", curves(**_scores(5, 6, own=7))).needs == ("history",)
    assert missing("recent_gain_highest_share", curves()).needs == ("history",)


@pytest.mark.parametrize(
    ("earlier", "baseline", "needs"),
    [
        ((5, 6, 7), None, "evaluation.score"),
        ((6, 7), 5, "evaluation.score"),
        ((5, 6), None, "history"),
        ((6,), 5, "history"),
        ((), None, "history"),
    ],
)
def test_a_recent_gain_needs_this_runs_score_where_that_is_all_that_lacks(earlier: tuple[float, ...], baseline: float | None, needs: str):
    unscored = curves(**_scores(*earlier, baseline=baseline))
    assert missing("recent_gain_highest", unscored).needs == (needs,)
    assert missing("recent_gain_highest_share", unscored).needs == (needs,)


def test_a_recent_gain_as_a_share_needs_the_scale():
    history = [{"evaluation": {"score": s}} for s in (5, 6, 7)]
    run = curves(evaluation={"score": 8}, around={"history": history})

    assert number("recent_gain_highest", run) == 1
    assert missing("recent_gain_highest_share", run).needs == ("evaluation.scale",)


def test_added_examples_and_the_gain_over_the_run_before():
    history = [{"dataset": {"n_train": 9}}, {"dataset": {"n_train": 300}, "evaluation": {"score": 7}}]
    run = curves(dataset={"n_train": 335}, evaluation={"score": 6.5}, around={"history": history})

    assert number("train_examples_added", run) == 35
    assert number("score_gain_over_previous", run) == near(-0.5)


def test_both_runs_must_say_what_is_compared():
    run = curves(around={"history": [{}]})

    assert missing("train_examples_added", run).needs == ("n_train",)
    assert missing("score_gain_over_previous", run).needs == ("evaluation.score",)


def test_runs_without_any_curve_are_counted():
    history = [
        {},
        {"best_valid_loss": 0.3},
        {"checkpoints": points(train_loss=[1])},
        {"checkpoints": [{"step_number": 1, "metrics": {"gpu_hours": 3}}]},  # not a curve
    ]

    assert number("runs_without_curves", curves(around={"history": history})) == 3  # this run included
    assert number("runs_without_curves", curves(checkpoints=points(train_loss=[1]))) == 0


def test_the_lowest_earlier_validation_loss_is_stated_or_shown():
    history = [
        {"best_valid_loss": 0.5},
        {"checkpoints": points(full_valid_loss=[0.4, "NaN"], valid_loss=[0.1, None])},
        {"best_valid_loss": "NaN"},
    ]

    assert number("best_earlier_valid_loss", curves(around={"history": history})) == 0.4
    assert missing("best_earlier_valid_loss", curves()).needs == ("history",)

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from advisor.errors import UnusableInput
from advisor.sources import ImportedRun, PointCounts, read_run
from tests.sources.reading import metrics_at, steps

Read = Callable[[str], ImportedRun]


def _read(entries: list[dict[str, Any]], **state: Any) -> ImportedRun:
    return read_run(json.dumps({"log_history": entries, **state}).encode())


def test_train_and_evaluation_entries_are_merged_by_step_and_the_summary_is_no_point(read_fixture: Read):
    imported = read_fixture("trainer_state.json")
    assert imported.format == "trainer-state"
    assert steps(imported) == [0, 10, 20, 25, 30]
    assert imported.points == PointCounts(train=3, validation=4, reward=0)
    assert metrics_at(imported, 10) == {
        "grad_norm": "NaN",
        "learning_rate": 2e-05,
        "train_loss": 1.2,
        "full_valid_loss": 1.0,
        "eval_accuracy": 0.6,
    }
    assert [d.what for d in imported.dropped] == ["summary entry"]


def test_an_evaluation_repeated_at_the_last_step_does_not_replace_the_first(read_fixture: Read):
    imported = read_fixture("trainer_state.json")
    assert metrics_at(imported, 30)["full_valid_loss"] == 0.9
    assert any("more than once with different values; the first one counts" in warning for warning in imported.warnings)


def test_epochs_peak_learning_rate_and_the_end_of_the_run_are_known(read_fixture: Read):
    run = read_fixture("trainer_state.json").request.run
    assert (run.status, run.base_model, run.method) == ("succeeded", None, "supervised")
    assert run.hyperparameters.n_epochs == 3
    assert run.checkpoints[1].epoch == 1.0


def test_a_bare_log_history_is_read():
    entries = [{"loss": 1.0, "step": 5}, {"eval_loss": 1.1, "step": 5}, {"loss": 0.9, "step": 10}]
    assert read_run(json.dumps(entries).encode()).points == PointCounts(train=2, validation=1, reward=0)


def test_of_several_evaluation_sets_the_first_is_judged_and_the_others_are_kept():
    entries = [{"eval_easy_loss": 0.4, "step": 5}, {"eval_hard_loss": 0.9, "step": 5}, {"loss": 0.5, "step": 5}]
    imported = _read(entries)
    assert metrics_at(imported, 5) == {"full_valid_loss": 0.4, "eval_hard_loss": 0.9, "train_loss": 0.5}
    assert imported.warnings == ("The run was evaluated on 2 sets (easy, hard): easy was taken as the validation loss.",)


def test_group_relative_training_gives_rewards_and_lengths_and_a_range_that_was_seen():
    entries = [
        {"loss": 0.0, "reward": 1.5, "reward_std": 0.2, "completions/mean_length": 90.0, "rewards/format/mean": 0.5, "step": 1},
        {"loss": -0.01, "reward": 2.5, "completions/mean_length": 110.0, "step": 2},
        {"eval_reward": 2.0, "eval_loss": 0.1, "step": 2},
    ]
    imported = _read(entries)
    assert imported.request.run.method == "reinforcement"
    assert imported.points.reward == 2
    assert metrics_at(imported, 2)["full_valid_mean_reward"] == 2.0
    assert metrics_at(imported, 1)["completion_tokens_mean"] == 90.0
    assert imported.request.run.grader is not None
    assert imported.request.run.grader.range == (0.0, 2.5)
    assert any("rewards lie outside 0 to 1" in warning for warning in imported.warnings)


def test_preference_training_is_told_by_its_metrics_which_are_no_reward_series():
    imported = _read([{"loss": 0.69, "rewards/chosen": 0.0, "rewards/rejected": 0.0, "rewards/margins": 0.0, "step": 1}])
    assert (imported.request.run.method, imported.points.reward) == ("dpo", 0)


def test_a_checkpoint_in_the_middle_of_a_run_says_so_and_leaves_the_status_open():
    imported = _read([{"loss": 1.0, "step": 5}], global_step=5, max_steps=10)
    assert imported.request.run.status is None
    assert any("step 5 of 10 planned" in warning for warning in imported.warnings)


def test_a_run_that_was_told_to_stop_early_has_ended():
    callbacks = {"TrainerControl": {"args": {"should_training_stop": True}}}
    assert _read([{"loss": 1.0, "step": 5}], global_step=5, max_steps=10, stateful_callbacks=callbacks).request.run.status == "succeeded"


def test_epochs_without_end_and_epochs_that_go_back_are_left_out():
    entries = [{"loss": 1.0, "step": 10, "epoch": 0.9}, {"loss": 0.9, "step": 20, "epoch": 0.1}]
    imported = _read(entries, num_train_epochs=9223372036854775807)
    assert imported.request.run.hyperparameters.n_epochs is None
    assert [point.epoch for point in imported.request.run.checkpoints] == [None, None]
    assert any("epochs go back" in warning for warning in imported.warnings)


def test_a_learning_rate_already_falling_at_a_late_first_entry_stays_unknown_and_says_why():
    imported = _read([{"loss": 1.0, "learning_rate": rate, "step": step} for step, rate in ((500, 3e-5), (1000, 1e-5))])
    assert imported.request.run.hyperparameters.learning_rate is None
    assert [said for said in imported.warnings if "learning rate" in said] == [
        "The learning rate falls from the first entry on, which stands late in the run: where it began is unknown; give the run's own."
    ]


@pytest.mark.parametrize("bare", [False, True], ids=["state", "list"])
@pytest.mark.parametrize(
    ("rates", "peak", "said"),
    [
        ((2e-5, 2e-5, 2e-5, 2e-5), 2e-5, ""),
        ((8e-5, 1.75e-4, 9e-5, 1e-6), 1.75e-4, "The learning rate changes along the run: its peak, 0.000175, was taken"),
        ((0, 1.75e-4, 9e-5, 1e-6), 1.75e-4, "The learning rate changes along the run: its peak, 0.000175, was taken"),
        ((1.75e-4, 1.75e-4, 9e-5, 0), 1.75e-4, "The learning rate changes along the run: its peak, 0.000175, was taken"),
        ((1.75e-4, 1.2e-4, 9e-5, 0), 1.75e-4, "The learning rate falls from the first entry on: the highest that is logged, 0.000175, was"),
    ],
    ids=["constant", "warm-up", "warm-up from nothing", "begins with its peak", "falls from an early entry on"],
)
def test_a_schedule_that_shows_its_peak_gives_it_with_a_warning(rates: tuple[float, ...], peak: float, said: str, *, bare: bool):
    entries = [{"loss": 1.0 / n, "learning_rate": rate, "step": 10 * n} for n, rate in enumerate(rates, 1)]
    imported = read_run(json.dumps(entries if bare else {"log_history": entries}).encode())
    assert imported.request.run.hyperparameters.learning_rate == peak
    assert [warning.startswith(said) for warning in imported.warnings] == [True] * bool(said)


def test_a_restart_forgets_what_it_measured_again_and_keeps_the_rest():
    entries = (
        [{"loss": 1.0, "step": s} for s in (10, 20, 30, 40)]
        + [{"eval_loss": 0.9, "step": 40}]
        + [{"loss": 0.5, "step": s} for s in (20, 30)]
    )
    imported = _read(entries)
    assert [metrics_at(imported, s) for s in (20, 40)] == [{"train_loss": 0.5}, {"full_valid_loss": 0.9}]
    assert any("start again once (at step 20)" in warning for warning in imported.warnings)


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ([], "empty log_history"),
        ([{"step": 78, "train_loss": 9.1, "train_runtime": 60.0}], "only the summary"),
        ([{"step": 78, "learning_rate": 1e-5}], "no loss and no reward"),
    ],
)
def test_a_state_without_a_curve_is_refused_with_what_to_do(entries: list[dict[str, Any]], sentence: str):
    with pytest.raises(UnusableInput, match=sentence):
        _read(entries)

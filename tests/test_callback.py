from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from advisor import LocalAdvisor
from advisor.callback import Advising, calls_for_a_stop
from advisor.contract import Advice
from advisor.contract.request import AdviseRequest

NAN = float("nan")
HEALTHY = [(2.0, 2.05), (1.6, 1.7), (1.3, 1.45), (1.1, 1.3)]
BROKEN = [(2.0, 2.05), (1.6, 1.7), (NAN, NAN)]


@dataclass
class Arguments:
    """What the callback reads of ``TrainingArguments``."""

    output_dir: str = ""
    num_train_epochs: float = 4.0
    max_steps: int = -1
    learning_rate: float = 2e-4
    train_batch_size: int = 4
    gradient_accumulation_steps: int = 2
    world_size: int = 1


@dataclass
class State:
    """What the callback reads of ``TrainerState``."""

    log_history: list[dict[str, Any]] = field(default_factory=list)
    is_world_process_zero: bool = True


@dataclass
class Control:
    """What the callback writes of ``TrainerControl``."""

    should_training_stop: bool = False


class Recording:
    """An adviser that keeps what it was asked."""

    def __init__(self, answer: Advice | None = None) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answer = answer

    def advise(self, run: Mapping[str, Any], /) -> Advice | None:
        self.asked.append(dict(run))
        return self.answer


class Failing:
    """An adviser that breaks."""

    def advise(self, _: Mapping[str, Any], /) -> Advice | None:
        raise RuntimeError("no adviser today")


class Slow:
    """An adviser that answers when it is let go."""

    def __init__(self, answer: Advice) -> None:
        self.go = threading.Event()
        self.asked = 0
        self._answer = answer

    def advise(self, _: Mapping[str, Any], /) -> Advice | None:
        self.asked += 1
        self.go.wait(120)
        return self._answer


@pytest.fixture(scope="module")
def local() -> LocalAdvisor:
    return LocalAdvisor()


def train(
    callback: Advising, losses: list[tuple[float, float]], *, arguments: Arguments | None = None, **parts: Any
) -> tuple[State, Control]:
    """Call the callback as the trainer does, one evaluation every ten steps, until it stops the run or the run ends."""
    args, state, control = arguments or Arguments(), State(), Control()
    for i, (loss, valid) in enumerate(losses):
        step = 10 * (i + 1)
        callback.on_step_end(args, state, control, **parts)
        state.log_history.append({"loss": loss, "learning_rate": 1e-4, "epoch": i + 1.0, "step": step})
        state.log_history.append({"eval_loss": valid, "eval_runtime": 1.0, "epoch": i + 1.0, "step": step})
        callback.on_evaluate(args, state, control, **parts)
        if control.should_training_stop:
            return state, control
    state.log_history.append({"train_runtime": 9.0, "train_loss": 1.5, "epoch": float(len(losses)), "step": 10 * len(losses)})
    callback.on_train_end(args, state, control, **parts)
    return state, control


def test_it_asks_at_each_evaluation_and_once_more_at_the_end():
    adviser = Recording()
    train(Advising(adviser), HEALTHY)
    assert [len(request["run"]["checkpoints"]) for request in adviser.asked] == [1, 2, 3, 4, 4]
    assert [request["run"]["status"] for request in adviser.asked] == ["running"] * 4 + ["succeeded"]


def test_train_and_validation_of_one_step_are_one_point_and_the_summary_is_none():
    adviser = Recording()
    train(Advising(adviser), HEALTHY)
    assert adviser.asked[-1]["run"]["checkpoints"][-1] == {
        "step_number": 40,
        "epoch": 4.0,
        "metrics": {"train_loss": 1.1, "full_valid_loss": 1.3},
    }
    AdviseRequest.model_validate(adviser.asked[-1])


def test_settings_sizes_and_the_model_come_from_the_trainer():
    class Loader:
        dataset = range(335)

    class Model:
        class config:  # noqa: N801  # transformers' own name
            _name_or_path = "acme/tiny"

    adviser = Recording()
    train(Advising(adviser), HEALTHY, train_dataloader=Loader(), model=Model())
    run = adviser.asked[0]["run"]
    assert run["hyperparameters"] == {"n_epochs": 4.0, "learning_rate": 2e-4, "batch_size": 8}
    assert run["dataset"] == {"n_train": 335, "n_valid": None}
    assert run["base_model"] == "acme/tiny"


def test_a_folder_that_the_model_came_from_is_not_told(tmp_path: Path):
    class Model:
        class config:  # noqa: N801  # transformers' own name
            _name_or_path = str(tmp_path)

    adviser = Recording()
    train(Advising(adviser), HEALTHY, model=Model())
    assert "base_model" not in adviser.asked[0]["run"]


def test_checkpoints_that_were_saved_are_named(tmp_path: Path):
    (tmp_path / "checkpoint-20").mkdir()
    adviser = Recording()
    train(Advising(adviser), HEALTHY, arguments=Arguments(output_dir=str(tmp_path)))
    named = [point.get("fine_tuned_model_checkpoint") for point in adviser.asked[-1]["run"]["checkpoints"]]
    assert named == [None, "checkpoint-20", None, None]


def test_what_the_user_knows_wins_over_what_the_trainer_says():
    adviser = Recording()
    run = {"base_model": "acme/other", "hyperparameters": {"n_epochs": 9}}
    train(Advising(adviser, run=run, around={"baseline": {"score": 0.5}}), HEALTHY)
    assert adviser.asked[0]["run"]["base_model"] == "acme/other"
    assert adviser.asked[0]["run"]["hyperparameters"] == {"n_epochs": 9, "learning_rate": 2e-4, "batch_size": 8}
    assert adviser.asked[0]["baseline"] == {"score": 0.5}


@pytest.mark.parametrize(
    ("logged", "method"),
    [({"loss": 1.0}, "supervised"), ({"rewards/margins": 0.1, "loss": 0.6}, "dpo"), ({"reward": 0.2, "loss": 0.0}, "reinforcement")],
)
def test_the_method_is_told_by_what_is_logged(logged: dict[str, float], method: str):
    adviser = Recording()
    Advising(adviser).on_evaluate(Arguments(), State([{"step": 5, **logged}]), Control())
    assert adviser.asked[0]["run"]["method"] == method


def test_rewards_and_lengths_of_grpo_arrive_under_the_contracts_names():
    adviser = Recording()
    entry = {"step": 5, "reward": 0.2, "eval_reward": 0.3, "completions/mean_length": 80.0}
    Advising(adviser).on_evaluate(Arguments(), State([entry]), Control())
    assert adviser.asked[0]["run"]["checkpoints"][0]["metrics"] == {
        "train_mean_reward": 0.2,
        "full_valid_mean_reward": 0.3,
        "completion_tokens_mean": 80.0,
    }


def test_of_several_evaluation_sets_the_first_is_the_validation_loss():
    adviser = Recording()
    entries = [{"step": 5, "eval_law_loss": 1.0}, {"step": 5, "eval_code_loss": 2.0}]
    Advising(adviser).on_evaluate(Arguments(), State(entries), Control())
    assert adviser.asked[0]["run"]["checkpoints"][0]["metrics"] == {"full_valid_loss": 1.0}


def test_a_loss_that_is_nan_ends_the_run_where_that_was_asked_for(local: LocalAdvisor, caplog: pytest.LogCaptureFixture):
    callback = Advising(local, stop=True)
    _, control = train(callback, BROKEN)
    assert control.should_training_stop
    assert callback.advice is not None
    assert callback.advice.verdict.id == "fix"
    assert "The training is ended" in caplog.text


def test_the_same_run_goes_on_where_it_was_not(local: LocalAdvisor):
    _, control = train(Advising(local), BROKEN)
    assert not control.should_training_stop


def test_a_healthy_run_is_not_stopped(local: LocalAdvisor):
    _, control = train(Advising(local, stop=True), HEALTHY)
    assert not control.should_training_stop


def test_what_calls_for_a_stop_can_be_chosen(local: LocalAdvisor):
    state, control = train(Advising(local, stop=lambda advice: len(advice.checkpoints) == 2), HEALTHY)
    assert control.should_training_stop
    assert len(state.log_history) == 4


def test_a_fix_without_a_critical_finding_is_no_call_for_a_stop(local: LocalAdvisor):
    advice = local.advise({"method": "supervised", "hyperparameters": {"n_epochs": 3}, "checkpoints": []})
    assert advice.verdict.id == "fix"
    assert not calls_for_a_stop(advice)


def test_advice_is_logged_when_it_changes_and_told_each_time(local: LocalAdvisor, caplog: pytest.LogCaptureFixture):
    told: list[Advice] = []
    advice = local.advise({"method": "supervised", "checkpoints": []})
    with caplog.at_level(logging.INFO, "advisor.callback"):
        train(Advising(Recording(advice), tell=told.append), HEALTHY)
    assert len(caplog.records) == 1
    assert advice.verdict.explanation in caplog.text
    assert len(told) == 5


def test_an_adviser_that_breaks_is_one_line_and_the_run_goes_on(caplog: pytest.LogCaptureFixture):
    _, control = train(Advising(Failing(), stop=True), HEALTHY)
    assert not control.should_training_stop
    assert [record.getMessage() for record in caplog.records] == [
        "No advice: RuntimeError: no adviser today. Training goes on; this is said once."
    ]


def test_only_the_first_of_several_processes_asks():
    adviser = Recording()
    Advising(adviser).on_evaluate(Arguments(world_size=2), State([{"step": 5, "loss": 1.0}], is_world_process_zero=False), Control())
    assert adviser.asked == []


def test_in_the_background_the_training_does_not_wait_and_the_advice_comes_later(local: LocalAdvisor):
    advice = local.advise({"method": "supervised", "checkpoints": []})
    adviser = Slow(advice)
    callback = Advising(adviser, background=True, stop=lambda _: True)
    args, state, control = Arguments(), State([{"step": 5, "loss": 1.0}]), Control()
    for _ in range(3):
        callback.on_evaluate(args, state, control)
        callback.on_step_end(args, state, control)
    assert callback.advice is None, "the adviser has not been let go, and the training went on"
    assert adviser.asked == 1
    adviser.go.set()
    _until(lambda: callback.on_step_end(args, state, control).should_training_stop)
    assert callback.advice == advice


def _until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.005)


def test_importing_it_imports_no_trainer_and_no_engine():
    script = "import sys, advisor, advisor.callback, advisor.client; print([m for m in ('transformers', 'torch', 'durable', 'numpy') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=300)
    assert out.stdout.strip() == "[]"

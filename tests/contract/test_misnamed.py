"""Names that were hardly meant as they stand."""

from __future__ import annotations

from typing import Any

import pytest

from advisor.contract import misnamed as misnaming
from advisor.contract.misnamed import meant_by_missing, misnamed_members
from tests.api.wire import RUN, request_with

OTHER_SETTINGS = """
    warmup_ratio warmup_steps warmup_epochs num_warmup_steps weight_decay lora_r lora_alpha lora_dropout lora_rank seed lr_scheduler_type
    lr_scheduler learning_rate_schedule learning_rate_decay learning_rate_end min_learning_rate max_learning_rate min_lr max_lr lr_end
    embedding_learning_rate max_grad_norm grad_clip gradient_accumulation_steps gradient_checkpointing per_device_train_batch_size
    per_device_eval_batch_size micro_batch_size mini_batch_size eval_batch_size max_seq_length max_length cutoff_len optim optimizer
    adam_beta1 adam_beta2 adam_epsilon beta1 beta2 betas max_steps n_steps save_steps eval_steps logging_steps eval_interval eval_samples
    n_checkpoints bf16 fp16 packing neftune_noise_alpha label_smoothing dropout target_modules load_in_4bit prompt_loss_weight
    compute_multiplier kl_coef clip_range temperature top_p num_generations max_prompt_length max_completion_length loss_type rope_scaling
    epochs_per_eval decay_epochs num_ppo_epochs deepspeed fsdp group_by_length template stage use_rslora use_dora early_stopping_patience
""".split()  # noqa: SIM905  # a list of a hundred short names


def _with(place: str, name: str) -> dict[str, Any]:
    document: Any = {name: 4}
    for member in reversed(place.split(".") if place else []):
        document = {member: document}
    return dict(document)


@pytest.mark.parametrize(
    ("place", "name", "known"),
    [
        ("run.hyperparameters", "n_epoch", "n_epochs"),
        ("run.hyperparameters", "epochs", "n_epochs"),
        ("run.hyperparameters", "num_train_epochs", "n_epochs"),
        ("run.hyperparameters", "nEpochs", "n_epochs"),
        ("run.hyperparameters", "lr", "learning_rate"),
        ("run.hyperparameters", "learning-rate", "learning_rate"),
        ("run.hyperparameters", "learning_rate_mult", "learning_rate_multiplier"),
        ("run.hyperparameters", "batch", "batch_size"),
        ("run.hyperparameters", "batch-size", "batch_size"),
        ("run.hyperparameters", "Batch Size", "batch_size"),
        ("run.hyperparameters", "batchsize", "batch_size"),
        ("run.dataset", "n_trian", "n_train"),
        ("run.dataset", "n_val", "n_valid"),
        ("run.evaluation", "scores", "score"),
        ("run.evaluation", "std_error", "standard_error"),
        ("run", "evaluatoin", "evaluation"),
        ("run", "model", "base_model"),
        ("run", "n_epochs", "run.hyperparameters.n_epochs"),
        ("run", "n_train", "run.dataset.n_train"),
        ("run", "score", "run.evaluation.score"),
        ("goal", "target", "target_score"),
        ("goal.budget", "run_left", "runs_left"),
        ("baseline", "scroe", "score"),
        ("", "basline", "baseline"),
        ("", "histroy", "history"),
    ],
)
def test_a_name_that_is_close_to_a_known_one_or_another_word_for_it_is_told(place: str, name: str, known: str):
    told = f"{place}.{name}" if place else name
    assert misnamed_members(_with(place, name)) == (f"{told} is not known and was not read: did you mean {known}?",)


@pytest.mark.parametrize("name", OTHER_SETTINGS)
def test_a_setting_of_another_trainer_stays_silent(name: str):
    assert misnamed_members(_with("run.hyperparameters", name)) == ()


@pytest.mark.parametrize(
    "document",
    [
        {"run": RUN},
        request_with(40),  # with everything that the service says of a checkpoint
        {"run": {"hyperparameters": {"n_epochs": 2, "epochs": 2, "n_epoch": 2}}},
        {"run": {"hyperparameters": {"epochs": None}}},
        {"run": {"colour": "green", "hyperparameters": {"mood": 3}, "evaluation": {"by_category": {"scores": 3, "scale_": 4}}}},
        {"record": {"actions": {"folowed": {"followed": 1, "helped": 1}}}},
        {"run": {"checkpoints": [{"metrics": {"valid_mean_reward": 0.4, "valid_sample_parse_error_count": 2, "eval_accuracy": 0.4}}]}},
        *([], None, 3, "run", {"run": 3}, {"run": {"hyperparameters": [3], "checkpoints": {"step": 3}}}, {"history": [3, None]}),
    ],
)
def test_nothing_is_said_of_what_is_known_said_beside_its_right_name_or_far_from_any(document: Any):
    assert misnamed_members(document) == ()


def test_earlier_runs_are_told_apart_and_checkpoints_are_not():
    points = [{"step": 1, "metrics": {"val_loss": 0.4}}, {"step": 2, "metrics": {"val_loss": 0.3}}]
    told = misnamed_members({"run": {"checkpoints": points}, "history": [{}, {"hyperparameters": {"epochs": 3}}]})
    assert [sentence.partition(" ")[0] for sentence in told] == [
        "run.checkpoints.step",
        "run.checkpoints.metrics.val_loss",
        "history.1.hyperparameters.epochs",
    ]


def test_a_metric_that_some_checkpoint_has_under_its_right_name_is_not_asked_for():
    points = [{"step_number": 1, "metrics": {"valid_loss": 0.4}}, {"step_number": 2, "metrics": {"val_loss": 0.3}}]
    assert misnamed_members({"run": {"checkpoints": points}}) == ()


def test_five_are_told_in_full_and_the_rest_counted():
    told = misnamed_members({"history": [{"hyperparameters": {"epochs": 3}}] * 8})
    assert len(told) == 6
    assert told[-1] == "The same holds for 3 more."


def test_a_million_unknown_names_are_not_all_compared_with_the_known_ones(monkeypatch: pytest.MonkeyPatch):
    compared: list[str] = []
    monkeypatch.setattr(misnaming, "_meant", lambda name, *_: compared.append(name))
    misnamed_members({"history": [{"hyperparameters": {f"setting_{i}_{j}": 1 for j in range(100)}} for i in range(100)]})
    assert len(compared) == 1_000


def test_what_was_meant_by_a_missing_name_is_found():
    assert meant_by_missing({"run": {"checkpoint": []}})("/run/checkpoints") == "; call it checkpoints, not checkpoint"
    points = meant_by_missing({"run": {"checkpoints": [{"step": 1}, {"step": 2}]}})
    assert points("/run/checkpoints/1/step_number") == "; call it step_number, not step"
    assert meant_by_missing({"run": {"colour": "green"}})("/run/method") == ""

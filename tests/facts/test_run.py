"""What a run may look like: OpenAI's own objects, numbers as JSON gives them, and everything but two fields left out."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from advisor.facts import Checkpoint, EarlierRun, Evaluation, Grader, Hyperparameters, Metrics, Run, as_float

CHECKPOINT = {  # fine_tuning.job.checkpoint, as the API returns it
    "object": "fine_tuning.job.checkpoint",
    "id": "ftckpt_qtZ5Gyk4BLq1SfLFWp3RtO3P",
    "created_at": 1721764867,
    "fine_tuned_model_checkpoint": "ft:gpt-4o-mini-2024-07-18:acme:suffix:9ABel2dg:ckpt-step-88",
    "fine_tuning_job_id": "ftjob-fpbNQ3H1GrMehXRf8cO97xTN",
    "metrics": {
        "step": 88,
        "train_loss": 0.478,
        "train_mean_token_accuracy": 0.924,
        "valid_loss": 10.112,
        "valid_mean_token_accuracy": 0.145,
        "full_valid_loss": 0.567,
        "full_valid_mean_token_accuracy": 0.944,
    },
    "step_number": 88,
}


def test_openais_checkpoint_is_read_as_it_is():
    checkpoint = Checkpoint.model_validate(CHECKPOINT)

    assert checkpoint.step_number == 88
    assert checkpoint.fine_tuned_model_checkpoint == CHECKPOINT["fine_tuned_model_checkpoint"]
    assert checkpoint.metrics.full_valid_loss == 0.567
    assert checkpoint.epoch is None


def test_unknown_metrics_are_kept_whatever_they_are():
    metrics = Metrics.model_validate({"train_loss": 1, "step": 88, "grad_norm": "NaN", "extra": {"deep": [True, None]}})

    assert metrics.model_extra == {"step": 88, "grad_norm": "NaN", "extra": {"deep": [True, None]}}


def test_unknown_settings_are_kept_and_other_unknown_fields_are_left_out():
    assert Hyperparameters.model_validate({"n_epochs": 1, "num_generations": 4}).model_extra == {"num_generations": 4}
    assert Checkpoint.model_validate(CHECKPOINT).model_extra is None


# --- numbers -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [100, 100.0, 0, 2**53])
def test_a_step_is_a_whole_number_however_it_is_written(value: float):
    step = Checkpoint.model_validate({"step_number": value}).step_number

    assert step == value
    assert isinstance(step, int)


@pytest.mark.parametrize("value", [-1, -1.0, 1.5, 2**53 + 2, 1e300, float("nan"), float("inf"), "100", True, None, [1], {}])
def test_a_step_that_is_no_whole_number_is_refused(value: Any):
    with pytest.raises(ValidationError) as refused:
        Checkpoint.model_validate({"step_number": value})

    assert [error["loc"] for error in refused.value.errors()] == [("step_number",)]


@pytest.mark.parametrize("value", ["1e5", "1", "nan", "inf", "-inf", "", True, False, [], {}, float("nan"), float("inf")])
@pytest.mark.parametrize("name", ["train_loss", "full_valid_mean_reward"])
def test_what_is_no_number_is_no_metric(name: str, value: Any):
    with pytest.raises(ValidationError) as refused:
        Metrics.model_validate({name: value})

    assert {error["loc"][0] for error in refused.value.errors()} == {name}


@pytest.mark.parametrize("value", [0, -1, 1.7e308, 5e-324, 10**15, "NaN", "Infinity", "-Infinity", None])
def test_a_metric_is_any_finite_number_or_the_word_for_another(value: Any):
    assert Metrics.model_validate({"train_loss": value}).train_loss == value


def test_an_integer_beyond_every_float_is_refused_and_breaks_nothing():
    with pytest.raises(ValidationError):
        TypeAdapter(Metrics).validate_json(f'{{"train_loss": 1{"0" * 400}}}')


@pytest.mark.parametrize("name", ["n_epochs", "batch_size", "learning_rate_multiplier"])
@pytest.mark.parametrize("value", [1, 0.5, 1e-300, "auto", None])
def test_a_setting_is_a_positive_number_or_auto(name: str, value: Any):
    assert getattr(Hyperparameters.model_validate({name: value}), name) == value


@pytest.mark.parametrize("name", ["n_epochs", "batch_size", "learning_rate_multiplier", "learning_rate"])
@pytest.mark.parametrize("value", [0, -1, "Auto", "2", True, "NaN", [], float("inf")])
def test_a_setting_that_is_neither_is_refused(name: str, value: Any):
    with pytest.raises(ValidationError):
        Hyperparameters.model_validate({name: value})


@pytest.mark.parametrize("value", ["auto", "high"])
def test_an_absolute_learning_rate_is_a_number_only(value: str):
    with pytest.raises(ValidationError):
        Hyperparameters.model_validate({"learning_rate": value})


@pytest.mark.parametrize("value", [[1, 0], [1, 1], [0], [0, 1, 2], [0, "NaN"], "01"])
def test_a_range_goes_from_the_lower_to_the_higher_end(value: Any):
    with pytest.raises(ValidationError):
        Grader.model_validate({"range": value})
    with pytest.raises(ValidationError):
        Evaluation.model_validate({"scale": value})


@pytest.mark.parametrize(
    ("value", "number"),
    [(1, 1.0), (0.5, 0.5), ("Infinity", float("inf")), (True, None), ("auto", None), ("1", None), (None, None), ([], None)],
)
def test_as_float_takes_numbers_and_the_words_of_the_contract_only(value: object, number: float | None):
    assert as_float(value) == number


def test_the_word_nan_is_not_a_number_of_any_size():
    value = as_float("NaN")

    assert value is not None
    assert value != value  # NaN is known by it


# --- the run -----------------------------------------------------------------------------------------------------------------------


def test_a_run_needs_its_method_and_its_checkpoints_which_may_be_none():
    assert Run.model_validate({"method": "supervised", "checkpoints": []}).checkpoints == ()
    with pytest.raises(ValidationError) as refused:
        Run.model_validate({})

    assert {error["loc"] for error in refused.value.errors()} == {("method",), ("checkpoints",)}


@pytest.mark.parametrize("method", ["sft", "Supervised", "", None, 1])
def test_a_method_is_one_of_openais_names(method: Any):
    with pytest.raises(ValidationError):
        Run.model_validate({"method": method, "checkpoints": []})


def test_a_status_is_an_open_string():
    assert Run.model_validate({"method": "dpo", "checkpoints": [], "status": "resting"}).status == "resting"


def test_an_earlier_run_needs_nothing():
    assert EarlierRun.model_validate({}).checkpoints == ()
    assert EarlierRun.model_validate({"method": None, "checkpoints": None, "best_valid_loss": 0.3}).best_valid_loss == 0.3


def test_a_checkpoint_of_the_evaluation_may_have_no_score_yet():
    evaluation = Evaluation.model_validate(
        {"checkpoints": [{"step_number": 1, "score": None}, {"step_number": 2}, {"step_number": 3, "score": 0}]}
    )

    assert evaluation.checkpoint_scores == ((3, 0),)


def test_facts_do_not_change():
    run = Run.model_validate({"method": "dpo", "checkpoints": [CHECKPOINT]})

    with pytest.raises(ValidationError):
        run.checkpoints[0].step_number = 3  # type: ignore[misc]

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from advisor.errors import UnusableInput
from advisor.sources import ImportedRun, PointCounts, read_run
from tests.sources.reading import metrics_at, steps

Read = Callable[[str], ImportedRun]


def _checkpoint(step: float, job: str = "ftjob-1", **metrics: float) -> dict[str, Any]:
    return {"object": "fine_tuning.job.checkpoint", "fine_tuning_job_id": job, "step_number": step, "metrics": metrics}


def _read(document: object) -> ImportedRun:
    return read_run(json.dumps(document).encode())


def test_a_checkpoint_list_is_put_in_order_with_the_names_of_its_models(read_fixture: Read):
    imported = read_fixture("checkpoint_list.json")
    assert imported.format == "openai-objects"
    assert steps(imported) == [20, 30]
    assert imported.request.run.checkpoints[0].fine_tuned_model_checkpoint == "ft:gpt-4.1-mini:acme::a1:ckpt-step-20"
    assert imported.points == PointCounts(train=2, validation=2, reward=0)
    assert "step" not in metrics_at(imported, 20)


def test_a_list_that_has_more_says_that_points_are_missing(read_fixture: Read):
    assert any("there are more" in warning for warning in read_fixture("checkpoint_list.json").warnings)


def test_events_checkpoints_and_job_in_one_file_become_one_run(read_fixture: Read):
    imported = read_fixture("events_checkpoints_job.json")
    run = imported.request.run
    assert steps(imported) == [10, 20, 30]
    assert metrics_at(imported, 30) == {"train_loss": 0.3, "full_valid_loss": 0.55, "train_mean_token_accuracy": 1.0}
    assert run.checkpoints[-1].fine_tuned_model_checkpoint == "ft:a"
    assert (run.id, run.base_model, run.status, run.method) == ("ftjob-1", "gpt-4.1-mini-2025-04-14", "succeeded", "supervised")
    assert run.hyperparameters.model_dump(exclude_none=True) == {"n_epochs": 3.0, "batch_size": 4.0, "learning_rate_multiplier": "auto"}
    assert [str(d) for d in imported.dropped] == ["1 event left out: a message without metrics."]
    assert any("first part of the run is missing" in warning for warning in imported.warnings)


def test_a_reinforcement_event_gives_the_runs_own_rewards_and_adds_up_its_graders_errors(read_fixture: Read):
    imported = read_fixture("rft_event.json")
    point = metrics_at(imported, 10)
    assert imported.request.run.method == "reinforcement"
    assert (point["train_mean_reward"], point["full_valid_mean_reward"]) == (0.42, 0.68)
    assert (point["train_sample_parse_error_count"], point["train_other_error_count"]) == (3.0, 4.0)
    assert (point["reasoning_tokens_mean"], point["full_valid_mean_parse_error"]) == (3330.0, 0.0)
    assert "completion_tokens_mean" not in point


def test_a_bare_list_of_checkpoints_and_one_object_a_line_are_read_too():
    checkpoints = [_checkpoint(20, train_loss=0.4), _checkpoint(10.0, train_loss=0.6)]
    assert steps(_read(checkpoints)) == [10, 20]
    assert steps(read_run("\n".join(json.dumps(c) for c in checkpoints).encode())) == [10, 20]


def test_the_job_tells_the_method_its_settings_and_the_graders_range():
    grader = {"type": "score_model", "name": "judge", "range": [0, 10]}
    method = {"type": "reinforcement", "reinforcement": {"grader": grader, "hyperparameters": {"n_epochs": 2, "reasoning_effort": "low"}}}
    job = {"object": "fine_tuning.job", "id": "ftjob-1", "model": "o4-mini", "status": "running", "method": method, "error": {}}
    run = _read([job, _checkpoint(5, train_mean_reward=6.0)]).request.run
    assert run.method == "reinforcement"
    assert run.grader is not None
    assert list(run.grader.range) == [0, 10]
    assert run.hyperparameters.model_dump(exclude_none=True) == {"n_epochs": 2.0, "reasoning_effort": "low"}


def test_a_job_without_its_points_warns_and_says_what_failed():
    job = {"object": "fine_tuning.job", "id": "ftjob-1", "model": "gpt-4.1", "status": "failed", "error": {"message": "Bad file."}}
    imported = _read(job)
    assert steps(imported) == []
    assert any("none of its points" in warning for warning in imported.warnings)
    assert "The job reports: Bad file." in imported.warnings


def test_an_empty_list_is_no_silent_empty_run():
    with pytest.raises(UnusableInput, match="saved no checkpoint yet"):
        _read({"object": "list", "data": [], "has_more": False})


def test_checkpoints_of_two_jobs_are_not_mixed():
    with pytest.raises(UnusableInput, match="2 fine-tuning jobs"):
        _read([_checkpoint(1, "ftjob-1", train_loss=1.0), _checkpoint(1, "ftjob-2", train_loss=2.0)])


def test_a_file_that_breaks_off_after_its_first_document_says_so():
    whole = json.dumps([_checkpoint(1, train_loss=1.0)])
    imported = read_run(f'{whole}\n{{"object": "fine_tuning.job", "id": '.encode())
    assert steps(imported) == [1]
    assert "Only the beginning of the file could be read: it breaks off in line 2." in imported.warnings

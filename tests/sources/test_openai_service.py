"""Runs fetched from the fine-tuning service, whole and in part."""

from __future__ import annotations

import json

import pytest

from advisor.errors import ServiceFault, UnusableInput
from advisor.sources import ImportedRun
from advisor.sources.openai_access import ServiceAccess
from advisor.sources.openai_calls import MAX_PAGES
from advisor.sources.openai_service import fetch_run
from tests.fake_openai.runs import overfit_job, reinforcement_job
from tests.fake_openai.service import BROKEN, KEY, NOT_AVAILABLE, RATE_LIMITED, FakeFineTuning, FakeJob, Fault
from tests.sources.reading import metrics_at, steps

JOB = "ftjob-abc123"


def test_job_checkpoints_events_and_result_file_become_one_run_oldest_first(service: FakeFineTuning, access: ServiceAccess):
    service.add(overfit_job())
    imported = fetch_run(JOB, access)
    run = imported.request.run
    assert (run.id, run.base_model, run.status, run.method) == (JOB, "gpt-4.1-mini-2025-04-14", "succeeded", "supervised")
    assert steps(imported) == [84, 168, 252, 336]
    assert [p.fine_tuned_model_checkpoint is not None for p in run.checkpoints] == [False, True, True, True]
    assert [p.epoch for p in run.checkpoints] == [1.0, 2.0, 3.0, 4.0]
    assert metrics_at(imported, 84)["full_valid_loss"] == 0.66
    assert imported.warnings == ()
    assert imported.dropped == ()


@pytest.mark.parametrize("result", ["base64", "plain"])
def test_the_result_file_alone_gives_the_curve(service: FakeFineTuning, access: ServiceAccess, result: str):
    service.add(overfit_job(result=result))
    service.faults |= {"checkpoints": BROKEN, "events": BROKEN}
    imported = fetch_run(JOB, access)
    assert steps(imported) == [84, 168, 252, 336]
    assert metrics_at(imported, 336) == {
        "train_loss": 0.11,
        "valid_loss": 0.83,
        "full_valid_loss": 0.82,
        "train_mean_token_accuracy": 0.8,
        "valid_mean_token_accuracy": 0.78,
        "full_valid_mean_token_accuracy": 0.79,
    }
    assert [w.split(":")[0] for w in imported.warnings] == ["The job's checkpoints are missing", "The job's events are missing"]


@pytest.mark.parametrize("result", ["null", "none"])
def test_without_a_result_file_checkpoints_and_events_do_and_it_is_said(service: FakeFineTuning, access: ServiceAccess, result: str):
    service.add(overfit_job(result=result))
    imported = fetch_run(JOB, access)
    assert steps(imported) == [84, 168, 252, 336]
    assert imported.warnings == ("The job names no result file: the curve consists of its checkpoints and events.",)


def test_a_result_file_that_is_no_table_is_left_out_with_a_word(service: FakeFineTuning, access: ServiceAccess):
    service.add(overfit_job(csv="no such thing"))
    imported = fetch_run(JOB, access)
    assert steps(imported) == [84, 168, 252, 336]
    assert len(imported.warnings) == 1
    assert imported.warnings[0].startswith("The job's result file is missing: It is no CSV")


def test_a_result_file_that_breaks_off_is_left_out_with_a_word(service: FakeFineTuning, access: ServiceAccess):
    service.add(overfit_job())
    service.breaks_off_files = True
    imported = fetch_run(JOB, access)
    assert steps(imported) == [84, 168, 252, 336]
    assert imported.warnings == (
        f"The job's result file is missing: 127.0.0.1 broke off in the middle of file file-result-{JOB}: try again.",
    )


def test_a_checkpoints_own_value_counts_before_the_rounded_one_of_the_file(service: FakeFineTuning, access: ServiceAccess):
    service.add(overfit_job(csv="step,train_loss,full_valid_loss\n84,0.6,0.7\n100,0.55,\n336,0.1,0.8\n"))
    imported = fetch_run(JOB, access)
    assert steps(imported) == [84, 100, 168, 252, 336]
    assert metrics_at(imported, 336)["full_valid_loss"] == 0.82
    assert metrics_at(imported, 100) == {"train_loss": 0.55}
    assert imported.warnings == ()


def test_that_only_late_checkpoints_are_kept_is_no_oddity_where_the_file_has_the_beginning(service: FakeFineTuning, access: ServiceAccess):
    service.add(FakeJob(metrics={10 * i: {"train_loss": 1 / i, "full_valid_loss": 2 / i} for i in range(1, 9)}))
    imported = fetch_run(JOB, access)
    assert len(steps(imported)) == 8
    assert imported.warnings == ()
    service.faults |= {"events": BROKEN, "file": BROKEN}
    assert any("begin only at step 60 of 80" in warning for warning in fetch_run(JOB, access).warnings)


def test_rewards_are_read_from_fields_that_the_sdk_does_not_declare(service: FakeFineTuning, access: ServiceAccess):
    service.add(reinforcement_job(result="none", kept=4))
    service.faults["events"] = BROKEN
    _is_the_reinforcement_run(fetch_run("ftjob-abc123", access))


def test_rewards_are_read_from_events(service: FakeFineTuning, access: ServiceAccess):
    service.add(reinforcement_job(result="none"))
    service.faults["checkpoints"] = BROKEN
    _is_the_reinforcement_run(fetch_run("ftjob-abc123", access))


def test_rewards_are_read_from_a_csv_with_a_column_per_grader(service: FakeFineTuning, access: ServiceAccess):
    service.add(reinforcement_job())
    service.faults |= {"checkpoints": BROKEN, "events": BROKEN}
    _is_the_reinforcement_run(fetch_run("ftjob-abc123", access))


def _is_the_reinforcement_run(imported: ImportedRun) -> None:
    point = metrics_at(imported, 40)
    assert imported.request.run.method == "reinforcement"
    assert steps(imported) == [10, 20, 30, 40]
    assert (point["train_mean_reward"], point["full_valid_mean_reward"], point["reasoning_tokens_mean"]) == (0.58, 0.57, 940.0)
    assert point["train_sample_parse_error_count"] == 3.0


def test_losses_that_are_no_numbers_stay_in_the_run_by_their_names(service: FakeFineTuning, access: ServiceAccess):
    job = service.add(overfit_job())
    job.metrics[336]["train_loss"] = float("nan")
    job.metrics[336]["full_valid_loss"] = float("inf")
    last = metrics_at(fetch_run(JOB, access), 336)
    assert (last["train_loss"], last["full_valid_loss"]) == ("NaN", "Infinity")


def test_every_page_is_read(service: FakeFineTuning, access: ServiceAccess):
    service.add(overfit_job(result="none", kept=4))
    service.most_per_page = 1
    imported = fetch_run(JOB, access)
    assert steps(imported) == [84, 168, 252, 336]
    assert all(p.fine_tuned_model_checkpoint for p in imported.request.run.checkpoints)
    assert sum(path.endswith("/checkpoints") for path in service.asked) == 4


def test_a_repeated_page_ends_the_list_and_is_said(service: FakeFineTuning, access: ServiceAccess):
    service.add(overfit_job())
    service.repeats_cursor = True
    imported = fetch_run(JOB, access)
    assert "Some of the job's checkpoints may be missing: the service gives the same page again and again." in imported.warnings
    assert sum(path.endswith("/checkpoints") for path in service.asked) == 2


def test_a_list_that_never_ends_is_capped_and_it_is_said(service: FakeFineTuning, access: ServiceAccess):
    service.add(overfit_job())
    service.never_ends = True
    imported = fetch_run(JOB, access)
    assert f"Some of the job's checkpoints may be missing: only the newest {MAX_PAGES} were read." in imported.warnings
    assert sum(path.endswith("/checkpoints") for path in service.asked) == MAX_PAGES


def test_a_last_item_without_id_is_no_silent_end(service: FakeFineTuning, access: ServiceAccess):
    service.add(overfit_job(result="none", kept=4))
    service.most_per_page, service.drops_ids = 2, True
    imported = fetch_run(JOB, access)
    assert any("not where they begin" in warning for warning in imported.warnings)


def test_a_later_page_that_fails_keeps_the_earlier_ones(service: FakeFineTuning, access: ServiceAccess):
    service.add(overfit_job(result="none", kept=4))
    service.most_per_page = 2
    service.faults |= {"checkpoints": Fault.error(500, "The server had an error.", from_page=2), "events": BROKEN}
    imported = fetch_run(JOB, access)
    assert steps(imported) == [252, 336]
    assert any("a later page could not be read" in warning for warning in imported.warnings)


def test_a_job_without_validation_file_gives_its_train_curve_and_says_what_that_costs(service: FakeFineTuning, access: ServiceAccess):
    service.add(FakeJob(validation_file=None, metrics={10 * i: {"train_loss": 1 / i} for i in range(1, 5)}))
    imported = fetch_run(JOB, access)
    assert len(steps(imported)) == 4
    assert imported.warnings == (
        "The job had no validation file, so its overfitting cannot be judged: give the next job a validation_file.",
    )


@pytest.mark.parametrize("status", ["validating_files", "queued", "pending"])
def test_a_job_that_has_not_started_is_one_sentence(service: FakeFineTuning, access: ServiceAccess, status: str):
    service.add(overfit_job(status=status, seen_steps=0))
    with pytest.raises(ServiceFault) as fault:
        fetch_run(JOB, access)
    assert fault.value.kind == "not-started"
    assert str(fault.value) == f"Job {JOB} has not started ({status}): there is nothing to judge yet; follow it by advisor watch {JOB}."


def test_a_failed_job_says_what_the_service_reports_without_any_key(service: FakeFineTuning, access: ServiceAccess):
    error = {"code": "invalid_file", "message": f"The file is bad (key {KEY}).", "param": "training_file"}
    service.add(overfit_job(status="failed", seen_steps=0, error=error))
    imported = fetch_run(JOB, access)
    assert imported.request.run.status == "failed"
    assert "The job reports: The file is bad (key ***)." in imported.warnings
    assert "The job ended without a single point: nothing of its curves can be judged." in imported.warnings


def test_a_status_that_nobody_knows_is_no_obstacle(service: FakeFineTuning, access: ServiceAccess):
    service.add(overfit_job(status="pausing", seen_steps=2))
    imported = fetch_run(JOB, access)
    assert (imported.request.run.status, steps(imported)) == ("pausing", [84, 168])


_FAULTS = [
    (Fault.error(401, f"Incorrect API key provided: {KEY}."), "wrong-key", "does not accept the key: check OPENAI_API_KEY."),
    (NOT_AVAILABLE, "forbidden", "offers this account no fine-tuning (training_not_available): use a service that does"),
    (Fault.error(403, "No access."), "forbidden", "does not let this key see job ftjob-abc123: use a key"),
    (Fault.error(404, "Could not find fine tune."), "unknown-job", "knows no job ftjob-abc123: check the id"),
    (RATE_LIMITED, "busy", "takes no more requests right now: try again in 7 s."),
    (BROKEN, "failed", "failed (status 500): that lies with the service; try again later."),
    (Fault.error(400, f"Bad id, {KEY}."), "refused", "refused the request for job ftjob-abc123 (status 400): Bad id, ***."),
    (Fault.html(), "unreadable", "with something that is not the fine-tuning API's JSON"),
    (Fault(body="[1]"), "unreadable", "check OPENAI_BASE_URL."),
    (Fault(body={"error": {}}), "unreadable", "check OPENAI_BASE_URL."),
    (Fault(body="[" * 100_000), "unreadable", "check OPENAI_BASE_URL."),
]


@pytest.mark.parametrize(("fault", "kind", "said"), _FAULTS)
def test_each_fault_of_the_service_is_one_sentence_without_the_key(
    service: FakeFineTuning, access: ServiceAccess, fault: Fault, kind: str, said: str
):
    service.add(overfit_job())
    service.faults["job"] = fault
    with pytest.raises(ServiceFault) as raised:
        fetch_run(JOB, access)
    sentence = str(raised.value)
    assert raised.value.kind == kind
    assert sentence.startswith("127.0.0.1 ")
    assert said in sentence
    assert KEY not in sentence
    assert "\n" not in sentence
    assert raised.value.retry_after_seconds == (7.0 if kind == "busy" else None)


def test_a_slow_service_is_left_in_time(service: FakeFineTuning, monkeypatch: pytest.MonkeyPatch):
    service.add(overfit_job())
    service.faults["job"] = Fault(seconds=5.0, body="{}")
    monkeypatch.setenv("ADVISOR_OPENAI_TIMEOUT_SECONDS", "0.1")
    with pytest.raises(ServiceFault, match=r"did not answer within 0\.1 s: try again") as raised:
        fetch_run(JOB, ServiceAccess.from_environment())
    assert raised.value.kind == "timeout"


def test_a_service_that_is_down_is_one_sentence(service: FakeFineTuning, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    with pytest.raises(ServiceFault, match=r"^127\.0\.0\.1 cannot be reached: check the network and OPENAI_BASE_URL") as raised:
        fetch_run(JOB, ServiceAccess.from_environment())
    assert raised.value.kind == "unreachable"


def test_a_refusal_that_passes_is_asked_again(service: FakeFineTuning, monkeypatch: pytest.MonkeyPatch):
    service.add(overfit_job())
    service.faults["job"] = Fault.error(429, "Rate limit reached.", headers={"retry-after-ms": "1"}, times=1)
    monkeypatch.setenv("ADVISOR_OPENAI_RETRIES", "1")
    assert len(steps(fetch_run(JOB, ServiceAccess.from_environment()))) == 4


def test_where_no_part_can_be_had_the_first_fault_is_said(service: FakeFineTuning, access: ServiceAccess):
    service.add(overfit_job(result="none"))
    service.faults |= {"checkpoints": RATE_LIMITED, "events": BROKEN}
    with pytest.raises(ServiceFault, match="try again in 7 s"):
        fetch_run(JOB, access)


@pytest.mark.parametrize("job_id", ["", "../files/file-1", "ftjob 1", "ftjob-1?x=1", ".", "a" * 201, "ftjob-ä"])
def test_what_can_be_no_id_is_refused_before_anybody_is_asked(service: FakeFineTuning, access: ServiceAccess, job_id: str):
    with pytest.raises(UnusableInput, match="no id of a fine-tuning job"):
        fetch_run(job_id, access)
    assert service.asked == []


def test_a_fetched_run_goes_over_the_wire_and_back(service: FakeFineTuning, access: ServiceAccess):
    job = service.add(overfit_job())
    job.metrics[336]["train_loss"] = float("nan")
    request = fetch_run(JOB, access).request
    assert type(request).model_validate(json.loads(request.model_dump_json())) == request

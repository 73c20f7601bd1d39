from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.cli.conftest import Advisor
from tests.fake_openai.runs import overfit_job, reinforcement_job
from tests.fake_openai.service import KEY, NOT_AVAILABLE, FakeFineTuning, Fault

JOB = "ftjob-abc123"


def test_a_job_gets_the_same_page_as_a_file(service: FakeFineTuning, advisor: Advisor):
    service.add(overfit_job())
    result = advisor("job", JOB)
    assert result.exit_code == 0
    assert "1. Deploy an earlier checkpoint" in result.output
    assert "checkpoint: 336 -> 168" in result.output
    assert f"Run {JOB}: supervised fine-tuning of gpt-4.1-mini-2025-04-14, succeeded." in " ".join(result.output.split())
    assert "ft:gpt-4.1-mini-2025-04-14:acme::abc123:ckpt-step-168" in result.output


def test_json_is_the_contracts_answer_with_the_warnings_of_the_fetching(service: FakeFineTuning, advisor: Advisor):
    service.add(overfit_job(result="none"))
    answer = json.loads(advisor("job", JOB, "--json").stdout)
    assert answer["best_checkpoint"]["step_number"] == 168
    assert answer["warnings"] == ["The job names no result file: the curve consists of its checkpoints and events."]


def test_what_the_service_does_not_say_can_be_added(service: FakeFineTuning, advisor: Advisor):
    service.add(overfit_job())
    options = ["--n-train", "335", "--baseline", "8.05", "--score", "9.15", "--scale", "0", "10"]
    signals = json.loads(advisor("job", JOB, "--json", *options).stdout)["signals"]
    assert signals["n_train"]["value"] == 335
    assert signals["baseline_score"]["value"] == 8.05


def test_the_range_of_the_grader_can_be_given(service: FakeFineTuning, advisor: Advisor):
    service.add(reinforcement_job(grader=None, metrics={10 * i: {"train_mean_reward": 4.8} for i in range(1, 4)}))
    answer = json.loads(advisor("job", JOB, "--json", "--explain", "all", "--reward-range", "0", "5").stdout)
    fired = {o["rule"] for o in answer["outcomes"] if o["outcome"] == "fired"}
    assert "reward-high-from-start" in fired


def test_a_diverged_job_exits_with_3(service: FakeFineTuning, advisor: Advisor):
    job = service.add(overfit_job())
    job.metrics[336] |= {"train_loss": float("nan"), "full_valid_loss": float("nan")}
    assert advisor("job", JOB).exit_code == 3


@pytest.mark.parametrize(
    ("job_id", "fault", "said"),
    [
        ("ftjob-other", None, "127.0.0.1 knows no job ftjob-other: check the id, and that OPENAI_API_KEY belongs to its project."),
        (JOB, NOT_AVAILABLE, "offers this account no fine-tuning (training_not_available)"),
        (JOB, Fault.html(), "with something that is not the fine-tuning API's JSON"),
        ("../models", None, "This is no id of a fine-tuning job"),
    ],
)
def test_a_fault_is_one_sentence_and_exit_code_1(service: FakeFineTuning, advisor: Advisor, job_id: str, fault: Fault | None, said: str):
    service.add(overfit_job())
    if fault is not None:
        service.faults["job"] = fault
    result = advisor("job", job_id)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("advisor: ")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_wrong_key_is_said_and_not_shown(service: FakeFineTuning, advisor: Advisor, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong-key")
    result = advisor("job", JOB)
    assert result.exit_code == 1
    assert result.stderr == "advisor: 127.0.0.1 does not accept the key: check OPENAI_API_KEY.\n"


@pytest.mark.slow
def test_the_key_is_in_nothing_that_the_process_writes_not_even_where_every_call_fails(
    service: FakeFineTuning, service_address: str, process: Callable[..., subprocess.CompletedProcess[bytes]]
):
    service.add(overfit_job())
    environment = {"OPENAI_BASE_URL": f"{service_address}/v1", "OPENAI_API_KEY": KEY}
    done = process(["job", JOB, "--explain", "all"], **environment)
    assert done.returncode == 0
    service.faults["job"] = Fault.error(400, f"Something about {KEY}.")
    refused = process(["job", JOB], **environment)
    assert refused.returncode == 1
    assert b"***" in refused.stderr
    assert KEY.encode() not in done.stdout + done.stderr + refused.stdout + refused.stderr


@pytest.mark.slow
def test_the_sdk_is_loaded_only_by_the_commands_that_ask_the_service():
    code = "import sys; from advisor.cli.app import app; import advisor.api; print('openai' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"

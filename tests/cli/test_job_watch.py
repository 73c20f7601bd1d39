"""A job followed from queued to its end, without any real waiting."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from io import StringIO

import pytest
from rich.console import Console

from advisor.cli.exits import ExitCode
from advisor.cli.following import Sight, follow
from advisor.cli.known import Known
from advisor.cli.rulebooks import open_program
from advisor.cli.watch import watch_job
from advisor.cli.watching import Display, LinesDisplay, LiveDisplay
from advisor.engine import Program
from advisor.errors import ServiceFault
from tests.cli.conftest import ROOT
from tests.fake_openai.runs import overfit_job
from tests.fake_openai.service import BROKEN, KEY, RATE_LIMITED, FakeFineTuning, FakeJob, Fault

JOB = "ftjob-abc123"
Watch = Callable[..., ExitCode]


@pytest.fixture(scope="module")
def program() -> Program:
    return open_program(None)


class Clock:
    """Time that passes in the fake instead of here: each pause brings the job one stage further."""

    def __init__(self, job: FakeJob, stages: list[tuple[str, int]]) -> None:
        self.pauses: list[float] = []
        self._job = job
        self._stages = iter(stages)
        self._go_on()

    def __call__(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self._go_on()

    def _go_on(self) -> None:
        self._job.status, self._job.seen_steps = next(self._stages)


STAGES = [("validating_files", 0), ("queued", 0), ("running", 0), ("running", 1), ("running", 2), ("running", 3), ("running", 4)]


def _watch(program: Program, job: FakeJob, shown: Display, stages: list[tuple[str, int]]) -> tuple[ExitCode, list[float]]:
    clock = Clock(job, stages)
    code = watch_job(JOB, program, Known(n_train=335), shown, interval_seconds=30, sleep=clock)
    return code, clock.pauses


def test_a_job_is_followed_from_queued_to_succeeded(service: FakeFineTuning, program: Program, capfd: pytest.CaptureFixture[str]):
    code, pauses = _watch(program, service.add(overfit_job()), LinesDisplay(), [*STAGES, ("succeeded", 4)])
    lines = [line for line in capfd.readouterr().out.splitlines() if line.strip()]
    assert code is ExitCode.CARRY_ON
    assert pauses == [30.0] * len(STAGES)
    assert lines[:4] == [
        f"{JOB}: validating_files, no points yet",
        f"{JOB}: queued, no points yet",
        f"{JOB}: running, no points yet",
        f"{JOB}: running",
    ]
    text = " ".join(lines)
    assert [f"step {step}: " in text for step in (84, 168, 252)] == [True] * 3
    assert f"{JOB}: succeeded" in lines
    assert "What to do, best first" in lines
    assert text.index("step 252: ") < text.index("What to do, best first")


def test_an_alarm_comes_once_and_while_the_job_can_still_be_cancelled(
    service: FakeFineTuning, program: Program, capfd: pytest.CaptureFixture[str]
):
    job = service.add(overfit_job())
    job.metrics[252] |= {"train_loss": float("nan"), "full_valid_loss": float("nan")}
    code, _ = _watch(program, job, LinesDisplay(), [*STAGES, ("cancelled", 4)])
    text = " ".join(capfd.readouterr().out.split())
    assert code is ExitCode.FIX_NEEDED
    alarms = re.findall(r"ALARM step (\d+): (.*?) \[(?:high|critical), ", text)
    assert alarms[0][0] == "252"
    assert len({title for _, title in alarms}) == len(alarms)
    assert text.index("ALARM") < text.index(f'To cancel: client.fine_tuning.jobs.cancel("{JOB}")') < text.index(f"{JOB}: cancelled")
    assert text.rindex("ALARM") < text.index("What to do, best first")


def test_as_json_each_new_point_is_one_line_and_nothing_else_is_printed(
    service: FakeFineTuning, program: Program, capfd: pytest.CaptureFixture[str]
):
    _watch(program, service.add(overfit_job()), LinesDisplay(as_json=True), [*STAGES, ("succeeded", 4)])
    answers = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [len(answer["checkpoints"]) for answer in answers] == [1, 2, 3, 4, 4]
    assert [answer["verdict"]["id"] for answer in answers[:4]] == ["wait"] * 4


def test_looks_that_show_nothing_new_are_not_judged_again(service: FakeFineTuning, program: Program, capfd: pytest.CaptureFixture[str]):
    _watch(program, service.add(overfit_job()), LinesDisplay(as_json=True), [("running", 2)] * 5 + [("succeeded", 4)])
    assert len(capfd.readouterr().out.splitlines()) == 2


def test_on_a_terminal_the_picture_renews_itself_and_the_page_stays(
    service: FakeFineTuning, program: Program, capfd: pytest.CaptureFixture[str]
):
    screen = StringIO()
    console = Console(file=screen, force_terminal=True, width=100, height=40, highlight=False, emoji=False, markup=False)
    _watch(program, service.add(overfit_job()), LiveDisplay(console), [*STAGES, ("succeeded", 4)])
    drawn = screen.getvalue()
    assert "validating_files, no points yet" in drawn
    assert "WAIT" in drawn
    assert "\x1b[2K" in drawn
    assert "What to do, best first" in capfd.readouterr().out


def test_a_job_that_fails_before_its_first_point_ends_the_watching(
    service: FakeFineTuning, program: Program, capfd: pytest.CaptureFixture[str]
):
    error = {"code": "invalid_training_file", "message": "The training file is bad.", "param": None}
    _watch(program, service.add(overfit_job(error=error)), LinesDisplay(), [("queued", 0), ("failed", 0)])
    assert "The job reports: The training file is bad." in " ".join(capfd.readouterr().out.split())


def test_a_service_that_stumbles_is_asked_again_after_the_pause_that_it_wants(
    service: FakeFineTuning, program: Program, capfd: pytest.CaptureFixture[str]
):
    service.faults["job"] = Fault.error(429, "Rate limit reached.", headers={"retry-after": "90"}, times=2)
    code, pauses = _watch(
        program, service.add(overfit_job()), LinesDisplay(), [("running", 1), ("running", 2), ("running", 3), ("succeeded", 4)]
    )
    assert code is ExitCode.CARRY_ON
    assert pauses == [90.0, 90.0, 30.0]
    assert "not seen. 127.0.0.1 takes no more requests right now: try again in 90 s." in " ".join(capfd.readouterr().out.split())


@pytest.mark.parametrize(
    ("fault", "looks"), [(BROKEN, 5), (RATE_LIMITED, 5), (Fault.error(401, "Wrong key."), 1), (Fault.error(404, "No."), 1)]
)
def test_a_service_that_keeps_failing_or_refuses_for_good_ends_it_with_its_sentence(
    service: FakeFineTuning, program: Program, fault: Fault, looks: int
):
    service.faults["job"] = fault
    with pytest.raises(ServiceFault):
        _watch(program, service.add(overfit_job()), LinesDisplay(as_json=True), [("running", 1)] * 9)
    assert len(service.asked) == looks


def test_faults_that_pass_are_counted_in_a_row_only():
    stumbling: list[Sight | ServiceFault] = [ServiceFault("busy", "Busy."), Sight("running")]
    seen = iter([*stumbling * 10, Sight("succeeded", ended=True)])

    def look() -> Sight:
        one = next(seen)
        if isinstance(one, ServiceFault):
            raise one
        return one

    sights = list(follow(look, lambda _: None, 1))
    assert len(sights) == 21
    assert sights[-1].ended


@pytest.mark.slow
def test_ctrl_c_ends_the_watching_in_words(service: FakeFineTuning, service_address: str):
    service.add(overfit_job(status="running", seen_steps=2))
    command = [sys.executable, "-c", "from advisor.cli import main; main()", "watch", JOB, "--interval", "3600"]
    environment = {**os.environ, "OPENAI_BASE_URL": f"{service_address}/v1", "OPENAI_API_KEY": KEY}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=ROOT) as watching:
        assert watching.stdout is not None
        lines = [watching.stdout.readline(), watching.stdout.readline()]
        watching.send_signal(signal.SIGINT)
        _, errors = watching.communicate(timeout=300)
    assert lines[0] == f"{JOB}: running\n".encode()
    assert lines[1].startswith(b"step 168: WAIT")
    assert watching.returncode == 130
    assert errors == b"advisor: Interrupted.\n"

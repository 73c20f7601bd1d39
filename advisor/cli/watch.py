"""``advisor watch``: a running job followed to its end, with advice at every new point and an alarm early enough to cancel it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from advisor.cli.exits import ExitCode
from advisor.cli.experiments_store import MaybeProject, Varied, open_store
from advisor.cli.following import Sight, follow
from advisor.cli.job import BaselineScore, JobId, RewardRange, TrainingExamples
from advisor.cli.judging import exit_code
from advisor.cli.known import Known
from advisor.cli.options import RulesFolders
from advisor.cli.recording import Kept, in_project, judge_within, keep_if_possible
from advisor.cli.rulebooks import open_program
from advisor.cli.watching import Display, LinesDisplay, display
from advisor.contract import Advice
from advisor.contract.advice import Finding
from advisor.engine import Program
from advisor.errors import ServiceFault
from advisor.shown import band_order

if TYPE_CHECKING:
    from advisor.sources.openai_calls import FineTuningService

_ALARMING = frozenset({"high", "critical"})


def watch(
    job_id: JobId,
    project: MaybeProject = None,
    parent: Varied = None,
    interval: Annotated[float, typer.Option(min=1, max=3600, metavar="SECONDS", help="How long to wait between two looks.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="Print each advice as one line of JSON.")] = False,
    rules: RulesFolders = None,
    n_train: TrainingExamples = None,
    baseline: BaselineScore = None,
    reward_range: RewardRange = None,
) -> None:
    """Follow a fine-tuning job until it ends, judge it at every new point, and raise an alarm while it can still be cancelled.

    An alarm is a finding of severity high or critical whose confidence is not low.
    Without --project the project is the one that the job's metadata name (advisor_project), if any.
    Exit codes are those of advise; Ctrl-C ends the watching, never the job.
    """
    known = Known(n_train=n_train, baseline=baseline, reward_range=reward_range)
    program = open_program(rules)
    shown = LinesDisplay(as_json=True) if as_json else display(band_order(program.rulebook))
    raise typer.Exit(watch_job(job_id, program, known, shown, interval_seconds=interval, sleep=time.sleep, project=project, parent=parent))


def watch_job(
    job_id: str,
    program: Program,
    known: Known,
    shown: Display,
    *,
    interval_seconds: float,
    sleep: Callable[[float], None],
    project: str | None = None,
    parent: str | None = None,
) -> ExitCode:
    """Follow a job to its end and return how the command ends.

    Args:
        job_id: The job's id.
        program: The compiled rulebook.
        known: What the user knows besides.
        shown: Where the advice appears.
        interval_seconds: The pause between two looks.
        sleep: How to pause.
        project: Where run and advice are recorded at every new point; None is the project that the job's metadata name, if any.
        parent: The run of the project that this one varies.

    Raises:
        ServiceFault: The service gives no job.
        StoreFault: The store cannot be opened; where it fails later, the job is followed all the same.
    """
    from advisor.sources.openai_access import ServiceAccess
    from advisor.sources.openai_calls import FineTuningService

    kept: Kept | None = None
    before = None
    raised: set[str] = set()
    with FineTuningService(ServiceAccess.from_environment()) as service, ExitStack() as opened, shown:
        store = None if project is None else opened.enter_context(open_store())
        for sight in follow(lambda: _look(service, job_id), sleep, interval_seconds):
            shown.see(job_id, sight)
            if sight.run is None:
                continue
            request = in_project(known.complete(sight.run.request), project, parent=parent)
            if request == before:
                continue
            before = request
            if store is None and request.project is not None:
                store = opened.enter_context(open_store())
            kept = judge_within(sight.run, request, program) if store is None else keep_if_possible(sight.run, request, program, store)
            for finding in _new_alarms(kept.advice, raised):
                shown.alarm(job_id, finding, kept.request, ended=sight.ended)
            shown.advise(kept.advice, kept.request, sight.run, ended=sight.ended)
    if kept is None:
        return ExitCode.CARRY_ON
    kept.tell()
    return exit_code(kept.advice)


def _look(service: FineTuningService, job_id: str) -> Sight:
    """Return what the service shows of a job now."""
    from advisor.sources.openai_service import ENDED, read_job

    found = service.job(job_id)
    status = str(found.get("status"))
    try:
        run = read_job(service, found)
    except ServiceFault as fault:
        if fault.kind != "not-started":
            raise
        return Sight(status)
    return Sight(status, run if run.request.run.checkpoints or status in ENDED else None, status in ENDED)


def _new_alarms(advice: Advice, raised: set[str]) -> list[Finding]:
    """Return what is serious and was not raised before; a finding of low confidence is no reason to cancel a job."""
    new = [f for f in advice.findings if f.severity in _ALARMING and f.confidence != "low" and f.id not in raised]
    raised.update(f.id for f in new)
    return new

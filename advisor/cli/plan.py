"""``advisor plan``: the next experiment ready to start, and what else follows from a run."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from advisor.cli.exits import WrongUsage
from advisor.cli.job import BaselineScore, Scale, Score, TrainingExamples
from advisor.cli.judging import judge
from advisor.cli.known import Known
from advisor.cli.options import AsJson, RulesFolders
from advisor.cli.rulebooks import open_program
from advisor.cli.terminal import show, write_bytes
from advisor.errors import UnusableInput
from advisor.sources import ImportedRun, read_file, read_limited, read_run

if TYPE_CHECKING:
    from advisor.cli.planning import Plan

_JOB = "ftjob-"


@dataclass(frozen=True, slots=True)
class _Subject:
    """The run to plan from, with its job where it comes from the fine-tuning service."""

    imported: ImportedRun
    job: dict[str, Any] | None = None


def plan(
    target: Annotated[str, typer.Argument(metavar="FILE|JOB", help="The run: a file as for advise, - for standard input, or ftjob-….")],
    training_file: Annotated[str | None, typer.Option(metavar="FILE_ID", help="The uploaded file to train on.")] = None,
    validation_file: Annotated[str | None, typer.Option(metavar="FILE_ID", help="The uploaded file to validate on.")] = None,
    submit: Annotated[bool, typer.Option("--submit", help="Start the job, after asking.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --submit: do not ask.")] = False,
    as_json: AsJson = False,
    rules: RulesFolders = None,
    base_model: Annotated[str | None, typer.Option(metavar="NAME", help="The model that was trained.")] = None,
    n_train: TrainingExamples = None,
    baseline: BaselineScore = None,
    score: Score = None,
    scale: Scale = None,
) -> None:
    """Print the next experiment as a ready call, the models to compare, the checkpoints to evaluate and the deployments to delete.

    Exactly one thing differs from the run. Nothing is started without --submit, and then only after a confirmation.
    """
    if yes and not submit:
        raise WrongUsage("--yes answers the question of --submit: give both, or neither.")
    if submit and target == "-" and not yes:
        raise WrongUsage("With the run on standard input nobody can be asked: give --yes, or the run as a file.")
    from advisor.cli.planning import PLAN, plan_of, plan_page
    from advisor.sources.openai_jobs import job_call

    program = open_program(rules)
    subject = _subject(target)
    known = Known(base_model=base_model, n_train=n_train, baseline=baseline, score=score, scale=scale)
    request = known.complete(subject.imported.request)
    advice = judge(subject.imported, request, program)
    call = None
    if advice.next_experiment is not None:
        call = job_call(
            advice.next_experiment, subject.job, parent=request.run.id, training_file=training_file, validation_file=validation_file
        )
    planned = plan_of(advice, request, program.rulebook, call)
    if as_json:
        write_bytes(PLAN.dump_json(planned, by_alias=True))
    else:
        show(*plan_page(planned))
    if submit:
        _submit(planned, asked=not yes)


def _subject(target: str) -> _Subject:
    if target.startswith(_JOB) and not Path(target).exists():
        from advisor.sources.openai_access import ServiceAccess
        from advisor.sources.openai_calls import FineTuningService
        from advisor.sources.openai_service import read_job

        with FineTuningService(ServiceAccess.from_environment()) as service:
            job = service.job(target)
            return _Subject(read_job(service, job), job)
    try:
        return _Subject(read_run(read_limited(sys.stdin.buffer)) if target == "-" else read_file(Path(target)))
    except UnusableInput as error:
        raise UnusableInput(f"{'standard input' if target == '-' else target}: {error}") from None


def _submit(planned: Plan, *, asked: bool) -> None:
    """Start the planned job; what is said goes to standard error, so that --json stays JSON."""
    from advisor.sources.openai_access import ServiceAccess
    from advisor.sources.openai_calls import FineTuningService

    call = planned.call
    if call is None:
        raise UnusableInput("There is no next experiment to start: see the plan.")
    if call.lacking:
        raise UnusableInput("The job cannot be started yet:\n" + "\n".join(f"  {sentence}" for sentence in call.lacking))
    with FineTuningService(ServiceAccess.from_environment()) as service:
        if asked and not typer.confirm(f"Start this job at {service.access.host}? It costs money.", err=True):
            typer.echo("Nothing was started.", err=True)
            return
        job_id = service.create_job(call.arguments)
    typer.echo(f"Started {job_id}. Follow it: advisor watch {job_id}", err=True)

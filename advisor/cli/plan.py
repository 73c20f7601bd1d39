"""``advisor plan``: the next experiment ready to start, and what else follows from a run."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from advisor.cli.exits import WrongUsage
from advisor.cli.experiments_store import MaybeProject, known_project, open_store
from advisor.cli.given import Mapped, read_given
from advisor.cli.job import BaselineScore, Scale, Score, TrainingExamples
from advisor.cli.known import Known
from advisor.cli.options import AsJson, RulesFolders
from advisor.cli.recording import in_project, judge_with
from advisor.cli.rulebooks import open_program
from advisor.cli.terminal import show, write_bytes
from advisor.contract.request import AdviseRequest, Deployment
from advisor.errors import AdvisorError, ServiceFault, UnusableInput
from advisor.sources import ImportedRun, PointCounts

if TYPE_CHECKING:
    from advisor.cli.planning import Plan
    from advisor.experiments import Store

_JOB = "ftjob-"


@dataclass(frozen=True, slots=True)
class _Subject:
    """The run to plan from, with its job where it comes from the fine-tuning service."""

    imported: ImportedRun
    job: dict[str, Any] | None = None


def plan(
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE|JOB]",
            show_default=False,
            help="The run: a file as for advise, - for standard input, or ftjob-…; else of --project.",
        ),
    ] = None,
    mapped: Mapped = None,
    project: MaybeProject = None,
    run: Annotated[
        str | None, typer.Option("--run", metavar="NAME", help="The recorded run to plan from; else the project's last.")
    ] = None,
    training_file: Annotated[str | None, typer.Option(metavar="FILE_ID", help="The uploaded file to train on.")] = None,
    validation_file: Annotated[str | None, typer.Option(metavar="FILE_ID", help="The uploaded file to validate on.")] = None,
    unused: Annotated[list[str] | None, typer.Option("--unused", metavar="NAME", help="A deployment nobody uses; may be repeated.")] = None,
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
    With a project, the run is its last one unless another is named, and a started job is recorded as its next.
    """
    if yes and not submit:
        raise WrongUsage("--yes answers the question of --submit: give both, or neither.")
    if submit and target == "-" and not yes:
        raise WrongUsage("With the run on standard input nobody can be asked: give --yes, or the run as a file.")
    if mapped and (target is None or _is_job(target)):
        raise WrongUsage("--map names the columns of a file: leave it out.")
    if target is None and project is None:
        raise WrongUsage("Say which run to plan from: a file, a job, or the project whose last run is meant (--project NAME).")
    from advisor.cli.planning import PLAN, plan_of, plan_page
    from advisor.sources.openai_jobs import job_call

    program = open_program(rules)
    given = None if target is None else _given(target, mapped)
    if project is None and given is not None:
        project = given.imported.request.project
    with nullcontext() if project is None else open_store() as store:
        subject = given or _recorded(store, str(project), run)
        known = Known(base_model=base_model, n_train=n_train, baseline=baseline, score=score, scale=scale)
        request = in_project(known.complete(subject.imported.request), project, run=None if target is None else run)
        request = _with_deployments(request, unused or (), store)
        kept = judge_with(store, subject.imported, request, program)
        advice, call = kept.advice, None
        name = kept.experiment or request.run.id
        if advice.next_experiment is not None:
            call = job_call(
                advice.next_experiment,
                subject.job,
                parent=name,
                project=project,
                training_file=training_file,
                validation_file=validation_file,
            )
        planned = plan_of(advice, kept.request, program.rulebook, call)
        if as_json:
            write_bytes(PLAN.dump_json(planned, by_alias=True))
        else:
            show(*plan_page(planned))
        if submit:
            job_id = _submit(planned, asked=not yes, follow=f" --project {project}" if project else "")
            if job_id is not None and store is not None and name is not None:
                _record(planned, job_id, name, str(project), store)


def _is_job(target: str) -> bool:
    return target.startswith(_JOB) and not Path(target).exists()


def _given(target: str, mapped: list[str] | None) -> _Subject:
    """Return the run of a file, of standard input, or of a job."""
    if _is_job(target):
        from advisor.sources.openai_access import ServiceAccess
        from advisor.sources.openai_calls import FineTuningService
        from advisor.sources.openai_service import read_job

        with FineTuningService(ServiceAccess.from_environment()) as service:
            job = service.job(target)
            return _Subject(read_job(service, job), job)
    return _Subject(read_given(target, mapped))


def _recorded(store: Store | None, project: str, name: str | None) -> _Subject:
    """Return a recorded run, the last one where none is named; a run of the service with its job, where that can be had."""
    from advisor.experiments.loop import request_on

    assert store is not None, "it is open where a project is named"
    found = known_project(store, project)
    if not found.experiments:
        raise UnusableInput(f"Project {project} has no experiment yet: record one by advisor experiments add, or advise a run in it.")
    experiment = store.experiments.get(project, name or store.experiments.page(project, after=found.experiments - 1)[-1].name)
    known = request_on(experiment, project, store)
    warnings = [said for said in known.warnings if said.startswith("Nobody")]
    imported = ImportedRun(
        AdviseRequest(run=known.request.run, project=project), "advisor-json", PointCounts.of(known.request.run), (), tuple(warnings)
    )
    return _Subject(imported, _job_of(experiment.name))


def _job_of(name: str) -> dict[str, Any] | None:
    """Return the job that a run is called after; None where it is called otherwise, or nothing can be had of it."""
    if not name.startswith(_JOB):
        return None
    from advisor.sources.openai_access import ServiceAccess
    from advisor.sources.openai_calls import FineTuningService

    try:
        with FineTuningService(ServiceAccess.from_environment()) as service:
            return service.job(name)
    except (ServiceFault, UnusableInput) as fault:
        typer.echo(f"The job's own files and grader are not known: {fault}", err=True)
        return None


def _with_deployments(request: AdviseRequest, unused: list[str] | tuple[str, ...], store: Store | None) -> AdviseRequest:
    """Return a request with the deployments that options name, beside those that it holds or that the project's last advice was given."""
    known = request.deployments
    if not known and store is not None and request.project is not None:
        latest = store.advice.page(limit=1, project=request.project)
        known = AdviseRequest.model_validate_json(store.advice.get(latest[0].id).request).deployments if latest else ()
    named = tuple(Deployment(name=name, in_use=False) for name in unused)
    kept = tuple(deployment for deployment in known if deployment.name not in unused)
    return request.model_copy(update={"deployments": (*kept, *named)}) if kept or named else request


def _submit(planned: Plan, *, asked: bool, follow: str) -> str | None:
    """Start the planned job and return its id, None where nobody agreed; what is said goes to standard error, so that --json stays JSON."""
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
            return None
        job_id = service.create_job(call.arguments)
    typer.echo(f"Started {job_id}. Follow it: advisor watch {job_id}{follow}", err=True)
    return job_id


def _record(planned: Plan, job_id: str, parent: str, project: str, store: Store) -> None:
    """Record the started job as the project's next experiment, which varies one run in one thing."""
    from advisor.cli.experiments_planned import record_started

    try:
        said = record_started(planned, job_id, parent, project, store)
    except AdvisorError as error:
        raise UnusableInput(f"{job_id} was started and is not recorded: {error} The first advisor watch --project records it.") from None
    typer.echo(said, err=True)

"""``/projects/{project}/experiments``: what was tried, with what changed and which common mistakes show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from advisor.api.body import read_body
from advisor.api.description import EXPERIMENT_CHANGES, EXPERIMENTS, refusals
from advisor.api.etags import matches, tag_of
from advisor.api.experiment_changes import read_change
from advisor.api.keys import Guard
from advisor.api.problems import Refusal, problem
from advisor.api.reading import read_json
from advisor.api.recording import merged, read_entries, read_run
from advisor.api.serving import Serving
from advisor.api.stored import Kept
from advisor.clock import now
from advisor.contract.advice import Change, CommonMistake
from advisor.contract.misnamed import misnamed_members
from advisor.engine import Program
from advisor.errors import StoreFault
from advisor.experiments import Store
from advisor.experiments.loop import mistakes_of
from advisor.experiments.records import Experiment, Outcome
from advisor.experiments.scales import off_scale, scale_before
from advisor.experiments.settling import settle
from advisor.experiments.summaries import run_json
from advisor.experiments.table import ExperimentRow, changes_between, table_page
from advisor.facts import EarlierRun
from advisor.settings import Settings

_MOST_LOOKED_AT = 20
_LARGEST_POSITION = 2**31 - 1

After = Annotated[int, Query(ge=0, le=_LARGEST_POSITION, description="Position of the last experiment of the page before.")]
Limit = Annotated[int, Query(ge=1, le=1000, description="How many at most.")]
Name = Annotated[str, Path(description="The experiment's name, percent-encoded: `sweep/a` is `sweep%2Fa`.")]
IfMatch = Annotated[str | None, Header(alias="If-Match", description="The ETag of what is to be changed; another one gets 412.")]


@dataclass(frozen=True, slots=True)
class ExperimentPage:
    """Lines of a project's table, oldest first; ``next`` is the ``after`` of the page that follows, null on the last."""

    project: str
    experiments: tuple[ExperimentRow, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class RecordedExperiment:
    """An experiment as it is recorded.

    Attributes:
        name: The run's id.
        position: Counts from 1 in the order of recording.
        parent: The run that it varies, where that is not the one before it.
        run: Everything that was said of it, with all checkpoints.
        changed: What differs from the run that it varies, of what both state.
        mistakes: The common mistakes that it shows among the experiments before it; null where nobody looked: of an import only the
            last 20 are looked at.
        outcomes: What came of the advice on the run that it varies, as far as its settings and score say so.
        warnings: What is odd about it, such as a score without a scale that does not lie on that of the runs before; of a change also what
            was not read and was hardly meant so.
    """

    project: str
    name: str
    position: int
    parent: str | None
    created_at: str
    updated_at: str
    run: dict[str, Any]
    changed: tuple[Change, ...]
    mistakes: tuple[CommonMistake, ...] | None
    outcomes: tuple[Outcome, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordedExperiments:
    """What was recorded, in the order in which it was posted; ``warnings`` names what of it was not read and was hardly meant so."""

    project: str
    experiments: tuple[RecordedExperiment, ...]
    warnings: tuple[str, ...] = ()


def experiment_routes(kept: Kept, serving: Serving, guard: Guard, settings: Settings) -> APIRouter:
    """Return the routes that record experiments and tell about them; mistakes are found by the rulebook in force."""
    router = APIRouter(tags=["experiments"])
    reader, engineer = [Depends(guard.at_least("reader"))], [Depends(guard.at_least("engineer"))]

    @router.get(
        "/projects/{project}/experiments",
        summary="List a project's experiments",
        dependencies=reader,
        responses=refusals(401, 403, 404, 422, 503),
    )
    def list_experiments(project: str, after: After = 0, limit: Limit = 100) -> ExperimentPage:
        """The table of experiments in pages, oldest first, with what changed since the run that each one varies."""
        store = kept()
        store.projects.get(project)
        rows = table_page(store, project, after=after, limit=limit + 1)
        return ExperimentPage(project, tuple(rows[:limit]), rows[limit - 1].position if len(rows) > limit else None)

    @router.post(
        "/projects/{project}/experiments",
        status_code=201,
        summary="Record experiments",
        dependencies=engineer,
        openapi_extra=EXPERIMENTS,
        responses=refusals(401, 403, 404, 408, 409, 413, 415, 422, 503, 507),
    )
    async def add_experiments(request: Request, response: Response, project: str) -> RecordedExperiments:
        """Record a run, a list of runs (oldest first) or an exported project: all of them or none. The first one makes the project.

        A run without an id is called after its position (`R3`). The answer says what changed since the run that each varies, and which
        common mistakes show: several variables changed at once, no baseline, an evaluation set used for too many decisions. The header
        Location is the address of what was recorded: of the experiment, or of the list where there are several.
        """
        entries = read_entries(read_json(await read_body(request, settings)))

        def add() -> RecordedExperiments:
            store = kept()
            about = entries.about
            with serving.taken() as program, store.at_once():
                added = store.experiments.add(
                    project, entries.runs, created_at=now(), parents=entries.parents, baseline=about.baseline, goal=about.goal
                )
                unseen = added[:-_MOST_LOOKED_AT]
                learned = [_learned(project, experiment, store, program) for experiment in added[len(unseen) :]]
            told = [_without_a_look(project, experiment) for experiment in unseen]
            told += [_recorded(project, one, store, serving, came) for one, came in zip(added[len(unseen) :], learned, strict=True)]
            response.headers["Location"] = _address(project, added[0].name if len(added) == 1 else None)
            return RecordedExperiments(project, tuple(told), entries.warnings)

        return await run_in_threadpool(add)

    @router.get(
        "/projects/{project}/experiments/{name:path}",
        summary="Show an experiment",
        dependencies=reader,
        responses=refusals(401, 403, 404, 422, 503),
    )
    def show_experiment(response: Response, project: str, name: Name) -> RecordedExperiment:
        """An experiment with its whole run, what changed, and which common mistakes show now. Its ETag guards a later change."""
        store = kept()
        experiment = store.experiments.get(project, name)
        response.headers["ETag"] = _tag_of(experiment.run)
        return _told(project, experiment, store, serving)

    @router.patch(
        "/projects/{project}/experiments/{name:path}",
        summary="Change an experiment",
        dependencies=engineer,
        openapi_extra=EXPERIMENT_CHANGES,
        responses=refusals(401, 403, 404, 408, 412, 413, 415, 422, 503, 507),
    )
    async def change_experiment(
        request: Request, response: Response, project: str, name: Name, if_match: IfMatch = None
    ) -> RecordedExperiment:
        """Change what is given of a run and leave the rest (RFC 7396): null takes a member away, a list replaces a list.

        The body is members of the run, or `{"run": {…}, "parent": "R1"}`. What GET answers may be sent back with a changed `run`: what else
        stands in it must be as it is, and what is worked out anew (`changed`, `mistakes`, `outcomes`, `warnings`) is not read.

        Settings and scores say what came of the advice on the run that it varies, and on this one, in whatever order they are given and
        corrected: an action counts as followed where its parameter was moved its way, and as helpful where the score rose by more than the
        noise of the two evaluations and nothing else changed.
        """
        asked = read_change(read_json(await read_body(request, settings)), name)

        def change() -> RecordedExperiment:
            store = kept()
            with serving.taken() as program, store.at_once():
                known = store.experiments.get(project, name)
                _refuse_changed(known.run, if_match)
                facts = asked.of(project, known)
                run = read_run(merged(known.run.model_dump(mode="json", exclude_unset=True), facts), asked.pointer)
                experiment = store.experiments.change(project, name, lambda _: run, updated_at=now())
                outcomes = _learned(project, experiment, store, program)
            response.headers["ETag"] = _tag_of(experiment.run)
            told = _recorded(project, experiment, store, serving, outcomes)
            return replace(told, warnings=(*told.warnings, *misnamed_members(facts, EarlierRun, asked.pointer.strip("/"))))

        return await run_in_threadpool(change)

    @router.delete(
        "/projects/{project}/experiments/{name:path}",
        status_code=204,
        summary="Remove an experiment",
        dependencies=engineer,
        responses=refusals(401, 403, 404, 409, 412, 422, 503, 507),
    )
    def remove_experiment(project: str, name: Name, if_match: IfMatch = None) -> Response:
        """Take a mistaken experiment away: from then on nothing is judged against it.

        The advice on it stays in the log and can be given again, and what came of that counts as before. The others keep their positions.
        An experiment that others name as their parent is not removed: 409 names them.
        """
        kept().experiments.remove(project, name, at=now(), check=lambda run: _refuse_changed(run, if_match))
        return Response(status_code=204)

    return router


def _refuse_changed(run: EarlierRun, if_match: str | None) -> None:
    if if_match is not None and not matches(if_match, _tag_of(run)):
        raise Refusal(problem(412, "Somebody has changed this experiment since it was read: read it again, then change it."))


def _learned(project: str, experiment: Experiment, store: Store, program: Program) -> list[Outcome]:
    return settle(project, experiment, store, program.rulebook.measures, created_at=now())


def _recorded(project: str, experiment: Experiment, store: Store, serving: Serving, outcomes: Sequence[Outcome]) -> RecordedExperiment:
    """What is said of an experiment that is on the disk: a store that cannot be read just then takes nothing back."""
    try:
        return replace(_told(project, experiment, store, serving), outcomes=tuple(outcomes))
    except StoreFault:
        return replace(_without_a_look(project, experiment), outcomes=tuple(outcomes))


def _told(project: str, experiment: Experiment, store: Store, serving: Serving) -> RecordedExperiment:
    with serving.taken() as program:
        mistakes = mistakes_of(experiment, project, store, program)
    previous = store.experiments.varied_by(project, experiment)
    changed = () if previous is None else changes_between(experiment.run, previous.run)
    wrong = off_scale(experiment.run, scale_before(experiment.name, project, store))
    said = () if wrong is None else (f"The evaluation {wrong}: give its `scale`.",)
    return replace(_without_a_look(project, experiment), changed=changed, mistakes=mistakes, warnings=said)


def _without_a_look(project: str, experiment: Experiment) -> RecordedExperiment:
    return RecordedExperiment(
        project,
        experiment.name,
        experiment.position,
        experiment.parent,
        experiment.created_at,
        experiment.updated_at,
        experiment.run.model_dump(mode="json", exclude_unset=True),
        changed=(),
        mistakes=None,
    )


def _address(project: str, name: str | None) -> str:
    """Return the address of an experiment, or of a project's list; a name may hold whatever is no control character."""
    listed = f"/projects/{quote(project, safe='')}/experiments"
    return listed if name is None else f"{listed}/{quote(name, safe='')}"


def _tag_of(run: EarlierRun) -> str:
    return tag_of(run_json(run))

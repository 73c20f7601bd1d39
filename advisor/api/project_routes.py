"""``/projects``: experiments towards one goal, with what they are compared with."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from advisor.api.body import read_body
from advisor.api.description import PROJECT, refusals
from advisor.api.keys import Guard
from advisor.api.problems import Place, Refusal, problem
from advisor.api.reading import read_facts, read_json
from advisor.api.recording import merged
from advisor.api.stored import Kept
from advisor.clock import now
from advisor.contract.misnamed import misnamed_members
from advisor.contract.request import Baseline, Goal
from advisor.experiments.entries import ProjectFacts
from advisor.experiments.exporting import MEDIA_TYPES, ExportFormat, export
from advisor.experiments.records import Project
from advisor.settings import Settings

_SUFFIXES: dict[ExportFormat, str] = {"csv": "csv", "json": "json", "markdown": "md"}
_EXPORT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The experiments, oldest first",
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "text/markdown": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "object"}},
        },
    }
}
Form = Annotated[
    Literal["csv", "json", "markdown"],
    Query(alias="format", description="`csv` and `markdown` are the table; `json` holds everything, and can be posted to a project again."),
]


@dataclass(frozen=True, slots=True)
class ProjectList:
    """Every project, by name."""

    projects: tuple[Project, ...]


@dataclass(frozen=True, slots=True)
class ChangedProject(Project):
    """A project as it stands after a change; ``warnings`` names what of the change was not read and was hardly meant so."""

    warnings: tuple[str, ...] = ()


def project_routes(kept: Kept, guard: Guard, settings: Settings) -> APIRouter:
    """Return the routes that tell about projects, and that say their baseline and goal."""
    router = APIRouter(tags=["experiments"])
    reader, engineer = [Depends(guard.at_least("reader"))], [Depends(guard.at_least("engineer"))]

    @router.get("/projects", summary="List the projects", dependencies=reader, responses=refusals(401, 403, 404, 422, 503))
    def list_projects() -> ProjectList:
        """Every project with its baseline, its goal and how many experiments it has."""
        return ProjectList(tuple(kept().projects.all()))

    @router.get("/projects/{project}", summary="Show a project", dependencies=reader, responses=refusals(401, 403, 404, 422, 503))
    def show_project(project: str) -> Project:
        """A project's baseline, its goal and how many experiments it has."""
        return kept().projects.get(project)

    @router.put(
        "/projects/{project}",
        summary="Say what a project is compared with, and what it is for",
        dependencies=engineer,
        openapi_extra=PROJECT,
        responses=refusals(401, 403, 404, 408, 413, 415, 422, 503, 507),
    )
    async def put_project(request: Request, project: str) -> ChangedProject:
        """Make a project, or replace its baseline and goal; what is absent is unknown from then on. The first experiment also makes one."""
        document = read_json(await read_body(request, settings))
        said = read_facts(ProjectFacts, document)

        def put() -> ChangedProject:
            store = kept()
            store.projects.set(project, created_at=now())
            return _changed(store.projects.change(project, lambda *_: (said.baseline, said.goal or Goal()), at=now()), document)

        return await run_in_threadpool(put)

    @router.patch(
        "/projects/{project}",
        summary="Change a project's baseline or goal",
        dependencies=engineer,
        openapi_extra=PROJECT,
        responses=refusals(401, 403, 404, 408, 413, 415, 422, 503, 507),
    )
    async def patch_project(request: Request, project: str) -> ChangedProject:
        """Change what is given and leave the rest (RFC 7396): null takes a member away."""
        changes = read_json(await read_body(request, settings))
        if not isinstance(changes, dict):
            raise Refusal(problem(422, "The body must be a JSON object.", (Place("must be an object", ""),)))

        def patched(baseline: Baseline | None, goal: Goal) -> tuple[Baseline | None, Goal]:
            known = ProjectFacts(baseline=baseline, goal=goal).model_dump(mode="json", exclude_none=True)
            said = read_facts(ProjectFacts, merged(known, changes))
            return said.baseline, said.goal or Goal()

        return await run_in_threadpool(lambda: _changed(kept().projects.change(project, patched, at=now()), changes))

    @router.get(
        "/projects/{project}/experiments/export",
        summary="Export a project's experiments",
        dependencies=reader,
        response_class=Response,
        responses=_EXPORT | refusals(401, 403, 404, 422, 503),
    )
    def export_project(project: str, form: Form = "csv") -> Response:
        """The table of experiments, with what changed from one to the next; as JSON with all checkpoints, baseline and goal."""
        headers = {"Content-Disposition": f'attachment; filename="experiments.{_SUFFIXES[form]}"'}
        return Response(export(kept(), project, form), headers=headers, media_type=MEDIA_TYPES[form])

    return router


def _changed(project: Project, said: Any) -> ChangedProject:
    values = {field.name: getattr(project, field.name) for field in fields(project)}
    return ChangedProject(**values, warnings=misnamed_members(said, ProjectFacts))

"""A project's experiments: the table, where the loop stands, and two runs in one plot."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from advisor.api.parts import Parts
from advisor.api.problems import Refusal, problem
from advisor.errors import NotRecorded
from advisor.experiments import Store
from advisor.experiments.table import changes_between
from advisor.facts import EarlierRun
from advisor.web.experiments_view import compared_runs, project_view
from advisor.web.pages import Pages
from advisor.web.sparkline import sparkline

_SECTION = "/ui/experiments"
_SPARK_SECONDS = 3600
_SVG = "image/svg+xml"


def experiments_routes(parts: Parts, pages: Pages) -> APIRouter:
    """Return the routes of projects; a key is asked for where the API asks a reader for one."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(parts.guard.at_least("reader"))])

    @router.get(_SECTION)
    async def projects(request: Request) -> Response:
        if parts.store is None:
            return pages.page(request, "no_store.html.j2", section=_SECTION, title="Experiments")
        found = await asyncio.to_thread(parts.store.projects.all)
        return pages.page(request, "projects.html.j2", section=_SECTION, projects=found)

    @router.get(_SECTION + "/{project}")
    async def experiments(request: Request, project: str, after: Annotated[int | None, Query(ge=0)] = None) -> Response:
        view = await asyncio.to_thread(project_view, project, after, parts, _store())
        return pages.page(request, "experiments.html.j2", section=_SECTION, view=view)

    @router.get(_SECTION + "/{project}/compare")
    async def compare(request: Request, project: str, run: Annotated[list[str] | None, Query(max_length=10)] = None) -> Response:
        if run is None or len(run) != 2 or run[0] == run[1]:  # two runs are what one compares
            raise Refusal(problem(422, "Choose two experiments to compare: tick them in the table."))
        return await asyncio.to_thread(_drawn, request, project, (run[0], run[1]))

    @router.get(_SECTION + "/{project}/spark")
    async def spark(project: str, run: Annotated[str, Query(max_length=200)]) -> Response:
        found = await asyncio.to_thread(_store().experiments.find, project, run)
        if found is None:  # a page that is older than the project asks for it, and shows it as a picture
            return Response(sparkline(EarlierRun()), 404, media_type=_SVG)
        headers = {"Cache-Control": f"private, max-age={_SPARK_SECONDS}"}  # its address changes with the run
        return Response(sparkline(found.run), media_type=_SVG, headers=headers)

    def _drawn(request: Request, project: str, names: tuple[str, str]) -> Response:
        one, other = (_store().experiments.get(project, name) for name in names)
        view = compared_runs(one, other)
        changes = changes_between(other.run, one.run)
        return pages.page(request, "compare.html.j2", section=_SECTION, project=project, view=view, changes=changes)

    def _store() -> Store:
        if parts.store is None:
            raise NotRecorded("This service keeps no experiments.")
        return parts.store

    return router

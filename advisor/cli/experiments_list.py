"""``advisor experiments list``: the experiment table of a project, and how the scores went."""

from __future__ import annotations

from typing import Annotated

import typer
from pydantic import TypeAdapter
from rich.text import Text

from advisor.cli.experiments_store import known_project, open_store
from advisor.cli.experiments_table import around_line, score_chart, table_lines
from advisor.cli.options import AsJson
from advisor.cli.terminal import screen, show, write_bytes


def list_experiments(
    project: Annotated[
        str | None,
        typer.Option("--project", "-p", metavar="NAME", envvar="ADVISOR_PROJECT", help="The project; without it, all are listed."),
    ] = None,
    projects: Annotated[bool, typer.Option("--projects", help="List the projects, also where ADVISOR_PROJECT names one.")] = False,
    last: Annotated[int, typer.Option("--last", "-n", min=1, help="How many of the last experiments to show.")] = 50,
    whole: Annotated[bool, typer.Option("--all", help="Show every experiment.")] = False,
    as_json: AsJson = False,
) -> None:
    """List a project's experiments, oldest first: settings, best validation loss, score, and what changed.

    JSON holds every experiment. Without a project the projects are listed, each with its baseline and its target.
    """
    if projects or project is None:
        _list_projects(as_json=as_json)
        return
    from advisor.experiments.records import Project
    from advisor.experiments.table import ExperimentRow, table_page

    with open_store() as store:
        found = known_project(store, project)
        after = 0 if whole or as_json else max(found.experiments - last, 0)
        rows = table_page(store, project, after=after)
    if as_json:
        write_bytes(TypeAdapter(dict[str, Project | list[ExperimentRow]]).dump_json({"project": found, "experiments": rows}, by_alias=True))
        return
    width, ascii_only = screen()
    parts = [Text(around_line(found), style="dim")]
    if rows:
        parts += [Text(), Text("\n").join(table_lines(rows, width))]
    if after:
        parts.append(Text(f"{after:,} earlier ones are not shown: --all shows them.", style="dim"))
    drawn = score_chart(rows, found, width=width, ascii_only=ascii_only)
    if drawn:
        parts += [Text(), *drawn]
    show(*parts)


def _list_projects(*, as_json: bool) -> None:
    from advisor.experiments.records import Project

    with open_store() as store:
        found = store.projects.all()
    if as_json:
        write_bytes(TypeAdapter(dict[str, list[Project]]).dump_json({"projects": found}))
    elif found:
        show(*(Text(around_line(one)) for one in found))
    else:
        show(Text("The store has no project yet; advisor experiments add makes one."))

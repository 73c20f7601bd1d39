"""The store that commands work with, and the project that they are about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from os import environ
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

if TYPE_CHECKING:
    from advisor.experiments import Store
    from advisor.experiments.records import Project

STORE = (
    "The store is the one that ADVISOR_DATABASE_URL names, else a file in your data folder. ADVISOR_PROJECT names the project where "
    "--project does not."
)

_NO_STORE = "ADVISOR_DATABASE_URL is set to nothing, so nothing is kept and there is no project: give it sqlite:///FILE, or unset it."

ProjectName: TypeAlias = Annotated[
    str, typer.Option("--project", "-p", metavar="NAME", envvar="ADVISOR_PROJECT", help="The project.", show_default=False)
]
MaybeProject: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--project",
        "-p",
        metavar="NAME",
        envvar="ADVISOR_PROJECT",
        help="The project: its earlier runs, baseline and goal are taken into account, and run and advice are recorded in it.",
    ),
]
MaybeRun: TypeAlias = Annotated[
    str | None, typer.Option("--run", metavar="NAME", help="What the run is called in the project, such as R2; else what the file says.")
]
Varied: TypeAlias = Annotated[
    str | None, typer.Option("--parent", metavar="RUN", help="The run of the project that it varies; else the one before it.")
]
RunName: TypeAlias = Annotated[str, typer.Argument(metavar="RUN", help="The name of a recorded run, such as R2.", show_default=False)]


@contextmanager
def open_store() -> Iterator[Store]:
    """Yield the store that the environment names, made and brought up to date if need be.

    Raises:
        UnusableInput: ADVISOR_DATABASE_URL is no address of a database, or set to nothing, so that nothing is to be kept.
        StoreFault: It cannot be opened.
    """
    from advisor.errors import UnusableInput
    from advisor.experiments import Store, default_database_url

    url = environ.get("ADVISOR_DATABASE_URL")
    if url == "":
        raise UnusableInput(_NO_STORE)
    with Store(url or default_database_url()) as store:
        yield store


def known_project(store: Store, name: str) -> Project:
    """Return a project; raise NotRecorded where there is none, with those that there are."""
    from advisor.errors import NotRecorded

    found = store.projects.find(name)
    if found is not None:
        return found
    others = [project.name for project in store.projects.all()]
    there = f"the store has {_listed(others)}." if others else "the store has none yet; advisor experiments add makes one."
    raise NotRecorded(f"There is no project {name}: {there}")


def _listed(names: list[str], most: int = 5) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")

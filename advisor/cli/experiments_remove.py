"""``advisor experiments remove``: a mistaken experiment, taken out of the table."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from advisor.cli.experiments_store import ProjectName, RunName, known_project, open_store
from advisor.cli.terminal import show
from advisor.clock import now


def remove(
    name: RunName,
    project: ProjectName,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Take a mistaken experiment out of the table; the advice on it, and what came of that, stay in the store."""
    with open_store() as store:
        known_project(store, project)
        store.experiments.get(project, name)
        if not yes and not typer.confirm(f"Remove experiment {name} from project {project} for good?", err=True):
            show(Text("Nothing was removed."))
            return
        store.experiments.remove(project, name, at=now())
    show(Text(f"Removed experiment {name} from project {project}."))

"""``advisor experiments``: the experiment table of a project, kept and read."""

from __future__ import annotations

import typer

from advisor.cli import (
    experiments_add,
    experiments_compare,
    experiments_evaluate,
    experiments_export,
    experiments_list,
    experiments_project,
    experiments_remove,
)
from advisor.cli.experiments_store import STORE

app = typer.Typer(no_args_is_help=True, help="Keep the experiment table of a project: record, evaluate, compare, export.", epilog=STORE)
app.command("list", epilog=STORE)(experiments_list.list_experiments)
app.command("add", epilog=STORE)(experiments_add.add)
app.command("change", epilog=STORE)(experiments_add.change)
app.command("remove", epilog=STORE)(experiments_remove.remove)
app.command("evaluate", epilog=STORE)(experiments_evaluate.evaluate)
app.command("compare", epilog=STORE)(experiments_compare.compare)
app.command("export", epilog=STORE)(experiments_export.export)
app.command("project", epilog=STORE)(experiments_project.project)

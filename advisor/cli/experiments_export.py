"""``advisor experiments export``: the table for a spreadsheet, a document, or another store."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from advisor.cli.experiments_store import ProjectName, known_project, open_store
from advisor.cli.terminal import write_bytes


class ExportForm(StrEnum):
    """In which form experiments are exported."""

    csv = "csv"
    json = "json"
    markdown = "markdown"


def export(
    project: ProjectName,
    form: Annotated[ExportForm, typer.Option("--format", help="csv and markdown: the table; json: everything, to be added again.")] = (
        ExportForm.csv
    ),
) -> None:
    """Print a project's experiments in the columns of the workflow document."""
    from advisor.experiments.exporting import export as exported

    with open_store() as store:
        known_project(store, project)
        write_bytes(exported(store, project, form.value).rstrip("\n").encode())

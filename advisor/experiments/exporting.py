"""A project as CSV, Markdown or JSON; only the last holds the curves, and can be imported again."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from typing import Literal

from advisor.experiments.store import Store
from advisor.experiments.table import COLUMNS, ExperimentRow, table_page

ExportFormat = Literal["csv", "json", "markdown"]
MEDIA_TYPES: dict[ExportFormat, str] = {"csv": "text/csv", "json": "application/json", "markdown": "text/markdown"}
_MARKUP = re.compile(r"[\\|\[`]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export(store: Store, project: str, form: ExportFormat) -> str:
    """Return a project's experiments as text; raise NotRecorded where there is no such project."""
    found = store.projects.get(project)
    if form == "csv":
        return to_csv(table_page(store, project))
    if form == "markdown":
        return to_markdown(table_page(store, project))
    around = {"project": project, "goal": found.goal.model_dump(mode="json", exclude_none=True)}
    if found.baseline is not None:
        around["baseline"] = found.baseline.model_dump(mode="json", exclude_none=True)
    entries = ",\n".join(f'{{"parent": {json.dumps(parent)}, "run": {run}}}' for parent, run in store.experiments.texts(project))
    return f'{json.dumps(around)[:-1]}, "experiments": [\n{entries}\n]}}\n'


def to_csv(rows: Iterable[ExperimentRow]) -> str:
    """Return the table as CSV; a text that a spreadsheet would take for a formula gets an apostrophe before it."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([f"'{cell}" if cell.startswith(_FORMULA) and not _is_number(cell) else cell for cell in row.cells] for row in rows)
    return page.getvalue()


def to_markdown(rows: Iterable[ExperimentRow]) -> str:
    """Return the table as Markdown."""
    lines = [COLUMNS, ("---",) * len(COLUMNS), *(row.cells for row in rows)]
    return "".join(f"| {' | '.join(map(_in_a_cell, line))} |\n" for line in lines)


def _in_a_cell(text: str) -> str:
    return " ".join(_MARKUP.sub(r"\\\g<0>", text).replace("<", "&lt;").split())


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True

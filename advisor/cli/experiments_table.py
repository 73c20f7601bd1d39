"""The experiment table as lines of text; ten thousand of them are as quick as ten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from advisor.cli.experiments_chart import Curve, Level, chart
from advisor.cli.layout import number
from advisor.shown import said

if TYPE_CHECKING:
    from advisor.contract.advice import Change
    from advisor.experiments.records import Project
    from advisor.experiments.table import ExperimentRow

_GAP = "  "
_HEADINGS = (
    ("Run", ""), ("Base model", ""), ("Dataset", ""), ("Epochs", ""), ("LR", ""), ("Batch", ""), ("Best", "val_loss"),
    ("Combined", "eval"),
)  # fmt: skip
_YIELDING = ((1, 12), (2, 8), (0, 12))  # which column gives way first on a narrow screen, and how far
_DETAIL = 5


def table_lines(rows: Sequence[ExperimentRow], width: int) -> list[Text]:
    """Return the workflow document's table, what changed since the run that each one varies below its line."""
    cells = [row.cells[: len(_HEADINGS)] for row in rows]
    sizes = [max(cell_len(line[i]) for line in (*zip(*_HEADINGS, strict=True), *cells)) for i in range(len(_HEADINGS))]
    for column, least in _YIELDING:
        over = sum(sizes) + len(_GAP) * (len(sizes) - 1) - width
        sizes[column] = max(min(sizes[column], least), sizes[column] - max(over, 0))
    lines = [_line(heading, sizes, "bold") for heading in zip(*_HEADINGS, strict=True)]
    for row, line in zip(rows, cells, strict=True):
        lines.append(_line(line, sizes))
        if row.changed:
            lines.append(Text(f"{'':{_DETAIL}}{changes_text(row.changed)}", style="dim"))
    return lines


def changes_text(changed: Sequence[Change]) -> str:
    """Return what changed from what to what, in one line."""
    return "; ".join(f"{c.parameter}: {said(c.from_)} -> {said(c.to)}" for c in changed)


def score_chart(rows: Sequence[ExperimentRow], project: Project, *, width: int, ascii_only: bool) -> list[Text]:
    """Return the scores over the runs, with baseline and target as levels; none below two scores."""
    scored = [(row.run, (float(row.position), row.score)) for row in rows if row.score is not None]
    if len(scored) < 2:
        return []
    baseline = None if project.baseline is None else project.baseline.score
    levels = [Level(name, value) for name, value in (("baseline", baseline), ("target", project.goal.target_score)) if value is not None]
    curve = Curve("score", tuple(point for _, point in scored))
    return chart([curve], levels, width=width, ascii_only=ascii_only, ends=(scored[0][0], scored[-1][0]))


def around_line(project: Project) -> str:
    """Return what is known of a project besides its experiments, in one line."""
    goal, budget = project.goal, project.goal.budget
    parts = [
        "no baseline yet" if project.baseline is None or project.baseline.score is None else f"baseline {number(project.baseline.score)}"
    ]
    if goal.target_score is not None:
        parts.append(f"target {number(goal.target_score)}")
    if goal.needs:
        parts.append(f"needs {', '.join(goal.needs)}")
    left = ((budget.runs_left, "runs"), (budget.money_left, "money"), (budget.hours_left, "hours"))
    parts += [f"{number(amount)} {unit} left" for amount, unit in left if amount is not None]
    count = f"{project.experiments:,} experiment{'' if project.experiments == 1 else 's'}"
    return f"Project {project.name}: {count}, {', '.join(parts)}."


def _line(cells: Sequence[str], sizes: Sequence[int], style: str = "") -> Text:
    fitted = (_fitted(cell, size) for cell, size in zip(cells, sizes, strict=True))
    return Text(_GAP.join(fitted).rstrip(), style=style)


def _fitted(text: str, size: int) -> str:
    """Return a cell of exactly this width on the screen; what is cut off ends with dots."""
    return set_cell_size(text if cell_len(text) <= size else set_cell_size(text, size - 2) + "..", size)

"""``advisor experiments compare``: two runs side by side, and their validation losses over one axis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import TypeAdapter
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from advisor.cli.experiments_chart import Curve, chart
from advisor.cli.experiments_store import ProjectName, RunName, known_project, open_store
from advisor.cli.experiments_table import changes_text
from advisor.cli.layout import heading, paragraph
from advisor.cli.options import AsJson
from advisor.cli.terminal import screen, show, write_bytes
from advisor.contract.advice import Change
from advisor.facts import EarlierRun, as_float

if TYPE_CHECKING:
    from advisor.experiments.records import Experiment
    from advisor.experiments.table import ExperimentRow


def compare(first: RunName, second: RunName, project: ProjectName, as_json: AsJson = False) -> None:
    """Show two runs side by side: what changed, what came of it, and both validation losses in one chart."""
    from advisor.experiments.table import ExperimentRow, changes_between, table_rows

    with open_store() as store:
        known_project(store, project)
        one, other = store.experiments.get(project, first), store.experiments.get(project, second)
    rows = [table_rows([experiment], {})[0] for experiment in (one, other)]
    changed = changes_between(other.run, one.run)
    if as_json:
        told = TypeAdapter(dict[str, list[ExperimentRow] | tuple[Change, ...]])
        write_bytes(told.dump_json({"experiments": rows, "changed": changed}, by_alias=True))
        return
    show(*_page((one, other), rows, changed))


def _page(pair: tuple[Experiment, Experiment], rows: list[ExperimentRow], changed: tuple[Change, ...]) -> Iterator[RenderableType]:
    from advisor.experiments.table import COLUMNS

    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for title in ("", *(experiment.name for experiment in pair), ""):
        table.add_column(title, overflow="fold")
    differing = {_COLUMN_OF[change.parameter] for change in changed if change.parameter in _COLUMN_OF}
    for i, title in enumerate(COLUMNS[1:-1], 1):
        one, other = (row.cells[i] for row in rows)
        mark = Text("changed", style="yellow") if title in differing else Text(_gain(title, rows), style="dim")
        table.add_row(Text(title, style="dim"), one, other, mark)
    yield table
    yield Text()
    count = (
        "Nothing that both state differs" if not changed else "One thing changed" if len(changed) == 1 else f"{len(changed)} things changed"
    )
    yield Text.assemble((count, "bold"), f": {changes_text(changed)}." if changed else ".")
    if len(changed) > 1:
        yield Text("Which of them moved the score cannot be told from these two runs.", style="yellow")
    width, ascii_only = screen()
    curves = [Curve(experiment.name, _valid_losses(experiment.run)) for experiment in pair]
    drawn = chart(curves, width=width, ascii_only=ascii_only)
    yield heading("Validation loss over steps")
    lacking = [curve.label for curve in curves if not curve.points]
    if lacking:
        yield paragraph(f"No validation losses are recorded of {' and '.join(lacking)}.", style="dim")
    yield from drawn


_COLUMN_OF = {
    "base_model": "Base model", "dataset": "Dataset", "n_epochs": "Epochs", "learning_rate_multiplier": "LR", "learning_rate": "LR",
    "batch_size": "Batch",
}  # fmt: skip


def _gain(title: str, rows: list[ExperimentRow]) -> str:
    """Return how far the second run lies from the first in what was measured."""
    values = {"Best val_loss": [row.best_valid_loss for row in rows], "Combined eval": [row.score for row in rows]}.get(title, [])
    known = [value for value in values if value is not None]
    return f"{known[1] - known[0]:+.{3 if title == 'Best val_loss' else 2}f}" if len(known) == len(rows) else ""


def _valid_losses(run: EarlierRun) -> tuple[tuple[float, float], ...]:
    """Return (step, loss) by rising step, of the full validation loss where a run has any."""
    for name in ("full_valid_loss", "valid_loss"):
        values = {c.step_number: value for c in run.checkpoints if (value := as_float(getattr(c.metrics, name))) is not None}
        if values:
            return tuple((float(step), values[step]) for step in sorted(values))
    return ()

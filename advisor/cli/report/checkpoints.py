"""The table of checkpoints, the best one and those worth an evaluation marked in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from advisor.cli.layout import INDENT, number, paragraph
from advisor.contract.advice import Advice, BestCheckpoint, Candidate
from advisor.facts import Run
from advisor.shown import ShownCheckpoint, candidate_reason, epoch_cell, metric_cell, rank_of, ratio_cell, shown_checkpoints

_COLUMNS = (
    ("train_loss", "Train loss"),
    ("valid_loss", "Valid loss"),
    ("full_valid_loss", "Full valid"),
    ("train_mean_reward", "Train reward"),
    ("full_valid_mean_reward", "Valid reward"),
    ("completion_tokens_mean", "Tokens"),
)
_VALIDATION = frozenset({"valid_loss", "full_valid_loss", "full_valid_mean_reward"})
_RANK_STYLES = ("green", "yellow", "yellow", "red")
_BAND = "Band"
_SHOWN_ROWS = 24
_SHOWN_AT_EACH_END = 8


def best_sentence(best: BestCheckpoint) -> str:
    """Return which checkpoint is best by which measure."""
    epoch = f" (epoch {number(best.epoch)})" if best.epoch is not None else ""
    kept = "" if best.deployable else "; the file names no saved model for it"
    return f"Best: step {best.step_number:,}{epoch}, {best.by} {best.value:.4g}{kept}."


def best_line(advice: Advice) -> Iterator[RenderableType]:
    """Yield which checkpoint is best, and the names of those to evaluate."""
    best = advice.best_checkpoint
    if best is not None:
        yield paragraph(best_sentence(best))
    named = [c for c in advice.candidates if c.fine_tuned_model_checkpoint]
    for candidate in named:
        yield Padding(_candidate(candidate, candidate_reason(candidate, best)), (0, 0, 0, INDENT))


def _candidate(candidate: Candidate, reason: str) -> Text:
    return Text.assemble(f"Evaluate step {candidate.step_number:,} ({reason}): ", (str(candidate.fine_tuned_model_checkpoint), "cyan"))


@dataclass(frozen=True, slots=True)
class CheckpointCells:
    """The table as text: its titles, a row per step, a number in place of so many rows that are not shown, and a note below it."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...] | int, ...]
    note: str | None


def checkpoint_cells(advice: Advice, run: Run) -> CheckpointCells | None:
    """Return a row per step, long tables shortened in the middle and saying so; None without checkpoints."""
    rows = list(shown_checkpoints(run, advice, (name for name, _ in _COLUMNS)))
    if not rows:
        return None
    every = len(rows)
    if every > _SHOWN_ROWS:
        rows = _evaluated(rows)
    columns = [(name, title) for name, title in _COLUMNS if any(name in row.metrics for row in rows)]
    if run.method == "reinforcement":
        columns = [(name, title) for name, title in columns if not name.endswith("loss")] or columns
    with_epochs = any(row.checkpoint.epoch is not None for row in rows)
    with_ratios = any(row.checkpoint.overfit_ratio is not None for row in rows)
    titles = ("Step", *(["Epoch"] if with_epochs else []), *(t for _, t in columns), *(["Ratio", _BAND] if with_ratios else []), "")
    names = [name for name, _ in columns]
    shown = tuple(
        row if isinstance(row, int) else _cells(row, names, with_epochs=with_epochs, with_ratios=with_ratios) for row in _shortened(rows)
    )
    left_out = every - len(rows)
    return CheckpointCells(titles, shown, f"{left_out:,} steps without a validation value are not shown." if left_out else None)


def checkpoint_table(advice: Advice, run: Run, bands: Sequence[str] = ()) -> RenderableType | None:
    """Return the table for a terminal, each band in the colour of its place among ``bands``; None without checkpoints."""
    cells = checkpoint_cells(advice, run)
    if cells is None:
        return None
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in cells.titles:
        table.add_column(title, justify="right" if title not in ("", _BAND) else "left", style="" if title else "bold", no_wrap=True)
    for row in cells.rows:
        if isinstance(row, int):
            table.add_row("…", *[""] * (len(cells.titles) - 2), Text(not_shown(row), style="dim"))
        else:
            table.add_row(
                *(Text(cell, style=_style(cell, bands) if title == _BAND else "") for title, cell in zip(cells.titles, row, strict=True))
            )
    note = Text(cells.note, style="dim") if cells.note else None
    return Padding(Group(table, note) if note is not None else table, (0, 0, 0, INDENT))


def _style(band: str, bands: Sequence[str]) -> str:
    rank = rank_of(band, bands)
    return "" if rank is None else _RANK_STYLES[rank]


def not_shown(rows: int) -> str:
    """Return what stands in place of so many rows."""
    return f"{rows:,} rows not shown"


def _evaluated(rows: list[ShownCheckpoint]) -> list[ShownCheckpoint]:
    """Return the rows with a validation value and the marked ones; all rows where hardly any was evaluated."""
    evaluated = [row for row in rows if row.marks or any(name in _VALIDATION for name in row.metrics)]
    return evaluated if sum(not row.marks for row in evaluated) > 1 else rows


def _shortened(rows: list[ShownCheckpoint]) -> Iterator[ShownCheckpoint | int]:
    """Yield the rows to show, and between them how many were left out."""
    if len(rows) <= _SHOWN_ROWS:
        yield from rows
        return
    shown = {i for i, row in enumerate(rows) if i < _SHOWN_AT_EACH_END or i >= len(rows) - _SHOWN_AT_EACH_END or row.marks}
    hidden = 0
    for i, row in enumerate(rows):
        if i in shown:
            if hidden == 1:  # a line that says so would be as long as the row itself
                yield rows[i - 1]
            elif hidden:
                yield hidden
            hidden = 0
            yield row
        else:
            hidden += 1


def _cells(row: ShownCheckpoint, names: list[str], *, with_epochs: bool, with_ratios: bool) -> tuple[str, ...]:
    checkpoint = row.checkpoint
    cells = [f"{checkpoint.step_number:,}"]
    if with_epochs:
        cells.append(epoch_cell(checkpoint.epoch))
    cells += [metric_cell(name, row.metrics.get(name)) for name in names]
    if with_ratios:
        cells += [ratio_cell(checkpoint.overfit_ratio), checkpoint.overfit_band or ""]
    return (*cells, ", ".join(row.marks))

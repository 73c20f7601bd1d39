"""The CSV of a chart at W&B: one column per run and metric, with its lowest and highest value beside it."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.errors import UnusableInput
from advisor.sources import table
from advisor.sources.content import Content
from advisor.sources.curve import Entry, Reading, read_curve
from advisor.sources.imported import Format, ImportedRun
from advisor.sources.numbers import as_step
from advisor.sources.roles import STEPS, is_telling, plain

_MARK = " - "
_BOUNDS = ("__MIN", "__MAX")


def recognises(content: Content) -> bool:
    """Say whether the columns are called after runs and metrics: ``run-7 - train/loss``."""
    return any(_MARK in name for name in content.header[1:]) and any(name.endswith(_BOUNDS) for name in content.header)


def read(content: Content) -> ImportedRun:
    """Read one run of the chart: the one with most points, and a warning that names the others."""
    runs: dict[str, dict[str, str]] = {}
    for column in content.header[1:]:
        run, mark, metric = column.rpartition(_MARK)
        if mark and not metric.endswith(_BOUNDS):
            runs.setdefault(run, {})[column] = metric
    telling = {run: columns for run, columns in runs.items() if any(is_telling(metric) for metric in columns.values())}
    if not telling:
        shown = ", ".join(sorted({metric for columns in runs.values() for metric in columns.values()})[:4])
        raise UnusableInput(f"The chart shows {shown or 'no metric'}, no loss and no reward: export the chart of the losses.")
    filled = dict.fromkeys(telling, 0)
    for entry in table.entries(content):
        for run, columns in telling.items():
            filled[run] += any(column in entry for column in columns)
    taken = max(telling, key=lambda run: filled[run])
    others = [run for run in telling if run != taken]
    warnings = [_choice(taken, others)] if others else []

    def entries() -> Iterator[Entry]:
        for number, entry in enumerate(table.entries(content), 1):
            values = {metric: entry[column] for column, metric in telling[taken].items() if column in entry}
            if values:
                yield {"step": _step(entry, content.header[0], number), **values}

    return read_curve(FORMAT.id, entries, Reading(warnings=warnings))


def _step(entry: Entry, axis: str, number: int) -> int | None:
    """Return the step of a row; a chart over time has none, so that its rows are counted."""
    return as_step(entry.get(axis)) if plain(axis) in STEPS else number


def _choice(taken: str, others: list[str]) -> str:
    named = ", ".join(others[:4]) + (", …" if len(others) > 4 else "")
    return f"The chart shows {len(others) + 1} runs: {taken} was taken, which has most points; the others are {named}."


FORMAT = Format("wandb-chart", "W&B chart CSV", recognises, read, 'CSV with columns such as "run-7 - train/loss" and "…__MIN", "…__MAX"')

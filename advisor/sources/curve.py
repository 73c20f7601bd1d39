"""From entries under a trainer's own names to a run: what all formats share that write one object or row per moment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from advisor.errors import UnusableInput
from advisor.sources.building import imported
from advisor.sources.imported import Dropped, ImportedRun
from advisor.sources.moments import Moments
from advisor.sources.numbers import as_epoch, as_metric, as_step
from advisor.sources.points import PointTable
from advisor.sources.roles import EPOCHS, RATES, STEPS, contract_names, first_of, highest_rate, is_telling, plain

Entry = Mapping[str, Any]
Entries = Callable[[], Iterable[Entry]]
"""Gives the entries from the beginning each time that it is called: they are gone through twice and never held."""

_BOOKKEEPING = re.compile(
    r"(?:.*[_/])?(?:runtime|samples_per_second|steps_per_second|total_flos|flos|timestamp|wall_time|date|time)|_.*|unnamed.*|system/.*|"
    r"percentage|total_steps|max_steps|num_train_epochs"
)
_NUMBERS = frozenset({int, float})
_SUMMARY_MARKS = ("train_runtime", "train/train_runtime")
_RUN_MEANS = ("train_loss", "train/train_loss")
_CONTRACT_METRICS = frozenset({"train_loss", "full_valid_loss", "train_mean_reward", "full_valid_mean_reward"})


@dataclass(slots=True)
class Progress:
    """How far a run says that it was: ``step`` of ``planned``; None where it does not say."""

    step: int | None = None
    planned: int | None = None

    def saw(self, step: int | None, planned: int | None) -> None:
        """Note what an entry says."""
        self.step = self.step if step is None else step if self.step is None else max(step, self.step)
        self.planned = self.planned if planned is None else planned


@dataclass(frozen=True, slots=True)
class Reading:
    """How the entries of a format are to be understood.

    Attributes:
        given: Names mapped by hand to those of the contract, to ``step`` or to ``epoch``; they win.
        rows_are_epochs: Whether an entry without step and epoch is one epoch further than the one before.
        repeats: Which value counts where a metric is given twice at one step.
        order_counts: Whether the order of the entries is that of time, so that a step that goes back means a restart.
        run: What the file knows of the run besides its points.
        warnings: What was noted before.
        dropped: What was left out before.
        progress: How far the run says that it was.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    rows_are_epochs: bool = False
    repeats: Literal["first", "last"] = "last"
    order_counts: bool = True
    run: Mapping[str, Any] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    dropped: Sequence[Dropped] = ()
    progress: Progress | None = None


@dataclass(slots=True)
class _Shape:
    """Entries with the same names: how many there are, and whether a loss or a reward is among the names."""

    tells: bool
    count: int = 0


@dataclass(slots=True)
class _Survey:
    """What the entries hold: how often each name has a number, and how often beside a loss or a reward."""

    counts: dict[str, int] = field(default_factory=dict)
    beside: dict[str, int] = field(default_factory=dict)
    rates: list[Any] = field(default_factory=list)
    telling: int = 0
    whole_epochs: bool = True
    lowest_epoch: float = float("inf")
    last_epoch: float | None = None


def read_curve(format_id: str, entries: Entries, reading: Reading | None = None) -> ImportedRun:
    """Return the run that the entries describe.

    Raises:
        UnusableInput: No entry has a loss or a reward, or nothing says to which step it belongs.
    """
    reading = reading or Reading()
    survey = _look_over(entries(), reading.given)
    if not survey.telling:
        raise UnusableInput(
            "There is no loss and no reward in it, only "
            + (_listed([n for n in survey.counts if not _BOOKKEEPING.fullmatch(plain(n))]) or "text")
            + ": give the log that holds the losses, or name its columns with --map, such as --map my_loss=train_loss."
        )
    warnings = list(reading.warnings)
    means = _run_means(survey.counts)
    metrics = {name: count for name, count in survey.counts.items() if name not in means and not _is_place(name, reading.given)}
    names = contract_names(metrics, reading.given, warnings)
    table = PointTable(reading.order_counts, reading.repeats)
    for mean in means:
        for _ in range(survey.counts[mean]):
            table.drop("summary value", "it is the mean over the whole run, no point of the curve")
    _add_points(entries(), table, names, means, _StepSource.of(survey, reading), warnings)
    points = table.build()
    ended = any(mark in survey.counts for mark in _SUMMARY_MARKS)
    run = _run_of(survey, reading.progress, warnings, ended=ended)
    run = {**run, **reading.run, "hyperparameters": run["hyperparameters"] | reading.run.get("hyperparameters", {})}
    result = imported(format_id, run, points, warnings=warnings, dropped=reading.dropped)
    if not (result.points.train or result.points.validation or result.points.reward):
        raise UnusableInput("It holds only the summary of a run, or losses without a step: give the log with one entry per logged step.")
    return result


def _look_over(entries: Iterable[Entry], given: Mapping[str, str]) -> _Survey:
    survey = _Survey()
    mapped = {name for name, role in given.items() if role in _CONTRACT_METRICS or role == "valid_loss"}
    known: set[str] = set()
    epoch_name, rate_name = _given_name(given, "epoch"), _given_name(given, "learning_rate")
    shapes: dict[tuple[str, ...], _Shape] = {}  # few, even in a long log: what holds for one holds for all entries of it
    for entry in entries:
        numbers = tuple([name for name, value in entry.items() if type(value) in _NUMBERS or as_metric(value) is not None])
        shape = shapes.get(numbers)
        if shape is None:
            shape = shapes[numbers] = _Shape(tells=any(name in mapped or is_telling(name) for name in numbers))
            known.update(numbers)
            epoch_name = epoch_name or first_of(known, EPOCHS)
            rate_name = rate_name or first_of(known, RATES)
        shape.count += 1
        if not shape.tells:
            continue
        epoch = as_epoch(entry.get(epoch_name)) if epoch_name is not None else None
        if epoch is not None:
            survey.whole_epochs = survey.whole_epochs and epoch.is_integer()
            survey.lowest_epoch = min(survey.lowest_epoch, epoch)
            survey.last_epoch = epoch
        if rate_name is not None and rate_name in entry:
            survey.rates.append(as_metric(entry[rate_name]))
    for numbers, shape in shapes.items():
        survey.telling += shape.count if shape.tells else 0
        for name in numbers:
            survey.counts[name] = survey.counts.get(name, 0) + shape.count
            if shape.tells:
                survey.beside[name] = survey.beside.get(name, 0) + shape.count
    return survey


@dataclass(slots=True)
class _StepSource:
    """Says to which step and epoch an entry belongs."""

    step_name: str | None
    epoch_name: str | None
    moments: Moments | None = None
    rows: bool = False
    shift: int = 0
    said: tuple[str, ...] = ()
    _row: int = 0

    @classmethod
    def of(cls, survey: _Survey, reading: Reading) -> _StepSource:
        epoch_name = _given_name(reading.given, "epoch") or first_of(survey.beside, EPOCHS)
        step_name = _given_name(reading.given, "step") or _best_step(survey)
        if step_name is not None:
            return cls(step_name, epoch_name)
        if epoch_name is not None and 2 * survey.beside[epoch_name] >= survey.telling:
            if survey.whole_epochs:
                return cls(epoch_name, epoch_name, shift=1 if survey.lowest_epoch == 0 else 0)
            said = "The log has epochs but no steps: its moments were numbered in their order."
            return cls(None, epoch_name, moments=Moments(), said=(said,))
        if reading.rows_are_epochs:
            return cls(None, None, rows=True, said=("The file has neither steps nor epochs: each row was taken for one epoch.",))
        raise UnusableInput(
            "The losses in it have no step and no epoch beside them, so they are no curve of a run: "
            "give a log with a step column, or name that column with --map, such as --map batch_no=step."
        )

    def place(self, entry: Entry, values: Mapping[str, Any]) -> tuple[int | None, float | None]:
        """Return step and epoch; the step is None where the entry says none."""
        epoch = as_epoch(entry.get(self.epoch_name)) if self.epoch_name is not None else None
        if self.rows:
            self._row += 1
            return self._row, float(self._row)
        if self.moments is not None:
            return (None, None) if epoch is None else (self.moments.number(epoch, values), epoch)
        step = as_step(entry.get(self.step_name)) if self.step_name is not None else None
        if self.shift and step is not None:
            return step + self.shift, None if epoch is None else epoch + self.shift
        return step, epoch


def _add_points(
    entries: Iterable[Entry], table: PointTable, names: Mapping[str, str], means: set[str], source: _StepSource, warnings: list[str]
) -> None:
    warnings.extend(source.said)
    targets: dict[str, str | None] = {}
    skipped = {source.step_name, source.epoch_name} | means
    taken = set(names.values())
    for entry in entries:
        values: dict[str, Any] = {}
        for name, raw in entry.items():
            if name not in targets:
                targets[name] = None if name in skipped else _target(name, names, taken)
            target = targets[name]
            if target is None or raw is None:
                continue
            value = as_metric(raw)
            if value is not None:
                values.setdefault(target, value)
        if not values:
            continue
        step, epoch = source.place(entry, values)
        if step is None:
            table.drop("entry", "no step number")
        else:
            table.add(step, values, epoch=epoch)


def _target(name: str, names: Mapping[str, str], taken: set[str]) -> str | None:
    """Return the name under which a value is kept, None where it is no metric; a name of the contract belongs to one metric only."""
    if name in names:
        return None if names[name] in ("step", "epoch") else names[name]
    known = plain(name)
    if _BOOKKEEPING.fullmatch(known) or known in STEPS or known in EPOCHS:
        return None
    return f"file/{name}" if name in taken else name


def _best_step(survey: _Survey) -> str | None:
    """Return the first known name of a step that stands beside most losses."""
    by_plain = {plain(name): name for name in survey.beside}
    found = [by_plain[name] for name in STEPS if name in by_plain]
    return next((name for name in found if 2 * survey.beside[name] >= survey.telling), None)


def _run_means(counts: Mapping[str, int]) -> set[str]:
    """Return the names that hold the mean over a whole run: the summary of a trainer has its runtime beside it."""
    summaries = max((counts[mark] for mark in _SUMMARY_MARKS if mark in counts), default=0)
    return {name for name in _RUN_MEANS if 0 < counts.get(name, 0) <= summaries}


def _is_place(name: str, given: Mapping[str, str]) -> bool:
    known = plain(name)
    return name not in given and (known in STEPS or known in EPOCHS or _BOOKKEEPING.fullmatch(known) is not None)


def _given_name(given: Mapping[str, str], role: str) -> str | None:
    return next((name for name, target in given.items() if target == role), None)


def _run_of(survey: _Survey, progress: Progress | None, warnings: list[str], *, ended: bool) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    rate = highest_rate(survey.rates, warnings)
    if rate is not None:
        settings["learning_rate"] = rate
    run: dict[str, Any] = {"hyperparameters": settings}
    at, planned = (progress.step, progress.planned) if progress is not None else (None, None)
    if ended or (at is not None and planned is not None and at >= planned):
        run["status"] = "succeeded"
        if survey.last_epoch and abs(survey.last_epoch - round(survey.last_epoch)) < 0.05:
            settings["n_epochs"] = float(max(1, round(survey.last_epoch)))
    elif at is not None and planned is not None:
        warnings.append(
            f"The file ends at step {at:,} of {planned:,} planned: it was read as a run that ended there; "
            'give the status "running" if it goes on.'
        )
    return run


def _listed(names: Sequence[str], most: int = 6) -> str:
    return ", ".join(str(name)[:40] for name in names[:most]) + (", …" if len(names) > most else "")


def numbered_rows(columns: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """Yield the rows of series that stand side by side; a shorter one is absent from the later rows."""
    for i in range(max((len(series) for series in columns.values()), default=0)):
        yield {name: series[i] for name, series in columns.items() if i < len(series)}

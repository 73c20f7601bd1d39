"""A folder with something to read in it: a checkpoint directory, a run directory, a run of MLflow, or several runs."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from advisor.errors import UnusableInput
from advisor.sources import mlflow_store, tensorboard
from advisor.sources.content import Content
from advisor.sources.event_records import is_event_file
from advisor.sources.imported import ImportedRun
from advisor.sources.reading import bytes_of, read_file

_STATE = "trainer_state.json"
_CHECKPOINT = re.compile(r"checkpoint-(\d{1,15})")
_ENDINGS = frozenset({".json", ".jsonl", ".csv", ".tsv", ".log", ".txt", ".out"})
_NO_LOGS = frozenset({"tokenizer.json", "vocab.json", "config.json", "merges.txt", "requirements.txt", "package.json"})
_DEEPEST = 4
_MOST_FILES = 400
_LARGEST_GUESS = 64 * 2**20  # bytes; what is larger is data or weights, unless it is given by itself
_EVALUATED = frozenset({"validation", "val", "eval", "valid"})
_NAMED = 4


@dataclass(frozen=True, slots=True)
class _Found:
    """A curve in a folder: where it lies, seen from the folder, and the run that it belongs to."""

    place: str
    run: str
    imported: ImportedRun

    @property
    def weight(self) -> int:
        points = self.imported.points
        return points.train + points.validation + points.reward


def read_path(path: Path, *, given: Mapping[str, str] | None = None, progress: Callable[[float], None] | None = None) -> ImportedRun:
    """Read a run from a file or a folder; for a folder a warning says what was taken.

    Raises:
        UnusableInput: There is no run in it, or nothing at all.
    """
    if not path.is_dir():
        return read_file(path, given=given, progress=progress)
    return _read_folder(path, given)


def _read_folder(folder: Path, given: Mapping[str, str] | None) -> ImportedRun:
    files = list(islice(_files(folder), _MOST_FILES))
    if not files:
        raise UnusableInput("The folder holds no log: give the folder of a run, or a file such as its trainer_state.json.")
    reasons: list[str] = []
    found: list[_Found] = []
    if not given:
        states = list(_states(folder, files, reasons))
        others = [*_mlflow_runs(folder, files, reasons), *_event_runs(folder, files, reasons)]
        found = [*states, *(curve for curve in others if not any(_inside(curve.run, state.run) for state in states))]
    if not found:
        found = list(_others(folder, files, given, reasons))
    if not found:
        why = f" ({reasons[0]})" if len(reasons) == 1 else f"; the first of its {len(reasons):,} logs: {reasons[0]}" if reasons else ""
        raise UnusableInput(f"The folder holds no curve of a run{why}".rstrip(".") + ". Give the folder of a run, or the file itself.")
    taken = max(found, key=lambda curve: (curve.weight, curve.place))
    return replace(taken.imported, warnings=(_choice(taken, found), *taken.imported.warnings))


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a folder of past runs holds; places are seen from the folder.

    Attributes:
        runs: The runs that several files make, or one of several states, by their places.
        logs: The files that may be a run each by themselves.
        refused: Of the runs first named those that cannot be read, by their places, with why.
    """

    runs: tuple[tuple[str, ImportedRun], ...]
    logs: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


def take_inventory(folder: Path) -> Inventory:
    """Return every run of a folder, at any depth, where ``read_path`` takes the one with most points."""
    files = list(_files(folder, deepest=None))
    found: list[_Found] = []
    refused: list[tuple[str, str]] = []
    for place_of, read in (("trainer state", _states), ("MLflow run", _mlflow_runs), ("event files", _event_runs)):
        reasons: list[str] = []
        found += read(folder, files, reasons)
        refused += [(place_of, reason) for reason in reasons]
    logs = [place for place in files if Path(place).name != _STATE and _may_be_a_log(folder / place)]
    return Inventory(tuple((curve.place, curve.imported) for curve in found), tuple(logs), tuple(refused))


def _may_be_a_log(path: Path) -> bool:
    return path.suffix.lower() in _ENDINGS and path.name not in _NO_LOGS and _size(path) <= _LARGEST_GUESS


def _inside(place: str, run: str) -> bool:
    return run == "." or place == run or place.startswith(f"{run}/")


def _files(folder: Path, deepest: int | None = _DEEPEST) -> Iterator[str]:
    """Yield the places of files, seen from the folder, in the order of their names; hidden ones and links to folders are left out."""
    for here, folders, names in os.walk(folder):
        inside = Path(here).relative_to(folder)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and (deepest is None or len(inside.parts) < deepest))
        for name in sorted(names):
            if not name.startswith("."):
                yield (inside / name).as_posix()


def _states(folder: Path, files: list[str], reasons: list[str]) -> Iterator[_Found]:
    """Yield the newest trainer state of each run: that of the highest checkpoint, or the one beside the checkpoints."""
    runs: dict[str, list[tuple[int, str]]] = {}
    for place in files:
        path = Path(place)
        if path.name != _STATE:
            continue
        numbered = _CHECKPOINT.fullmatch(path.parent.name)
        home = path.parent.parent if numbered is not None else path.parent
        runs.setdefault(home.as_posix(), []).append((int(numbered[1]) if numbered is not None else 2**62, place))
    for run, states in runs.items():
        for _, place in sorted(states, reverse=True):
            imported = _try(lambda place=place: read_file(folder / place), reasons)  # type: ignore[misc]
            if imported is not None:
                yield _Found(place, run, imported)
                break


def _mlflow_runs(folder: Path, files: list[str], reasons: list[str]) -> Iterator[_Found]:
    """Yield the runs of an MLflow store: a folder called metrics, a file in it per metric, slashes of names as folders."""
    runs: dict[str, dict[str, str]] = {}
    for place in files:
        seen = ("metrics", *Path(place).parts) if folder.name == "metrics" else Path(place).parts
        if "metrics" in seen[:-1]:
            at = seen.index("metrics")
            runs.setdefault("/".join(seen[:at]) or ".", {})["/".join(seen[at + 1 :])] = place
    for run, metrics in runs.items():
        contents: dict[str, Content] = {}
        for metric, place in metrics.items():
            content = _content(folder / place)
            if content is not None and mlflow_store.recognises(content):
                contents[metric] = content
        if contents:
            imported = _try(lambda contents=contents: mlflow_store.read_metrics(contents), reasons)  # type: ignore[misc]
            if imported is not None:
                yield _Found("metrics" if run == "." else f"{run}/metrics", run, imported)


def _event_runs(folder: Path, files: list[str], reasons: list[str]) -> Iterator[_Found]:
    """Yield a run for each folder of event files; what a folder called validation holds belongs to the run around it."""
    runs: dict[str, list[tuple[str, Content]]] = {}
    for place in files:
        if "tfevents" not in place:
            continue
        content = _content(folder / place)
        if content is None or not is_event_file(content.data):
            continue
        parent = Path(place).parent
        part = parent.name
        split = part in _EVALUATED or part == "train"
        home = parent.parent if split else parent
        runs.setdefault(home.as_posix(), []).append(("eval/" if part in _EVALUATED else "", content))
    for run, contents in runs.items():
        imported = _try(lambda contents=contents: tensorboard.read_event_files(contents), reasons)  # type: ignore[misc]
        if imported is not None:
            yield _Found("its event files" if run == "." else f"{run} (event files)", run, imported)


def _others(folder: Path, files: list[str], given: Mapping[str, str] | None, reasons: list[str]) -> Iterator[_Found]:
    for place in files:
        path = folder / place
        if not _may_be_a_log(path):
            continue
        imported = _try(lambda path=path: read_file(path, given=given), reasons)  # type: ignore[misc]
        if imported is not None:
            yield _Found(place, Path(place).parent.as_posix(), imported)


def _try(read: Callable[[], ImportedRun], reasons: list[str]) -> ImportedRun | None:
    try:
        return read()
    except UnusableInput as refused:
        reasons.append(str(refused).splitlines()[0])
        return None


def _content(path: Path) -> Content | None:
    if _size(path) > _LARGEST_GUESS:
        return None
    try:
        return Content(bytes_of(path), path.name)
    except UnusableInput:
        return None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _choice(taken: _Found, found: list[_Found]) -> str:
    others = [curve.place for curve in found if curve is not taken]
    if not others:
        return f"Read from the folder: {taken.place}."
    named = ", ".join(others[:_NAMED]) + (", …" if len(others) > _NAMED else "")
    runs = len({curve.run for curve in found})
    holds = f"{runs:,} runs" if runs > 1 else f"{len(found):,} logs"
    return f"The folder holds {holds}: {taken.place} was taken, which has most points. Give the path of another to judge that: {named}."

"""Past runs to compare rulebooks on: what the store has advice on, and every file of a folder that can be read as a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.authoring.quality.files import Skipped, read_labelled
from advisor.contract import AdviseRequest
from advisor.errors import UnusableInput
from advisor.sources import read_file, take_inventory

if TYPE_CHECKING:
    from advisor.experiments import Store


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run and where it was found."""

    name: str
    request: AdviseRequest


@dataclass(frozen=True, slots=True)
class PastRuns:
    """The runs that were found, and the files that hold none."""

    runs: tuple[PastRun, ...]
    skipped: tuple[Skipped, ...]


def read_past_runs(paths: Sequence[Path]) -> PastRuns:
    """Read every run in files and folders: what ``advisor advise`` reads, and the labelled formats of ``advisor evaluate``.

    Raises:
        UnusableInput: A path does not exist, or nothing that was found is a run.
    """
    runs: list[PastRun] = []
    skipped: list[Skipped] = []
    for path in paths:
        for name, file in _files(path, runs, skipped):
            labelled = _labelled(name, file)
            if labelled:
                runs += labelled
                continue
            try:
                runs.append(PastRun(name, read_file(file).request))
            except UnusableInput as error:
                skipped.append(Skipped(name, str(error)))
    if not runs:
        found = f"; {skipped[0].place}: {skipped[0].reason}" if skipped else ": there is no log in it"
        raise UnusableInput(f"No run in {', '.join(path.name or str(path) for path in paths)}{found}")
    return PastRuns(tuple(runs), tuple(skipped))


def read_decisions(store: Store, project: str | None, limit: int) -> PastRuns:
    """Return the runs behind the newest advice that the store holds, as they were judged.

    Args:
        store: The store.
        project: Only advice on this project.
        limit: How many at most.

    Raises:
        UnusableInput: There is no advice on them.
        StoreFault: The store cannot be read.
    """
    from advisor.experiments.past_requests import past_requests

    runs = tuple(PastRun(past.name, past.request) for past in past_requests(store.database, project=project, limit=limit))
    if not runs:
        where = "The store holds no advice" if project is None else f'The store holds no advice on a project "{project}"'
        raise UnusableInput(f"{where}\n    ADVISOR_DATABASE_URL names the store; advisor serve keeps what it says there.")
    return PastRuns(runs, ())


def _files(path: Path, runs: list[PastRun], skipped: list[Skipped]) -> list[tuple[str, Path]]:
    """Return the files that may be a run each by themselves; the runs of a folder that are more than one file are put down at once."""
    if path.is_file():
        return [(path.name, path)]
    if not path.is_dir():
        raise UnusableInput(f"{path.name}: there is no such file or folder\n    Give a folder of runs, or one run.")
    found = take_inventory(path)
    runs += [PastRun(place, imported.request) for place, imported in found.runs]
    skipped += [Skipped(place, reason) for place, reason in found.refused]
    return [(place, path / place) for place in found.logs]


def _labelled(name: str, file: Path) -> list[PastRun]:
    """Return the labelled runs and histories of a file; none where it holds something else."""
    if file.suffix not in (".json", ".jsonl"):
        return []
    try:
        data = read_labelled([file])
    except UnusableInput:
        return []
    runs = [PastRun(run.id or name, run.request()) for run in data.runs]
    return runs + [PastRun(history.id or name, history.request(len(history.epochs))) for history in data.histories]

"""A file with experiments in it: one run of any format, or a list of many, such as ``advisor experiments export`` writes."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.cli.exits import WrongUsage
from advisor.cli.given import STDIN, read_given, read_mapping
from advisor.contract.request import Baseline, Goal
from advisor.errors import UnusableInput
from advisor.facts import EarlierRun
from advisor.sources import read_limited, read_run

if TYPE_CHECKING:
    from advisor.experiments.entries import WrongPart

_SAYS_A_RUN = frozenset({"run", "method", "base_model", "hyperparameters", "dataset", "evaluation", "best_valid_loss", "checkpoints"})
_OF_A_JOB = frozenset({"object", "metrics", "step", "step_number"})
_SHOWN = 5
_PEEK = 64
_LARGEST_LIST = 256 * 2**20


@dataclass(frozen=True, slots=True)
class GivenExperiments:
    """Experiments from a file, oldest first, with what it says of their project and how it was read.

    Attributes:
        parents: For each run the one that it varies; None is the one before it.
    """

    runs: tuple[EarlierRun, ...]
    parents: tuple[str | None, ...]
    baseline: Baseline | None = None
    goal: Goal | None = None
    warnings: tuple[str, ...] = ()


def read_experiments(path: str, mapped: list[str] | None = None) -> GivenExperiments:
    """Read experiments from a file, a folder of one run, or standard input.

    Args:
        path: The file or folder; - is standard input.
        mapped: What the columns of a log are, as for ``--map``.

    Raises:
        WrongUsage: Columns are named of what is a list.
        UnusableInput: It holds no run that can be read; everything that is wrong with a list is named.
    """
    data = _bytes_of(path)
    listed = None if data is None else _list_in(data)
    if listed is not None:
        if mapped:
            raise WrongUsage(f"--map names the columns of a log, and {path} is a list of runs: leave it out.")
        try:
            return _read_list(listed)
        except UnusableInput as error:
            raise UnusableInput(f"{'standard input' if path == STDIN else path}: {error}") from None
    imported = read_given(path, mapped) if path != STDIN else read_run(data or b"", given=read_mapping(mapped))
    run = EarlierRun.model_validate(imported.request.run.model_dump(exclude_unset=True))
    return GivenExperiments((run,), (run.parent,), warnings=(*imported.warnings, *(str(dropped) for dropped in imported.dropped)))


def _bytes_of(path: str) -> bytes | None:
    """Return the content of a small file that may be a list; None leaves it to the importers, whose refusals are good."""
    if path == STDIN:
        return read_limited(sys.stdin.buffer)
    file = Path(path)
    try:
        with file.open("rb") as content:
            if content.read(_PEEK).lstrip()[:1] not in (b"[", b"{") or file.stat().st_size > _LARGEST_LIST:
                return None
        return file.read_bytes()
    except OSError:
        return None


def _list_in(data: bytes) -> dict[str, Any] | None:
    """Return the members of a document that is a list of experiments; None where it is none."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if isinstance(document, dict) and isinstance(document.get("experiments"), list):
        return document
    if isinstance(document, list) and document and all(_is_experiment(item) for item in document):
        return {"experiments": document}
    return None


def _is_experiment(item: Any) -> bool:
    return isinstance(item, dict) and not _SAYS_A_RUN.isdisjoint(item) and _OF_A_JOB.isdisjoint(item)


def _read_list(document: dict[str, Any]) -> GivenExperiments:
    from advisor.experiments.entries import WrongEntries, read_entries

    try:
        found = read_entries({name: value for name, value in document.items() if value is not None})
    except WrongEntries as error:
        wrong = [said for part in error.parts for said in _in_words(part)]
        more = f"; and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        raise UnusableInput(f"Nothing was recorded: {'; '.join(wrong[:_SHOWN])}{more}.") from None
    return GivenExperiments(found.runs, found.parents, found.about.baseline, found.about.goal, found.warnings)


def _in_words(wrong: WrongPart) -> list[str]:
    """Return what is wrong with a part of the list, an experiment by its number."""
    path = wrong.pointer.split("/")[1:]
    number = f"experiment {int(path[1]) + 1}, " if len(path) > 1 else ""
    if isinstance(wrong.found, str):
        place = ".".join(path[2:]) or ("all of it" if number else path[0])
        return [f"{number}{place}: {wrong.found}"]
    from advisor.api.places import wrong_places

    places, more = wrong_places(wrong.found, wrong.part)
    said = [f"{number}{'.'.join((place.pointer or '').split('/')[1:]) or 'all of it'}: {place.detail}" for place in places]
    return [*said, f"{number}{more:,} more places"] if more else said

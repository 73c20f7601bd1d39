"""``advisor rules diff``: what an edit of the rules does to past runs."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from advisor.cli.exits import ExitCode
from advisor.cli.experiments_store import open_store
from advisor.cli.terminal import complain, write_bytes

if TYPE_CHECKING:
    from advisor.authoring.past_runs import PastRuns


class DiffFormat(StrEnum):
    """How to print what differs."""

    text = "text"
    json = "json"
    markdown = "markdown"


_SIDE = "a folder (shipped:team for folders on top of each other), REVISION:FOLDER in git, or the revision that an advice names"
_DECISIONS = "decisions"


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help=f"The old rules: {_SIDE}.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The new rules, likewise.")],
    on: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RUNS",
            help="Past runs: a file, a folder that is searched, or `decisions` for what the store has advice on (decisions:PROJECT for one "
            "project); may be given several times.",
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="The most decisions, the newest first.")] = 1000,
    output: Annotated[DiffFormat, typer.Option("--format", help="markdown is a comment for a pull request.")] = DiffFormat.text,
) -> None:
    """Say which past runs get another verdict, first action, finding or band, and through which rules.

    Ends with exit code 0 where every run gets the same advice, and with 5 where some get other advice.
    """
    from advisor.authoring.diff import diff_rules
    from advisor.authoring.diff_formats import FORMATS
    from advisor.authoring.revisions import read_side

    past = _past_runs(on or [], limit)
    found = diff_rules(read_side(before, _stored), read_side(after, _stored), past.runs)
    write_bytes(FORMATS[output.value](found).encode())
    if past.skipped:
        first = past.skipped[0]
        were = "1 file was no run and" if len(past.skipped) == 1 else f"{len(past.skipped):,} files were no runs and were"
        complain(f"{were} left out, such as {first.place}: {first.reason}")
    if not found.same_advice:
        raise typer.Exit(ExitCode.OTHER_ADVICE)


def _past_runs(names: list[str], limit: int) -> PastRuns:
    from advisor.authoring.past_runs import PastRuns, read_decisions, read_past_runs

    found = []
    files = [Path(name) for name in names if name.partition(":")[0] != _DECISIONS]
    if files:
        found.append(read_past_runs(files))
    for name in names:
        word, _, project = name.partition(":")
        if word == _DECISIONS:
            with open_store() as store:
                found.append(read_decisions(store, project or None, limit))
    return PastRuns(tuple(run for past in found for run in past.runs), tuple(skipped for past in found for skipped in past.skipped))


def _stored(revision: str) -> Mapping[str, str]:
    with open_store() as store:
        return store.advice.rulebook_files(revision)

"""``advisor rules diff``: what an edit of the rules does to past runs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from advisor.authoring.diff import diff_rules
from advisor.authoring.diff_formats import FORMATS
from advisor.authoring.past_runs import PastRuns, read_past_runs
from advisor.authoring.revisions import read_side
from advisor.cli.exits import ExitCode
from advisor.cli.terminal import complain, write_bytes


class DiffFormat(StrEnum):
    """How to print what differs."""

    text = "text"
    json = "json"
    markdown = "markdown"


_SIDE = "a folder, or REVISION:FOLDER in git, such as main:rules"


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help=f"The old rules: {_SIDE}.")],
    after: Annotated[str, typer.Argument(metavar="B", help=f"The new rules: {_SIDE}.")],
    on: Annotated[
        list[Path] | None, typer.Option(metavar="RUNS", help="Past runs: a file or a folder that is searched; may be given several times.")
    ] = None,
    output: Annotated[DiffFormat, typer.Option("--format", help="markdown is a comment for a pull request.")] = DiffFormat.text,
) -> None:
    """Say which past runs get another verdict, first action, finding or band, and through which rules.

    Ends with exit code 0 where every run gets the same advice, and with 5 where some get other advice.
    """
    past = read_past_runs(on) if on else PastRuns((), ())
    found = diff_rules(read_side(before), read_side(after), past.runs)
    write_bytes(FORMATS[output.value](found).encode())
    if past.skipped:
        first = past.skipped[0]
        complain(f"{len(past.skipped)} left out, such as {first.place}: {first.reason}")
    if not found.same_advice:
        raise typer.Exit(ExitCode.OTHER_ADVICE)

"""The run that a command is given: a file, a folder or standard input, read with a sign of life where that takes long."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Annotated, TypeAlias

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from advisor.cli.exits import WrongUsage
from advisor.errors import UnusableInput
from advisor.sources import ImportedRun, parse_mapping, read_limited, read_path, read_run

STDIN = "-"
_PATIENCE_SECONDS = 0.5

RunPath: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="PATH", help="The run: a file of any format that `advisor formats` lists, a folder of a run, or - for standard input."
    ),
]
Mapped: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="NAME=METRIC",
        help="What a column or a key of the file is, such as my_loss=train_loss or it=step; may be repeated.",
    ),
]


def read_given(path: str, mapped: list[str] | None) -> ImportedRun:
    """Read the run; what is wrong with it is said with the name that the user gave."""
    given = read_mapping(mapped)
    try:
        with _progress() as heard:
            if path == STDIN:
                return read_run(read_limited(sys.stdin.buffer), given=given, progress=heard)
            return read_path(Path(path), given=given, progress=heard)
    except UnusableInput as error:
        raise UnusableInput(f"{'standard input' if path == STDIN else path}: {error}") from None


def read_mapping(mapped: list[str] | None) -> dict[str, str]:
    """Return what ``--map`` says, the contract's name for each name of the file; raise WrongUsage where it says nothing of the kind."""
    try:
        return parse_mapping(mapped or ())
    except UnusableInput as error:
        raise WrongUsage(f"--map: {error}") from None


@contextmanager
def _progress() -> Iterator[Callable[[float], None]]:
    """Yield what shows the share that was read, on a terminal only and only after a moment; formats go through a file twice."""
    console = Console(stderr=True)
    bar = Progress(TextColumn("Reading"), BarColumn(), TimeElapsedColumn(), console=console, transient=True)
    task = bar.add_task("Reading", total=1.0)
    began = monotonic()
    shown = False

    def heard(share: float) -> None:
        nonlocal shown
        if not shown and console.is_terminal and monotonic() - began > _PATIENCE_SECONDS:
            shown = True
            bar.start()
        bar.update(task, completed=share)

    try:
        yield heard
    finally:
        if shown:
            bar.stop()

"""What commands write to: standard output for results, standard error for what went wrong, both safe to pipe and to cut off."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper

from rich.console import Console, RenderableType
from rich.text import Text

_WIDEST = 110


def screen() -> tuple[int, bool]:
    """Return how many columns there are for a page, and whether standard output knows ASCII only."""
    console = Console()
    return min(console.width, _WIDEST), not console.encoding.lower().startswith("utf")


def show(*parts: RenderableType) -> None:
    """Print for people: at most 110 columns wide, 80 where nobody says, colours only on a terminal that wants them."""
    console = Console(highlight=False, emoji=False, markup=False)
    if console.width > _WIDEST:
        console.width = _WIDEST
    with console.capture() as page:
        for part in parts:
            console.print(part)
    text = page.get()
    if not console.is_terminal:
        text = "".join(f"{line.rstrip()}\n" for line in text.splitlines())
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _stop_writing()


def write_bytes(data: bytes) -> None:
    """Write a program's answer to standard output, exactly as it is, with a line break at its end."""
    try:
        sys.stdout.buffer.write(data + b"\n")
        sys.stdout.flush()
    except BrokenPipeError:
        _stop_writing()


def complain(sentence: str) -> None:
    """Print to standard error what went wrong."""
    Console(stderr=True, highlight=False, emoji=False, markup=False, soft_wrap=True).print(
        Text.assemble(("advisor: ", "bold red"), sentence)
    )


def note(text: Text) -> None:
    """Print to standard error what a reader of the result should know."""
    Console(stderr=True, highlight=False, emoji=False, markup=False, soft_wrap=True).print(text)


def _stop_writing() -> None:
    """The reader has seen enough (``| head``): say nothing more, and let Python's last flush go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def tolerate_narrow_encodings() -> None:
    """Let a terminal that cannot show a character show a question mark instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")

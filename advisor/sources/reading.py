"""The way from bytes to a run: the first format that recognises the content reads it, everything else is refused with one sentence."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from advisor.errors import UnusableInput
from advisor.sources import (
    console,
    contract_json,
    history_csv,
    keras_csv,
    keras_json,
    llamafactory,
    mlflow_rest,
    mlflow_store,
    msswift,
    openai_csv,
    openai_objects,
    plain_json,
    plain_lines,
    plain_table,
    tensorboard,
    text_log,
    tinker,
    trainer_state,
    verl,
    wandb_chart,
    wandb_history,
)
from advisor.sources.content import Content
from advisor.sources.imported import Format, ImportedRun
from advisor.sources.mapping import read_mapped
from advisor.sources.refusals import refusal, refusal_before_reading

FORMATS: tuple[Format, ...] = (
    tensorboard.FORMAT,
    # JSON lines first: they are told by their first lines, without reading the whole file
    llamafactory.FORMAT,
    msswift.FORMAT,
    tinker.FORMAT,
    verl.FORMAT,
    wandb_chart.FORMAT,
    openai_csv.FORMAT,
    history_csv.FORMAT,
    wandb_history.FORMAT,
    plain_lines.FORMAT,
    mlflow_rest.FORMAT,  # before the contract: a run of MLflow is an object with a "run" too
    contract_json.FORMAT,
    openai_objects.FORMAT,
    trainer_state.FORMAT,
    keras_json.FORMAT,
    plain_json.FORMAT,
    keras_csv.FORMAT,
    plain_table.FORMAT,
    mlflow_store.FORMAT,
    console.FORMAT,
    text_log.FORMAT,
)
"""Every format in the order in which they are tried."""

MAX_BYTES = 512 * 1024 * 1024

Heard = Callable[[float], None]
"""Told now and then which share of a file has been gone through."""


def read_run(data: bytes, *, name: str = "", given: Mapping[str, str] | None = None, progress: Heard | None = None) -> ImportedRun:
    """Read a run from the content of a file.

    Args:
        data: The content.
        name: The file's own name; only a file of MLflow's store has its metric's name nowhere else.
        given: Names of the file mapped by hand to those of the contract.
        progress: Told how far the reading is.

    Raises:
        UnusableInput: The content is no run that can be read; the message says what it is and what to give instead.
    """
    content = Content(data, name, progress)
    sentence = refusal_before_reading(content)
    if sentence is not None:
        raise UnusableInput(sentence)
    with _without_collecting():
        if given:
            return read_mapped(content, given)
        for format_ in FORMATS:
            if format_.recognises(content):
                return format_.read(content)
    raise UnusableInput(refusal(content))


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Keep the garbage collector from walking all points again and again while they are made: a third of the time, and none is garbage."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


def read_file(path: Path, *, given: Mapping[str, str] | None = None, progress: Heard | None = None) -> ImportedRun:
    """Read a run from a file; raise UnusableInput where the file cannot be opened, is too large, or is no run."""
    return read_run(bytes_of(path), name=path.name, given=given, progress=progress)


def bytes_of(path: Path) -> bytes:
    """Return the content of a file; raise UnusableInput where it cannot be opened or is too large."""
    try:
        with path.open("rb") as file:
            return read_limited(file)
    except IsADirectoryError:
        raise UnusableInput("This is a folder: give a file in it.") from None
    except FileNotFoundError:
        raise UnusableInput("There is no such file: check the name.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "input or output error"
        raise UnusableInput(f"The file cannot be read ({reason}): check its name and permissions.") from None


def read_limited(stream: BinaryIO) -> bytes:
    """Return everything in a stream; raise UnusableInput above ``MAX_BYTES``."""
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UnusableInput(f"The file is larger than {MAX_BYTES // 2**20} MiB: that is no log of a run; give its metrics only.")
    return data

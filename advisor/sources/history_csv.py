"""A Hugging Face log history that somebody saved as CSV: train, evaluation and summary each in rows of their own."""

from __future__ import annotations

from advisor.sources import table
from advisor.sources.content import Content
from advisor.sources.curve import Reading, read_curve
from advisor.sources.imported import Format, ImportedRun


def recognises(content: Content) -> bool:
    """Say whether the columns are those of a Trainer's log: a step, and eval_loss or what every evaluation is timed by."""
    names = {name.lower() for name in content.header}
    return "step" in names and bool(names & {"loss", "eval_loss", "reward"}) and any(name.startswith("eval_") for name in names)


def read(content: Content) -> ImportedRun:
    """Read the rows, merged by step; the rows of the summary are left out."""
    return read_curve(FORMAT.id, lambda: table.entries(content), Reading(repeats="first"))


FORMAT = Format(
    "log-history-csv", "Hugging Face log history as CSV", recognises, read, "CSV with step, loss, eval_loss and other eval_… columns"
)

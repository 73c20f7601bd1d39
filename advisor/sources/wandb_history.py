"""The history of one W&B run, as CSV or JSON lines: sparse, with ``train/loss`` and ``eval/loss`` in rows of their own."""

from __future__ import annotations

from advisor.sources import table
from advisor.sources.content import Content
from advisor.sources.curve import Reading, read_curve
from advisor.sources.imported import Format, ImportedRun
from advisor.sources.json_lines import as_it_stands, read_lines
from advisor.sources.roles import STEPS, is_telling, plain

_PREFIXES = ("train/", "eval/", "val/", "valid/", "validation/")
_SIGNS = frozenset({"_step", "_runtime", "_timestamp"})


def recognises(content: Content) -> bool:
    """Say whether the names are a tracker's: ``_step``, or a step beside ``train/…`` and ``eval/…``."""
    if content.is_json_lines:
        return any(_SIGNS & found.keys() and "object" not in found for found in content.sample_objects)
    names = {plain(name) for name in content.header}
    stepped = bool(names & {*STEPS, *_SIGNS})
    return stepped and any(is_telling(name) and (name.startswith(_PREFIXES) or "_step" in names) for name in names)


def read(content: Content) -> ImportedRun:
    """Read the cells that have a value; the trainer's own step comes before the tracker's count of calls."""
    if content.is_json_lines:
        return read_lines(FORMAT.id, content, as_it_stands, Reading())
    return read_curve(FORMAT.id, lambda: table.entries(content), Reading())


FORMAT = Format(
    "wandb-history", "W&B history", recognises, read, "CSV or JSON lines with _step, or with a step and train/loss, eval/loss, …"
)

"""The ``logging.jsonl`` of ms-swift: one object a line, its step written as "10/438"; objects about model and data stand at the end."""

from __future__ import annotations

from typing import Any

from advisor.sources.content import Content
from advisor.sources.curve import Entry, Progress, Reading
from advisor.sources.imported import Format, ImportedRun
from advisor.sources.json_lines import read_lines
from advisor.sources.numbers import as_step

_PLACE = "global_step/max_steps"
_NAMES = {"acc": "token_acc", "eval_acc": "eval_token_acc"}
_SIGNS = ("memory(GiB)", "train_speed(iter/s)", "train_speed(s/it)")


def recognises(content: Content) -> bool:
    """Say whether the lines have a step of all steps, or the memory and speed that ms-swift measures."""
    return any(_PLACE in found or any(sign in found for sign in _SIGNS) for found in content.sample_objects)


def read(content: Content) -> ImportedRun:
    """Read every line that has a step; the embedded copy of the whole history at the end is not read again."""
    progress = Progress()

    def translate(found: dict[str, Any]) -> Entry | None:
        if "log_history" in found or "model_parameter_info" in found:
            return None
        at, _, planned = str(found.get(_PLACE, "")).partition("/")
        entry = {_NAMES.get(name, name): value for name, value in found.items() if name not in (_PLACE, *_SIGNS)}
        step = as_step(at)
        if step is not None:
            progress.saw(step, as_step(planned))
            entry["global_step"] = step
        return entry

    return read_lines(FORMAT.id, content, translate, Reading(progress=progress, repeats="first"))


FORMAT = Format(
    "ms-swift-log", "ms-swift log", recognises, read, 'JSON lines with "global_step/max_steps" or "memory(GiB)" (logging.jsonl)'
)

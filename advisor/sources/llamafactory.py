"""LLaMA-Factory's ``trainer_log.jsonl``: one object a line, with the steps taken and those planned."""

from __future__ import annotations

from typing import Any

from advisor.sources.content import Content
from advisor.sources.curve import Entry, Progress, Reading
from advisor.sources.imported import Format, ImportedRun
from advisor.sources.json_lines import read_lines
from advisor.sources.numbers import as_step

_ACCURACY = "accuracy"  # the callback copies that metric of a preference run, and nothing else, to this name


def recognises(content: Content) -> bool:
    """Say whether the lines count ``current_steps`` of ``total_steps``."""
    return any("current_steps" in found and "total_steps" in found for found in content.sample_objects)


def read(content: Content) -> ImportedRun:
    """Read every line that has a value; a column that is null in every line (older versions write one) is absent."""
    progress = Progress()

    def translate(found: dict[str, Any]) -> Entry:
        progress.saw(as_step(found.get("current_steps")), as_step(found.get("total_steps")))
        if _ACCURACY in found:
            found["rewards/accuracies"] = found.pop(_ACCURACY)
        return found

    return read_lines(FORMAT.id, content, translate, Reading(progress=progress, repeats="first"))


FORMAT = Format(
    "llamafactory-log", "LLaMA-Factory trainer log", recognises, read, "JSON lines with current_steps and total_steps (trainer_log.jsonl)"
)

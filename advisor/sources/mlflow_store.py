"""The file store of MLflow: a file per metric, called after it, with ``timestamp value step`` in each line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from advisor.errors import UnusableInput
from advisor.sources.content import Content
from advisor.sources.curve import Entry, Reading, read_curve
from advisor.sources.imported import Format, ImportedRun
from advisor.sources.numbers import parse_metric
from advisor.sources.roles import is_telling

_LINE = re.compile(r"\d{10,17}\s+\S+(?:\s+-?\d+)?")
_FILE_NAME = re.compile(
    r"(?:^|[^A-Za-z0-9])((?:(?:train|training|eval|val|valid|validation|dev|test|epoch)_)?(?:loss|reward))(?:\.\w{1,4})?$"
)


def recognises(content: Content) -> bool:
    """Say whether every line is a time in milliseconds, a value and a step."""
    return not content.is_binary and bool(content.sample_lines) and all(_LINE.fullmatch(line.strip()) for line in content.sample_lines)


def read(content: Content) -> ImportedRun:
    """Read the one metric of the file; its name is the file's, the only place where it stands."""
    found = _FILE_NAME.search(content.name.replace("__", "/"))
    metric = content.name if is_telling(content.name) else found[1] if found is not None else None
    if metric is None:
        called = f' ("{content.name[-60:]}")' if content.name else ""
        raise UnusableInput(
            f"This is one metric of an MLflow store{called}, and by its name neither a loss nor a reward: give the folder of the run, "
            "which holds all of its metrics."
        )
    return read_metrics({metric: content})


def read_metrics(files: Mapping[str, Content]) -> ImportedRun:
    """Return the run that metric files of one run describe, by the names of the metrics."""

    def entries() -> Iterator[Entry]:
        for name, content in files.items():
            for line in content.lines():
                parts = line.decode("utf-8", "replace").split()
                try:
                    value = parse_metric(parts[1])
                    step = int(parts[2][:16]) if len(parts) > 2 else 0
                except (IndexError, ValueError):
                    continue
                yield {"step": step, name: value}

    return read_curve(FORMAT.id, entries, Reading(order_counts=False, repeats="first"))


FORMAT = Format("mlflow-store", "MLflow file store", recognises, read, "lines of timestamp, value and step; give the run's folder")

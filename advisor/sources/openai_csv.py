"""The result file of a fine-tuning job at OpenAI or Azure: a CSV with a row per step, in old or new names."""

from __future__ import annotations

from typing import Any

from advisor.errors import UnusableInput
from advisor.sources.building import imported
from advisor.sources.content import Content
from advisor.sources.imported import Format, ImportedRun
from advisor.sources.names import MetricNames
from advisor.sources.numbers import as_step, parse_metric
from advisor.sources.points import PointTable

_TELLING = frozenset({"train_loss", "valid_loss", "full_valid_loss", "train_mean_reward", "full_valid_mean_reward"})
_FOREIGN = ("val_", "eval_", "eval/", "val/", "test_", "train/")
_VALIDATION = frozenset({"valid_loss", "full_valid_loss", "valid_mean_token_accuracy", "full_valid_mean_token_accuracy"})


def recognises(content: Content) -> bool:
    """Say whether the header has a step and OpenAI's metrics, and none under another trainer's names."""
    names = {name.lower() for name in content.header}
    rename = MetricNames()
    return (
        "step" in names
        and not any(name.startswith(_FOREIGN) for name in names)
        and any(rename(name) in _TELLING for name in content.header)
    )


def read(content: Content) -> ImportedRun:
    """Read every row that has a step; what the job was called and how it was set does not stand in a result file."""
    table = PointTable()
    filled = add_rows(content, table)
    points = table.build()
    if not filled & _TELLING:
        raise UnusableInput(
            "The result file has a header but no values below it: the job has not taken its first step yet, or the file was cut off; "
            "download it again when the job has ended."
        )
    rename = MetricNames()
    warnings = []
    if {rename(name) for name in content.header} & _VALIDATION and not filled & _VALIDATION:
        warnings.append("The validation columns are empty: the job had no validation file.")
    return imported(FORMAT.id, {}, points, warnings=warnings)


def add_rows(content: Content, table: PointTable) -> set[str]:
    """Add the points of the rows that have a step, and return the names of the metrics that have a value somewhere."""
    header = content.header
    rename = MetricNames()
    step_column = next(i for i, name in enumerate(header) if name.lower() == "step")
    columns = [(i, name) for i, name in enumerate(header) if name and i != step_column]
    decimal_comma = content.delimiter == ";"
    filled: set[str] = set()
    for _, cells in content.rows():
        step = as_step(cells[step_column]) if step_column < len(cells) else None
        if step is None:
            table.drop("row", "no step number")
            continue
        values: dict[str, Any] = {}
        for i, name in columns:
            if i >= len(cells):
                continue
            try:
                value = parse_metric(cells[i], decimal_comma=decimal_comma)
            except ValueError:
                table.drop("cell", f"no number under {name}")
                continue
            if value is not None:
                values[name] = value
        gathered = rename.gather(values)
        epoch = gathered.pop("epoch", None)
        filled.update(gathered)
        table.add(step, gathered, epoch=epoch if isinstance(epoch, float) else None)
    return filled


FORMAT = Format(
    "openai-result-csv",
    "OpenAI or Azure result CSV",
    recognises,
    read,
    "CSV with step, train_loss, valid_loss, … or the older training_loss, validation_loss",
)

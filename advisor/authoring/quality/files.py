"""Labelled runs from files and folders, told by their content; what is none is said and left out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from advisor.authoring.quality.labels import CheckpointTruth, LabelledHistory, LabelledRun, Neighbour, Truth
from advisor.errors import UnusableInput
from advisor.facts import EarlierRun, Run

_SUFFIXES = frozenset({".json", ".jsonl"})
_SCALE = [0, 10]
_LABELS = {"overfit": True, "non_overfit": False}
_NEIGHBOURS = TypeAdapter(tuple[Neighbour, ...])
_CHECKPOINTS = TypeAdapter(tuple[CheckpointTruth, ...])
_NUMBERS = TypeAdapter(list[float | None], config=ConfigDict(strict=True))
_NUMBER = TypeAdapter(float, config=ConfigDict(strict=True))


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or line that holds no labelled run, and why."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class LabelledData:
    """Everything that was read, in the order of the files' names."""

    runs: tuple[LabelledRun, ...]
    histories: tuple[LabelledHistory, ...]
    skipped: tuple[Skipped, ...]


class _NotLabelled(Exception):
    """The content is no labelled run; the message says what it lacks."""


def read_labelled(paths: Sequence[Path]) -> LabelledData:
    """Read labelled runs.

    Args:
        paths: Files, or folders that are searched for ``*.json`` and ``*.jsonl`` at any depth.

    Returns:
        The labelled runs and histories, and what was skipped.

    Raises:
        UnusableInput: A path does not exist, or nothing that was found is a labelled run.
    """
    runs: dict[str, LabelledRun] = {}
    histories: list[LabelledHistory] = []
    skipped: list[Skipped] = []
    for name, file in _files(paths):
        for place, content in _contents(name, file, skipped):
            try:
                labelled = _labelled(content)
            except _NotLabelled as reason:
                skipped.append(Skipped(place, str(reason)))
                continue
            if isinstance(labelled, LabelledHistory):
                histories.append(labelled)
            elif labelled.id in runs:
                skipped.append(Skipped(place, f'another file already has the run id "{labelled.id}"'))
            else:
                runs[labelled.id] = labelled
    if not runs and not histories:
        found = f"; {skipped[0].place}: {skipped[0].reason}" if skipped else ": there is no *.json or *.jsonl file"
        named = ", ".join(path.name or str(path) for path in paths)
        raise UnusableInput(f"No labelled run in {named}{found}\n    docs/evaluate.md says what a labelled run holds.")
    return LabelledData(tuple(runs.values()), tuple(histories), tuple(skipped))


def _files(paths: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    for path in paths:
        if path.is_dir():
            yield from (
                (file.relative_to(path).as_posix(), file) for file in sorted(path.rglob("*")) if file.suffix in _SUFFIXES and file.is_file()
            )
        elif path.is_file():
            yield path.name, path
        else:
            raise UnusableInput(f"{path.name}: there is no such file or folder\n    Give a folder of labelled runs, or one such file.")


def _contents(name: str, file: Path, skipped: list[Skipped]) -> Iterator[tuple[str, Any]]:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        skipped.append(Skipped(name, "cannot be read as text"))
        return
    lines = [(f"{name}:{number}", line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    chunks = lines if file.suffix == ".jsonl" else [(name, text)]
    for place, chunk in chunks:
        try:
            yield place, json.loads(chunk, parse_constant=str)
        except (ValueError, RecursionError):
            skipped.append(Skipped(place, "is not JSON"))


def _labelled(content: Any) -> LabelledRun | LabelledHistory:
    if not isinstance(content, dict):
        raise _NotLabelled("is no JSON object")
    if "label" in content:
        return _history(content)
    if "checkpoints" not in content:
        raise _NotLabelled("has neither checkpoints nor a label")
    if "truth" not in content and "neighbours" not in content:
        raise _NotLabelled("has no truth and no neighbours: a run without a label cannot be scored")
    try:
        return _run(content)
    except ValidationError as error:
        raise _NotLabelled(_first(error)) from None


def _run(content: dict[str, Any]) -> LabelledRun:
    dataset = _object(content, "dataset")
    settings = _object(content, "config")
    evals = _CHECKPOINTS.validate_python(content.get("evals") or ())
    method = content.get("method")
    body: dict[str, Any] = {
        "id": str(content.get("run_id") or content.get("id") or ""),
        "method": method,
        "base_model": content.get("base_model"),
        "status": "succeeded",
        "hyperparameters": settings,
        "dataset": {key: dataset[key] for key in ("n_train", "n_valid") if key in dataset} | {"version": dataset.get("name", "v1")},
        "checkpoints": [_visible(checkpoint) for checkpoint in content["checkpoints"]]
        if isinstance(content["checkpoints"], list)
        else None,
    }
    if not body["id"]:
        raise _NotLabelled("has no run_id")
    if evals:
        scores = [{"step_number": e.step, "score": e.eval_score} for e in evals]
        body["evaluation"] = {"score": evals[-1].eval_score, "scale": _SCALE, "checkpoints": scores}
    result = _object(content, "result").get("test_score")
    family = content.get("task_key") or content.get("task") or "all"
    return LabelledRun(
        id=body["id"],
        family=str(family),
        run=Run.model_validate(body),
        earlier=EarlierRun.model_validate({key: value for key, value in body.items() if key != "checkpoints"}),
        truth=Truth.model_validate(content.get("truth") or {}),
        neighbours=_NEIGHBOURS.validate_python(content.get("neighbours") or ()),
        checkpoints=evals,
        test_score=float(result) if isinstance(result, int | float) and not isinstance(result, bool) else None,
        knobs={**dataset, "model": content.get("base_model"), **settings},
    )


def _visible(checkpoint: Any) -> Any:
    """Return a checkpoint without the metrics that only the maker of the run could know."""
    if not isinstance(checkpoint, dict) or not isinstance(checkpoint.get("metrics"), dict):
        return checkpoint
    seen = {name: value for name, value in checkpoint["metrics"].items() if not str(name).startswith("hidden")}
    return {"step_number": checkpoint.get("step_number"), "epoch": checkpoint.get("epoch"), "metrics": seen}


def _history(content: dict[str, Any]) -> LabelledHistory:
    overfit = _LABELS.get(content["label"]) if isinstance(content["label"], str) else None
    if overfit is None:
        raise _NotLabelled("has a label other than overfit and non_overfit")
    try:
        epochs = [_NUMBER.validate_python(epoch) for epoch in content.get("epoch") or ()]
        train, valid = (_NUMBERS.validate_python(content.get(name)) for name in ("train_loss", "valid_loss"))
        n_epochs = None if content.get("n_epochs") is None else _NUMBER.validate_python(content["n_epochs"])
        name = str(content.get("id") or "")
        history = LabelledHistory(name, _problem(content, name), overfit, n_epochs, tuple(epochs), tuple(train), tuple(valid))
        if not len(epochs) == len(train) == len(valid) > 0:
            raise _NotLabelled("epoch, train_loss and valid_loss need one value per evaluation each")
        history.request(len(epochs))
    except (ValidationError, TypeError) as error:
        raise _NotLabelled(_first(error) if isinstance(error, ValidationError) else "epoch is no list") from None
    return history


def _problem(content: dict[str, Any], name: str) -> str:
    given = content.get("problem")
    if given is not None:
        return str(given)
    match = re.fullmatch(r"(?:training_log_)?(.+?)_model\d+_.+", name)
    return match[1] if match else str(content.get("group") or "all")


def _object(content: dict[str, Any], key: str) -> dict[str, Any]:
    value = content.get(key)
    return value if isinstance(value, dict) else {}


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place or 'the value'}: {first['msg']}"

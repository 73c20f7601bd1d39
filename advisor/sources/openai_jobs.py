"""The next experiment as a call of the fine-tuning API: everything as it was, one thing changed, and what is still to be filled in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from advisor.contract.advice import Experiment
from advisor.sources.openai_calls import Json
from advisor.sources.openai_notes import notes

_COMMON = ("n_epochs", "batch_size", "learning_rate_multiplier")
_TAKEN = {
    "supervised": frozenset(_COMMON),
    "dpo": frozenset({*_COMMON, "beta"}),
    "reinforcement": frozenset({*_COMMON, "reasoning_effort", "compute_multiplier", "eval_interval", "eval_samples"}),
}
_NEW_DATA = frozenset({"dataset", "method"})
_WIDTH = 76


@dataclass(frozen=True, slots=True)
class JobCall:
    """A call of ``fine_tuning.jobs.create``.

    Attributes:
        arguments: Its arguments; what is not known is written ``...-FILL-IN``.
        lacking: What must be filled in before it can be made, as sentences; empty where it is ready.
    """

    arguments: dict[str, Any]
    lacking: tuple[str, ...]

    def source(self) -> str:
        """Return the call as Python."""
        lines = [f"    {name}={_python(value, 4, len(name) + 1)},\n" for name, value in self.arguments.items()]
        return f"client.fine_tuning.jobs.create(\n{''.join(lines)})"


def job_call(
    experiment: Experiment,
    job: Json | None,
    *,
    parent: str | None,
    project: str | None = None,
    training_file: str | None = None,
    validation_file: str | None = None,
) -> JobCall:
    """Return the call that carries out an experiment.

    Args:
        experiment: The next experiment.
        job: The job of this run, whose files, seed and grader are kept; None where it is not known.
        parent: The id of this run, noted in the new job's metadata with the one change.
        project: The project that the new job belongs to, noted there too.
        training_file: The id of the file to train on; without it the job's own is kept where the data stay as they are.
        validation_file: The same for validation.
    """
    lacking: list[str] = []
    known = job or {}
    changed = experiment.change.parameter
    training = training_file or (None if changed in _NEW_DATA else known.get("training_file"))
    validation = validation_file or (None if changed == "method" else known.get("validation_file"))
    if training is None:
        why = "the changed data" if changed in _NEW_DATA else "the training data"
        lacking.append(f"Upload {why} and give the file's id by --training-file.")
    if experiment.base_model is None:
        lacking.append("Nobody said which base model was trained: give it by --base-model.")
    arguments: dict[str, Any] = {
        "model": experiment.base_model or "model-FILL-IN",
        "training_file": training or "file-FILL-IN",
        "validation_file": validation,
        "method": _method(experiment, known, lacking),
        "seed": known.get("seed"),
        "metadata": notes(experiment.change, parent=parent, project=project),
    }
    if "learning_rate" in experiment.hyperparameters:
        lacking.append("The service takes no absolute learning_rate: train this one where the run was trained.")
    return JobCall({name: value for name, value in arguments.items() if value is not None}, tuple(lacking))


def _method(experiment: Experiment, job: Json, lacking: list[str]) -> Json:
    kind = experiment.method
    method = job.get("method")
    before = method.get(kind) if isinstance(method, dict) else None
    before = before if isinstance(before, dict) else {}
    own = before.get("hyperparameters")
    settings = {**(own if isinstance(own, dict) else {}), **experiment.hyperparameters}
    details: Json = {"hyperparameters": {name: value for name, value in settings.items() if name in _TAKEN[kind] and value is not None}}
    if kind == "reinforcement":
        details |= {name: before[name] for name in ("grader", "response_format") if before.get(name) is not None}
        if "grader" not in details:
            lacking.append("Write the grader into the call: a job of reinforcement needs one.")
        elif experiment.change.parameter == "grader":
            lacking.append("Change the grader in the call: it is still the one of this run.")
    return {"type": kind, kind: details}


def _python(value: Any, indent: int, before: int) -> str:
    """Return a value as Python, an object with a member per line where it is too long for one.

    Args:
        value: A value of JSON.
        indent: How far its line is indented.
        before: How many characters stand before it in that line.
    """
    if isinstance(value, dict):
        parts = [f"{_python(name, 0, 0)}: {_python(member, indent + 4, len(name) + 4)}" for name, member in value.items()]
        opened, closed = "{}"
    elif isinstance(value, list):
        parts = [_python(member, indent + 4, 0) for member in value]
        opened, closed = "[]"
    else:
        return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
    short = f"{opened}{', '.join(parts)}{closed}"
    if "\n" not in short and indent + before + len(short) < _WIDTH:
        return short
    pad = " " * indent
    return "".join([f"{opened}\n", *(f"{pad}    {part},\n" for part in parts), f"{pad}{closed}"])

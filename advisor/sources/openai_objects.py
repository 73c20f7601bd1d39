"""Saved answers of the fine-tuning API: lists of checkpoints or events, the job itself, and any of them in one file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from advisor.errors import UnusableInput
from advisor.sources.building import imported
from advisor.sources.content import Content
from advisor.sources.imported import Format, ImportedRun
from advisor.sources.names import MetricNames, flatten
from advisor.sources.numbers import as_metric, as_step
from advisor.sources.points import PointTable

_CHECKPOINT, _EVENT, _JOB = "fine_tuning.job.checkpoint", "fine_tuning.job.event", "fine_tuning.job"
_KINDS = frozenset({_CHECKPOINT, _EVENT, _JOB})
_BOOKKEEPING = frozenset({"step", "total_steps"})
_METHODS = frozenset({"supervised", "dpo", "reinforcement"})
_SETTINGS = ("n_epochs", "batch_size", "learning_rate_multiplier", "beta")


@dataclass(slots=True)
class _Found:
    checkpoints: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    jobs: list[dict[str, Any]] = field(default_factory=list)
    more: set[str] = field(default_factory=set)


def recognises(content: Content) -> bool:
    """Say whether one of the JSON documents is an object of the fine-tuning API, or a list of them."""
    return any(_is_ours(document) for document in content.documents.values)


def _is_ours(document: Any) -> bool:
    return any(item.get("object") in _KINDS for item in _items(document)) or _is_empty_list(document)


def _is_empty_list(document: Any) -> bool:
    return isinstance(document, dict) and document.get("object") == "list" and document.get("data") == []


def _items(document: Any) -> Iterator[dict[str, Any]]:
    if isinstance(document, dict) and isinstance(document.get("data"), list) and document.get("object") in ("list", None):
        document = document["data"]
    for item in document if isinstance(document, list) else [document]:
        if isinstance(item, dict):
            yield item


def read(content: Content) -> ImportedRun:
    """Read the points of events and checkpoints, oldest first, and what the job says about itself."""
    found = _Found()
    for document in content.documents.values:
        kinds = {str(item.get("object")) for item in _items(document)}
        for item in _items(document):
            if item.get("object") == _CHECKPOINT:
                found.checkpoints.append(item)
            elif item.get("object") == _EVENT:
                found.events.append(item)
            elif item.get("object") == _JOB:
                found.jobs.append(item)
        if isinstance(document, dict) and document.get("has_more") is True:
            found.more |= kinds
    warnings = []
    if content.documents.mistake is not None:
        warnings.append(f"Only the beginning of the file could be read: {content.documents.mistake}.")
    job = _the_job(found)
    table = PointTable(order_counts=False)
    names = MetricNames()
    add_events(found.events, table, names)
    add_checkpoints(found.checkpoints, table, names)
    points = table.build()
    warnings += _missing_pages(found)
    if not points.checkpoints:
        if job is None:
            raise UnusableInput(_nothing_in(found))
        warnings.append("The file holds the job but none of its points: add the job's list of checkpoints, or give its result CSV.")
    return imported(FORMAT.id, {} if job is None else run_of(job, warnings), points, warnings=warnings)


def _the_job(found: _Found) -> dict[str, Any] | None:
    named = {str(item["fine_tuning_job_id"]) for item in found.checkpoints if item.get("fine_tuning_job_id")}
    if len(found.jobs) > 1 or len(named) > 1:
        count = max(len(found.jobs), len(named))
        raise UnusableInput(f"The file speaks of {count:,} fine-tuning jobs: give the checkpoints of one job at a time.")
    if found.jobs and named and str(found.jobs[0].get("id")) not in named:
        raise UnusableInput("The checkpoints in the file belong to another job than the one that stands beside them: give them separately.")
    return found.jobs[0] if found.jobs else None


def add_events(events: Iterable[dict[str, Any]], table: PointTable, names: MetricNames) -> None:
    """Add the points that events carry; messages without metrics are counted as left out."""
    for event in events:
        data = event.get("data")
        step = as_step(data.get("step")) if isinstance(data, dict) else None
        if isinstance(data, dict) and step is not None:
            table.add(step, _metrics(data, names))
        else:
            table.drop("event", "a message without metrics")


def add_checkpoints(checkpoints: Iterable[dict[str, Any]], table: PointTable, names: MetricNames) -> None:
    """Add the points of checkpoints, with the names under which their weights were kept."""
    for checkpoint in checkpoints:
        metrics = checkpoint.get("metrics")
        metrics = metrics if isinstance(metrics, dict) else {}
        step = as_step(checkpoint.get("step_number", metrics.get("step")))
        if step is None:
            table.drop("checkpoint", "no step number")
            continue
        kept_as = checkpoint.get("fine_tuned_model_checkpoint")
        table.add(step, _metrics(metrics, names), kept_as=kept_as if isinstance(kept_as, str) else None)


def _metrics(data: dict[str, Any], names: MetricNames) -> dict[str, Any]:
    flat = {name: as_metric(value) for name, value in flatten(data).items() if name not in _BOOKKEEPING}
    return names.gather(flat)


def _missing_pages(found: _Found) -> list[str]:
    said = []
    if _CHECKPOINT in found.more:
        said.append("The list of checkpoints says that there are more: ask for the next page too, the older ones are missing here.")
    if _EVENT in found.more and not found.checkpoints:
        said.append("The list of events says that there are more: ask for the next page too, the first part of the run is missing here.")
    elif _EVENT in found.more:
        said.append("The list of events says that there are more: the first part of the run is missing here.")
    return said


def _nothing_in(found: _Found) -> str:
    if found.events:
        return "The events in the file are messages without metrics: give the job's list of checkpoints, or its result CSV."
    return "The list is empty: the job has saved no checkpoint yet; give it again when it has, or give the job's result CSV."


def run_of(job: dict[str, Any], warnings: list[str]) -> dict[str, Any]:
    """Return what the job object says of the run; what failed about it is added to the warnings."""
    run: dict[str, Any] = {
        "id": job.get("id"),
        "base_model": job.get("model"),
        "status": job.get("status"),
    }
    method = job.get("method")
    method = method if isinstance(method, dict) else {}
    kind = method.get("type")
    details = method.get(kind) if kind in _METHODS else None
    details = details if isinstance(details, dict) else {}
    if kind in _METHODS:
        run["method"] = kind
    settings = {**_object(job.get("hyperparameters")), **_object(details.get("hyperparameters"))}
    run["hyperparameters"] = {name: settings[name] for name in _SETTINGS if _is_setting(settings.get(name))}
    if isinstance(settings.get("reasoning_effort"), str):
        run["hyperparameters"]["reasoning_effort"] = settings["reasoning_effort"]
    grader = _object(details.get("grader"))
    given_range = grader.get("range")
    if isinstance(given_range, list) and len(given_range) == 2:
        run["grader"] = {"range": given_range}
    error = _object(job.get("error"))
    if error.get("message"):
        warnings.append(f"The job reports: {error['message']}")
    return {name: value for name, value in run.items() if value is not None}


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_setting(value: Any) -> bool:
    return value == "auto" or (isinstance(value, int | float) and not isinstance(value, bool) and value > 0)


FORMAT = Format(
    "openai-objects", "OpenAI or Azure fine-tuning objects", recognises, read, "JSON of checkpoints, events or a job, as the API gives them"
)

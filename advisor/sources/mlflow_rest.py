"""Answers of MLflow's REST interface: the history of one metric or of several, in one document or more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from advisor.errors import UnusableInput
from advisor.sources.content import Content
from advisor.sources.curve import Entry, Reading, read_curve
from advisor.sources.imported import Format, ImportedRun

_SUMMARY = (
    "This is an MLflow run with the last value of each metric, not its curve: ask metrics/get-history for its losses, "
    "or give the run's folder."
)


def recognises(content: Content) -> bool:
    """Say whether a document lists metrics with key, value and step, or is a run that does."""
    return any(_metrics(document) is not None or _is_run(document) for document in content.documents.values)


def read(content: Content) -> ImportedRun:
    """Read every metric of a history; a run's own object has last values only and is refused."""
    documents = content.documents.values
    if not any(_metrics(document) for document in documents):
        raise UnusableInput(_SUMMARY)
    more = any(isinstance(d, dict) and d.get("next_page_token") for d in documents)
    warnings = ["The history says that there is a next page: ask for it too, later points are missing here."] if more else []

    def entries() -> Iterator[Entry]:
        for document in documents:
            for metric in _metrics(document) or ():
                if isinstance(metric, dict):
                    yield {"step": metric.get("step"), str(metric.get("key")): metric.get("value")}

    return read_curve(FORMAT.id, entries, Reading(warnings=warnings, order_counts=False, repeats="first"))


def _metrics(document: Any) -> list[Any] | None:
    found = document.get("metrics") if isinstance(document, dict) else document
    if not isinstance(found, list) or not found or not isinstance(found[0], dict):
        return None
    return found if {"key", "value", "step"} <= found[0].keys() else None


def _is_run(document: Any) -> bool:
    run = document.get("run") if isinstance(document, dict) else None
    return isinstance(run, dict) and isinstance(run.get("info"), dict) and isinstance(run.get("data"), dict)


FORMAT = Format("mlflow-rest", "MLflow metric history", recognises, read, 'JSON with "metrics" of key, value, timestamp and step')

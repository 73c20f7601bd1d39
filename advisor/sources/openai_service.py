"""A run straight from the fine-tuning service: the job, its checkpoints, its events and its result file in one curve."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any

from advisor.errors import ServiceFault, UnusableInput
from advisor.sources import openai_csv
from advisor.sources.building import imported
from advisor.sources.content import Content
from advisor.sources.imported import Dropped, ImportedRun
from advisor.sources.names import MetricNames
from advisor.sources.numbers import as_epoch, as_step
from advisor.sources.openai_access import ServiceAccess
from advisor.sources.openai_calls import FineTuningService, Json, Listing
from advisor.sources.openai_faults import without_keys
from advisor.sources.openai_notes import noted_parent, noted_project
from advisor.sources.openai_objects import FORMAT, add_checkpoints, add_events, run_of
from advisor.sources.points import Points, PointTable

ENDED = frozenset({"succeeded", "failed", "cancelled"})
"""The statuses after which a job changes no more; every other one, also an unknown one, may still."""

_NOT_STARTED = frozenset({"validating_files", "queued", "pending", "created", "notRunning"})


def fetch_run(job_id: str, access: ServiceAccess) -> ImportedRun:
    """Return a job of the service as a run, of the project that its metadata name.

    Parts that cannot be had are missing in the run and named in its warnings.

    Raises:
        ServiceFault: The service gives no job, or has nothing of it yet.
        UnusableInput: The id is none.
    """
    with FineTuningService(access) as service:
        return read_job(service, service.job(job_id))


def read_job(service: FineTuningService, job: Json) -> ImportedRun:
    """Return the run of a job that was already asked for; raise ServiceFault where it has not started or none of its points can be had."""
    return _Reading(service, job).run()


class _Reading:
    """One job on its way to a run: what was found, and what was missing."""

    def __init__(self, service: FineTuningService, job: Json) -> None:
        self._service = service
        self._job = job
        self._id = str(job["id"])
        self._names = MetricNames()
        self._warnings: list[str] = []
        self._dropped: list[Dropped] = []
        self._faults: list[ServiceFault] = []

    def run(self) -> ImportedRun:
        run = run_of(self._job, self._warnings)
        project, parent = noted_project(self._job, self._warnings), noted_parent(self._job)
        if parent is not None:
            run["parent"] = parent
        self._warnings[:] = [without_keys(said, self._service.access) for said in self._warnings]
        checkpoints = self._listing("checkpoints", self._service.checkpoints)
        events = [e for e in self._listing("events", self._service.events) if _has_metrics(e)]
        rows = self._result_rows()
        points = self._merged(
            rows, _table_of(add_events, events, self._names), _table_of(add_checkpoints, checkpoints, self._names), events
        )
        if not points.checkpoints:
            self._refuse_without_points()
        self._warn_without_validation(points)
        return imported(FORMAT.id, run, points, warnings=self._warnings, dropped=self._dropped, project=project)

    def _listing(self, what: str, ask: Callable[[str], Listing]) -> tuple[Json, ...]:
        try:
            listing = ask(self._id)
        except ServiceFault as fault:
            self._faults.append(fault)
            self._warnings.append(f"The job's {what} are missing: {fault}")
            return ()
        if listing.cut_short is not None:
            self._warnings.append(f"Some of the job's {what} may be missing: {listing.cut_short}.")
        return listing.items

    def _result_rows(self) -> list[Json]:
        named = self._job.get("result_files")
        files = [f for f in named if isinstance(f, str)] if isinstance(named, list) else []
        if not files and self._job.get("status") == "succeeded":
            self._warnings.append("The job names no result file: the curve consists of its checkpoints and events.")
        rows: list[Json] = []
        for file_id in files:
            try:
                rows += self._rows_of(Content(self._service.file(file_id)))
            except (ServiceFault, UnusableInput) as error:
                self._warnings.append(f"The job's result file is missing: {error}")
        return rows

    def _rows_of(self, content: Content) -> list[Json]:
        if not openai_csv.recognises(content):
            raise UnusableInput("It is no CSV with a row per step; the curve consists of the job's checkpoints and events.")
        table = PointTable(whole=False)
        openai_csv.add_rows(content, table)
        points = table.build()
        self._warnings += points.warnings
        self._dropped += points.dropped
        return points.checkpoints

    def _merged(self, rows: list[Json], events: Points, checkpoints: Points, raw_events: list[Json]) -> Points:
        """Merge by step; a checkpoint's own values count before those of events, and these before the rounded ones of the file."""
        merged: dict[int, Json] = {}
        for point in chain(rows, events.checkpoints, checkpoints.checkpoints):
            known = merged.setdefault(point["step_number"], {"metrics": {}})
            known["metrics"] |= point["metrics"]
            known |= {name: point[name] for name in ("epoch", "fine_tuned_model_checkpoint") if name in point}
        epochs_per_step = self._epochs_per_step(raw_events)
        table = PointTable(order_counts=False)
        for step, point in merged.items():
            epoch = point.get("epoch", None if epochs_per_step is None else step * epochs_per_step)
            table.add(step, point["metrics"], epoch=epoch, kept_as=point.get("fine_tuned_model_checkpoint"))
        points = table.build()
        return Points(points.checkpoints, points.dropped, [*events.warnings, *checkpoints.warnings, *points.warnings])

    def _epochs_per_step(self, events: list[Json]) -> float | None:
        """Return how much of an epoch one step is, from the number of steps that events announce; None where nobody says."""
        settings = run_of(self._job, [])["hyperparameters"]
        epochs = as_epoch(settings.get("n_epochs"))
        total = next((t for e in events if (t := as_step(e["data"].get("total_steps")))), None)
        return epochs / total if epochs and total else None

    def _refuse_without_points(self) -> None:
        if self._faults:
            raise self._faults[0]
        status = self._job.get("status")
        if status in _NOT_STARTED:
            raise ServiceFault(
                "not-started",
                f"Job {self._id} has not started ({status}): there is nothing to judge yet; follow it by advisor watch {self._id}.",
            )
        self._warnings.append(
            "The job has no points yet: ask again after its first steps."
            if status not in ENDED
            else "The job ended without a single point: nothing of its curves can be judged."
        )

    def _warn_without_validation(self, points: Points) -> None:
        measured = {name for point in points.checkpoints for name in point["metrics"]}
        without = "validation_file" in self._job and not self._job["validation_file"]
        if without and not any(name.startswith(("valid_", "full_valid_")) for name in measured):
            self._warnings.append(
                "The job had no validation file, so its overfitting cannot be judged: give the next job a validation_file."
            )


def _has_metrics(event: Json) -> bool:
    data = event.get("data")
    return isinstance(data, dict) and as_step(data.get("step")) is not None


def _table_of(add: Callable[[Any, PointTable, MetricNames], None], items: Any, names: MetricNames) -> Points:
    table = PointTable(order_counts=False, whole=False)
    add(items, table, names)
    return table.build()

"""A planned experiment, recorded when its job was started: what it varies, and in which one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from advisor.cli.experiments_table import changes_text
from advisor.clock import now
from advisor.facts import EarlierRun

if TYPE_CHECKING:
    from advisor.cli.planning import Plan
    from advisor.contract.advice import Experiment
    from advisor.experiments import Store

_KEPT = ("grader", "rollouts_per_step")


def record_started(planned: Plan, job_id: str, parent: str, project: str, store: Store) -> str:
    """Record a started job as an experiment and return a sentence that says so.

    Raises:
        AlreadyRecorded: The project has this job already.
        StoreFault: The store does not take it.
    """
    experiment = planned.next_experiment
    assert experiment is not None
    run = planned_run(experiment, job_id, store.experiments.get(project, parent).run)
    store.experiments.add(project, [run], created_at=now(), parents=[parent])
    return f"Recorded as {job_id} in project {project}: it varies {parent} in one thing, {changes_text([experiment.change])}."


def planned_run(experiment: Experiment, job_id: str, parent: EarlierRun) -> EarlierRun:
    """Return the run that an experiment is before its first point."""
    settings = parent.hyperparameters.model_dump(exclude_unset=True) | experiment.hyperparameters
    run: dict[str, Any] = {
        "id": job_id, "status": "queued", "method": experiment.method, "base_model": experiment.base_model, "hyperparameters": settings,
    }  # fmt: skip
    known = parent.model_dump(exclude_unset=True)
    run |= {name: known[name] for name in _KEPT if name in known}
    if experiment.change.parameter == "dataset":
        run["dataset"] = {"version": experiment.dataset}
    elif "dataset" in known:
        run["dataset"] = known["dataset"]
    return EarlierRun.model_validate({name: value for name, value in run.items() if value is not None})

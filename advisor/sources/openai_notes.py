"""What Advisor notes in the metadata of a job that it starts, and reads in those of every job."""

from __future__ import annotations

from typing import Any

from advisor.contract.advice import Change
from advisor.contract.project_name import check_name
from advisor.errors import UnusableInput

PROJECT, PARENT, CHANGE = "advisor_project", "advisor_parent", "advisor_change"
_LONGEST = 512  # the service's own limit


def notes(change: Change, *, parent: str | None, project: str | None) -> dict[str, str]:
    """Return what is noted of an experiment: its one change, the run that it varies, and the project that it belongs to."""
    before = "unknown" if change.from_ is None else change.from_
    said = {CHANGE: f"{change.parameter}: {before} -> {change.to}", PARENT: parent, PROJECT: project}
    return {name: value[:_LONGEST] for name, value in said.items() if value is not None}


def noted_project(job: dict[str, Any], warnings: list[str]) -> str | None:
    """Return the project that a job's metadata name; one that cannot be called so is left out, with a warning."""
    named = _noted(job, PROJECT)
    if named is None:
        return None
    try:
        check_name(named)
    except UnusableInput as error:
        warnings.append(f"The job's metadata name no project that can be ({PROJECT}), and it is judged without one. {error}")
        return None
    return named


def noted_parent(job: dict[str, Any]) -> str | None:
    """Return the run that a job varies, as its metadata say."""
    return _noted(job, PARENT)


def _noted(job: dict[str, Any], name: str) -> str | None:
    metadata = job.get("metadata")
    value = metadata.get(name) if isinstance(metadata, dict) else None
    return value.strip() or None if isinstance(value, str) else None

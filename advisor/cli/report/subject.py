"""The line that says which run the advice is about."""

from __future__ import annotations

from advisor.contract import AdviseRequest
from advisor.sources import FORMATS, ImportedRun


def subject(request: AdviseRequest, imported: ImportedRun) -> str:
    """Return the run, what was trained how, and what was read of it."""
    run = request.run
    name = f"Run {run.id}" if run.id else "The run"
    kind = {"supervised": "supervised", "dpo": "preference (DPO)", "reinforcement": "reinforcement"}[run.method]
    model = f" of {run.base_model}" if run.base_model else ""
    status = f", {run.status}" if run.status else ""
    title = next(f.title for f in FORMATS if f.id == imported.format)
    return f"{name}: {kind} fine-tuning{model}{status}. Points read: {imported.points} ({title})."

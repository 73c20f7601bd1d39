"""The line that says which run the advice is about."""

from __future__ import annotations

from advisor import shown
from advisor.contract import AdviseRequest
from advisor.sources import FORMATS, ImportedRun


def subject(request: AdviseRequest, imported: ImportedRun) -> str:
    """Return the run, what was trained how, and what was read of it in which format."""
    return shown.subject(request, imported.points, next(f.title for f in FORMATS if f.id == imported.format))

"""Advisor's own JSON: a whole request, or a bare run object."""

from __future__ import annotations

from typing import Any

from advisor.contract.members import doubled_members, doubled_warnings
from advisor.contract.misnamed import misnamed_members
from advisor.facts import Run
from advisor.sources.building import request_of, told_method
from advisor.sources.content import Content
from advisor.sources.imported import Format, ImportedRun, PointCounts


def _is_run(document: Any) -> bool:
    return isinstance(document, dict) and isinstance(document.get("checkpoints"), list) and "log_history" not in document


def recognises(content: Content) -> bool:
    """Say whether the content is one object with a ``run``, or a run object itself."""
    document = content.document
    return (isinstance(document, dict) and "run" in document and "advice_id" not in document) or _is_run(document)


def read(content: Content) -> ImportedRun:
    """Read the request as it stands; nothing is dropped and nothing derived."""
    document = content.document
    warnings = list(doubled_warnings(doubled_members(content.data, document))) if content.encoding != "utf-16" else []
    if "run" in document:
        request = request_of(document)
        warnings += misnamed_members(document)
    else:
        told = told_method(document["checkpoints"])
        request = request_of({"run": {"method": told, **document}})
        warnings += misnamed_members(document, Run)
        if "method" not in document:
            warnings.append(f"The run does not say its method: its metrics look like {told} fine-tuning.")
    return ImportedRun(request, FORMAT.id, PointCounts.of(request.run), (), tuple(warnings))


FORMAT = Format("advisor-json", "Advisor's own JSON", recognises, read, "an object with a run, or a run with its checkpoints")

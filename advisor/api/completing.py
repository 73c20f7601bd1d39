"""What somebody knows of a run beside what was read or fetched of it."""

from __future__ import annotations

from typing import Any

from advisor.api.reading import read_request
from advisor.api.recording import merged
from advisor.contract import AdviseRequest


def completed(request: AdviseRequest, around: dict[str, Any]) -> AdviseRequest:
    """Return a request with members of another in place of its own, also within its ``run``, one by one; null says nothing.

    Raises:
        Refusal: 422 where they do not fit the contract.
    """
    known = _said(around)
    return read_request(merged(request.model_dump(mode="json", exclude_unset=True), known)) if known else request


def _said(document: Any) -> Any:
    """Return a document without what is null: that says nothing, and takes nothing away of what is known."""
    if not isinstance(document, dict):
        return document
    return {name: _said(value) for name, value in document.items() if value is not None}

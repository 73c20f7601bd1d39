"""The run that ships with the pages."""

from __future__ import annotations

from pathlib import Path

from advisor.contract import AdviseRequest
from advisor.sources import read_run

_EXAMPLE = Path(__file__).parent / "overfit-run.json"


def example_request() -> AdviseRequest:
    """Return the request with the run that overfits."""
    return read_run(_EXAMPLE.read_bytes(), name=_EXAMPLE.name).request

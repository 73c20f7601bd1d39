"""The run that ships with the pages."""

from __future__ import annotations

from pathlib import Path

from advisor.contract import AdviseRequest
from advisor.sources import read_run

_NAME = "overfit-run.json"


def example_request() -> AdviseRequest:
    """Return the request with the run that overfits."""
    return read_run(shipped_example().read_bytes(), name=_NAME).request


def shipped_example() -> Path:
    """Return where its file lies: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "_shipped_examples" / _NAME
    return installed if installed.is_file() else package.parent / "examples" / _NAME

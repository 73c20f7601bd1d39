"""Small files of our own, each showing the oddities of one format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from advisor.sources import ImportedRun, read_file

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture
def read_fixture() -> Callable[[str], ImportedRun]:
    """Return a function that reads a file of the fixtures folder."""
    return lambda name: read_file(FIXTURES / name)

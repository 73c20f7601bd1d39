from __future__ import annotations

from collections.abc import Iterator

import pytest

from advisor.engine import Program
from advisor.rulebook import load_rulebook, shipped_rules


@pytest.fixture(scope="session")
def program() -> Iterator[Program]:
    """The shipped rulebook, compiled once for all cases."""
    compiled = Program(load_rulebook(shipped_rules()))
    yield compiled
    compiled.close()

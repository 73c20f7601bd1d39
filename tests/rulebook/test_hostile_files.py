"""Whatever stands in the rule files: a refusal or a rulebook that answers, within a time limit, and the process lives on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

RULEBOOKS = int(os.environ.get("ADVISOR_TEST_HOSTILE_RULEBOOKS", "120"))
SECONDS_EACH = 10  # of the processor's time; the slowest take one on a laptop
_TOP = Path(__file__).parents[2]


@pytest.mark.parametrize("seed", [1, 2])
def test_mutated_rulebooks_are_refused_or_answer_and_never_take_the_process_along(seed: int):
    child = subprocess.run(
        [sys.executable, "-m", "tests.rulebook.hostile", str(seed), str(RULEBOOKS // 2)],
        cwd=_TOP,
        capture_output=True,
        check=False,
        timeout=60 + RULEBOOKS * SECONDS_EACH,
    )
    ends = [json.loads(line) for line in child.stdout.splitlines()]
    assert child.returncode == 0, child.stderr.decode()[-2000:]
    assert len(ends) == RULEBOOKS // 2
    assert [end["how"] for end in ends if end["ended"] == "failed"] == []
    assert max(end["seconds"] for end in ends) < SECONDS_EACH
    assert {end["ended"] for end in ends} == {"refused", "answered"}, "both are seen, else this shows little"

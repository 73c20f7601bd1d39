"""Against files that people published, where a checkout has them beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from advisor.errors import UnusableInput
from advisor.sources import PointCounts, read_file

CURVES = Path(__file__).parents[3] / "shared" / "curves"
_NO_CURVES = {"summary_not_curve", "hf_trainer_state_degenerate", "wandb_csv", "not_a_curve"}
"""Kinds whose manifest counts single values, means, runs or sentences: what is no curve is refused."""


def _manifest() -> list[dict[str, Any]]:
    listed = CURVES / "manifest.jsonl"
    return [json.loads(line) for line in listed.read_text("utf-8").splitlines()] if listed.is_file() else []


@pytest.mark.skipif(not CURVES.is_dir(), reason="published curve files are not beside this checkout")
def test_each_published_file_gives_the_points_that_its_manifest_counts_or_one_sentence():
    wrong = []
    for entry in _manifest():
        expected = PointCounts(entry["n_train_points"], entry["n_eval_points"], entry["n_reward_points"])
        try:
            points = read_file(CURVES / entry["file"]).points
        except UnusableInput as refused:
            if (entry["kind"] not in _NO_CURVES and expected != PointCounts(0, 0, 0)) or "\n" in str(refused):
                wrong.append((entry["file"], str(refused)))
            continue
        if points != expected:
            wrong.append((entry["file"], f"{points} instead of {expected}"))
    assert not wrong

"""Tinker's ``metrics.jsonl``: one object a line, steps from 0 on, evaluations in sparse lines."""

from __future__ import annotations

from typing import Any

from advisor.sources.content import Content
from advisor.sources.curve import Entry, Reading
from advisor.sources.imported import Dropped, Format, ImportedRun
from advisor.sources.json_lines import as_it_stands, read_lines
from advisor.sources.numbers import as_metric

_SIGNS = ("progress/batch", "env/all/reward/total", "train_mean_nll", "optim/kl_sample_train_v1", "teacher_kl")
_REWARDS = ("env/all/reward/total", "test/env/all/reward/total")


def recognises(content: Content) -> bool:
    """Say whether a line has a name that only Tinker's recipes write."""
    return any(sign in found for found in content.sample_objects for sign in _SIGNS)


def read(content: Content) -> ImportedRun:
    """Read rewards or losses; the rewards of a distillation are 0 by design and no reward to judge by."""
    silent = _rewards_of_a_distillation(content)
    if not silent:
        return read_lines(FORMAT.id, content, as_it_stands, Reading())

    def translate(found: dict[str, Any]) -> Entry:
        kept = {name: value for name, value in found.items() if name not in _REWARDS}
        return {**kept, "loss": kept.get("teacher_kl")}

    said = "In this distillation the divergence from the teacher (teacher_kl) is what falls: it was taken as the train loss."
    dropped = (Dropped(silent, "reward", "it is 0 by design where a teacher is followed (teacher_kl)"),)
    return read_lines(FORMAT.id, content, translate, Reading(warnings=(said,), dropped=dropped, run={"method": "supervised"}))


def _rewards_of_a_distillation(content: Content) -> int:
    """Return how many rewards are 0 in a log that follows a teacher, 0 where any is not or there is no teacher."""
    if not any("teacher_kl" in found for found in content.sample_objects):
        return 0
    count = 0
    for found in content.json_lines():
        rewards = [as_metric(found[name]) for name in _REWARDS if name in found] if found is not None else []
        if any(reward != 0 for reward in rewards):
            return 0
        count += len(rewards)
    return count


FORMAT = Format(
    "tinker-metrics", "Tinker metrics", recognises, read, "JSON lines with progress/batch, env/all/… or train_mean_nll (metrics.jsonl)"
)

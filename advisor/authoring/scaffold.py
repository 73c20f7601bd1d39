"""A new rule with its cases, ready to be filled in: it loads, advises nothing yet, and every case is marked todo."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CRITERIA = ("stopping", "mistakes", "verdicts")
_OTHER_KINDS = ("actions", "bands", "tables")
_EXAMPLES = {
    "any": ("n_train", "examples", "100"),
    "supervised": ("valid_loss_rise_ratio", "ratio", "0.05"),
    "dpo": ("valid_loss_rise_ratio", "ratio", "0.05"),
    "reinforcement": ("reward_gap", "share", "0.1"),
}
_METHODS = {"rft": "reinforcement", "dpo": "dpo"}

_HEAD = """\
id: {id}
title: "TODO: what the run shows, in one line"
"""
_FINDING = """\
status: shadow  # evaluated and logged, never advised; make it stable once its cases hold
applies_to: [{method}]
diagnosis: "TODO: what it means"
severity: low  # info, low, medium, high, critical
"""
_CRITERION = """\
applies_to: [supervised, dpo, reinforcement]
"""
_REST = """\
source: "TODO: where this is known from"
why: "TODO: why it is so"
false_positives:
  - "TODO: when it would be wrong"
parameters:
  limit: {{value: {limit}, unit: {unit}, source: "TODO: where the number is from"}}
when:
  all:
    - {signal} > limit  # advisor signals lists what can be compared
explain: >-
  TODO: what to tell the user, with the numbers: {{{signal}:.2f}}.
"""
_CASES = """\
# docs/rules/cases.md says what can be given and expected.
- name: Fires when the run shows it
  given: {{method: {method}, n_epochs: 3}}
  expect: {{fires: true, explain: "TODO: the exact sentence"}}
  todo: give the curves of a run that shows it
- name: Stays quiet on a healthy run
  given: {{method: {method}, n_epochs: 3}}
  expect: {{fires: false, severity: low}}
  todo: give the curves of a healthy run, and expect no severity
- name: Says what it lacks
  given: {{method: {method}, n_epochs: 3}}
  expect: {{missing: [todo]}}
  todo: name the fields without which it cannot be judged
"""


def scaffold(rule_id: str, folder: str) -> dict[str, str]:
    """Return the texts of a new rule and its cases by their path inside the rules folder.

    Args:
        rule_id: The rule's id, words joined by hyphens.
        folder: The folder inside the rules: ``sft``, ``rft``, ``mistakes`` and so on.

    Raises:
        ValueError: The id or the folder cannot be one; the message says what to write.
    """
    if not _ID.fullmatch(rule_id) or len(rule_id) > 80:
        raise ValueError(f'"{rule_id}" is no id\n    Join small letters and digits by hyphens, such as valid-loss-rises.')
    place = PurePosixPath(folder)
    if place.is_absolute() or ".." in place.parts or not place.parts:
        raise ValueError(f'"{folder}" is no folder inside the rules\n    Name one such as sft, dpo, rft, data, settings or evaluation.')
    if place.parts[0] in _OTHER_KINDS:
        raise ValueError(f"{place.parts[0]}/ holds no rules\n    Copy one of its files, and name it after its new id.")
    method = _METHODS.get(place.parts[0], "supervised")
    criterion = place.parts[0] in _CRITERIA
    signal, unit, limit = _EXAMPLES["any" if criterion else method]
    kind = _CRITERION if criterion else _FINDING.format(method=method)
    rule = _HEAD.format(id=rule_id) + kind + _REST.format(limit=limit, unit=unit, signal=signal)
    return {f"{place}/{rule_id}.yaml": rule, f"{place}/{rule_id}.cases.yaml": _CASES.format(method=method)}

"""The smallest rulebook that loads, to which a test adds the files that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from advisor.rulebook import Rulebook, build_rulebook
from advisor.signals import Measures

_PRIORITIES = """
source: made up
tiers:
  - {id: hyperparameters, title: Settings, experiment: true}
  - {id: decide, title: Decide}
rank_by: [support, tier, cost, id]
support:
  info: {low: 0, medium: 1, high: 2}
  low: {low: 3, medium: 4, high: 5}
  medium: {low: 6, medium: 7, high: 8}
  high: {low: 9, medium: 10, high: 11}
  critical: {low: 12, medium: 13, high: 14}
cost: [none, run, data]
"""
_MODELS = """
source: made up
name_words: {mini: 2, large: 4, 7b: 3}
models:
  - id: small-model
    aliases: [tiny-model]
    best_for: Small things
    size_class: 1
    methods: [supervised, dpo]
    start: {n_epochs: {low: 2, high: 3}, learning_rate_multiplier: {low: 0.5, high: 1.0}}
    source: made up
  - id: big-model
    best_for: Big things
    size_class: 3
    methods: [supervised, reinforcement]
    source: made up
"""
_SWEEP = """
source: made up
ladders:
  n_epochs: {values: [1, 2, 3], factor: 2, lowest: 1, highest: 50, default: 2, whole: true}
  learning_rate_multiplier: {values: [0.5, 1.0, 2.0], factor: 2, lowest: 0.01, highest: 20, default: 1.0}
  learning_rate: {values: [0.00001, 0.0001], factor: 2, lowest: 0.0000001, highest: 0.01, default: 0.0001}
  batch_size: {values: [4, 8, 16], factor: 2, lowest: 1, highest: 512, default: 8, whole: true}
"""
_ACTION = """
id: reduce-epochs
title: Train for fewer epochs
tier: hyperparameters
cost: run
change: {parameter: n_epochs, to: down}
source: made up
explain: Train for {change_to} epochs instead of {change_from}.
"""
_VERDICT = """
id: iterate
title: Go round again
order: 9
source: made up
why: Nothing says stop.
false_positives: [None known]
when: [checkpoints_count >= 0]
explain: Go round again.
"""
_RULE = """\
id: {id}
title: {title}
applies_to: [{applies_to}]
diagnosis: Something
severity: {severity}
source: made up
why: Because it is made up.
false_positives: [None known]
when: {when}
explain: {explain}
"""


def rule(
    rule_id: str,
    when: str = "[n_train > 100]",
    more: str = "",
    *,
    title: str = "Something happens",
    applies_to: str = "supervised",
    severity: str = "medium",
    explain: str = "It happens.",
) -> str:
    """Return the text of a rule file; ``more`` holds further keys."""
    return _RULE.format(id=rule_id, title=title, applies_to=applies_to, severity=severity, when=when, explain=explain) + more


def criterion(criterion_id: str, when: str = "[n_train > 100]", more: str = "") -> str:
    """Return the text of a file in ``stopping/``, ``mistakes/`` or ``verdicts/``."""
    lines = rule(criterion_id, when, more).splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("diagnosis"))


def files(more: Mapping[str, str] | None = None, *, parameters: str = "") -> dict[str, str]:
    """Return the smallest rulebook's files with ``more`` added; ``parameters`` holds further lines of ``parameters.yaml``."""
    measures = "".join(
        f"  {f.name}: {{value: {0.2 if f.name.endswith('_share') else 7}, unit: made up, source: made up}}\n" for f in fields(Measures)
    )
    return {
        "parameters.yaml": f"parameters:\n{measures}{parameters}",
        "priorities.yaml": _PRIORITIES.lstrip(),
        "models.yaml": _MODELS.lstrip(),
        "sweep.yaml": _SWEEP.lstrip(),
        "actions/reduce-epochs.yaml": _ACTION.lstrip(),
        "verdicts/iterate.yaml": _VERDICT.lstrip(),
        **(more or {}),
    }


def rulebook(more: Mapping[str, str] | None = None, *, parameters: str = "") -> Rulebook:
    return build_rulebook(files(more, parameters=parameters))

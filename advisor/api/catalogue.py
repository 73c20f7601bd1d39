"""What the rulebook knows, for people and programs that ask: its rules and the vocabulary that they are written in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from advisor.contract.advice import Confidence, Severity
from advisor.facts import Method
from advisor.rulebook import Comparison, Condition, Rule, Rulebook
from advisor.rulebook.model import Kind
from advisor.rulebook.record_signals import PATTERNS, RECORD
from advisor.signals import SIGNALS
from advisor.signals.registry import ALL


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A rule in short; ``finding`` is the id of the finding that it raises, None for a stopping criterion, mistake or verdict."""

    id: str
    kind: Kind
    title: str
    status: str
    applies_to: tuple[Method, ...]
    finding: str | None
    severity: Severity
    source: str
    file: str


@dataclass(frozen=True, slots=True)
class ParameterEntry:
    """A number that a rule compares with."""

    name: str
    value: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class RuleDetails:
    """A rule in full; ``when`` is its condition as all, any and none over comparisons, ``text`` its file as the lead wrote it."""

    id: str
    kind: Kind
    title: str
    status: str
    applies_to: tuple[Method, ...]
    finding: str | None
    severity: Severity
    confidence: Confidence
    source: str
    file: str
    observation: str
    diagnosis: str
    why: str
    false_positives: tuple[str, ...]
    parameters: tuple[ParameterEntry, ...]
    when: dict[str, Any]
    recommend: tuple[str, ...]
    suppresses: tuple[str, ...]
    explain: str
    text: str


@dataclass(frozen=True, slots=True)
class SignalEntry:
    """A word of the vocabulary: a number about a run, with its unit and the methods that it applies to."""

    name: str
    unit: str
    description: str
    source: str
    methods: tuple[Method, ...]


def rule_entries(rulebook: Rulebook) -> list[RuleEntry]:
    """Return every rule in short, in the rulebook's order."""
    return [
        RuleEntry(rule.id, rule.kind, rule.title, rule.status, _methods(rule), _finding(rule), rule.severity, rule.source, rule.file)
        for rule in rulebook.rules
    ]


def rule_details(rulebook: Rulebook, rule_id: str) -> RuleDetails | None:
    """Return a rule in full, or None where the rulebook has none of this id."""
    rule = rulebook.rule(rule_id)
    if rule is None:
        return None
    return RuleDetails(
        id=rule.id,
        kind=rule.kind,
        title=rule.title,
        status=rule.status,
        applies_to=_methods(rule),
        finding=_finding(rule),
        severity=rule.severity,
        confidence=rule.confidence,
        source=rule.source,
        file=rule.file,
        observation=rule.observation,
        diagnosis=rule.diagnosis,
        why=rule.why,
        false_positives=rule.false_positives,
        parameters=tuple(ParameterEntry(name, p.value, p.unit, p.source) for name, p in rule.parameters.items()),
        when={rule.when.join: [_readable(member) for member in rule.when.members]},
        recommend=tuple(recommendation.action for recommendation in rule.recommend),
        suppresses=rule.suppresses,
        explain=rule.explain.text,
        text=rulebook.files[rule.file],
    )


def signal_entries(rulebook: Rulebook) -> list[SignalEntry]:
    """Return every signal that rules may use: measured ones, those that the rulebook gives itself, how those of the record are called."""
    measured = [SignalEntry(s.name, s.unit, s.description, s.source, s.methods) for s in SIGNALS.values()]
    own = [SignalEntry(name, s.unit, s.description, s.source, ALL) for name, s in rulebook.own_signals.items()]
    asked = [SignalEntry(name, unit, says, RECORD, ALL) for name, (unit, says) in PATTERNS.items()]
    return [*measured, *own, *asked]


def _methods(rule: Rule) -> tuple[Method, ...]:
    return tuple(method for method in ALL if method in rule.applies_to)


def _finding(rule: Rule) -> str | None:
    return rule.raises if rule.kind == "finding" else None


def _readable(condition: Condition) -> str | dict[str, Any]:
    if isinstance(condition, Comparison):
        return condition.text
    return {condition.join: [_readable(member) for member in condition.members]}

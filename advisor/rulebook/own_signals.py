"""The signals that a rulebook adds to the measured ones: those of its tables, and what its rules ask of the team's own past."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from advisor.contract.request import AdviseRequest
from advisor.rulebook.conditions import comparisons
from advisor.rulebook.model import Action, Lookup, Rule, Rulebook
from advisor.rulebook.record_signals import RECORD, RecordSignal, recorded
from advisor.rulebook.tables import DESCRIPTIONS, OwnSignal, table_signals
from advisor.signals import Value


def rulebook_signals(rulebook: Rulebook, request: AdviseRequest, signals: Mapping[str, Value]) -> dict[str, Value]:
    """Return the signals that a rulebook gives for a request on which the others were measured."""
    return table_signals(rulebook, request, signals) | recorded(rulebook.record_signals, request.record)


def described(lookups: Iterable[Lookup], models_source: str, asked: Mapping[str, RecordSignal]) -> dict[str, OwnSignal]:
    """Return what those signals say, by their names."""
    from_models = {name: replace(signal, source=models_source) for name, signal in DESCRIPTIONS.items()}
    looked_up = {
        name: OwnSignal(table.unit, f"{table.title}, by {table.by}.", table.source) for table in lookups for name in sorted(table.gives)
    }
    return from_models | looked_up | {name: OwnSignal(s.unit, s.description, RECORD) for name, s in asked.items()}


def asked_of_the_record(known: Mapping[str, RecordSignal], rules: Iterable[Rule], actions: Iterable[Action]) -> dict[str, RecordSignal]:
    """Return those of the known signals that a rule compares or a sentence fills in."""
    named = {name for rule in rules for name in _named_by_rule(rule)} | {name for action in actions for name in _named_by_action(action)}
    return {name: signal for name, signal in known.items() if name in named}


def _named_by_rule(rule: Rule) -> Iterable[str]:
    for group in (rule.when, rule.confidence_high, rule.confidence_low, *(r.when for r in rule.recommend)):
        if group is not None:
            yield from (name for comparison in comparisons(group) for name in comparison.needs)
    for sentence in (rule.explain, rule.otherwise, rule.no_experiment):
        yield from sentence.names if sentence is not None else ()
    yield from (item.step.to_signal for item in rule.recommend if item.step.to_signal is not None)


def _named_by_action(action: Action) -> Iterable[str]:
    for sentence in (action.explain, action.otherwise, action.elsewhere):
        yield from sentence.names if sentence is not None else ()
    for key in ("to_signal", "from_signal"):
        name = getattr(action.shape.change, key, None)
        yield from () if name is None else (name,)

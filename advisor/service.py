"""The use case: a request and a rulebook in, advice out. No framework, no clock, no randomness, no input or output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pydantic import TypeAdapter

from advisor.advice import ExplainLevel, assemble
from advisor.contract.advice import Action, ActionRecord, Advice
from advisor.contract.request import AdviseRequest, Followed
from advisor.engine import Program
from advisor.rulebook import rulebook_signals
from advisor.signals import Curves, measure_signals

ADVICE = TypeAdapter(Advice)


def advise(
    request: AdviseRequest,
    program: Program,
    *,
    advice_id: str,
    created_at: str,
    level: ExplainLevel = "fired",
    warnings: Sequence[str] = (),
) -> Advice:
    """Judge one run.

    Args:
        request: The run with what is known around it.
        program: The compiled rulebook.
        advice_id: The id that the answer gets; ids are made at the edges.
        created_at: The time that the answer states, ISO 8601.
        level: How much to explain.
        warnings: Sentences of an importer about how the run was read, passed on.

    Returns:
        The advice; the same arguments give the same value.
    """
    curves = Curves(request, program.rulebook.measures)
    signals = measure_signals(curves)
    signals |= rulebook_signals(program.rulebook, request, signals)
    outcomes = program.decide(request.run.method, signals)
    advice = assemble(
        program.rulebook, curves, signals, outcomes, advice_id=advice_id, created_at=created_at, level=level, warnings=warnings
    )
    return advice if request.record is None else replace(advice, actions=_with_record(advice.actions, request.record.actions))


def _with_record(actions: tuple[Action, ...], record: Mapping[str, Followed]) -> tuple[Action, ...]:
    told = {name: ActionRecord(line.followed, line.helped) for name, line in record.items() if line.followed}
    return tuple(replace(action, record=told.get(action.id)) for action in actions)


def to_json(advice: Advice) -> bytes:
    """Return the answer as the contract's JSON."""
    return ADVICE.dump_json(advice, by_alias=True)

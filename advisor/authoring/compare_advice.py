"""What a candidate rulebook would say of runs, in a process of its own."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.advice import ExplainLevel
from advisor.contract import Advice, AdviseRequest
from advisor.engine import Program
from advisor.errors import BrokenRulebook, EngineFault, Mistake
from advisor.rulebook.overlay import Layered
from advisor.service import advise

STAMP = "preview"


def advise_all(layered: Layered, requests: Sequence[AdviseRequest], level: ExplainLevel) -> tuple[str, tuple[Advice, ...]]:
    """Return the candidate's revision and its advice on each run.

    Raises:
        BrokenRulebook: The candidate has mistakes, or the engine refuses it.
    """
    program = Program(layered.build())
    try:
        return program.rulebook.revision, judge_all(program, requests, level)
    except EngineFault as fault:
        raise BrokenRulebook([Mistake("the rulebook", 0, 0, str(fault), "Take back the last change.", "engine")]) from None
    finally:
        program.close()


def judge_all(program: Program, requests: Sequence[AdviseRequest], level: ExplainLevel) -> tuple[Advice, ...]:
    """Return advice on each run, without a stamp of its own, so that equal advice is equal."""
    return tuple(advise(request, program, advice_id=STAMP, created_at="", level=level) for request in requests)


def differences(now: Advice, then: Advice) -> tuple[str, ...]:
    """Return in which parts of the contract two answers differ, the revision aside; what was only counted on the way is no difference."""
    parts = (
        "verdict", "findings", "actions", "next_experiment", "no_experiment", "checkpoints", "best_checkpoint", "candidates", "stopping",
        "mistakes", "not_evaluated",
    )  # fmt: skip
    return tuple(part for part in parts if getattr(now, part) != getattr(then, part))

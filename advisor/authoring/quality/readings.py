"""What a judge says of a run, in the terms that can be scored: the advisor's answer, a peer's report, a one-line criterion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from advisor.advice.actions import experiment_tiers
from advisor.authoring.quality.conventions import ACTION_KNOBS, Knob
from advisor.contract import Advice, AdviseRequest
from advisor.contract.advice import ChangeValue, Confidence, Severity
from advisor.engine import Program
from advisor.service import advise

_ALARMING: frozenset[Severity] = frozenset({"high", "critical"})


@dataclass(frozen=True, slots=True)
class Said:
    """A finding that was raised. A judge without confidence leaves it None."""

    finding: str
    severity: Severity
    confidence: Confidence | None = None


@dataclass(frozen=True, slots=True)
class Advised:
    """An experiment that was advised: the knob it turns (None: one that no labelled run has), how far, and the findings behind it."""

    action: str
    knob: Knob | None
    to: ChangeValue = None
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a judge says of one run. ``best_step`` is None where it names no best checkpoint."""

    said: tuple[Said, ...] = ()
    experiments: tuple[Advised, ...] = ()
    actions: tuple[str, ...] = ()
    best_step: int | None = None

    @property
    def findings(self) -> frozenset[str]:
        """The ids of what was found."""
        return frozenset(said.finding for said in self.said)

    @property
    def alarm(self) -> bool:
        """Whether anything of high severity was found."""
        return any(said.severity in _ALARMING for said in self.said)


Judge = Callable[[AdviseRequest], Reading]


def advisor_judge(program: Program) -> Judge:
    """Return the compiled rulebook as a judge."""
    tiers = experiment_tiers(program.rulebook)

    def judge(request: AdviseRequest) -> Reading:
        return read_advice(advise(request, program, advice_id="", created_at="", level="off"), tiers)

    return judge


def read_advice(advice: Advice, tiers: frozenset[str]) -> Reading:
    """Return the scored part of an answer; ``tiers`` are those whose actions are experiments."""
    return Reading(
        said=tuple(Said(f.id, f.severity, f.confidence) for f in advice.findings),
        experiments=tuple(
            Advised(a.id, ACTION_KNOBS.get(a.id), a.change.to if a.change else None, a.because) for a in advice.actions if a.tier in tiers
        ),
        actions=tuple(a.id for a in advice.actions),
        best_step=advice.best_checkpoint.step_number if advice.best_checkpoint else None,
    )

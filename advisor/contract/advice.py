"""The answer of ``POST /advise``: plain frozen values, built without validation and serialised by pydantic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

Severity = Literal["info", "low", "medium", "high", "critical"]
Confidence = Literal["low", "medium", "high"]
Operator = Literal[">", ">=", "<", "<=", "=="]
OutcomeKind = Literal["fired", "not_fired", "not_evaluated", "not_applicable", "suppressed", "error"]
ChangeValue = float | int | str | None

SEVERITIES: tuple[Severity, ...] = ("info", "low", "medium", "high", "critical")
CONFIDENCES: tuple[Confidence, ...] = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One comparison that held: ``value operator threshold``; ``margin`` > 0 is beyond the threshold, in the signal's unit."""

    signal: str
    value: float
    operator: Operator
    threshold: float
    margin: float


@dataclass(frozen=True, slots=True)
class RuleRef:
    """Where the rule that spoke stands in the rulebook."""

    id: str
    file: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the run shows, with the numbers that say so."""

    id: str
    title: str
    observation: str
    diagnosis: str
    severity: Severity
    confidence: Confidence
    explanation: str
    evidence: tuple[Evidence, ...]
    rule: RuleRef
    source: str


@dataclass(frozen=True, slots=True)
class Change:
    """One parameter moved from its value in this run (None: unknown) to another."""

    parameter: str
    from_: Annotated[ChangeValue, Field(alias="from")]
    to: ChangeValue


@dataclass(frozen=True, slots=True)
class ActionRecord:
    """What came of an action in a team's own past: how often it was followed with a known outcome, and how often that helped."""

    followed: int
    helped: int


@dataclass(frozen=True, slots=True)
class Action:
    """One piece of advice; ``because`` names the findings, stopping criteria or mistakes behind it.

    ``record`` is None where nobody keeps one, or the action was never followed.
    """

    rank: int
    id: str
    title: str
    tier: str
    change: Change | None
    explanation: str
    because: tuple[str, ...]
    severity: Severity
    confidence: Confidence
    rule: RuleRef
    source: str
    cost: str
    record: ActionRecord | None = None


@dataclass(frozen=True, slots=True)
class Experiment:
    """The next run: this run with exactly one thing changed, never a setting that history or the runs tried after it have seen."""

    change: Change
    hyperparameters: dict[str, float | int | str]
    base_model: str | None
    method: str
    dataset: str | None
    explanation: str


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """An evaluated checkpoint; ``overfit_ratio`` is validation over train loss, None where it cannot be formed."""

    step_number: int
    epoch: float | None
    overfit_ratio: float | None
    overfit_band: str | None


@dataclass(frozen=True, slots=True)
class BestCheckpoint:
    """The best checkpoint and by which measure; ``deployable`` says whether its weights were kept."""

    step_number: int
    epoch: float | None
    fine_tuned_model_checkpoint: str | None
    by: str
    value: float
    deployable: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A checkpoint worth an evaluation."""

    step_number: int
    fine_tuned_model_checkpoint: str | None
    reason: Literal["best", "peak", "middle", "final", "fewest-tokens"]


@dataclass(frozen=True, slots=True)
class SignalValue:
    """A signal's value and unit."""

    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The run's one word: wait, fix, iterate, ship or stop."""

    id: str
    title: str
    explanation: str


@dataclass(frozen=True, slots=True)
class StoppingCriterion:
    """``met`` is None where it cannot be judged."""

    id: str
    met: bool | None
    explanation: str


@dataclass(frozen=True, slots=True)
class CommonMistake:
    """A common mistake that this run or its history shows."""

    id: str
    explanation: str


@dataclass(frozen=True, slots=True)
class NotEvaluated:
    """A rule that could not be judged, what it needs, and what it could have said."""

    rule: str
    missing: tuple[str, ...]
    would: str


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """How one comparison of a rule stood; ``value`` and ``margin`` are None where the signal is missing."""

    condition: str
    value: float | None
    operator: Operator | None
    threshold: float | None
    margin: float | None
    holds: bool | None


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What became of one rule; ``by`` names what suppressed it, ``missing`` what it lacked.

    A rule that fired or was suppressed also has its own severity, confidence and sentence, and the actions that it puts forward, in its
    own order: of several rules that raise one finding only the strongest speaks in ``findings``.
    """

    rule: str
    outcome: OutcomeKind
    by: str | None
    missing: tuple[str, ...]
    conditions: tuple[ConditionResult, ...]
    severity: Severity | None = None
    confidence: Confidence | None = None
    explanation: str | None = None
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AdvisorRef:
    """The program that answered."""

    version: str


@dataclass(frozen=True, slots=True)
class RulebookRef:
    """The rulebook that judged; ``revision`` is a hash of the rule files' content."""

    name: str
    revision: str


@dataclass(frozen=True, slots=True)
class Advice:
    """The whole answer. ``no_experiment`` says why there is no next experiment; ``outcomes`` is None unless it was asked for."""

    advice_id: str
    created_at: str
    advisor: AdvisorRef
    rulebook: RulebookRef
    verdict: Verdict
    checkpoints: tuple[CheckpointRow, ...]
    best_checkpoint: BestCheckpoint | None
    candidates: tuple[Candidate, ...]
    signals: dict[str, SignalValue]
    findings: tuple[Finding, ...]
    actions: tuple[Action, ...]
    next_experiment: Experiment | None
    stopping: tuple[StoppingCriterion, ...]
    mistakes: tuple[CommonMistake, ...]
    not_evaluated: tuple[NotEvaluated, ...]
    warnings: tuple[str, ...]
    no_experiment: str | None = None
    outcomes: tuple[RuleOutcome, ...] | None = None

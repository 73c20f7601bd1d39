"""A loaded rulebook: frozen values, every name resolved, every parameter a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from advisor.contract.advice import Confidence, Severity
from advisor.facts import Method
from advisor.rulebook.conditions import Group
from advisor.rulebook.record_signals import RecordSignal
from advisor.rulebook.shapes import ActionShape, LadderShape, ModelsShape, PrioritiesShape, Status, StepShape, speaks
from advisor.rulebook.tables import OwnSignal
from advisor.rulebook.text import Sentence
from advisor.signals import Measures

Kind = Literal["finding", "stopping", "mistake", "verdict"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the domain with its unit and source."""

    value: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """An action that a rule puts forward; ``order`` is its place in the rule's list."""

    action: str
    step: StepShape
    severity: Severity | None
    when: Group | None
    order: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of any kind. ``raises`` is the id that others refer to: the finding's, or its own."""

    id: str
    kind: Kind
    raises: str
    title: str
    observation: str
    diagnosis: str
    status: Status
    applies_to: frozenset[Method]
    severity: Severity
    confidence: Confidence
    confidence_high: Group | None
    confidence_low: Group | None
    source: str
    why: str
    false_positives: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    when: Group
    suppresses: tuple[str, ...]
    milder_with: tuple[str, ...]
    recommend: tuple[Recommendation, ...]
    explain: Sentence
    otherwise: Sentence | None
    file: str
    order: int
    no_experiment: Sentence | None = None

    @property
    def reference(self) -> str:
        """The name under which other rules see this one: ``finding:overfitting``."""
        return f"{self.kind}:{self.raises}"

    @property
    def speaks(self) -> bool:
        """Whether the rule has a say in the advice; one in shadow is evaluated all the same, a deprecated one is not."""
        return speaks(self.status)


@dataclass(frozen=True, slots=True)
class Action:
    """An action of the catalogue."""

    shape: ActionShape
    explain: Sentence
    otherwise: Sentence | None
    file: str
    elsewhere: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """A named half-open stretch of a signal's values; the bounds say themselves whether they belong to it."""

    id: str
    low: float
    low_included: bool
    high: float
    high_included: bool
    meaning: str

    def holds(self, value: float) -> bool:
        """Say whether the value lies in this band."""
        above = value >= self.low if self.low_included else value > self.low
        return above and (value <= self.high if self.high_included else value < self.high)


@dataclass(frozen=True, slots=True)
class Bands:
    """Bands over one signal."""

    id: str
    title: str
    signal: str
    source: str
    bands: tuple[Band, ...]

    def band_of(self, value: float) -> str | None:
        """Return the band's id, None where no band holds the value."""
        return next((band.id for band in self.bands if band.holds(value)), None)


@dataclass(frozen=True, slots=True)
class Lookup:
    """A table from a signal to numbers; rows are (upper bound, numbers), the last bound infinite."""

    id: str
    title: str
    by: str
    unit: str
    source: str
    rows: tuple[tuple[float, Mapping[str, float]], ...]

    @property
    def gives(self) -> frozenset[str]:
        """Names of the signals that the table gives."""
        return frozenset(name for _, numbers in self.rows for name in numbers)

    def look_up(self, value: float) -> Mapping[str, float]:
        """Return the numbers of the row that the value falls in."""
        return next(numbers for below, numbers in self.rows if value < below)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything that a rules folder says.

    Attributes:
        revision: The hash of the files.
        files: The text of each file by its path.
        record_signals: What the rules ask of the team's own past.
        own_signals: Every signal that the rulebook gives itself, those among them.
    """

    name: str
    revision: str
    files: Mapping[str, str]
    rules: tuple[Rule, ...]
    actions: Mapping[str, Action]
    bands: Mapping[str, Bands]
    lookups: tuple[Lookup, ...]
    models: ModelsShape
    ladders: Mapping[str, LadderShape]
    priorities: PrioritiesShape
    parameters: Mapping[str, Parameter]
    measures: Measures
    record_signals: Mapping[str, RecordSignal]
    own_signals: Mapping[str, OwnSignal]

    def rule(self, rule_id: str) -> Rule | None:
        """Return the rule with this id, or None."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

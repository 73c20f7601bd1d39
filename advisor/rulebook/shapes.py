"""The shapes of the files in a rules folder, as leads write them. Unknown keys are mistakes; the JSON Schema comes from here."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from advisor.contract.advice import Confidence, Severity
from advisor.facts import Method

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
Text = Annotated[str, StringConstraints(min_length=3, max_length=2000)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Status = Literal["experimental", "stable", "shadow", "deprecated"]
Parameter = Literal[
    "n_epochs", "learning_rate_multiplier", "batch_size", "base_model", "method", "dataset", "grader", "checkpoint", "learning_rate"
]
LADDERED: tuple[Parameter, ...] = ("n_epochs", "learning_rate_multiplier", "learning_rate", "batch_size")
"""The parameters that move along a ladder of the sweep."""


def speaks(status: Status) -> bool:
    """Say whether a rule of this status has a say in the advice: one in shadow is evaluated and kept quiet about, a deprecated one is over."""
    return status not in ("shadow", "deprecated")


class Shape(BaseModel):
    """Base of all file shapes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, protected_namespaces=())


class ParameterShape(Shape):
    """A number of the domain, with its unit and where it comes from."""

    value: Number
    unit: str = ""
    source: str = ""


class StepShape(Shape):
    """How far a change goes: to a value, to a signal's value, or by a factor; without any, one rung of the sweep's ladder.

    ``to: up`` and ``to: down`` name the direction of a rung; ``to: default`` goes to the sweep's default where that lies ahead.
    """

    to: Number | str | None = None
    to_signal: Name | None = None
    multiply: Annotated[Number, Field(gt=0)] | None = None


class RecommendationShape(StepShape):
    """An action put forward by a rule, on a condition where one is given; ``severity`` where this action is less (or more) pressing."""

    action: Id
    when: Any = None
    severity: Severity | None = None


class ConfidenceShape(Shape):
    """When a finding is sure, and when it is a guess; otherwise its confidence is medium."""

    high: Any = None
    low: Any = None


class RuleShape(Shape):
    """A rule: when it fires, what that means, and what to do about it."""

    id: Id
    title: Text
    status: Status = "stable"
    applies_to: Annotated[list[Method], Field(min_length=1)]
    finding: Id | None = None
    observation: Text | None = None
    diagnosis: Text
    severity: Severity
    confidence: Confidence | ConfidenceShape = "medium"
    source: Text
    why: Text
    false_positives: Annotated[list[Text], Field(min_length=1)]
    parameters: dict[Name, Number | ParameterShape] = {}
    when: Any
    suppresses: list[Id] = []
    milder_with: list[Id] = []
    recommend: list[Id | RecommendationShape] = []
    explain: Text


class CriterionShape(Shape):
    """A stopping criterion, a common mistake or a verdict: a condition with a sentence.

    A verdict with ``no_experiment`` plans no next experiment wherever its condition holds; the sentence says why.
    """

    id: Id
    title: Text
    status: Status = "stable"
    applies_to: list[Method] = ["supervised", "dpo", "reinforcement"]
    order: int = 0
    severity: Severity = "medium"
    confidence: Confidence | ConfidenceShape = "medium"
    source: Text
    why: Text
    false_positives: Annotated[list[Text], Field(min_length=1)]
    parameters: dict[Name, Number | ParameterShape] = {}
    when: Any
    recommend: list[Id | RecommendationShape] = []
    explain: Text
    otherwise: Text | None = None
    no_experiment: Text | None = None


class ChangeShape(StepShape):
    """What an action changes."""

    parameter: Parameter
    from_signal: Name | None = None
    choose: Literal["larger", "other"] | None = None


class ActionShape(Shape):
    """An action of the catalogue.

    ``otherwise`` is said where its parameter has nowhere new to go, ``elsewhere`` where the method that it changes to needs another
    base model, ``{change_model}``.
    """

    id: Id
    title: Text
    tier: Id
    cost: Literal["none", "run", "data"]
    change: ChangeShape | None = None
    source: Text
    explain: Text
    otherwise: Text | None = None
    elsewhere: Text | None = None
    methods: list[Method] = ["supervised", "dpo", "reinforcement"]


class BandShape(Shape):
    """One band: values from ``from`` to ``below`` (or ``to``, which belongs to it)."""

    id: Id
    from_: Annotated[Number | None, Field(alias="from")] = None
    above: Number | None = None
    below: Number | None = None
    to: Number | None = None
    meaning: Text


class BandsShape(Shape):
    """Bands over one signal, lowest first, without gaps or overlaps."""

    id: Id
    title: Text
    signal: Name
    source: Text
    bands: Annotated[list[BandShape], Field(min_length=1)]


class LookupRowShape(Shape):
    """One row: it holds where the signal is below ``below`` (the last row has none)."""

    below: Number | None = None
    gives: dict[Name, Number]


class LookupShape(Shape):
    """A table from one signal to numbers, each of which becomes a signal of its own."""

    id: Id
    title: Text
    by: Name
    unit: str = ""
    source: Text
    rows: Annotated[list[LookupRowShape], Field(min_length=1)]


class RangeShape(Shape):
    """A recommended range."""

    low: Number
    high: Number


class StartShape(Shape):
    """Where to start with a model."""

    n_epochs: RangeShape | None = None
    learning_rate_multiplier: RangeShape | None = None


class ModelShape(Shape):
    """A base model: what it is best for, which methods it supports, how large it is against the others, and where to start."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    aliases: list[str] = []
    best_for: Text
    needs: list[Literal["reasoning", "style", "latency", "multilingual", "low-cost"]] = []
    size_class: Annotated[int, Field(ge=1, le=9)]
    methods: Annotated[list[Method], Field(min_length=1)]
    start: StartShape = StartShape()
    role: Text | None = None
    run_with_at_least: int | None = None
    source: Text


class ModelsShape(Shape):
    """The table of base models, and the words by which the size of an unknown model is told from its name."""

    source: Text
    name_words: dict[str, Annotated[int, Field(ge=1, le=9)]] = {}
    models: Annotated[list[ModelShape], Field(min_length=1)]


class LadderShape(Shape):
    """The values that a sweep visits, rising, and the factor by which it goes on beyond them."""

    values: Annotated[list[Number], Field(min_length=2)]
    factor: Annotated[Number, Field(gt=1)]
    lowest: Annotated[Number, Field(gt=0)]
    highest: Number
    default: Number
    whole: bool = False


class SweepShape(Shape):
    """The quick sweep: a ladder per hyperparameter."""

    source: Text
    ladders: dict[Parameter, LadderShape]


class TierShape(Shape):
    """A tier of actions. ``first`` puts it before all evidence; ``priority`` decides among equally supported actions."""

    id: Id
    title: Text
    first: bool = False
    experiment: bool = False


class PrioritiesShape(Shape):
    """The order of the tiers, the keys that rank actions, and what is said where no experiment follows from them."""

    source: Text
    tiers: Annotated[list[TierShape], Field(min_length=1)]
    rank_by: Annotated[list[Literal["first", "support", "verdict", "order", "supporters", "tier", "cost", "id"]], Field(min_length=1)]
    support: dict[Severity, dict[Confidence, int]]
    opposed: Text | None = None
    none_advised: Text | None = None
    nothing_new: Text | None = None
    cost: Annotated[list[Literal["none", "run", "data"]], Field(min_length=3, max_length=3)]


class ParametersShape(Shape):
    """The shared numbers of the domain: those that signals are measured with, and those that several rules compare with."""

    parameters: dict[Name, ParameterShape]

"""Rule and action files to frozen rules and actions: conditions parsed, sentences checked, every name known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from advisor.contract.advice import Confidence
from advisor.rulebook.conditions import ConditionParser, Vocabulary, suggest
from advisor.rulebook.kinds import kind_of
from advisor.rulebook.mistakes import Mistakes
from advisor.rulebook.model import Action, Parameter, Recommendation, Rule
from advisor.rulebook.shapes import ActionShape, ConfidenceShape, CriterionShape, ParameterShape, RecommendationShape, RuleShape, StepShape
from advisor.rulebook.source import Path
from advisor.signals import WORDS


@dataclass(frozen=True, slots=True)
class Known:
    """The names that rule and action files may use.

    Attributes:
        vocabulary: Signals, and the ids that conditions may refer to.
        shared: The numbers of ``parameters.yaml``.
        actions: The ids of the catalogue.
        tiers: The tiers of ``priorities.yaml``; empty where that file is broken.
    """

    vocabulary: Vocabulary
    shared: Mapping[str, Parameter]
    actions: frozenset[str]
    tiers: frozenset[str]


def build_action(mistakes: Mistakes, known: Known, path: str, shape: ActionShape) -> Action:
    """Return an action of the catalogue; note unknown tiers and signals."""
    tiers, signals = known.tiers, known.vocabulary.signals
    if tiers and shape.tier not in tiers:
        hint = suggest(shape.tier, tiers) or "See priorities.yaml."
        mistakes.wrong(path, ("tier",), f'unknown tier "{shape.tier}"', hint, "unknown-tier")
    for key in ("to_signal", "from_signal"):
        name = getattr(shape.change, key, None)
        if name is not None and name not in signals:
            mistakes.wrong(path, ("change", key), f'unknown signal "{name}"', suggest(name, signals), "unknown-signal")
    names = signals | set(known.shared) | {"change_parameter", "change_from", "change_to"}
    return Action(
        shape,
        mistakes.sentence(path, ("explain",), shape.explain, names),
        mistakes.sentence(path, ("otherwise",), shape.otherwise, names) if shape.otherwise else None,
        path,
        mistakes.sentence(path, ("elsewhere",), shape.elsewhere, names | {"change_model"}) if shape.elsewhere else None,
    )


def build_rule(mistakes: Mistakes, known: Known, path: str, shape: RuleShape | CriterionShape, *, whole: bool = True) -> Rule:
    """Return a rule; note everything in it that does not fit.

    Args:
        mistakes: Where to note it.
        known: The names that the rule may use.
        path: The rule's file.
        shape: What the file says.
        whole: Whether that is all it says; where parts were left out, or a condition cannot be read, no parameter is called unused.
    """
    signals = known.vocabulary.signals
    own = {
        name: Parameter(p.value, p.unit, p.source) if isinstance(p, ParameterShape) else Parameter(float(p), "", "")
        for name, p in shape.parameters.items()
    }
    parameters = {**known.shared, **own}
    numbers = {name: p.value for name, p in parameters.items() if name not in signals}
    parser = ConditionParser(mistakes.documents[path], known.vocabulary, numbers)
    when = parser.parse(shape.when, ("when",))
    confidence: Confidence = "medium"
    high = low = None
    if isinstance(shape.confidence, ConfidenceShape):
        high = parser.parse(shape.confidence.high, ("confidence", "high")) if shape.confidence.high is not None else None
        low = parser.parse(shape.confidence.low, ("confidence", "low")) if shape.confidence.low is not None else None
    else:
        confidence = shape.confidence
    recommend = tuple(_recommendation(mistakes, known, path, i, item, parser) for i, item in enumerate(shape.recommend))
    names = signals | set(parameters) | set(WORDS)
    sentences = {
        key: mistakes.sentence(path, (key,), text, names)
        for key in ("explain", "otherwise", "no_experiment")
        if (text := getattr(shape, key, None)) is not None
    }
    said = frozenset(name for sentence in sentences.values() for name in sentence.names)
    for name in own:
        if name in signals:
            mistakes.wrong(path, ("parameters", name), f'the parameter "{name}" has the name of a signal', "Rename it.", "name-taken")
        elif whole and not parser.mistakes and name not in parser.used_parameters and name not in said:
            mistakes.wrong(
                path, ("parameters", name), f'the parameter "{name}" is never used', "Use it, or take it out.", "unused-parameter"
            )
    mistakes.found.extend(parser.mistakes)
    return Rule(
        id=shape.id,
        kind=kind_of(path),
        raises=shape.finding or shape.id if isinstance(shape, RuleShape) else shape.id,
        title=shape.title,
        observation=(shape.observation or shape.title) if isinstance(shape, RuleShape) else shape.title,
        diagnosis=shape.diagnosis if isinstance(shape, RuleShape) else shape.title,
        status=shape.status,
        applies_to=frozenset(shape.applies_to),
        severity=shape.severity,
        confidence=confidence,
        confidence_high=high,
        confidence_low=low,
        source=shape.source,
        why=shape.why,
        false_positives=tuple(shape.false_positives),
        parameters=own,
        when=when,
        suppresses=_findings(mistakes, known, path, shape, "suppresses"),
        milder_with=_findings(mistakes, known, path, shape, "milder_with"),
        recommend=recommend,
        explain=sentences["explain"],
        otherwise=sentences.get("otherwise"),
        file=path,
        order=getattr(shape, "order", 0),
        no_experiment=sentences.get("no_experiment"),
    )


def _findings(mistakes: Mistakes, known: Known, path: str, shape: RuleShape | CriterionShape, key: str) -> tuple[str, ...]:
    """Return the findings that a rule refers to under a key; note those that no rule raises."""
    findings: tuple[str, ...] = tuple(getattr(shape, key, ()))
    raised = known.vocabulary.referable["finding"]
    for i, name in enumerate(findings):
        if name not in raised:
            mistakes.wrong(path, (key, i), f'unknown finding "{name}"', suggest(name, raised) or "No rule raises it.", "unknown-finding")
    return findings


def _recommendation(
    mistakes: Mistakes, known: Known, path: str, i: int, item: str | RecommendationShape, parser: ConditionParser
) -> Recommendation:
    """Return what a rule recommends; note unknown actions and signals."""
    shape = RecommendationShape(action=item) if isinstance(item, str) else item
    place: Path = ("recommend", i) if isinstance(item, str) else ("recommend", i, "action")
    if shape.action not in known.actions:
        hint = suggest(shape.action, known.actions) or "See the files in actions/."
        mistakes.wrong(path, place, f'unknown action "{shape.action}"', hint, "unknown-action")
    signals = known.vocabulary.signals
    if shape.to_signal is not None and shape.to_signal not in signals:
        hint = suggest(shape.to_signal, signals)
        mistakes.wrong(path, ("recommend", i, "to_signal"), f'unknown signal "{shape.to_signal}"', hint, "unknown-signal")
    when = parser.parse(shape.when, ("recommend", i, "when")) if shape.when is not None else None
    step = StepShape(to=shape.to, to_signal=shape.to_signal, multiply=shape.multiply)
    return Recommendation(shape.action, step, shape.severity, when, i)

"""What a rulebook must say beyond the shape of its files, so that every request can be answered by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import get_args

from advisor.contract.advice import CONFIDENCES, SEVERITIES
from advisor.errors import Mistake
from advisor.facts import Method
from advisor.rulebook.shapes import (
    LADDERED,
    ActionShape,
    BandsShape,
    CriterionShape,
    LadderShape,
    LookupShape,
    ModelsShape,
    ParametersShape,
    PrioritiesShape,
    Shape,
    SweepShape,
    speaks,
)
from advisor.rulebook.source import Document
from advisor.signals import Measures

_VERDICTS = "verdicts/"


def find_gaps(
    files: Iterable[str], documents: Mapping[str, Document], shapes: Mapping[str, Shape], signals: frozenset[str]
) -> list[Mistake]:
    """Return what is missing from files that are each in good shape, or contradicts itself.

    Args:
        files: Paths of all files.
        documents: The parsed files by path.
        shapes: Their shapes; a file without one is broken already, and nothing is said about it.
        signals: Names of the signals that are not given by the rulebook's own tables.
    """
    mistakes: list[Mistake] = []
    for path, shape in shapes.items():
        document = documents[path]
        match shape:
            case ParametersShape():
                mistakes.extend(_parameters(document, shape, signals))
            case PrioritiesShape():
                mistakes.extend(_priorities(document, shape))
            case SweepShape():
                mistakes.extend(_ladders(document, shape))
            case ModelsShape():
                mistakes.extend(_models(document, shape))
            case ActionShape():
                mistakes.extend(_ladder_of(document, shape, shapes.get("sweep.yaml")))
            case BandsShape():
                mistakes.extend(_bounds(document, shape))
    mistakes.extend(_given(documents, shapes, signals))
    if all(path in shapes for path in files if path.startswith(_VERDICTS)):
        mistakes.extend(_verdicts(shapes))
    return mistakes


def _parameters(document: Document, shape: ParametersShape, signals: frozenset[str]) -> Iterator[Mistake]:
    for name, parameter in shape.parameters.items():
        if name in signals:
            yield document.mistake(("parameters", name), f'the parameter "{name}" has the name of a signal', "Rename it.", "name-taken")
        least, most = Measures.limits(name)
        if not least <= parameter.value <= most:
            finding = f'"{name}" is {parameter.value:g}; signals can be measured with {least:g} to {most:g}'
            yield document.mistake(("parameters", name), finding, "Give a value in between.", "measure-limits")


def _priorities(document: Document, shape: PrioritiesShape) -> Iterator[Mistake]:
    for severity in SEVERITIES:
        lacking = [confidence for confidence in CONFIDENCES if confidence not in shape.support.get(severity, {})]
        if lacking:
            yield document.mistake(
                ("support", severity), f"no support is given for {severity} with confidence {', '.join(lacking)}", "Add it.", "support-gap"
            )
    if len(set(shape.cost)) < len(shape.cost):
        yield document.mistake(("cost",), "a cost stands twice", "Order none, run and data.", "cost-order")
    for tier, count in Counter(tier.id for tier in shape.tiers).items():
        if count > 1:
            yield document.mistake(("tiers",), f'the tier "{tier}" stands twice', "Keep one of them.", "duplicate-id")


def _ladders(document: Document, shape: SweepShape) -> Iterator[Mistake]:
    for parameter, ladder in shape.ladders.items():
        if not _rising(ladder):
            finding = f'the ladder of "{parameter}" must rise from lowest over its values to highest, with the default among them'
            yield document.mistake(("ladders", parameter), finding, "Sort its numbers.", "ladder-order")


def _rising(ladder: LadderShape) -> bool:
    order = [ladder.lowest, *ladder.values, ladder.highest]
    return order == sorted(order) and len(set(ladder.values)) == len(ladder.values) and ladder.lowest <= ladder.default <= ladder.highest


def _ladder_of(document: Document, shape: ActionShape, sweep: Shape | None) -> Iterator[Mistake]:
    if shape.change is None or shape.change.parameter not in LADDERED or not isinstance(sweep, SweepShape):
        return
    # A run that knows only its absolute learning rate moves that one instead of the multiplier.
    wanted = (
        ("learning_rate_multiplier", "learning_rate") if shape.change.parameter == "learning_rate_multiplier" else (shape.change.parameter,)
    )
    for parameter in wanted:
        if parameter not in sweep.ladders:
            yield document.mistake(("change", "parameter"), f'sweep.yaml has no ladder for "{parameter}"', "Add one.", "no-ladder")


def _models(document: Document, shape: ModelsShape) -> Iterator[Mistake]:
    for i, model in enumerate(shape.models):
        for name, limits in (("n_epochs", model.start.n_epochs), ("learning_rate_multiplier", model.start.learning_rate_multiplier)):
            if limits is not None and limits.low > limits.high:
                yield document.mistake(("models", i, "start", name), "low lies above high", "Swap them.", "range-order")


def _bounds(document: Document, shape: BandsShape) -> Iterator[Mistake]:
    for i, band in enumerate(shape.bands):
        if (band.from_ is not None and band.above is not None) or (band.to is not None and band.below is not None):
            yield document.mistake(("bands", i), f'the band "{band.id}" has two bounds on one side', "Keep one of them.", "band-bounds")


def _given(documents: Mapping[str, Document], shapes: Mapping[str, Shape], signals: frozenset[str]) -> Iterator[Mistake]:
    giver: dict[str, str] = {}
    tables = [(path, shape) for path, shape in shapes.items() if isinstance(shape, LookupShape)]
    for path, shape in tables:
        for name in shape.rows[0].gives:
            if name in signals:
                taken = f'the table gives "{name}", which is a signal already'
                yield documents[path].mistake(("rows", 0, "gives", name), taken, "Rename it.", "name-taken")
            elif name in giver:
                taken = f'the table gives "{name}", as {giver[name]} does'
                yield documents[path].mistake(("rows", 0, "gives", name), taken, "Rename one of them.", "name-taken")
            giver.setdefault(name, path)
    for path, shape in tables:
        if shape.by in giver:
            yield documents[path].mistake(
                ("by",),
                f'the table is read by "{shape.by}", which {giver[shape.by]} gives',
                "Read it by a measured signal.",
                "table-by-table",
            )


def _verdicts(shapes: Mapping[str, Shape]) -> Iterator[Mistake]:
    given = [s for path, s in shapes.items() if isinstance(s, CriterionShape) and path.startswith(_VERDICTS)]
    verdicts = [verdict for verdict in given if speaks(verdict.status)]
    for method in get_args(Method):
        if not any(method in verdict.applies_to for verdict in verdicts):
            yield Mistake("verdicts", 0, 0, f"there is no verdict for {method} runs", "Every answer ends in one.", "no-verdict")

"""A folder of YAML files to a rulebook, or all of its mistakes at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path, PurePosixPath
from typing import TypeVar

from pydantic import ValidationError

from advisor.errors import BrokenRulebook, Mistake
from advisor.rulebook.completeness import find_gaps
from advisor.rulebook.conditions import Vocabulary, suggest
from advisor.rulebook.folder import CASES_SUFFIX, read_folder, revision
from advisor.rulebook.ids import check_ids, referable
from advisor.rulebook.kinds import SINGLES, shape_of
from advisor.rulebook.mending import mended
from advisor.rulebook.mistakes import Mistakes
from advisor.rulebook.model import Parameter, Rulebook
from advisor.rulebook.own_signals import asked_of_the_record, described
from advisor.rulebook.ranges import build_bands, build_lookup
from advisor.rulebook.record_signals import record_signals
from advisor.rulebook.rules import Known, build_action, build_rule
from advisor.rulebook.shape_mistakes import shape_mistakes
from advisor.rulebook.shapes import (
    ActionShape,
    BandsShape,
    CriterionShape,
    LookupShape,
    ModelsShape,
    ParametersShape,
    PrioritiesShape,
    RuleShape,
    Shape,
    SweepShape,
)
from advisor.rulebook.source import parse
from advisor.rulebook.strata import find_cycles
from advisor.rulebook.tables import DESCRIPTIONS, TABLE_SIGNALS
from advisor.signals import SIGNALS, Measures

S = TypeVar("S", bound=Shape)


def load_rulebook(folder: Path, name: str = "default") -> Rulebook:
    """Load the rulebook in a folder; raise BrokenRulebook with every mistake in it."""
    return build_rulebook(read_folder(folder), name)


def build_rulebook(files: Mapping[str, str], name: str = "default") -> Rulebook:
    """Build a rulebook from the texts of its files; raise BrokenRulebook with every mistake in them."""
    return _Builder(files, name).build()


class _Builder:
    def __init__(self, files: Mapping[str, str], name: str) -> None:
        self.files = {path: text for path, text in sorted(files.items()) if not path.endswith(CASES_SUFFIX)}
        self.name = name
        self.mistakes = Mistakes()
        self.shapes: dict[str, Shape] = {}
        self.mended: dict[str, RuleShape | CriterionShape] = {}

    def build(self) -> Rulebook:
        for path, text in self.files.items():
            self._read(path, text)
        found = self.mistakes.found
        for path in SINGLES:
            if path not in self.files:
                found.append(Mistake(path, 0, 0, "the file is missing", "Every rulebook has one.", "missing-file"))
        if any(path == "parameters.yaml" or path.startswith("tables/") for path in {*SINGLES, *self.files} - self.shapes.keys()):
            # The words that all other files are read with are not known: what would be said of those is not to be trusted.
            raise BrokenRulebook(found)
        shared = self._shared_parameters()
        measures = self._measures(shared)
        lookups = tuple(build_lookup(self.mistakes, path, shape) for path, shape in self._of(LookupShape))
        bands = {shape.id: build_bands(self.mistakes, path, shape) for path, shape in self._of(BandsShape)}
        record = record_signals(self._stems(ActionShape), self._stems(RuleShape, CriterionShape))
        signals = frozenset(SIGNALS) | TABLE_SIGNALS | frozenset(name for table in lookups for name in table.gives) | record.keys()
        found.extend(find_gaps(self.files, self.mistakes.documents, self.shapes, frozenset(SIGNALS) | TABLE_SIGNALS))
        self._check_measured(signals)
        known = self._known(signals, shared)
        actions = {shape.id: build_action(self.mistakes, known, path, shape) for path, shape in self._of(ActionShape)}
        rules = [build_rule(self.mistakes, known, path, shape) for path, shape in self._rule_shapes()]
        for path, rest in self.mended.items():
            build_rule(self.mistakes, known, path, rest, whole=False)
        check_ids(self.mistakes, self.shapes)
        for rule, message in find_cycles(rules):
            self.mistakes.wrong(rule.file, ("when",), message, "Take one of the references out.", "cycle")
        if found or measures is None:
            raise BrokenRulebook(found)
        asked = asked_of_the_record(record, rules, actions.values())
        models = self._single(ModelsShape)
        return Rulebook(
            name=self.name,
            revision=revision(self.files),
            files=dict(self.files),
            rules=tuple(rules),
            actions=actions,
            bands=bands,
            lookups=lookups,
            models=models,
            ladders={str(name): ladder for name, ladder in self._single(SweepShape).ladders.items()},
            priorities=self._single(PrioritiesShape),
            parameters=shared,
            measures=measures,
            record_signals=asked,
            own_signals=described(lookups, models.source, asked),
        )

    def _read(self, path: str, text: str) -> None:
        document = parse(path, text)
        if isinstance(document, Mistake):
            self.mistakes.found.append(document)
            return
        self.mistakes.documents[path] = document
        if document.value is None:
            self.mistakes.found.append(Mistake(path, 0, 0, "the file is empty", "Write the rule, or delete the file.", "empty-file"))
            return
        shape_type = shape_of(path)
        try:
            self.shapes[path] = shape_type.model_validate(document.value)
        except ValidationError as error:
            self.mistakes.found.extend(shape_mistakes(document, shape_type, error))
            rest = mended(document, shape_type, error) if issubclass(shape_type, RuleShape | CriterionShape) else None
            if rest is not None:
                self.mended[path] = rest

    def _stems(self, *kinds: type[Shape]) -> list[str]:
        """Return the names of all files of these kinds, the broken ones among them: what refers to one is told of it once, there."""
        return [PurePosixPath(path).stem for path in self.files if issubclass(shape_of(path), kinds)]

    def _of(self, kind: type[S]) -> tuple[tuple[str, S], ...]:
        return tuple((path, shape) for path, shape in self.shapes.items() if isinstance(shape, kind))

    def _rule_shapes(self) -> tuple[tuple[str, RuleShape | CriterionShape], ...]:
        return (*self._of(RuleShape), *self._of(CriterionShape))

    def _single(self, kind: type[S]) -> S:
        ((_, shape),) = self._of(kind)
        return shape

    def _shared_parameters(self) -> dict[str, Parameter]:
        numbers = self._single(ParametersShape).parameters
        return {name: Parameter(p.value, p.unit, p.source) for name, p in numbers.items()}

    def _measures(self, shared: Mapping[str, Parameter]) -> Measures | None:
        missing = [f.name for f in fields(Measures) if f.name not in shared]
        for name in missing:
            finding = f'the parameter "{name}" is missing'
            self.mistakes.wrong("parameters.yaml", ("parameters",), finding, "Signals are measured with it.", "missing-parameter")
        return None if missing else Measures(**{f.name: shared[f.name].value for f in fields(Measures)})

    def _check_measured(self, signals: frozenset[str]) -> None:
        """Note bands and tables over a signal that there is not."""
        measured: list[tuple[str, BandsShape | LookupShape]] = [*self._of(BandsShape), *self._of(LookupShape)]
        for path, shape in measured:
            key, used = ("signal", shape.signal) if isinstance(shape, BandsShape) else ("by", shape.by)
            if used not in signals:
                self.mistakes.wrong(path, (key,), f'unknown signal "{used}"', suggest(used, signals), "unknown-signal")

    def _known(self, signals: frozenset[str], shared: Mapping[str, Parameter]) -> Known:
        flags = {n for n, s in SIGNALS.items() if s.unit == "flag"} | {n for n, s in DESCRIPTIONS.items() if s.unit == "flag"}
        tiers = {tier.id for _, priorities in self._of(PrioritiesShape) for tier in priorities.tiers}
        return Known(
            Vocabulary(signals, frozenset(flags), referable(self.files, self.mistakes, self.shapes)),
            shared,
            frozenset(self._stems(ActionShape)) | {shape.id for _, shape in self._of(ActionShape)},
            frozenset(tiers),
        )

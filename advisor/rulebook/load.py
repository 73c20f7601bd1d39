"""A folder of YAML files to a rulebook, or all of its mistakes at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from typing import TypeVar

from pydantic import ValidationError

from advisor.contract.advice import Confidence
from advisor.errors import BrokenRulebook, Mistake
from advisor.rulebook.completeness import find_gaps
from advisor.rulebook.conditions import ConditionParser, Vocabulary, suggest
from advisor.rulebook.model import Action, Band, Bands, Kind, Lookup, Parameter, Recommendation, Rule, Rulebook
from advisor.rulebook.shape_mistakes import shape_mistakes
from advisor.rulebook.shapes import (
    ActionShape,
    BandsShape,
    ConfidenceShape,
    CriterionShape,
    LookupShape,
    ModelsShape,
    ParameterShape,
    ParametersShape,
    PrioritiesShape,
    RecommendationShape,
    RuleShape,
    Shape,
    StepShape,
    SweepShape,
)
from advisor.rulebook.source import Document, Path, parse
from advisor.rulebook.strata import find_cycles
from advisor.rulebook.tables import DESCRIPTIONS, TABLE_SIGNALS
from advisor.rulebook.text import Sentence, parse_sentence
from advisor.signals import SIGNALS, Measures

CASES_SUFFIX = ".cases.yaml"
_SINGLES: dict[str, type[Shape]] = {
    "parameters.yaml": ParametersShape,
    "priorities.yaml": PrioritiesShape,
    "models.yaml": ModelsShape,
    "sweep.yaml": SweepShape,
}
_FOLDERS: dict[str, tuple[type[Shape], Kind | None]] = {
    "actions": (ActionShape, None),
    "bands": (BandsShape, None),
    "tables": (LookupShape, None),
    "stopping": (CriterionShape, "stopping"),
    "mistakes": (CriterionShape, "mistake"),
    "verdicts": (CriterionShape, "verdict"),
}
S = TypeVar("S", bound=Shape)


def read_folder(folder: FilePath) -> dict[str, str]:
    """Return the text of every ``.yaml`` file below a folder by its path inside it.

    Raises:
        BrokenRulebook: The folder is missing, a file lies outside of it (a link), or is no UTF-8 text.
    """
    root = folder.resolve()
    if not root.is_dir():
        raise BrokenRulebook(
            [Mistake(folder.name, 0, 0, "there is no rules folder at this place", "Give a folder with rule files.", "no-folder")]
        )
    files: dict[str, str] = {}
    mistakes: list[Mistake] = []
    for path in sorted([*root.rglob("*.yaml"), *root.rglob("*.yml")]):
        name = path.relative_to(root).as_posix()
        if any(part.startswith(".") for part in PurePosixPath(name).parts):
            continue
        try:
            if not path.resolve(strict=True).is_relative_to(root):
                mistakes.append(
                    Mistake(name, 0, 0, "a link that leads out of the rules folder", "Copy the file into the folder.", "outside")
                )
            elif path.is_file():
                files[name] = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            mistakes.append(Mistake(name, 0, 0, f"not UTF-8 text (byte {error.start})", "Save the file as UTF-8.", "not-utf8"))
        except OSError as error:
            mistakes.append(
                Mistake(name, 0, 0, f"cannot be read ({error.strerror})", "Check that it is still there and readable.", "unreadable")
            )
    if mistakes:
        raise BrokenRulebook(mistakes)
    return files


def load_rulebook(folder: FilePath, name: str = "default") -> Rulebook:
    """Load the rulebook in a folder; raise BrokenRulebook with every mistake in it."""
    return build_rulebook(read_folder(folder), name)


def build_rulebook(files: Mapping[str, str], name: str = "default") -> Rulebook:
    """Build a rulebook from the texts of its files; raise BrokenRulebook with every mistake in them."""
    return _Builder(files, name).build()


class _Builder:
    def __init__(self, files: Mapping[str, str], name: str) -> None:
        self.files = {path: text for path, text in sorted(files.items()) if not path.endswith(CASES_SUFFIX)}
        self.name = name
        self.mistakes: list[Mistake] = []
        self.documents: dict[str, Document] = {}
        self.shapes: dict[str, Shape] = {}

    def build(self) -> Rulebook:
        for path, text in self.files.items():
            self._read(path, text)
        singles = {path: self.shapes.get(path) for path in _SINGLES}
        for path in _SINGLES:
            if path not in self.files:
                self.mistakes.append(Mistake(path, 0, 0, "the file is missing", "Every rulebook has one.", "missing-file"))
        if any(path == "parameters.yaml" or path.startswith("tables/") for path in {*_SINGLES, *self.files} - self.shapes.keys()):
            # The words that all other files are read with are not known: what would be said of those is not to be trusted.
            raise BrokenRulebook(self.mistakes)
        shared = self._shared_parameters(singles["parameters.yaml"])
        measures = self._measures(shared)
        ladders = singles["sweep.yaml"]
        priorities = singles["priorities.yaml"]
        lookups = tuple(self._lookup(path, shape) for path, shape in self._of(LookupShape))
        bands = {shape.id: self._bands(path, shape) for path, shape in self._of(BandsShape)}
        tiers = {tier.id for tier in priorities.tiers} if isinstance(priorities, PrioritiesShape) else set()
        given = frozenset(name for table in lookups for name in table.gives)
        signals = frozenset(SIGNALS) | TABLE_SIGNALS | given
        self.mistakes.extend(find_gaps(self.files, self.documents, self.shapes, frozenset(SIGNALS) | TABLE_SIGNALS))
        measured: list[tuple[str, BandsShape | LookupShape]] = [*self._of(BandsShape), *self._of(LookupShape)]
        for path, shape in measured:
            key, used = ("signal", shape.signal) if isinstance(shape, BandsShape) else ("by", shape.by)
            if used not in signals:
                self._wrong(path, (key,), f'unknown signal "{used}"', suggest(used, signals), "unknown-signal")
        flags = frozenset(n for n, s in SIGNALS.items() if s.unit == "flag") | frozenset(
            n for n, s in DESCRIPTIONS.items() if s.unit == "flag"
        )
        vocabulary = Vocabulary(signals, flags, self._referable())
        actions = {shape.id: self._action(path, shape, tiers, signals, shared) for path, shape in self._of(ActionShape)}
        rules = [self._rule(path, shape, vocabulary, shared, actions) for path, shape in self._rule_shapes()]
        self._check_ids()
        for rule, message in find_cycles(rules):
            self._wrong(rule.file, ("when",), message, "Take one of the references out.", "cycle")
        if self.mistakes or measures is None:
            raise BrokenRulebook(self.mistakes)
        models = singles["models.yaml"]
        assert isinstance(models, ModelsShape)
        assert isinstance(ladders, SweepShape)
        assert isinstance(priorities, PrioritiesShape)
        return Rulebook(
            name=self.name,
            revision=_revision(self.files),
            files=dict(self.files),
            rules=tuple(rules),
            actions=actions,
            bands=bands,
            lookups=lookups,
            models=models,
            ladders={str(name): ladder for name, ladder in ladders.ladders.items()},
            priorities=priorities,
            parameters=shared,
            measures=measures,
        )

    def _read(self, path: str, text: str) -> None:
        document = parse(path, text)
        if isinstance(document, Mistake):
            self.mistakes.append(document)
            return
        self.documents[path] = document
        folder = path.split("/", maxsplit=1)[0] if "/" in path else ""
        shape_type = _SINGLES.get(path) or (_FOLDERS[folder][0] if folder in _FOLDERS else RuleShape)
        if document.value is None:
            self.mistakes.append(Mistake(path, 0, 0, "the file is empty", "Write the rule, or delete the file.", "empty-file"))
            return
        try:
            self.shapes[path] = shape_type.model_validate(document.value)
        except ValidationError as error:
            self.mistakes.extend(shape_mistakes(document, shape_type, error))

    def _of(self, kind: type[S]) -> tuple[tuple[str, S], ...]:
        return tuple((path, shape) for path, shape in self.shapes.items() if isinstance(shape, kind))

    def _rule_shapes(self) -> tuple[tuple[str, RuleShape | CriterionShape], ...]:
        return (*self._of(RuleShape), *self._of(CriterionShape))

    def _wrong(self, file: str, path: Path, message: str, remedy: str = "", code: str = "unknown-name") -> None:
        self.mistakes.append(self.documents[file].mistake(path, message, remedy, code))

    def _shared_parameters(self, shape: Shape | None) -> dict[str, Parameter]:
        if not isinstance(shape, ParametersShape):
            return {}
        return {name: Parameter(p.value, p.unit, p.source) for name, p in shape.parameters.items()}

    def _measures(self, shared: Mapping[str, Parameter]) -> Measures | None:
        if "parameters.yaml" not in self.shapes:
            return None
        missing = [f.name for f in fields(Measures) if f.name not in shared]
        for name in missing:
            self._wrong(
                "parameters.yaml",
                ("parameters",),
                f'the parameter "{name}" is missing',
                "Signals are measured with it.",
                "missing-parameter",
            )
        return None if missing else Measures(**{f.name: shared[f.name].value for f in fields(Measures)})

    def _referable(self) -> dict[str, frozenset[str]]:
        ids: dict[str, set[str]] = {"finding": set(), "stopping": set(), "mistake": set(), "verdict": set()}
        for path, shape in self._rule_shapes():
            ids[_kind_of(path)].add(shape.finding or shape.id if isinstance(shape, RuleShape) else shape.id)
        for path in self.files.keys() - self.shapes.keys():  # a broken file is told of once, not again by all that refer to it
            if path.split("/", maxsplit=1)[0] not in ("actions", "bands"):
                written = self.documents[path].value if path in self.documents else None
                finding = written.get("finding") if isinstance(written, dict) else None
                ids[_kind_of(path)] |= {PurePosixPath(path).stem, *([finding] if isinstance(finding, str) else [])}
        return {kind: frozenset(names) for kind, names in ids.items()}

    def _check_ids(self) -> None:
        seen: dict[tuple[str, str], str] = {}
        for path, shape in self.shapes.items():
            shape_id = getattr(shape, "id", None)
            if shape_id is None:
                continue
            stem = PurePosixPath(path).stem
            if shape_id != stem:
                self._wrong(
                    path, ("id",), f'the id "{shape_id}" differs from the file name "{stem}"', "Name the file after the id.", "id-is-stem"
                )
            space = "rule" if isinstance(shape, RuleShape | CriterionShape) else type(shape).__name__
            if (space, shape_id) in seen:
                self._wrong(path, ("id",), f'the id "{shape_id}" is taken by {seen[space, shape_id]}', "Ids are unique.", "duplicate-id")
            seen[space, shape_id] = path

    def _bands(self, path: str, shape: BandsShape) -> Bands:
        bands: list[Band] = []
        previous: Band | None = None
        for i, row in enumerate(shape.bands):
            low, low_included = (
                (row.from_, True) if row.from_ is not None else (row.above, False) if row.above is not None else (float("-inf"), True)
            )
            high, high_included = (
                (row.to, True) if row.to is not None else (row.below, False) if row.below is not None else (float("inf"), True)
            )
            band = Band(row.id, low, low_included, high, high_included, row.meaning)
            if band.low > band.high or (band.low == band.high and not (band.low_included and band.high_included)):
                self._wrong(path, ("bands", i), f'the band "{row.id}" is empty', "No value lies between its bounds.", "band-empty")
            if previous is not None:
                if band.low > previous.high or (band.low == previous.high and not band.low_included and not previous.high_included):
                    self._wrong(
                        path,
                        ("bands", i),
                        f'a gap between "{previous.id}" and "{row.id}" at {previous.high:g}',
                        "Let the bands meet.",
                        "band-gap",
                    )
                if band.low < previous.high or (band.low == previous.high and band.low_included and previous.high_included):
                    self._wrong(
                        path, ("bands", i), f'"{previous.id}" and "{row.id}" overlap at {band.low:g}', "Let the bands meet.", "band-overlap"
                    )
            bands.append(band)
            previous = band
        return Bands(shape.id, shape.title, shape.signal, shape.source, tuple(bands))

    def _lookup(self, path: str, shape: LookupShape) -> Lookup:
        rows = []
        last = float("-inf")
        for i, row in enumerate(shape.rows):
            below = float("inf") if row.below is None else row.below
            if below <= last:
                self._wrong(path, ("rows", i), "rows must rise by their bound", 'Sort them; only the last has no "below".', "lookup-order")
            if set(row.gives) != set(shape.rows[0].gives):
                self._wrong(path, ("rows", i, "gives"), "every row must give the same names", "Complete the row.", "lookup-names")
            rows.append((below, dict(row.gives)))
            last = below
        if last != float("inf"):
            self._wrong(
                path,
                ("rows", len(rows) - 1),
                f"nothing is said of values from {last:g}",
                'Leave "below" out of the last row.',
                "lookup-gap",
            )
        return Lookup(shape.id, shape.title, shape.by, shape.unit, shape.source, tuple(rows))

    def _action(self, path: str, shape: ActionShape, tiers: set[str], signals: frozenset[str], shared: Mapping[str, Parameter]) -> Action:
        if tiers and shape.tier not in tiers:
            self._wrong(
                path, ("tier",), f'unknown tier "{shape.tier}"', suggest(shape.tier, tiers) or "See priorities.yaml.", "unknown-tier"
            )
        for key in ("to_signal", "from_signal"):
            name = getattr(shape.change, key, None)
            if name is not None and name not in signals:
                self._wrong(path, ("change", key), f'unknown signal "{name}"', suggest(name, signals), "unknown-signal")
        names = signals | set(shared) | {"change_from", "change_to"}
        return Action(
            shape,
            self._sentence(path, ("explain",), shape.explain, names),
            self._sentence(path, ("otherwise",), shape.otherwise, names) if shape.otherwise else None,
            path,
            self._sentence(path, ("elsewhere",), shape.elsewhere, names | {"change_model"}) if shape.elsewhere else None,
        )

    def _rule(
        self,
        path: str,
        shape: RuleShape | CriterionShape,
        vocabulary: Vocabulary,
        shared: Mapping[str, Parameter],
        actions: Mapping[str, Action],
    ) -> Rule:
        document = self.documents[path]
        own = {
            name: Parameter(p.value, p.unit, p.source) if isinstance(p, ParameterShape) else Parameter(float(p), "", "")
            for name, p in shape.parameters.items()
        }
        parameters = {**shared, **own}
        parser = ConditionParser(document, vocabulary, {name: p.value for name, p in parameters.items() if name not in vocabulary.signals})
        when = parser.parse(shape.when, ("when",))
        confidence: Confidence = "medium"
        high = low = None
        if isinstance(shape.confidence, ConfidenceShape):
            high = parser.parse(shape.confidence.high, ("confidence", "high")) if shape.confidence.high is not None else None
            low = parser.parse(shape.confidence.low, ("confidence", "low")) if shape.confidence.low is not None else None
        else:
            confidence = shape.confidence
        recommend = tuple(self._recommendation(path, i, item, parser, vocabulary, actions) for i, item in enumerate(shape.recommend))
        names = vocabulary.signals | set(parameters)
        explain = self._sentence(path, ("explain",), shape.explain, names)
        otherwise = getattr(shape, "otherwise", None)
        otherwise_sentence = self._sentence(path, ("otherwise",), otherwise, names) if otherwise else None
        no_experiment = getattr(shape, "no_experiment", None)
        for name in own:
            if name in vocabulary.signals:
                self._wrong(path, ("parameters", name), f'the parameter "{name}" has the name of a signal', "Rename it.", "name-taken")
            elif (
                name not in parser.used_parameters
                and name not in explain.names
                and not (otherwise_sentence and name in otherwise_sentence.names)
            ):
                self._wrong(
                    path, ("parameters", name), f'the parameter "{name}" is never used', "Use it, or take it out.", "unused-parameter"
                )
        suppresses, milder_with = tuple(getattr(shape, "suppresses", ())), tuple(getattr(shape, "milder_with", ()))
        for key, referred in (("suppresses", suppresses), ("milder_with", milder_with)):
            for i, name in enumerate(referred):
                if name not in vocabulary.referable["finding"]:
                    hint = suggest(name, vocabulary.referable["finding"]) or "No rule raises it."
                    self._wrong(path, (key, i), f'unknown finding "{name}"', hint, "unknown-finding")
        self.mistakes.extend(parser.mistakes)
        kind = _kind_of(path)
        return Rule(
            id=shape.id,
            kind=kind,
            raises=shape.finding or shape.id if isinstance(shape, RuleShape) else shape.id,
            title=shape.title,
            observation=(shape.observation or shape.title) if isinstance(shape, RuleShape) else shape.title,
            diagnosis=shape.diagnosis if isinstance(shape, RuleShape) else shape.title,
            status=shape.status if isinstance(shape, RuleShape) else "stable",
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
            suppresses=suppresses,
            milder_with=milder_with,
            recommend=recommend,
            explain=explain,
            otherwise=otherwise_sentence,
            file=path,
            order=getattr(shape, "order", 0),
            no_experiment=self._sentence(path, ("no_experiment",), no_experiment, names) if no_experiment else None,
        )

    def _recommendation(
        self,
        path: str,
        i: int,
        item: str | RecommendationShape,
        parser: ConditionParser,
        vocabulary: Vocabulary,
        actions: Mapping[str, Action],
    ) -> Recommendation:
        shape = RecommendationShape(action=item) if isinstance(item, str) else item
        place: Path = ("recommend", i) if isinstance(item, str) else ("recommend", i, "action")
        if shape.action not in actions and f"actions/{shape.action}.yaml" not in self.files:
            hint = suggest(shape.action, actions) or "See the files in actions/."
            self._wrong(path, place, f'unknown action "{shape.action}"', hint, "unknown-action")
        if shape.to_signal is not None and shape.to_signal not in vocabulary.signals:
            hint = suggest(shape.to_signal, vocabulary.signals)
            self._wrong(path, ("recommend", i, "to_signal"), f'unknown signal "{shape.to_signal}"', hint, "unknown-signal")
        when = parser.parse(shape.when, ("recommend", i, "when")) if shape.when is not None else None
        step = StepShape(to=shape.to, to_signal=shape.to_signal, multiply=shape.multiply)
        return Recommendation(shape.action, step, shape.severity, when, i)

    def _sentence(self, path: str, place: Path, text: str, names: Iterable[str]) -> Sentence:
        known = frozenset(names)
        try:
            sentence = parse_sentence(text)
        except ValueError as error:
            self._wrong(path, place, f"the sentence cannot be filled in: {error}", "Use {signal} or {signal:.2f}.", "sentence")
            return Sentence(text, ())
        for name in sorted(sentence.names - known):
            hint = suggest(name, known) or "List signals with: advisor signals"
            self._wrong(path, place, f'the sentence fills in the unknown "{name}"', hint, "unknown-signal")
        return sentence


def _kind_of(path: str) -> Kind:
    folder = path.split("/", maxsplit=1)[0] if "/" in path else ""
    return (_FOLDERS[folder][1] if folder in _FOLDERS else None) or "finding"


def _revision(files: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    for path, text in sorted(files.items()):
        for part in (path, text):
            data = part.encode()
            digest.update(len(data).to_bytes(8, "big"))
            digest.update(data)
    return digest.hexdigest()[:16]

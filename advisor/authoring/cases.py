"""Cases beside the rules: what a lead claims that a rule says of a run, written as data and read with every mistake at once.

A file ``sft/valid-loss-rises.cases.yaml`` stands beside ``sft/valid-loss-rises.yaml`` and is a list:

```yaml
- name: Fires when validation loss ends 31 % above its minimum
  given: {n_epochs: 4, train_loss: 0.9 0.6 0.4 0.2, full_valid_loss: 0.95 0.80 0.88 1.05}
  expect: {fires: true, severity: high, actions: [deploy-earlier-checkpoint]}
- name: Will stay quiet on a single spike
  given: {…}
  expect: {fires: false}
  todo: needs a robust minimum         # known not to hold yet; says so when it starts to hold
```

``given`` is shorthand for a request (``advisor.authoring.given``, curves in the notation of ``advisor.authoring.series``):

- curves: any metric of the contract by its name (``train_loss``, ``full_valid_loss``, ``train_mean_reward``, …), other metrics under
  ``metrics: {my_metric: 0.1 0.2}``; one point per value, all of one length. ``steps`` (default 100, 200, …) and ``epochs`` place the
  points, ``scores`` are evaluation scores of the points, ``kept: true`` says that each point's weights were kept;
- settings: ``method`` (default: the first that the rule applies to), ``base_model``, ``status``, ``n_epochs``, ``batch_size``,
  ``learning_rate_multiplier``, ``learning_rate``, ``beta``; ``grader``, ``rollouts_per_step``, ``best_valid_loss``;
- data: ``n_train``, ``n_valid``, ``dataset_version``, ``quality_checked``;
- evaluation: ``score``, ``scale`` (default [0, 10]), ``test_score``, ``n_items``, ``standard_error``, ``by_category``;
- around the run: ``baseline`` (a score), ``history`` (earlier runs in this shorthand, oldest first), ``goal``, ``available_models``,
  ``deployments``, as in the contract.

``expect`` speaks of the rule beside which the file stands; at least one of:

- ``fires``: true, or false (it was judged and did not hold);
- ``missing``: the rule cannot be judged without exactly these fields;
- ``suppressed_by``: the finding that explains this one away;
- ``explain``: the exact sentence; ``severity``, ``confidence``; ``actions``: what the rule puts forward, in the order of the ranking;
- ``met``: true, false or null (cannot be judged), for stopping criteria; ``verdict``: the run's verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import Field, ValidationError

from advisor.authoring.given import GivenReader
from advisor.contract.advice import Confidence, Severity
from advisor.contract.request import AdviseRequest
from advisor.errors import Mistake
from advisor.facts import Method
from advisor.rulebook import read_folder
from advisor.rulebook.conditions import suggest
from advisor.rulebook.folder import CASES_SUFFIX
from advisor.rulebook.shapes import Id, Shape, Text
from advisor.rulebook.source import Document, Path, parse

_KEYS = ("name", "given", "expect", "todo")


class Expectation(Shape):
    """What a case expects of its rule; what is not set is not looked at (``met: null`` is set)."""

    fires: bool | None = None
    missing: Annotated[list[str], Field(min_length=1)] | None = None
    suppressed_by: Id | None = None
    explain: Text | None = None
    severity: Severity | None = None
    confidence: Confidence | None = None
    actions: list[Id] | None = None
    verdict: Id | None = None
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One case of one rule.

    Attributes:
        rule: Id of the rule, the stem of the file's name.
        name: The claim.
        given: The shorthand as it stands in the file.
        expect: What is expected.
        todo: Why the case does not hold yet; None where it has to.
        document: The file, for places of mistakes.
        index: The case's place in the file's list.
        read: The request as it was read with the file, for a rule whose first method is ``supervised``.
    """

    rule: str
    name: str
    given: Mapping[str, Any]
    expect: Expectation
    todo: str | None
    document: Document
    index: int
    read: AdviseRequest | None = None

    @property
    def place(self) -> str:
        """The file and line where the case starts."""
        return f"{self.document.file}:{self.document.at((self.index,)).line}"

    @property
    def kind(self) -> str:
        """What the case shows of its rule: ``firing``, ``quiet`` or ``missing``."""
        e = self.expect
        if e.missing is not None or ("met" in e.model_fields_set and e.met is None):
            return "missing"
        other_verdict = e.verdict is not None and e.verdict != self.rule
        return "quiet" if e.fires is False or e.met is False or e.suppressed_by is not None or other_verdict else "firing"

    def request(self, method: Method) -> AdviseRequest:
        """Return the request that the case gives, for a rule whose first method is ``method``.

        Raises:
            ValueError: The method of the rule does not fit what is given.
        """
        if self.read is not None and (method == self.read.run.method or "method" in self.given):
            return self.read
        reader = GivenReader(self.document)
        request = reader.request(self.given, (self.index, "given"), method)
        if request is None:
            raise ValueError("; ".join(mistake.message for mistake in reader.mistakes))
        return request


def load_cases(source: FilePath | Mapping[str, str]) -> tuple[tuple[Case, ...], tuple[Mistake, ...]]:
    """Return the cases of a rules folder and every mistake in them.

    Args:
        source: A rules folder, or the texts of its files by their path inside it; files other than cases only say which rules there are.

    Raises:
        BrokenRulebook: The folder cannot be read.
    """
    files = read_folder(source) if isinstance(source, FilePath) else source
    cases: list[Case] = []
    mistakes: list[Mistake] = []
    for file, text in sorted(files.items()):
        if not file.endswith(CASES_SUFFIX):
            continue
        rule_file = file.removesuffix(CASES_SUFFIX) + ".yaml"
        if rule_file not in files:
            mistakes.append(
                Mistake(file, 0, 0, f"there is no rule {rule_file} beside these cases", "Name the file after its rule.", "no-rule")
            )
        document = parse(file, text)
        if isinstance(document, Mistake):
            mistakes.append(document)
            continue
        reader = _CaseReader(document)
        cases += reader.cases()
        mistakes += reader.mistakes
    return tuple(cases), tuple(sorted(mistakes))


class _CaseReader:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._rule = PurePosixPath(document.file).name.removesuffix(CASES_SUFFIX)
        self.mistakes: list[Mistake] = []

    def cases(self) -> list[Case]:
        if not isinstance(self._document.value, list):
            self._wrong((), "a cases file must be a list of cases", "Start each case with: - name: …")
            return []
        cases = [case for i, value in enumerate(self._document.value) if (case := self._case(value, i)) is not None]
        first_by_name: dict[str, Case] = {}
        for case in cases:
            if first_by_name.setdefault(case.name, case) is not case:
                self._wrong(
                    (case.index, "name"), f'the name "{case.name}" stands twice', "Say what sets this case apart.", "duplicate-name"
                )
        return cases

    def _case(self, value: Any, index: int) -> Case | None:
        before = len(self.mistakes)
        if not isinstance(value, dict):
            self._wrong((index,), "a case must be a mapping", "Write: - name: …, given: {…}, expect: {…}")
            return None
        for key in value:
            if key not in _KEYS:
                self._wrong((index, key), f'unknown key "{key}"', suggest(key, _KEYS) or f"Known keys: {', '.join(_KEYS)}.", "unknown-key")
        for key in ("name", "given", "expect"):
            if key not in value:
                self._wrong((index,), f'"{key}" is missing', "Every case has a name, what is given and what is expected.", "missing-key")
        for key in ("name", "todo"):
            if key in value and not (isinstance(value[key], str) and value[key].strip()):
                self._wrong((index, key), f"{key} must be a sentence", "Write what the case claims, or why it does not hold yet.")
        read = None
        if "given" in value:
            reader = GivenReader(self._document)
            read = reader.request(value["given"], (index, "given"), "supervised")
            self.mistakes += reader.mistakes
        expect = self._expectation(value.get("expect"), (index, "expect")) if "expect" in value else None
        if len(self.mistakes) > before or expect is None:
            return None
        return Case(self._rule, value["name"], value["given"], expect, value.get("todo"), self._document, index, read)

    def _expectation(self, value: Any, path: Path) -> Expectation | None:
        known = tuple(Expectation.model_fields)
        if not isinstance(value, dict) or not value:
            self._wrong(path, "what is expected must be a mapping with at least one key", f"Known keys: {', '.join(known)}.")
            return None
        try:
            return Expectation.model_validate(value)
        except ValidationError as error:
            for item in error.errors(include_url=False):
                key = str(item["loc"][0])
                if item["type"] == "extra_forbidden":
                    self._wrong(
                        (*path, key), f'unknown key "{key}"', suggest(key, known) or f"Known keys: {', '.join(known)}.", "unknown-key"
                    )
                else:
                    self._wrong((*path, key), f"{key}: {item['msg'][:1].lower()}{item['msg'][1:]}")
            return None

    def _wrong(self, path: Path, message: str, remedy: str = "", code: str = "wrong-value") -> None:
        self.mistakes.append(self._document.mistake(path, message, remedy, code))

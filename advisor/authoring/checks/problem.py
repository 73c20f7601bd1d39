"""A problem in a rules folder, and where in the files it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from advisor.authoring.checks.codes import CHECKS, Check, CheckSeverity
from advisor.errors import Mistake
from advisor.rulebook import Comparison, Group, Rule
from advisor.rulebook.source import Document, Path, parse


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One problem: where, what, what to do; how bad it is follows from its code."""

    mistake: Mistake

    @property
    def check(self) -> Check:
        """The check that found it; a code that nobody has listed yet is the loader's."""
        return CHECKS.get(self.mistake.code) or Check(self.mistake.code, "error", self.mistake.message, loading=True)

    @property
    def severity(self) -> CheckSeverity:
        """``error`` or ``warning``."""
        return self.check.severity


class Places:
    """Finds where something stands; a file is parsed for that when the first problem in it is found, not before."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files
        self._documents: dict[str, Document] = {}

    def problem(self, file: str, path: Path, code: str, message: str, remedy: str) -> Problem:
        """Return a problem at a place of a file."""
        return Problem(self._document(file).mistake(path, message, remedy, code))

    def path_of(self, file: str, within: Path, comparison: Comparison) -> Path:
        """Return where a comparison stands below ``within``: the first place with its text."""
        document = self._document(file)
        for path in document.positions:
            if path[: len(within)] == within and _written(_value_at(document.value, path)) == comparison.text:
                return path
        return within

    def _document(self, file: str) -> Document:
        if file not in self._documents:
            read = parse(file, self._files.get(file, ""))
            self._documents[file] = read if isinstance(read, Document) else Document(file, None, {})
        return self._documents[file]


def conditions_of(rule: Rule) -> Iterator[tuple[Path, Group]]:
    """Yield every condition of a rule with its place in the file: when it fires, how sure it is, when it recommends."""
    yield ("when",), rule.when
    if rule.confidence_high is not None:
        yield ("confidence", "high"), rule.confidence_high
    if rule.confidence_low is not None:
        yield ("confidence", "low"), rule.confidence_low
    for item in rule.recommend:
        if item.when is not None:
            yield ("recommend", item.order, "when"), item.when


def _value_at(value: object, path: Path) -> object:
    for part in path:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int):
            value = value[part]
    return value


def _written(value: object) -> str | None:
    """Return the text of a comparison as the loader keeps it; references are mappings of one key."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and len(value) == 1:
        kind, name = next(iter(value.items()))
        return f"{kind}: {name}"
    return None

"""The mistakes found so far in a rulebook, each at its place in its file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from advisor.errors import Mistake
from advisor.rulebook.conditions import suggest
from advisor.rulebook.source import Document, Path
from advisor.rulebook.text import Sentence, parse_sentence


@dataclass(slots=True)
class Mistakes:
    """Collects mistakes instead of stopping at the first.

    Attributes:
        documents: The files that are YAML, by path.
        found: What is wrong with them so far.
    """

    documents: dict[str, Document] = field(default_factory=dict)
    found: list[Mistake] = field(default_factory=list)

    def wrong(self, file: str, path: Path, message: str, remedy: str = "", code: str = "unknown-name") -> None:
        """Note a mistake at a place in a file."""
        self.found.append(self.documents[file].mistake(path, message, remedy, code))

    def sentence(self, file: str, place: Path, text: str, names: Iterable[str]) -> Sentence:
        """Return a sentence ready to be filled in; note what it cannot be filled in with."""
        known = frozenset(names)
        try:
            sentence = parse_sentence(text)
        except ValueError as error:
            self.wrong(file, place, f"the sentence cannot be filled in: {error}", "Use {signal} or {signal:.2f}.", "sentence")
            return Sentence(text, ())
        for name in sorted(sentence.names - known):
            hint = suggest(name, known) or "List signals with: advisor signals"
            self.wrong(file, place, f'the sentence fills in the unknown "{name}"', hint, "unknown-signal")
        return sentence

"""Sentences with numbers in them, such as ``The loss ends {valid_loss_rise_ratio:.0%} above its minimum``."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass

_SPEC = re.compile(r"[+]?,?(\.\d{1,2})?[feg%]?")
ABSENT = "unknown"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A parsed template: pairs of literal text and, behind it, a (name, format) to fill in or None at the end."""

    text: str
    parts: tuple[tuple[str, tuple[str, str] | None], ...]

    @property
    def names(self) -> frozenset[str]:
        """The names that the sentence fills in."""
        return frozenset(field[0] for _, field in self.parts if field)

    def render(self, values: Mapping[str, object]) -> str:
        """Return the sentence with its numbers; a value that is missing reads "unknown", text is inserted as it is."""
        out = []
        for literal, field in self.parts:
            out.append(literal)
            if field is not None:
                value = values.get(field[0])
                if value is None:
                    out.append(ABSENT)
                elif isinstance(value, str):
                    out.append(value)
                else:
                    out.append(format(value, field[1]))
        return "".join(out)


def parse_sentence(text: str) -> Sentence:
    """Parse a template; raise ValueError with a sentence where it uses more than plain names and simple number formats."""
    parts: list[tuple[str, tuple[str, str] | None]] = []
    text = " ".join(text.split())
    try:
        fields = list(string.Formatter().parse(text))
    except ValueError as error:
        raise ValueError(f"unbalanced braces ({error})") from None
    for literal, name, spec, conversion in fields:
        if name is None:
            parts.append((literal, None))
            continue
        if not name.isidentifier() or conversion:
            raise ValueError(f'"{{{name}}}" is not a plain name')
        if not _SPEC.fullmatch(spec or ""):
            raise ValueError(f'"{{{name}:{spec}}}" has a format other than .2f, .0%, g and the like')
        parts.append((literal, (name, spec or "g")))
    return Sentence(text, tuple(parts))

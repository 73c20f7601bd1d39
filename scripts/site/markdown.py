"""Plain text as Markdown."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(r"([\\`*_\[\]{}#|~])")


def plain(text: str) -> str:
    """Return a text such that Markdown shows it as it stands, on one line."""
    return _SPECIAL.sub(r"\\\1", html.escape(" ".join(text.split()), quote=False))


def prose(text: str) -> str:
    """Return a text that may hold `code` on one line, fit for the cell of a table."""
    return html.escape(" ".join(text.split()), quote=False).replace("|", "\\|").replace("``", "`")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of cells that are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)

"""Members that stand twice in one object of a JSON text: the later one counts, and the reader is told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_SHOWN = 5
_COLON = re.compile(rb'"\s*:')  # behind each name, and seldom elsewhere: behind an escaped quotation mark
_MOST_CHARACTERS = 40


class _Doubled(dict[str, Any]):
    """An object of which some member stood twice: ``earlier`` holds what the first of them said."""

    earlier: dict[str, Any]


def doubled_members(raw: bytes | bytearray, document: Any) -> dict[str, str]:
    """Return a sentence for each member that a JSON text gives twice with different values, by the pointer of the member.

    Args:
        raw: A text that is known to be JSON in UTF-8.
        document: What was read from it. Where it has as many members as the text has names, the text is not read again.
    """
    if len(_COLON.findall(raw)) == _members(document):
        return {}
    found = False

    def an_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal found
        plain = dict(pairs)
        if len(plain) == len(pairs):
            return plain
        found = True
        doubled = _Doubled(plain)
        doubled.earlier = {}
        for name, value in pairs:
            doubled.earlier.setdefault(name, value)
        return doubled

    document = json.loads(raw, object_pairs_hook=an_object, parse_int=float)
    return dict(_sentences(document, "")) if found else {}


def doubled_warnings(found: dict[str, str], below: str = "") -> tuple[str, ...]:
    """Return the sentences on what stands below a pointer, the first of them in full and the others counted."""
    sentences = [sentence for pointer, sentence in found.items() if pointer.startswith(f"{below}/")]
    more = len(sentences) - _SHOWN
    return tuple(sentences) if more <= 0 else (*sentences[:_SHOWN], f"The same holds for {more:,} more.")


def _members(value: Any) -> int:
    if isinstance(value, dict):
        return len(value) + sum(_members(member) for member in value.values() if isinstance(member, dict | list))
    return sum(_members(member) for member in value if isinstance(member, dict | list)) if isinstance(value, list) else 0


def _sentences(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, _Doubled):
        for name, earlier in value.earlier.items():
            if earlier != value[name]:
                pointer = _below(place, name)
                yield pointer, f"{pointer} stands twice in the request{_said(earlier, value[name])}: the later one counts."
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield from _sentences(member, _below(place, str(key)))


def _below(place: str, name: str) -> str:
    return f"{place}/{name.replace('~', '~0').replace('/', '~1')}"


def _said(earlier: Any, later: Any) -> str:
    """Return both values where they are short enough to say."""
    plain = [
        json.dumps(int(v) if isinstance(v, float) and v.is_integer() else v) for v in (earlier, later) if not isinstance(v, dict | list)
    ]
    return f", as {plain[0]} and as {plain[1]}" if len(plain) == 2 and max(map(len, plain)) <= _MOST_CHARACTERS else ""

"""Names of a file mapped by hand to those of the contract: ``loss=train_loss``."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from advisor.errors import UnusableInput
from advisor.sources import keras_json, plain_json, plain_lines, plain_table
from advisor.sources.content import Content
from advisor.sources.imported import ImportedRun
from advisor.sources.names import flatten
from advisor.sources.roles import TARGETS


def parse_mapping(pairs: Iterable[str]) -> dict[str, str]:
    """Return the contract's name for each name of a file.

    Raises:
        UnusableInput: A pair is none, or maps to no name of the contract, or two names to the same one.
    """
    given: dict[str, str] = {}
    for pair in pairs:
        name, mark, target = (part.strip() for part in pair.rpartition("="))
        if not mark or not name or not target:
            raise UnusableInput(f'"{pair}" maps nothing: write NAME_IN_THE_FILE=NAME, such as my_loss=train_loss.')
        if target not in TARGETS:
            close = difflib.get_close_matches(target, sorted(TARGETS), 1, 0.5)
            raise UnusableInput(
                f'There is no metric "{target}"'
                + (f'; did you mean "{close[0]}"?' if close else f": take one of {', '.join(sorted(TARGETS))}.")
            )
        if target in given.values():
            raise UnusableInput(f"Two names are mapped to {target}: map one of them.")
        given[name] = target
    return given


def read_mapped(content: Content, given: Mapping[str, str]) -> ImportedRun:
    """Read a CSV, JSON lines or JSON whose names were mapped by hand.

    Raises:
        UnusableInput: A mapped name does not stand in the file, or the file is of none of these kinds.
    """
    if content.is_json_lines:
        _check(given, {name for found in content.sample_objects for name in flatten(found)})
        return plain_lines.read_mapped(content, given)
    if content.looks_like_json:
        if isinstance(content.document, dict) and any(isinstance(content.document.get(name), list) for name in given):
            _check(given, set(content.document))
            return keras_json.read_mapped(content, given)
        return plain_json.read_mapped(content, given)
    if len(content.header) > 1 and not content.is_binary:
        _check(given, set(content.header))
        return plain_table.read_mapped(content, given)
    raise UnusableInput("Names can be mapped in a CSV, in JSON lines and in JSON only: give the file without a mapping.")


def _check(given: Mapping[str, str], names: set[str]) -> None:
    for name in given:
        if name not in names:
            close = difflib.get_close_matches(name, sorted(names), 1)
            shown = ", ".join(sorted(names)[:12]) + (", …" if len(names) > 12 else "")
            raise UnusableInput(f'The file has no "{name}"' + (f'; did you mean "{close[0]}"?' if close else f", only {shown}."))

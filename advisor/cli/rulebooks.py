"""The rulebook that a command works with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from advisor.engine import Program
from advisor.rulebook import Rulebook, shipped_rules
from advisor.rulebook.overlay import SHIPPED, Layered, load_layers, named_folders, read_layers


def rule_folders(named: Path | Sequence[Path] | None) -> tuple[Path, ...]:
    """Return the folders that an option or ADVISOR_RULES names, lowest first; none for the shipped one alone."""
    given = () if named is None else (named,) if isinstance(named, Path) else named
    return tuple(folder for text in given for folder in named_folders(str(text)))


def open_rulebook(named: Path | Sequence[Path] | None) -> Rulebook:
    """Return the rulebook that folders make, else the shipped one; raise BrokenRulebook with every mistake in it."""
    folders = rule_folders(named)
    return load_layers(folders, None if folders else "default")


def open_layers(named: Path | Sequence[Path] | None) -> Layered:
    """Return the files that folders make, each with the folder that it comes from; the shipped ones where none is named."""
    folders = rule_folders(named)
    return read_layers(folders, None if folders else "default")


def open_program(named: Path | Sequence[Path] | None) -> Program:
    """Return the compiled rulebook; raise BrokenRulebook with every mistake in it."""
    return Program(open_rulebook(named))


def places_of(named: Path | Sequence[Path] | None) -> tuple[Path, ...]:
    """Return where the folders lie, lowest first; that of the shipped rules where none is named."""
    return tuple(shipped_rules() if str(folder) == SHIPPED else folder for folder in rule_folders(named)) or (shipped_rules(),)


def shown_file(named: Path | Sequence[Path] | None, file: str) -> str:
    """Return a rule file as its reader finds it from where they stand, in the highest of the folders that has it."""
    place = next((place for place in reversed(places_of(named)) if (place / file).is_file()), None)
    folder = "" if place is None else shown_folder(place)
    return f"{folder}/{file}" if folder else file


def shown_folder(folder: Path) -> str:
    """Return a folder as messages name it: from where the reader stands, where it lies below; empty for that place itself."""
    whole, here = folder.resolve(), Path.cwd()
    if not whole.is_relative_to(here):
        return whole.name
    shown = whole.relative_to(here).as_posix()
    return "" if shown == "." else shown

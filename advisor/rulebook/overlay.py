"""Several rules folders laid over each other: a team's own on top of the shipped one.

The folders come lowest first, and the higher one has its way:

- a file replaces the file of the same path below it, a file of a new path is added, nothing is taken away by leaving it out;
- ``overrides.yaml`` at the top of a folder changes single numbers and words of what lies below, without a copy of the rule.

What comes out are the texts of one plain rulebook: an override is written into the text of the rule, on the line where the value stands
already, so that the result can be shown, kept under its revision, and loaded again as a folder of its own.

Cases are claims about the rule that stood in their folder. Where a higher folder replaces or overrides the rule, the cases below no longer
count; the higher folder brings its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath

from advisor.errors import BrokenRulebook, Mistake
from advisor.rulebook.folder import CASES_SUFFIX, read_folder
from advisor.rulebook.load import build_rulebook
from advisor.rulebook.model import Rulebook
from advisor.rulebook.overrides import OVERRIDES, apply_overrides
from advisor.rulebook.shipped import shipped_rules

SHIPPED = "shipped"
"""The word that stands for the shipped rules where folders are named; a folder of that name is written ``./shipped``."""


@dataclass(frozen=True, slots=True)
class Layer:
    """The files of one folder by their path inside it, and the name that messages give the folder."""

    name: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Layered:
    """Several folders as one.

    Attributes:
        name: The rulebook's name: those of its folders, lowest first.
        files: The text of every file of the result, cases included, by path.
        origins: Which folder each file comes from.
        edits: Where an override stands that changed a line, by the changed file and line.
        own: The name of the highest folder where there are several; None of a single one.
    """

    name: str
    files: Mapping[str, str]
    origins: Mapping[str, str] = field(default_factory=dict)
    edits: Mapping[tuple[str, int], Mistake] = field(default_factory=dict)
    own: str | None = None

    def lies_below(self, path: str) -> bool:
        """Say whether a file comes from a folder below the highest one, whose own file of that path would take its place."""
        return self.own is not None and self.origins.get(path) not in (None, self.own)

    def placed(self, mistake: Mistake) -> Mistake:
        """Return a mistake in the result at the place that a lead can correct: the folder's own file, or the override that led to it."""
        edit = self.edits.get((mistake.file, mistake.line))
        if edit is not None:
            return replace(mistake, file=edit.file, line=edit.line, column=edit.column)
        folder = self.origins.get(mistake.file)
        return replace(mistake, file=f"{folder}/{mistake.file}") if folder else mistake

    def build(self) -> Rulebook:
        """Return the rulebook; raise BrokenRulebook with every mistake in it, each under its folder."""
        try:
            return build_rulebook(self.files, self.name)
        except BrokenRulebook as broken:
            raise BrokenRulebook([self.placed(mistake) for mistake in broken.mistakes]) from None

    def mistakes(self) -> tuple[Mistake, ...]:
        """Return every mistake that keeps the rulebook from being built."""
        try:
            self.build()
        except BrokenRulebook as broken:
            return broken.mistakes
        return ()


def named_folders(text: str) -> tuple[FilePath, ...]:
    """Return the folders of a list as ``ADVISOR_RULES`` writes it: lowest first, ``:`` between them, ``shipped`` for the shipped ones."""
    return tuple(FilePath(part) for part in text.split(os.pathsep) if part)


def read_layers(folders: Sequence[FilePath], name: str | None = None) -> Layered:
    """Read rules folders, lowest first, as one; without any, the shipped one.

    Args:
        folders: The folders; ``shipped`` stands for the shipped rules.
        name: The name of a rulebook that is one folder; without it, that of the folder. Several folders name it themselves.

    Raises:
        BrokenRulebook: A folder cannot be read, or an override does not fit what lies below it.
    """
    return lay(read_each(folders), name)


def read_each(folders: Sequence[FilePath]) -> tuple[Layer, ...]:
    """Read rules folders, lowest first, each by itself; raise BrokenRulebook where one cannot be read."""
    layers: list[Layer] = []
    mistakes: list[Mistake] = []
    several = len(folders) > 1
    for folder in folders or (FilePath(SHIPPED),):
        named = _free_name(SHIPPED if str(folder) == SHIPPED else folder.resolve().name, layers)
        try:
            layers.append(Layer(named, read_folder(shipped_rules() if str(folder) == SHIPPED else folder)))
        except BrokenRulebook as broken:
            mistakes += [replace(m, file=f"{named}/{m.file}" if several and m.code != "no-folder" else m.file) for m in broken.mistakes]
            layers.append(Layer(named, {}))
    if mistakes:
        raise BrokenRulebook(mistakes)
    return tuple(layers)


def _free_name(name: str, layers: Sequence[Layer]) -> str:
    taken = {layer.name for layer in layers}
    return next(free for free in (name, *(f"{name}-{n}" for n in range(2, len(layers) + 3))) if free not in taken)


def lay(layers: Sequence[Layer], name: str | None = None) -> Layered:
    """Lay folders over each other, lowest first.

    Raises:
        BrokenRulebook: An override does not fit what lies below it; every such mistake, and every other that the folders have.
    """
    first, *higher = layers
    files = {path: text for path, text in first.files.items() if path != OVERRIDES}
    several = bool(higher)
    origins = dict.fromkeys(files, first.name) if several else {}
    edits: dict[tuple[str, int], Mistake] = {}
    mistakes: list[Mistake] = []
    if OVERRIDES in first.files:
        nothing_below = "overrides need a folder below this one"
        mistakes.append(
            Mistake(_shown(first.name, several), 0, 0, nothing_below, f"Name that one first: {SHIPPED}{os.pathsep}…", "no-base")
        )
    for layer in higher:
        own = {path: text for path, text in layer.files.items() if path != OVERRIDES}
        overrides = apply_overrides(layer.files[OVERRIDES], files, own) if OVERRIDES in layer.files else None
        for path in own:
            _forget(edits, path)
            _drop_cases(path, files, origins)
        if overrides is not None:
            here = _placer(layer.name)
            mistakes += [here(mistake) for mistake in overrides.mistakes]
            edits |= {place: here(edit) for place, edit in overrides.edits.items()}
            for path in overrides.files:
                _drop_cases(path, files, origins)
            files |= overrides.files
        files |= own
        origins |= dict.fromkeys(own, layer.name)
    laid = Layered(
        "+".join(layer.name for layer in layers) if several else name or first.name,
        files,
        origins,
        edits,
        layers[-1].name if several else None,
    )
    if mistakes:
        raise BrokenRulebook([*mistakes, *(laid.mistakes() if several else ())])
    return laid


def _shown(layer: str, several: bool) -> str:
    return f"{layer}/{OVERRIDES}" if several else OVERRIDES


def _placer(layer: str) -> Callable[[Mistake], Mistake]:
    return lambda mistake: replace(mistake, file=f"{layer}/{mistake.file}")


def _forget(edits: dict[tuple[str, int], Mistake], path: str) -> None:
    for place in [place for place in edits if place[0] == path]:
        del edits[place]


def _drop_cases(path: str, files: dict[str, str], origins: dict[str, str]) -> None:
    """Take out the cases of a rule that a higher folder changes; cases of its own come in with that folder's files."""
    if not path.endswith(CASES_SUFFIX):
        cases = path.removesuffix(".yaml") + CASES_SUFFIX
        files.pop(cases, None)
        origins.pop(cases, None)


def load_layers(folders: Sequence[FilePath], name: str | None = None) -> Rulebook:
    """Load the rulebook that folders make, lowest first; raise BrokenRulebook with every mistake in them."""
    return read_layers(folders, name).build()

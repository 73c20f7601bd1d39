"""Feature files to frozen documents, in the order of the folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from gherkin.errors import ParserError
from gherkin.parser import Parser
from gherkin.token_scanner import TokenScanner

_PLACE = re.compile(r"^\((\d+):\d+\):\s*")

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step as it is written; ``table`` and ``text_block`` are empty where it has none. ``line`` is its line in the file."""

    line: int
    keyword: str
    text: str
    table: tuple[Row, ...] = ()
    text_block: str = ""

    def with_values(self, values: Mapping[str, str]) -> Step:
        """Return the step with the values of an example in place of ``<name>``."""
        return replace(
            self,
            text=_filled(self.text, values),
            table=tuple(tuple(_filled(cell, values) for cell in row) for row in self.table),
            text_block=_filled(self.text_block, values),
        )


@dataclass(frozen=True, slots=True)
class Examples:
    """The examples of a scenario outline: the names of its values, and a row of values for each example."""

    names: Row
    rows: tuple[Row, ...]

    def values(self) -> Iterator[Mapping[str, str]]:
        """Yield each example's values by name."""
        for row in self.rows:
            yield dict(zip(self.names, row, strict=True))


@dataclass(frozen=True, slots=True)
class Group:
    """What a ``Rule:`` of the file says above its scenarios; ``line`` is its line in the file."""

    line: int
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """One claim with its steps, those of the backgrounds above it first.

    ``anchor`` is its place on the feature's page; ``group`` the ``Rule:`` that it stands under, None where it stands under none.
    """

    line: int
    title: str
    anchor: str
    description: str
    background: tuple[Step, ...]
    steps: tuple[Step, ...]
    examples: tuple[Examples, ...]
    group: Group | None = None

    @property
    def all_steps(self) -> tuple[Step, ...]:
        """The steps of the background and its own."""
        return (*self.background, *self.steps)

    def cases(self) -> Iterator[tuple[Mapping[str, str], tuple[Step, ...]]]:
        """Yield the values and the steps of each example; once, and without values, where it is no outline."""
        for values in [row for table in self.examples for row in table.values()] or [{}]:
            yield values, tuple(step.with_values(values) for step in self.all_steps)

    def holds(self, words: Iterable[str]) -> bool:
        """Say whether each of these words, in small letters, occurs in its text."""
        text = " ".join(self._texts()).lower()
        return all(word in text for word in words)

    def _texts(self) -> Iterator[str]:
        if self.group is not None:
            yield from (self.group.title, self.group.description)
        yield self.title
        yield self.description
        for step in self.all_steps:
            yield from (step.text, step.text_block, *(cell for row in step.table for cell in row))
        for table in self.examples:
            yield from (cell for row in (table.names, *table.rows) for cell in row)


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature file.

    Attributes:
        path: Where it lies in the folder, such as ``curves/healthy_runs.feature``.
        digest: A hash of its text, by which a result knows whether it is about this text.
        title: What it claims.
        description: Which part of the documents it stands for.
        scenarios: Its claims.
        mistake: Why it cannot be read, None where it can.
    """

    path: str
    digest: str
    title: str
    description: str = ""
    scenarios: tuple[Scenario, ...] = ()
    mistake: str | None = None

    @property
    def folder(self) -> str:
        """The question that it answers, as the folder's name says it."""
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        """The path without its ending, which is the page's address: ``curves/healthy_runs``."""
        return self.path.removesuffix(".feature")


def shipped_features() -> Path:
    """Return the folder of the features that ship with Advisor: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parents[2]
    installed = package / "_shipped_features"
    return installed if installed.is_dir() else package.parent / "features"


def read_features(folder: Path) -> tuple[Feature, ...]:
    """Return every feature of a folder by its path; one that cannot be read says so in its ``mistake``."""
    paths = sorted(folder.rglob("*.feature"))
    return tuple(read_feature(path.read_bytes(), path.relative_to(folder).as_posix()) for path in paths)


def read_feature(data: bytes, path: str) -> Feature:
    """Return the feature that a file holds."""
    digest = sha256(data).hexdigest()
    try:
        found: Mapping[str, Any] | None = dict(Parser().parse(TokenScanner(data.decode()))).get("feature")  # type: ignore[assignment]
    except UnicodeDecodeError:
        return Feature(path, digest, path, mistake="It is not UTF-8 text: save it as UTF-8.")
    except ParserError as error:
        return Feature(path, digest, path, mistake=_said(error))
    if found is None:
        return Feature(path, digest, path, mistake="It is empty: begin it with Feature: and what it claims.")
    scenarios = tuple(_scenarios(found["children"], (), None))
    return Feature(path, digest, found["name"], _joined(found["description"]), _with_own_anchors(scenarios))


def _said(error: ParserError) -> str:
    first = (getattr(error, "errors", None) or [error])[0]
    return _PLACE.sub(r"Line \1: ", str(first))


def _scenarios(children: Iterable[Mapping[str, Any]], background: tuple[Step, ...], group: Group | None) -> Iterator[Scenario]:
    for child in children:
        if "background" in child:
            background = (*background, *map(_step, child["background"]["steps"]))
        elif "rule" in child:
            rule = child["rule"]
            above = Group(rule["location"]["line"], rule["name"], _joined(rule["description"]))
            yield from _scenarios(rule["children"], background, above)
        else:
            yield _scenario(child["scenario"], background, group)


def _scenario(found: Mapping[str, Any], background: tuple[Step, ...], group: Group | None) -> Scenario:
    return Scenario(
        line=found["location"]["line"],
        title=found["name"],
        anchor=anchor_of(found["name"]),
        description=_joined(found["description"]),
        background=background,
        steps=tuple(map(_step, found["steps"])),
        examples=tuple(
            Examples(_cells(table["tableHeader"]), tuple(map(_cells, table["tableBody"])))
            for table in found["examples"]
            if "tableHeader" in table
        ),
        group=group,
    )


def _step(found: Mapping[str, Any]) -> Step:
    rows = found["dataTable"]["rows"] if "dataTable" in found else ()
    block = found["docString"]["content"] if "docString" in found else ""
    return Step(found["location"]["line"], found["keyword"].strip(), found["text"], tuple(map(_cells, rows)), block)


def _cells(row: Mapping[str, Any]) -> Row:
    return tuple(cell["value"] for cell in row["cells"])


def _joined(text: str) -> str:
    """Return a description without the line breaks of the file; blank lines part its paragraphs."""
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip())


def anchor_of(title: str) -> str:
    """Return a title as an address has it: ``A loss of zero`` as ``a-loss-of-zero``."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "scenario"


def _with_own_anchors(scenarios: tuple[Scenario, ...]) -> tuple[Scenario, ...]:
    seen: dict[str, int] = {}
    told = []
    for scenario in scenarios:
        count = seen[scenario.anchor] = seen.get(scenario.anchor, 0) + 1
        told.append(scenario if count == 1 else replace(scenario, anchor=f"{scenario.anchor}-{count}"))
    return tuple(told)


def _filled(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"<{name}>", value)
    return text

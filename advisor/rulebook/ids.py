"""The ids of a rulebook: which of them other files may refer to, and that each is the name of its file and is used once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from advisor.rulebook.kinds import kind_of, names_findings
from advisor.rulebook.mistakes import Mistakes
from advisor.rulebook.shapes import CriterionShape, RuleShape, Shape


def referable(files: Iterable[str], mistakes: Mistakes, shapes: Mapping[str, Shape]) -> dict[str, frozenset[str]]:
    """Return the ids that conditions may refer to, by kind; a broken file is told of once, not again by all that refer to it."""
    ids: dict[str, set[str]] = {"finding": set(), "stopping": set(), "mistake": set(), "verdict": set()}
    for path, shape in shapes.items():
        if isinstance(shape, RuleShape | CriterionShape):
            ids[kind_of(path)].add((shape.finding if isinstance(shape, RuleShape) else None) or shape.id)
    for path in set(files) - shapes.keys():
        if names_findings(path):
            written = mistakes.documents[path].value if path in mistakes.documents else None
            finding = written.get("finding") if isinstance(written, dict) else None
            ids[kind_of(path)] |= {PurePosixPath(path).stem, *([finding] if isinstance(finding, str) else [])}
    return {kind: frozenset(names) for kind, names in ids.items()}


def check_ids(mistakes: Mistakes, shapes: Mapping[str, Shape]) -> None:
    """Note ids that differ from the name of their file, and ids that stand twice."""
    seen: dict[tuple[str, str], str] = {}
    for path, shape in shapes.items():
        shape_id = getattr(shape, "id", None)
        if shape_id is None:
            continue
        stem = PurePosixPath(path).stem
        if shape_id != stem:
            finding = f'the id "{shape_id}" differs from the file name "{stem}"'
            mistakes.wrong(path, ("id",), finding, "Name the file after the id.", "id-is-stem")
        space = "rule" if isinstance(shape, RuleShape | CriterionShape) else type(shape).__name__
        if (space, shape_id) in seen:
            mistakes.wrong(path, ("id",), f'the id "{shape_id}" is taken by {seen[space, shape_id]}', "Ids are unique.", "duplicate-id")
        seen[space, shape_id] = path

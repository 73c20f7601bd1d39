"""What a file of a rulebook is, by where it lies."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from advisor.rulebook.model import Kind
from advisor.rulebook.shapes import (
    ActionShape,
    BandsShape,
    CriterionShape,
    LookupShape,
    ModelsShape,
    ParametersShape,
    PrioritiesShape,
    RuleShape,
    Shape,
    SweepShape,
)

SINGLES: Mapping[str, type[Shape]] = MappingProxyType(
    {"parameters.yaml": ParametersShape, "priorities.yaml": PrioritiesShape, "models.yaml": ModelsShape, "sweep.yaml": SweepShape}
)
"""The files that every rulebook has."""

_FOLDERS: Mapping[str, tuple[type[Shape], Kind]] = MappingProxyType(
    {
        "actions": (ActionShape, "finding"),
        "bands": (BandsShape, "finding"),
        "tables": (LookupShape, "finding"),
        "stopping": (CriterionShape, "stopping"),
        "mistakes": (CriterionShape, "mistake"),
        "verdicts": (CriterionShape, "verdict"),
    }
)


def _folder(path: str) -> str:
    return path.split("/", maxsplit=1)[0] if "/" in path else ""


def shape_of(path: str) -> type[Shape]:
    """Return the shape that a file must have: in any folder without a meaning of its own, a rule's."""
    return SINGLES.get(path) or _FOLDERS.get(_folder(path), (RuleShape, "finding"))[0]


def kind_of(path: str) -> Kind:
    """Return what a rule file decides: a finding, unless its folder says otherwise."""
    return _FOLDERS.get(_folder(path), (RuleShape, "finding"))[1]


def names_findings(path: str) -> bool:
    """Whether other files may refer to what this one decides: not to an action or to bands."""
    return _folder(path) not in ("actions", "bands")

"""A rule file that does not fit its shape, made to fit by leaving out what is wrong, so that the rest of it is checked at once too."""

from __future__ import annotations

from copy import deepcopy
from pathlib import PurePosixPath
from typing import Any

from pydantic import ValidationError

from advisor.rulebook.shape_mistakes import real_path
from advisor.rulebook.shapes import CriterionShape, RuleShape
from advisor.rulebook.source import Document, Path

_STANDS_IN: dict[str, Any] = {
    "title": "left out",
    "applies_to": ["supervised"],
    "diagnosis": "left out",
    "severity": "medium",
    "source": "left out",
    "why": "left out",
    "false_positives": ["left out"],
    "when": ["checkpoints_count >= 0"],
    "explain": "left out",
}


def mended(
    document: Document, shape_type: type[RuleShape] | type[CriterionShape], error: ValidationError
) -> RuleShape | CriterionShape | None:
    """Return a rule without what pydantic found wrong with it, and with something that stands in for what is missing.

    It is fit for looking for further mistakes and for nothing else. None where too little is left to look at.
    """
    if not isinstance(document.value, dict):
        return None
    value = deepcopy(document.value)
    wrong: dict[Path, bool] = {}
    for item in error.errors(include_url=False):
        unknown = item["type"] == "extra_forbidden"
        wrong[real_path(document.value, tuple(item["loc"]), names_a_key=unknown)] = unknown
    for path, unknown in wrong.items():
        if not any(len(other) > len(path) and other[: len(path)] == path for other in wrong):
            _leave_out(value, path, only_the_key=unknown)
    for key, stand_in in {"id": PurePosixPath(document.file).stem, **_STANDS_IN}.items():
        if key in shape_type.model_fields and shape_type.model_fields[key].is_required():
            value.setdefault(key, stand_in)
    try:
        return shape_type.model_validate(value)
    except ValidationError:
        return None


def _leave_out(value: dict[str, Any], path: Path, *, only_the_key: bool) -> None:
    """Take the unknown key at a place out, or everything under the key of the file in which the place lies; a parameter becomes 0."""
    if not path or path[0] not in value:
        return
    if path[0] == "parameters" and len(path) > 1:
        value["parameters"][path[1]] = 0.0
    elif only_the_key and len(path) > 1:
        inner: Any = value
        for part in path[:-1]:
            inner = inner[part]
        inner.pop(path[-1], None)
    else:
        value.pop(str(path[0]), None)

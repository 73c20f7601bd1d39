"""What pydantic found wrong with a file's shape, said at its place in the file."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError

from advisor.errors import Mistake
from advisor.rulebook import shapes
from advisor.rulebook.conditions import suggest
from advisor.rulebook.shapes import Shape
from advisor.rulebook.source import Document, Path

_MAPPING = ("model_type", "dict_type", "model_attributes_type")
_QUOTED = re.compile("'([^']+)'")


def shape_mistakes(document: Document, shape_type: type[Shape], error: ValidationError) -> list[Mistake]:
    """Return each wrong, missing or unknown key of a file at its place, once."""
    told: dict[Path, Mistake] = {}
    wrong: dict[Path, list[str]] = {}
    meant: dict[Path, str] = {}
    for item in error.errors(include_url=False):
        path = tuple(item["loc"])
        real = real_path(document.value, path, names_a_key=item["type"] in ("missing", "extra_forbidden"))
        if item["type"] == "extra_forbidden":
            known = list(getattr(_shape_at(shape_type, real[:-1]), "model_fields", {}))
            remedy = suggest(str(path[-1]), known) or f"Known keys: {', '.join(known)}."
            told[real] = document.mistake(real, f'unknown key "{path[-1]}"', remedy, "unknown-key")
        elif item["type"] == "missing":
            told[real] = document.mistake(real, f'"{path[-1]}" is missing', "Every file of this kind has it.", "missing-key")
        else:
            finding = "input should be a mapping of keys" if item["type"] in _MAPPING else _lower(item["msg"])
            if item["type"] == "literal_error":
                meant[real] = suggest(str(item["input"]), _QUOTED.findall(item["ctx"]["expected"])) or ""
            if finding not in wrong.setdefault(real, []):
                wrong[real].append(finding)
    for real, findings in wrong.items():
        # Where a value may have one of two shapes, pydantic tells what is wrong with it as either: what is wrong further inside says more.
        if not any(len(other) > len(real) and other[: len(real)] == real for other in (*told, *wrong)):
            place = ".".join(map(str, real)) or "the file"
            told[real] = document.mistake(real, f"{place}: {', or '.join(findings)}", meant.get(real, ""), "wrong-value")
    return list(told.values())


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]


def real_path(value: Any, loc: tuple[Any, ...], *, names_a_key: bool) -> Path:
    """Return a pydantic location without the parts that name a union's branch and not a place in the file."""
    path: list[str | int] = []
    for i, part in enumerate(loc):
        if isinstance(value, dict) and isinstance(part, str) and (part in value or (names_a_key and i == len(loc) - 1)):
            path.append(part)
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            path.append(part)
            value = value[part]
    return tuple(path)


def _shape_at(shape_type: type[Shape], path: Path) -> type[Shape]:
    """Return the shape of a nested mapping where the annotation names one plainly; the file's own shape otherwise."""
    names = {
        ("change",): "ChangeShape",
        ("bands",): "BandShape",
        ("confidence",): "ConfidenceShape",
        ("recommend",): "RecommendationShape",
        ("parameters",): "ParameterShape",
        ("models",): "ModelShape",
    }
    head = tuple(part for part in path if isinstance(part, str))[:1]
    return getattr(shapes, names[head]) if head in names else shape_type

"""From plain values to a validated request; what is wrong with them becomes sentences with their places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import ValidationError

from advisor.contract import AdviseRequest
from advisor.contract.misnamed import meant_by_missing
from advisor.errors import UnusableInput
from advisor.facts import Method, as_float
from advisor.sources.imported import Dropped, ImportedRun, PointCounts
from advisor.sources.names import PREFERENCES, REWARDS
from advisor.sources.points import Points
from advisor.sources.scales import warn_of_other_scale

_SHOWN_MISTAKES = 20
_OBJECT = re.compile(r"a valid dictionary or instance of \w+")


def request_of(body: dict[str, Any]) -> AdviseRequest:
    """Return the request; raise UnusableInput with every place that the contract refuses."""
    try:
        return AdviseRequest.model_validate(body)
    except ValidationError as error:
        meant = meant_by_missing(body)
        reasons: dict[str, list[str]] = {}
        for mistake in error.errors(include_url=False, include_context=False):
            pointer = _pointer(mistake["loc"], body)
            named_otherwise = meant(pointer) if mistake["type"] == "missing" else ""
            reasons.setdefault(pointer, []).append(f"{_reason(mistake['msg'])}{named_otherwise}")
        lines = [f"  {pointer}  {' or '.join(dict.fromkeys(said))}" for pointer, said in reasons.items()]
        more = [f"  … and {len(lines) - _SHOWN_MISTAKES:,} more"] if len(lines) > _SHOWN_MISTAKES else []
        places = "1 place" if len(lines) == 1 else f"{len(lines):,} places"
        raise UnusableInput("\n".join([f"The request breaks the wire contract in {places}:", *lines[:_SHOWN_MISTAKES], *more])) from None


def _pointer(location: Sequence[str | int], body: Any) -> str:
    """Return where a mistake stands in the body; a location ends with the branch of a union, which is no place."""
    path = []
    value = body
    for step in location:
        if not isinstance(value, dict | list):
            break
        path.append(str(step))
        value = value.get(step) if isinstance(value, dict) else value[step] if isinstance(step, int) and step < len(value) else None
    return "".join(f"/{part}" for part in path)


def _reason(message: str) -> str:
    plain = _OBJECT.sub("an object", message.removeprefix("Value error, ").removeprefix("Input should be "))
    return "is missing" if plain == "Field required" else plain if plain.startswith("must ") else f"must be {plain}"


def imported(
    format_id: str,
    run: dict[str, Any],
    points: Points,
    *,
    warnings: Sequence[str] = (),
    dropped: Sequence[Dropped] = (),
    project: str | None = None,
) -> ImportedRun:
    """Return a run from the fields that a file knows and its points.

    The method is told by the metrics unless ``run`` has one. Rewards outside the contract's default range get the range that they
    were seen in, with a warning, unless ``run`` has a grader.
    """
    said = [*warnings, *points.warnings, *warn_of_other_scale(points.checkpoints)]
    body: dict[str, Any] = {"method": told_method(points.checkpoints), **run, "checkpoints": points.checkpoints}
    if body["method"] == "reinforcement" and "grader" not in body:
        seen = _seen_range(points)
        if seen is not None:
            body["grader"] = {"range": list(seen)}
            said.append(
                f"The rewards lie outside 0 to 1: the range from {seen[0]:g} to {seen[1]:g} was taken from the curve; "
                "give the grader's own range for a better judgement."
            )
    request = request_of({"run": body} if project is None else {"run": body, "project": project})
    return ImportedRun(request, format_id, PointCounts.of(request.run), (*dropped, *points.dropped), tuple(said))


def told_method(checkpoints: Iterable[Any]) -> Method:
    """Return the training method that the names of the metrics tell: supervised unless they speak of rewards or preferences."""
    found: set[str] = set()
    for checkpoint in checkpoints:
        metrics = checkpoint.get("metrics") if isinstance(checkpoint, dict) else None
        found.update(metrics if isinstance(metrics, dict) else ())
    return "reinforcement" if found & REWARDS else "dpo" if found & PREFERENCES else "supervised"


def _seen_range(points: Points) -> tuple[float, float] | None:
    values = [as_float(point["metrics"].get(name)) for point in points.checkpoints for name in REWARDS]
    finite = [v for v in values if v is not None and abs(v) < float("inf")]
    if not finite or (min(finite) >= 0 and max(finite) <= 1):
        return None
    return min(0.0, *finite), max(1.0, *finite)

"""What a training loop has at hand, as the wire takes it: numbers of other libraries, NaN, models and mappings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, isnan
from typing import Any, TypeAlias

from pydantic import BaseModel

from advisor.contract.request import AdviseRequest
from advisor.facts import Run

GivenRun: TypeAlias = Run | AdviseRequest | Mapping[str, Any]
"""A run, or a whole request with what is known around it; a mapping with the key ``run`` is a request."""


def plain_request(given: GivenRun) -> dict[str, Any]:
    """Return the request around a run in JSON's own types, unchecked.

    Raises:
        TypeError: Something in it is neither a number nor a text, a list or a mapping.
    """
    document = _plain(given)
    return document if "run" in document else {"run": document}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(member) for key, member in value.items()}
    if isinstance(value, str | bool | int | None):
        return value
    if isinstance(value, float):
        return float(value) if isfinite(value) else "NaN" if isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_none=True)
    if isinstance(value, Sequence):
        return [_plain(member) for member in value]
    if callable(number := getattr(value, "item", None)):  # numpy's and PyTorch's way to a number of Python
        return _plain(number())
    raise TypeError(f"{type(value).__name__} is neither a number nor a text")

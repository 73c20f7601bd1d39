"""How values come over the wire: a boolean or a digit string is no number, a non-finite one is said by name, null is absent."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

NonFinite = Literal["NaN", "Infinity", "-Infinity"]

Real = Annotated[float, Field(strict=True, allow_inf_nan=False)]
"""A finite number; an integer counts, a boolean or a string does not."""

Metric = Real | NonFinite
"""A measured value: a finite number, or one of the words for a non-finite one."""

NON_FINITE: frozenset[str] = frozenset({"NaN", "Infinity", "-Infinity"})


def _whole(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be a whole number")
    if isinstance(value, float) and not value.is_integer():
        raise ValueError("must be a whole number")
    if abs(value) > 2**53:
        raise ValueError("must be a whole number below 2^53")
    return int(value)


Whole = Annotated[int, BeforeValidator(_whole)]
"""A whole number; ``100.0`` counts as 100."""

Count = Annotated[Whole, Field(ge=0)]
"""A whole number, 0 or more."""

Setting = Annotated[Real, Field(gt=0)] | Literal["auto"]
"""A hyperparameter as OpenAI gives it: a positive number, or ``"auto"`` where the service chose."""


def null_as(default: object, given: object) -> BeforeValidator:
    """Return a validator that reads null as the field's default: null and absent both mean missing.

    Args:
        default: What an absent field is, in the form in which it comes over the wire.
        given: What the field takes over the wire, for the schema.
    """
    return BeforeValidator(lambda value: default if value is None else value, json_schema_input_type=given)

"""What the store did not take or does not hold, as a problem with the status that fits."""

from __future__ import annotations

from advisor.api.problems import Place, Refusal, problem
from advisor.errors import AdvisorError, AlreadyRecorded, NotRecorded, StillVaried, StoreFault

_RETRY = {"Retry-After": "5"}


def refusal_of(error: AdvisorError, pointer: str | None = None) -> Refusal:
    """Return the answer to a request that needed the store: 404, 409, 422, 503 or 507; ``pointer`` is what of its body is at fault."""
    if isinstance(error, StoreFault):
        return Refusal(problem(507 if error.kind == "full" else 503, str(error)), _RETRY)
    status = 404 if isinstance(error, NotRecorded) else 409 if isinstance(error, AlreadyRecorded | StillVaried) else 422
    return Refusal(problem(status, str(error), () if pointer is None else (Place(str(error), pointer),)))

"""What the fine-tuning service did not give, as a problem with the status that fits."""

from __future__ import annotations

from math import ceil

from advisor.api.problems import Refusal, problem
from advisor.errors import FaultKind, ServiceFault

_STATUSES: dict[FaultKind, int] = {
    "unknown-job": 404,
    "not-started": 409,
    "wrong-key": 502,
    "forbidden": 502,
    "refused": 502,
    "failed": 502,
    "unreachable": 502,
    "unreadable": 502,
    "not-configured": 503,
    "busy": 503,
    "timeout": 504,
}
LASTING: frozenset[FaultKind] = frozenset({"unknown-job", "not-started", "refused"})
"""Faults that asking again does not mend."""


def refusal_of(fault: ServiceFault) -> Refusal:
    """Return the answer to a request that needed the fine-tuning service; it passes on how long to wait."""
    wait = fault.retry_after_seconds
    return Refusal(problem(_STATUSES[fault.kind], str(fault)), None if wait is None else {"Retry-After": str(ceil(wait))})

"""The time as the edges read it; the judgement itself has no clock."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """Return the time as answers and the store have it: ISO 8601, UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")

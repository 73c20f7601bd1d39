"""A job seen again and again until it ends; a service that fails for a while is asked again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from advisor.errors import ServiceFault
from advisor.sources import ImportedRun

_PASSING = frozenset({"busy", "timeout", "unreachable", "failed", "unreadable"})
_FAULTS_IN_A_ROW = 5


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen of a job at one time.

    Attributes:
        status: The job's status; None where the service did not answer.
        run: The run so far; None before its first points and where the service did not answer.
        ended: Whether the job changes no more.
        fault: Why nothing was seen; None where something was.
        wait_seconds: The shortest pause that the service asked for.
    """

    status: str | None
    run: ImportedRun | None = None
    ended: bool = False
    fault: str | None = None
    wait_seconds: float = 0.0


def follow(look: Callable[[], Sight], sleep: Callable[[float], None], interval_seconds: float) -> Iterator[Sight]:
    """Yield what is seen of a job, now and after each pause, until it has ended.

    Raises:
        ServiceFault: Looking failed in a way that does not pass, or too often in a row.
    """
    failed = 0
    while True:
        try:
            sight = look()
            failed = 0
        except ServiceFault as fault:
            failed += 1
            if fault.kind not in _PASSING or failed >= _FAULTS_IN_A_ROW:
                raise
            sight = Sight(None, fault=str(fault), wait_seconds=fault.retry_after_seconds or 0.0)
        yield sight
        if sight.ended:
            return
        sleep(max(interval_seconds, sight.wait_seconds))

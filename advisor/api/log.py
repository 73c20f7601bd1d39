"""The service's log: one JSON object a line on standard error."""

from __future__ import annotations

import sys
from uuid import uuid4

import structlog
from structlog.typing import FilteringBoundLogger

from advisor.api.problems import Problem, problem


def service_log() -> FilteringBoundLogger:
    """Return a log that writes tracebacks without the values of variables: those are the runs of customers."""
    log: FilteringBoundLogger = structlog.wrap_logger(
        structlog.WriteLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
    )
    return log


def fault(log: FilteringBoundLogger, error: Exception, **where: str) -> Problem:
    """Log what nobody expected, and return the problem that tells the caller the id of the entry and nothing else."""
    error_id = uuid4().hex
    log.error("request failed", error_id=error_id, **where, exc_info=error)
    detail = "Advisor failed on this request; that is a defect of Advisor. Report it with the error_id."
    return problem(500, detail, error_id=error_id)

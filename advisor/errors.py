"""The one tree of errors that Advisor raises on purpose; it imports nothing.

Every message says the place, the finding and the remedy, and is safe to show to a caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FaultKind = Literal[
    "not-configured",
    "wrong-key",
    "forbidden",
    "unknown-job",
    "not-started",
    "refused",
    "busy",
    "timeout",
    "unreachable",
    "failed",
    "unreadable",
]


class AdvisorError(Exception):
    """Anything that Advisor refuses with a sentence for its user."""


class UnusableInput(AdvisorError):
    """The given run or file cannot be read as a training run; the message says what it is and what to give instead."""


class ServiceFault(AdvisorError):
    """The fine-tuning service gave no run.

    The message says why and what to do; it never holds a key or what the service wrote about one.

    Attributes:
        kind: What was wrong, for edges that answer with a status.
        retry_after_seconds: How long the service asked to be left alone; None where it did not say.
    """

    def __init__(self, kind: FaultKind, sentence: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(sentence)
        self.kind: FaultKind = kind
        self.retry_after_seconds = retry_after_seconds


class WrongSignature(AdvisorError):
    """A webhook that the fine-tuning service did not sign, or signed too long ago."""


class UnusableWebhook(AdvisorError):
    """A webhook without the headers of a signature, or whose body is no event."""


class EngineFault(AdvisorError):
    """The rule engine refused a compiled rulebook or a batch of facts: a defect of Advisor or a limit of the engine, never of the run."""


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake in a rule file.

    Attributes:
        file: Path inside the rulebook's folder, with forward slashes.
        line: 1-based line, 0 where the whole file is meant.
        column: 1-based column, 0 where the whole line is meant.
        message: What was found.
        remedy: What to do about it; empty where the finding says it.
        code: Stable short name of the check, such as ``unknown-signal``.
    """

    file: str
    line: int
    column: int
    message: str
    remedy: str = ""
    code: str = "invalid"

    def __str__(self) -> str:
        place = self.file + (f":{self.line}" if self.line else "") + (f":{self.column}" if self.line and self.column else "")
        return f"{place}  {self.message}" + (f"\n    {self.remedy}" if self.remedy else "")


class BrokenRulebook(AdvisorError):
    """A rulebook with mistakes, all of them at once."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes))
        count = len(self.mistakes)
        super().__init__(f"{count} mistake{'s' if count != 1 else ''} in the rulebook:\n" + "\n".join(str(m) for m in self.mistakes))


StoreFaultKind = Literal["full", "busy", "unavailable", "unreadable"]


class StoreFault(AdvisorError):
    """The database did not take a write or give a read. What was acknowledged before is kept; what this was raised for is not.

    Attributes:
        kind: full: no room is left; busy: others hold it; unavailable: it cannot be reached; unreadable: no database, or a newer Advisor's.
    """

    def __init__(self, kind: StoreFaultKind, message: str) -> None:
        self.kind = kind
        super().__init__(message)


class NotRecorded(AdvisorError):
    """The store has no project, experiment or advice of this name."""


class StillVaried(AdvisorError):
    """An experiment cannot be removed while others name it as the one that they vary."""


class AlreadyRecorded(AdvisorError):
    """The project has an experiment of this name already."""

"""How commands end: exit codes that a script or a CI job can tell apart."""

from __future__ import annotations

from enum import IntEnum

from advisor.errors import AdvisorError


class ExitCode(IntEnum):
    """What a command's exit code says; 2 is also what Typer itself uses for wrong usage.

    ``PROBLEMS_FOUND`` is how checks and cases of rules fail; ``OTHER_ADVICE`` is what a comparison says where runs get other advice.
    """

    CARRY_ON = 0
    UNUSABLE_INPUT = 1
    PROBLEMS_FOUND = 1
    WRONG_USAGE = 2
    FIX_NEEDED = 3
    BROKEN_RULEBOOK = 4
    OTHER_ADVICE = 5
    INTERRUPTED = 130


class WrongUsage(AdvisorError):
    """The command was asked for something that does not exist, or with a value out of bounds."""

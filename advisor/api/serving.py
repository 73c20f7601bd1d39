"""The rulebook in force: what a request takes once and keeps until its end, while another may already be served to the next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from advisor.engine import Program
from advisor.rulebook import Rulebook


class Serving:
    """Hands out the compiled rulebook in force. Safe to use from several threads.

    A rulebook that was replaced is closed when the last request that took it has ended.
    """

    def __init__(self, program: Program) -> None:
        self._lock = Lock()
        self._program = program
        self._users: dict[Program, int] = {program: 0}

    @property
    def rulebook(self) -> Rulebook:
        """The rulebook in force."""
        return self._program.rulebook

    @contextmanager
    def taken(self) -> Iterator[Program]:
        """Take the program in force, for one request from its first look to its last."""
        with self._lock:
            program = self._program
            self._users[program] += 1
        try:
            yield program
        finally:
            with self._lock:
                self._users[program] -= 1
            self._close_unused()

    def swap(self, program: Program) -> None:
        """Put another program in force; requests that have begun end with theirs."""
        with self._lock:
            self._program = program
            self._users.setdefault(program, 0)
        self._close_unused()

    @property
    def held(self) -> int:
        """How many programs are kept: the one in force, and those that requests still use."""
        return len(self._users)

    def _close_unused(self) -> None:
        with self._lock:
            unused = [program for program, users in self._users.items() if not users and program is not self._program]
            for program in unused:
                del self._users[program]
        for program in unused:
            program.close()

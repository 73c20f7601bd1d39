"""Candidate rulebooks are tried out in a process of their own, with a limit of time: what a rule does to the engine is known only then."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar

from advisor.errors import Mistake

_SPAWN = multiprocessing.get_context("spawn")  # a fork would copy the threads' locks and the engine's memory
_IDLE_SECONDS = 60.0
T = TypeVar("T")


class TrialFailed(Exception):
    """The trial came to no end: the process died, took too long, or met a defect."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake.message)
        self.mistake = mistake


MOST_WAITING = 4
"""How many pieces of work may wait or run at once before another is turned away."""


class TrialProcess:
    """A child process that does one piece of work after another; it starts with the first, and ends itself after a minute without any.

    Args:
        seconds: How long one piece of work may take.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._turn = asyncio.Lock()
        self._child: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._waiting = 0

    @property
    def full(self) -> bool:
        """Whether so many pieces of work wait that a caller had better come again."""
        return self._waiting >= MOST_WAITING

    async def run(self, work: Callable[..., T], *args: Any) -> T:
        """Return what a function gives that the child process can import.

        Raises:
            TrialFailed: It took too long, or the process died.
        """
        self._waiting += 1
        try:
            async with self._turn:
                return await self._run(work, args)
        finally:
            self._waiting -= 1

    async def _run(self, work: Callable[..., T], args: tuple[Any, ...]) -> T:
        finished = False
        try:
            async with asyncio.timeout(self._seconds):
                answer = await asyncio.to_thread(self._ask, work, args)
            finished = True
        except TimeoutError:
            detail = f"trying the rulebook out took longer than {self._seconds:g} s and was ended"
            raise TrialFailed(Mistake("the rulebook", 0, 0, detail, "Take back the last change, or make it smaller.", "too-slow")) from None
        except (EOFError, OSError):
            detail = "trying the rulebook out ended its process"
            raise TrialFailed(Mistake("the rulebook", 0, 0, detail, "Take back the last change.", "crashed")) from None
        finally:
            if not finished:
                self.close()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _ask(self, work: Callable[..., T], args: tuple[Any, ...]) -> T | Exception:
        pipe, child = self._started()
        try:
            pipe.send((work, args))
            answer: T | Exception = pipe.recv()
        except (EOFError, OSError):
            child.join(1)
            if child.exitcode != 0:
                raise
            pipe, _ = self._started()  # it had just ended by itself, for want of work
            pipe.send((work, args))
            answer = pipe.recv()
        return answer

    def _started(self) -> tuple[Connection, SpawnProcess]:
        if self._pipe is None or self._child is None or not self._child.is_alive():
            pipe, theirs = _SPAWN.Pipe()
            child = _SPAWN.Process(target=_serve, args=(theirs,), daemon=True, name="rulebook-trial")
            self._pipe, self._child = pipe, child
            child.start()
            theirs.close()  # so that the death of the child is the end of the pipe
            if self._child is not child:  # given up while it was starting
                child.kill()
                raise EOFError
            return pipe, child
        return self._pipe, self._child

    def close(self) -> None:
        """End the process; whoever waits for it gets a TrialFailed."""
        child, self._child, self._pipe = self._child, None, None
        if child is not None and child.pid is not None:
            child.kill()


def _serve(pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the server ends its children itself
    with suppress(EOFError, OSError):
        while pipe.poll(_IDLE_SECONDS):
            work, args = pipe.recv()
            try:
                answer = work(*args)
            except Exception as error:  # noqa: BLE001  # the server logs it
                answer = error
            pipe.send(answer)
            del work, args, answer
            gc.collect()

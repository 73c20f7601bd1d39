"""Large bodies are judged, and large logs read, in processes of their own, so that they delay nobody else's request.

A process starts with the first large body and compiles each rulebook once. One that dies, or that takes too long and is ended, costs its
own request a 503; the next large body gets a new process.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import signal
import traceback
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Literal

from structlog.typing import FilteringBoundLogger

from advisor.advice import ExplainLevel
from advisor.api.answering import Answer, answer_advise, answer_batch
from advisor.api.import_answer import answer_import
from advisor.api.log import service_log
from advisor.api.log_answer import AroundLog, answer_log
from advisor.api.problems import Refusal, problem
from advisor.engine import Program
from advisor.experiments import Store
from advisor.rulebook import Rulebook
from advisor.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_RETRY = {"Retry-After": "5"}
_SPAWN = multiprocessing.get_context("spawn")  # a fork would copy the threads' locks and the engine's memory


@dataclass(frozen=True, slots=True)
class Job:
    """What to do with a body: ``import`` reads a log, ``log`` judges it too; ``around`` is what is known of it beside its content."""

    kind: Literal["advise", "batch", "import", "log"]
    level: ExplainLevel
    most: int
    database_url: str | None = None
    around: AroundLog = field(default_factory=AroundLog)


def do(job: Job, raw: bytes | bytearray, program: Program, log: FilteringBoundLogger, store: Store | None) -> Answer:
    """Return the answer to a body, recorded where there is a store."""
    if job.kind == "import":
        return answer_import(bytes(raw), job.around.name, job.around.given)
    if job.kind == "log":
        return answer_log(bytes(raw), job.around, job.level, program, store)
    if job.kind == "batch":
        return answer_batch(raw, job.level, program, job.most, log, store)
    return answer_advise(raw, job.level, program, store)


class LargeBodies:
    """Processes that judge large bodies.

    Args:
        settings: How many there are, how many bodies may wait for them, and how long each may take.
    """

    def __init__(self, settings: Settings) -> None:
        self._seconds = settings.large_body_seconds
        self._most_waiting = settings.large_body_waiting
        self._waiting = 0
        self._idle: list[_Process | None] = [None] * settings.large_body_processes
        self._free = asyncio.Semaphore(settings.large_body_processes)

    async def answer(self, job: Job, raw: bytes | bytearray, rulebook: Rulebook) -> Answer:
        """Return the answer to a large body, judged by this rulebook.

        Raises:
            Refusal: 503 where too many are waiting, the time is up, or the process died.
        """
        async with self._turn():
            process = self._idle.pop()
            if process is None or not process.usable:
                process = _Process()
            finished = False
            try:
                async with asyncio.timeout(self._seconds):
                    answer = await asyncio.to_thread(process.answer, job, raw, rulebook)
                finished = True
            except TimeoutError:
                detail = f"Judging took longer than {self._seconds:g} s and was ended. Post fewer checkpoints."
                raise Refusal(problem(503, detail), _RETRY) from None
            except (EOFError, OSError):
                raise Refusal(problem(503, "The process that judged this request ended early. Try again."), _RETRY) from None
            finally:
                if not finished:
                    process.end()
                self._idle.append(process if finished else None)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._free.locked() and self._waiting >= self._most_waiting:
            raise Refusal(problem(503, "Too many large requests are waiting. Try again later."), _RETRY)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._seconds):
                await self._free.acquire()
        except TimeoutError:
            raise Refusal(problem(503, "The large requests before this one took too long. Try again later."), _RETRY) from None
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._free.release()

    def close(self) -> None:
        """End every process."""
        for process in self._idle:
            if process is not None:
                process.end()
        self._idle = [None] * len(self._idle)


class _Process:
    """A child process with the rulebook of its last body compiled, and a pipe to it; used by one thread at a time."""

    def __init__(self) -> None:
        self._pipe, self._theirs = _SPAWN.Pipe()
        self._child = _SPAWN.Process(target=_serve, args=(self._theirs,), daemon=True, name="large-bodies")
        self._started = False
        self._revision: str | None = None

    @property
    def usable(self) -> bool:
        """Whether it has not died since it was started."""
        return not self._started or self._child.is_alive()

    def answer(self, job: Job, raw: bytes | bytearray, rulebook: Rulebook) -> Answer | Exception:
        """Return the answer, or the exception that judging raised; raise EOFError or OSError where the process died.

        The first call starts the process, which takes about a second; a rulebook that is new to it takes a moment.
        """
        if not self._started:
            self._started = True
            self._child.start()
            self._theirs.close()  # so that the death of the child is the end of the pipe
        self._pipe.send((job, rulebook if rulebook.revision != self._revision else None))
        self._revision = rulebook.revision
        self._pipe.send_bytes(raw)
        answer: Answer | Exception = self._pipe.recv()
        return answer

    def end(self) -> None:
        """Kill the process; a thread that waits for it gets EOFError. The pipe is left to it: a closed one might be another's by then."""
        if self._child.pid is not None:
            self._child.kill()


def _serve(pipe: Connection) -> None:
    """Answer body after body until the other side is gone; a rulebook that comes with a body is the one to judge by from then on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the server ends its children itself
    program: Program | None = None
    store: Store | None = None
    log = service_log()
    gc.disable()  # walking a million objects again and again takes longer than judging them
    with suppress(EOFError, OSError):
        while True:
            job, rulebook = pipe.recv()
            raw = pipe.recv_bytes()
            try:
                if program is None or rulebook is not None:
                    program = _in_place_of(program, rulebook)
                if store is None and job.database_url is not None:
                    store = Store(job.database_url, up_to_date=True)
                answer: Answer | Exception = do(job, raw, program, log, store)
            except Exception as error:  # noqa: BLE001  # the server logs it and answers 500
                error.add_note(traceback.format_exc())  # a traceback does not survive the pipe
                answer = error
            pipe.send(answer)
            del raw, answer
            gc.collect()


def _in_place_of(program: Program | None, rulebook: Rulebook) -> Program:
    if program is not None:
        program.close()
    return Program(rulebook)

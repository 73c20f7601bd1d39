"""Processes that write into a store and say on a pipe what was acknowledged; run as ``python -m tests.experiments.writers``.

One warm process forks each writer, so that a round of writing and dying takes milliseconds.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import select
import signal
import sys
from dataclasses import dataclass, replace

from advisor.contract import Advice, AdviseRequest
from advisor.engine import Program
from advisor.experiments import Store, database
from advisor.experiments.records import Circumstances
from advisor.rulebook import load_rulebook, shipped_rules
from advisor.service import advise, to_json
from tests.experiments.examples import AT, a_request, a_run

_PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes an experiment and an advice in turn."""

    store: Store
    request: AdviseRequest
    advice: Advice
    program: Program

    def write(self, prefix: str, count: int) -> str:
        name = f"{prefix}-{count}"
        if count % 2:
            points = [{"step_number": n, "metrics": {"train_loss": 1 / (n + 1), "valid_loss": 1.0}} for n in range(100)]
            self.store.experiments.add("p", [a_run(name, checkpoints=points)], created_at=AT)
        else:
            named = self.request.model_copy(update={"run": self.request.run.model_copy(update={"id": name})})
            told = replace(self.advice, advice_id=name)
            self.store.advice.keep(told, to_json(told), named, self.program.rulebook, Circumstances("fired"), run=named.run)
        return name


def main(task: str, url: str, rounds: int) -> None:
    """Write without being disturbed (``write``), or be killed in the middle, so many times (``die``); say as JSON what was acknowledged."""
    database._BUSY_MS = 120_000  # two writers take turns, however slow the disk is
    if task == "write":
        with Store(url) as store:
            names = [store.experiments.add("p", [a_run()], created_at=AT)[0] for _ in range(rounds)]
        print(json.dumps([[one.name, one.position] for one in names]))
    else:
        program = Program(load_rulebook(shipped_rules()))
        request = a_request(project="p")
        advice = advise(request, program, advice_id="", created_at=AT)
        with Store(url) as store:
            writer = Writer(store, request, advice, program)
            first = [writer.write("warm", count) for count in (1, 2)]
            store.close()  # every process opens connections of its own
            print(json.dumps([first, *(_killed_while_writing(writer, number) for number in range(rounds))]))


def _killed_while_writing(writer: Writer, number: int) -> list[str]:
    """Kill a writer after its first acknowledgement, somewhere in its next writes, and return all that it acknowledged."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reads)
        for count in itertools.count(1):
            os.write(writes, f"{writer.write(str(number), count)}\n".encode())
    os.close(writes)
    told = b""
    if select.select([reads], [], [], _PATIENCE_S)[0]:
        told = os.read(reads, 1 << 16)
        select.select([], [], [], random.Random(number).uniform(0, 0.012))  # a few writes long: this one may die anywhere in them
    os.kill(child, signal.SIGKILL)
    while more := os.read(reads, 1 << 16):
        told += more
    os.close(reads)
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) != -signal.SIGKILL or not told:
        raise RuntimeError(f"The writer of round {number} ended by itself with {status}, having said {told!r}.")
    return told.decode().split()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))

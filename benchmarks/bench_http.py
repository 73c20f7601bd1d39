"""Requests a second of POST /advise on one worker, against a bare FastAPI endpoint with a constant answer (aim: at least 0.3).

The last column is the same with a store: each advice is on the disk, in SQLite, before it is answered.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from fastapi import FastAPI, Response

from advisor.contract import AdviseRequest
from advisor.engine import Program
from advisor.rulebook import load_rulebook, shipped_rules
from advisor.service import advise, to_json
from benchmarks.sample_runs import overfitting_request

_BODY = json.dumps(overfitting_request(20)).encode()
_CONNECTIONS = 8
_REQUESTS = 1_500


def bare() -> FastAPI:
    """Return an app that validates the same body and gives one and the same answer."""
    app = FastAPI()
    request = AdviseRequest.model_validate_json(_BODY)
    answer = to_json(advise(request, Program(load_rulebook(shipped_rules())), advice_id="a", created_at="t"))

    @app.post("/advise")
    async def constant(body: AdviseRequest) -> Response:
        return Response(answer, media_type="application/json", headers={"X-Method": body.run.method})

    return app


@contextmanager
def served(factory: str, port: int, **environment: str) -> Iterator[None]:
    """Serve an app factory by one uvicorn worker while the block runs."""
    command = [sys.executable, "-m", "uvicorn", "--factory", factory, "--port", str(port), "--log-level", "error"]
    server = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            asyncio.run(asyncio.sleep(0.1))
        yield
    finally:
        server.terminate()
        server.wait()


async def _ask(port: int, requests: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /advise HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(_BODY)}\r\n\r\n".encode()
    for _ in range(requests):
        writer.write(head + _BODY)
        answer = await reader.readuntil(b"\r\n\r\n")
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(answer.decode())
        lengths = [line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        await reader.readexactly(int(lengths[0].split(b":")[1]))
    writer.close()


async def _rate(port: int) -> float:
    await _ask(port, 50)
    start = perf_counter()
    await asyncio.gather(*(_ask(port, _REQUESTS // _CONNECTIONS) for _ in range(_CONNECTIONS)))
    return _REQUESTS / (perf_counter() - start)


def main() -> None:
    """Print both rates and their ratio; the load comes from this process, over loopback."""
    with (
        tempfile.TemporaryDirectory() as folder,
        served("benchmarks.bench_http:bare", 8311),
        served("advisor.api:create_app", 8312, ADVISOR_DATABASE_URL=""),
        served("advisor.api:create_app", 8313, ADVISOR_DATABASE_URL=f"sqlite:///{folder}/advisor.db"),
    ):
        rates = [tuple(asyncio.run(_rate(port)) for port in (8311, 8312, 8313)) for _ in range(3)]
    for constant, advising, keeping in rates:
        print(
            f"constant {constant:7.0f} requests a second   /advise {advising:7.0f}   ratio {advising / constant:.2f}  (aim: at least 0.3)"
            f"   kept {keeping:7.0f}"
        )


if __name__ == "__main__":
    main()

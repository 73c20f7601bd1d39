"""A client of ``POST /advise`` for training loops: it never raises, and never holds a training up for longer than its time limit."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from concurrent.futures import Future
from functools import cache
from threading import BoundedSemaphore, Event, Thread
from typing import Literal, TypeAlias
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from pydantic import TypeAdapter

from advisor import __version__
from advisor.contract import Advice
from advisor.contract.plain import GivenRun, plain_request

Explain: TypeAlias = Literal["off", "fired", "all"]

DEFAULT_URL = "http://127.0.0.1:8000"
_LARGEST_ANSWER_BYTES = 64 * 1024 * 1024
_MOST_IN_FLIGHT = 4

_log = logging.getLogger(__name__)


class _Service:
    """One service as a client sees it: whether it may be asked now, and whether somebody was already told that it is away."""

    def __init__(self, url: str, timeout_seconds: float, pause_seconds: float, headers: Mapping[str, str] | None) -> None:
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
            raise ValueError(f"{url!r} is no address of a service; give one such as {DEFAULT_URL}")
        if not timeout_seconds > 0:
            raise ValueError(f"timeout_seconds is {timeout_seconds}; it must be above 0")
        self.timeout_seconds = timeout_seconds
        self._url = f"{url.rstrip('/')}/advise"
        self._pause_seconds = pause_seconds
        self._headers = {"User-Agent": f"advisor/{__version__}", **(headers or {}), "Content-Type": "application/json"}
        self._free = BoundedSemaphore(_MOST_IN_FLIGHT)
        self._asked_again_at = 0.0
        self._warned = Event()

    def ask(self, run: GivenRun, explain: Explain) -> Future[Advice | None]:
        """Start to ask, in a thread that neither raises nor keeps the process alive; None where there is no answer."""
        answer: Future[Advice | None] = Future()
        if time.monotonic() < self._asked_again_at or not self._free.acquire(blocking=False):
            answer.set_result(None)
            return answer
        try:
            body = _body(run)
        except Exception as error:  # noqa: BLE001  # whatever the run holds, the training goes on
            self._free.release()
            self._warn(f"the run cannot be sent: {error}")
            answer.set_result(None)
            return answer
        answer.set_running_or_notify_cancel()  # so that nobody's cancelling gets between the thread and its answer
        Thread(target=self._exchange, args=(body, explain, answer), name="advisor-client", daemon=True).start()
        return answer

    def too_slow(self) -> None:
        """Note that the time limit has passed without an answer."""
        self._away(f"it did not answer within {self.timeout_seconds:g} s")

    def _exchange(self, body: bytes, explain: Explain, answer: Future[Advice | None]) -> None:
        advice = None
        try:
            advice = _advice_type().validate_json(self._post(body, explain))
        except HTTPError as error:
            with error:
                if error.code < 500:
                    self._warn(f"it answered {error.code}: {_detail(error)}")
                else:
                    self._away(f"it answered {error.code}")
        except OSError as error:
            self._away(str(getattr(error, "reason", error)) or type(error).__name__)
        except Exception as error:  # noqa: BLE001  # whatever the service sends, the training goes on
            self._away(f"its answer is no advice ({type(error).__name__})")
        finally:
            self._free.release()
            answer.set_result(advice)

    def _post(self, body: bytes, explain: Explain) -> bytes:
        deadline = time.monotonic() + self.timeout_seconds
        request = Request(f"{self._url}?explain={explain}", body, self._headers)  # noqa: S310  # as below
        with urlopen(request, timeout=self.timeout_seconds) as response:  # noqa: S310  # the constructor lets only http and https in
            parts = bytearray()
            while part := response.read1(1 << 16):
                parts += part
                if len(parts) > _LARGEST_ANSWER_BYTES or time.monotonic() > deadline:
                    raise TimeoutError(f"its answer did not end within {self.timeout_seconds:g} s")
            return bytes(parts)

    def _away(self, why: str) -> None:
        self._asked_again_at = time.monotonic() + self._pause_seconds
        self._warn(why)

    def _warn(self, why: str) -> None:
        """Say it once: a training that logs the same sentence at each evaluation hides its other lines."""
        if not self._warned.is_set():
            self._warned.set()
            _log.warning("No advice from %s: %s. Training goes on; this is said once.", self._url, why)


class Client:
    """Asks a running service for advice, for any training loop.

    Nothing here raises once the client exists: without an answer there is no advice, and the reason is logged once.

    Args:
        url: Address of the service, as ``advisor serve`` prints it.
        timeout_seconds: The longest that one call may take, from the first byte sent to the last one read.
        pause_seconds: After a failure the service is left alone for so long; calls in that time give None at once.
        headers: Further headers, such as those that a proxy in front of the service asks for.
    """

    def __init__(
        self, url: str = DEFAULT_URL, *, timeout_seconds: float = 2.0, pause_seconds: float = 60.0, headers: Mapping[str, str] | None = None
    ) -> None:
        self._service = _Service(url, timeout_seconds, pause_seconds, headers)

    def advise(self, run: GivenRun, *, explain: Explain = "fired") -> Advice | None:
        """Return the advice on a run; None where there is no answer within the time limit.

        Args:
            run: A run, or a whole request with what is known around it; a mapping with the key ``run`` is a request. Numbers of numpy
                and PyTorch are taken as they are, NaN and infinite ones too.
            explain: How much to explain: ``off`` leaves out evidence and signals, ``all`` adds every rule's outcome.
        """
        try:
            return self._service.ask(run, explain).result(self._service.timeout_seconds)
        except TimeoutError:
            self._service.too_slow()
            return None

    def submit(self, run: GivenRun, *, explain: Explain = "fired") -> Future[Advice | None]:
        """Ask without waiting; the future gives what ``advise`` would have given and never raises.

        At most four questions are under way at once: while they are, further ones give None.
        """
        return self._service.ask(run, explain)


class AsyncClient:
    """The same for loops that run under asyncio."""

    def __init__(
        self, url: str = DEFAULT_URL, *, timeout_seconds: float = 2.0, pause_seconds: float = 60.0, headers: Mapping[str, str] | None = None
    ) -> None:
        self._service = _Service(url, timeout_seconds, pause_seconds, headers)

    async def advise(self, run: GivenRun, *, explain: Explain = "fired") -> Advice | None:
        """Return the advice on a run; None where there is no answer within the time limit."""
        try:
            return await asyncio.wait_for(asyncio.wrap_future(self._service.ask(run, explain)), self._service.timeout_seconds)
        except TimeoutError:
            self._service.too_slow()
            return None


@cache
def _advice_type() -> TypeAdapter[Advice]:
    return TypeAdapter(Advice)


def _body(run: GivenRun) -> bytes:
    return json.dumps(plain_request(run), allow_nan=False).encode()


def _detail(error: HTTPError) -> str:
    """Return what the service found wrong with the request, in its own words."""
    try:
        problem = json.loads(error.read(1 << 16))
        places = "; ".join(f"{place['pointer']} {place['detail']}" for place in problem.get("errors", ()))
        return places or str(problem["detail"])
    except Exception:  # noqa: BLE001  # a proxy's page instead of a problem
        return "without a reason that can be read"

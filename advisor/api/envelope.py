"""Around every request: its count and time, headers for browsers, and a plain 500 for what nobody expected."""

from __future__ import annotations

from time import perf_counter

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import FilteringBoundLogger

from advisor.api.log import fault
from advisor.api.metrics import Metrics
from advisor.api.problems import problem_response

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_UNMATCHED = "unmatched"


class Envelope:
    """ASGI middleware, the outermost of Advisor's own: nothing that happens inside it reaches the caller unanswered."""

    def __init__(self, app: ASGIApp, metrics: Metrics, log: FilteringBoundLogger) -> None:
        self._app = app
        self._metrics = metrics
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        started = perf_counter()
        try:
            await self._app(scope, receive, send_with_headers)
        except ClientDisconnect:
            return
        except Exception as error:
            found = fault(self._log, error, method=scope["method"], route=_route(scope))
            if status:  # the answer has begun: only the server can end the connection
                raise
            await problem_response(found)(scope, receive, send_with_headers)
        finally:
            if status:
                method = scope["method"] if scope["method"] in _METHODS else "other"
                self._metrics.count_request(_route(scope), method, status, perf_counter() - started)


def _route(scope: Scope) -> str:
    """Return the template of the matched route: a path that a caller made up must not become a label."""
    return getattr(scope.get("route"), "path", _UNMATCHED)

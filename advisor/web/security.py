"""What keeps other sites out: their pages can neither make a browser act here nor use the key that it keeps for this service."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

COOKIE = "advisor_key"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FORBIDDEN = "Another site asked for this. Open the page here and try again."


class SameSite:
    """ASGI middleware: refuses unsafe requests that another site's page caused, and turns the cookie of a signed-in browser into its key."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            own = is_own(headers)
            if not own and scope["method"] not in _SAFE and scope["path"].startswith("/ui/"):
                await PlainTextResponse(_FORBIDDEN, 403)(scope, receive, send)
                return
            key = _cookie(headers) if own and "authorization" not in headers else None
            if key is not None:
                scope = {**scope, "headers": list(scope["headers"])}
                MutableHeaders(scope=scope)["authorization"] = f"Bearer {key}"
        await self._app(scope, receive, send)


def is_own(headers: Headers) -> bool:
    """Say whether a request comes from this service's own pages, or from no page at all."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host", "")


def _cookie(headers: Headers) -> str | None:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return found.value if found is not None and found.value.isascii() and found.value.isprintable() else None

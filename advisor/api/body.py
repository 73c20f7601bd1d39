"""The body of a request, read under the limits of the settings."""

from __future__ import annotations

import asyncio

from fastapi import Request

from advisor.api.problems import Place, Refusal, problem
from advisor.settings import Settings


async def read_body(request: Request, settings: Settings) -> bytearray:
    """Return a body of JSON.

    Raises:
        Refusal: 415 where it is not declared as JSON, 413 as soon as it is known to be too large, 408 where it takes too long.
        ClientDisconnect: The client went away.
    """
    _check_type(request)
    return await read_bytes(request, settings)


async def read_bytes(request: Request, settings: Settings) -> bytearray:
    """Return a body of any kind, or raise the Refusal of one that is too large or too slow."""
    limit = settings.max_body_bytes
    finding = f"is larger than {limit} bytes"
    too_large = problem(413, f"The body {finding}. Post fewer checkpoints, or a batch in parts.", (Place(finding, ""),))
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and (len(declared) > 18 or int(declared) > limit):
        raise Refusal(too_large)
    body = bytearray()
    try:
        async with asyncio.timeout(settings.receive_seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise Refusal(too_large)
    except TimeoutError:
        raise Refusal(problem(408, f"The body did not arrive within {settings.receive_seconds:g} s."), {"Connection": "close"}) from None
    return body


def _check_type(request: Request) -> None:
    """Refuse what is declared as something else than JSON in UTF-8; nothing declared is taken as JSON."""
    declared = request.headers.get("content-type", "application/json").lower()
    media_type, _, parameters = declared.partition(";")
    media_type = media_type.strip()
    if media_type != "application/json" and not (media_type.startswith("application/") and media_type.endswith("+json")):
        raise Refusal(problem(415, "The body must be JSON. Send it with Content-Type: application/json."), {"Accept": "application/json"})
    charset = parameters.replace(" ", "").replace('"', "").partition("charset=")[2].partition(";")[0]
    if charset not in ("", "utf-8", "utf8", "us-ascii"):
        raise Refusal(problem(415, "The body must be JSON in UTF-8."), {"Accept": "application/json"})
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refusal(problem(415, "The body must not be compressed."), {"Accept-Encoding": "identity"})

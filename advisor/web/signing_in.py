"""Signing in: the browser keeps an API key for this service alone, out of reach of every script."""

from __future__ import annotations

from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from advisor.api.body import read_bytes
from advisor.api.keys import Role
from advisor.api.parts import Parts
from advisor.api.problems import Refusal
from advisor.web.pages import Pages
from advisor.web.security import COOKIE

_LONGEST_KEY = 500
_DAY_SECONDS = 24 * 60 * 60


async def may(request: Request, role: Role, parts: Parts) -> bool:
    """Say whether whoever asks may do what this role may."""
    try:
        await parts.guard.allows(role)(request)
    except Refusal:
        return False
    return True


def sign_in_routes(parts: Parts, pages: Pages) -> APIRouter:
    """Return the routes that take a key and forget it again."""
    router = APIRouter(include_in_schema=False)
    is_known = parts.guard.allows("reader")

    @router.get("/ui/sign-in")
    async def ask(request: Request) -> Response:
        return pages.page(request, "sign_in.html.j2", needed=bool(parts.settings.api_keys), sentence=None)

    @router.post("/ui/sign-in")
    async def sign_in(request: Request) -> Response:
        form = parse_qs((await read_bytes(request, parts.settings)).decode("utf-8", "replace"))
        key = form.get("key", [""])[0].strip()[:_LONGEST_KEY]
        sentence = "A key is made of printable letters, digits and signs."
        if key and key.isascii() and key.isprintable() and not set(key) & set(' ",;\\'):
            headers = [pair for pair in request.scope["headers"] if pair[0] != b"authorization"]
            try:
                await is_known(Request({**request.scope, "headers": [*headers, (b"authorization", f"Bearer {key}".encode())]}))
            except Refusal:
                sentence = "No key of this service is like that. Ask whoever runs it, or make one with advisor key."
            else:
                answer = RedirectResponse("/ui/rules", 303)
                secure = request.url.scheme == "https"
                answer.set_cookie(COOKIE, key, max_age=_DAY_SECONDS, httponly=True, samesite="strict", secure=secure)
                return answer
        return pages.page(request, "sign_in.html.j2", status=422, needed=True, sentence=sentence)

    @router.post("/ui/sign-out")
    async def sign_out() -> Response:
        answer = RedirectResponse("/ui/sign-in", 303)
        answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return answer

    return router

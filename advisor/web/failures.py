"""Refusals as pages: what an address for programs answers as a problem, an address for people says in a sentence."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import FilteringBoundLogger

from advisor.api.log import fault
from advisor.api.places import wrong_parameters
from advisor.api.problems import Refusal, problem
from advisor.api.store_faults import refusal_of
from advisor.errors import AdvisorError, AlreadyRecorded, NotRecorded, StoreFault, UnusableInput
from advisor.web.pages import Pages

_KINDS = (Refusal, RequestValidationError, HTTPException, StoreFault, NotRecorded, AlreadyRecorded, UnusableInput)


def answer_failures(app: FastAPI, pages: Pages) -> None:
    """Make refusals at the pages' addresses pages themselves; everywhere else they stay what they are."""
    for kind in _KINDS:
        _answer(app, pages, kind)


def _answer(app: FastAPI, pages: Pages, kind: type[Exception]) -> None:
    before = app.exception_handlers[kind]

    async def answered(request: Request, error: Exception) -> Response:
        if not is_page(request.url.path):
            answer: Response = await before(request, error)  # type: ignore[misc]  # each of the API's own waits too
            return answer
        refusal = _refusal(error)
        page = pages.page(request, "problem.html.j2", status=refusal.problem.status, found=refusal.problem)
        page.headers.update(refusal.headers or {})
        return page

    app.add_exception_handler(kind, answered)


def _refusal(error: Exception) -> Refusal:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, RequestValidationError):
        wrong = "; ".join(f"{place.parameter} {place.detail}" for place in wrong_parameters(error.errors()))
        return Refusal(problem(422, f"The address of this page is wrong: {wrong}."))
    if isinstance(error, HTTPException):
        return Refusal(problem(error.status_code, "There is no page at this address."))
    assert isinstance(error, AdvisorError)
    return refusal_of(error)


def is_page(path: str) -> bool:
    """Say whether a person asks for this path."""
    return path == "/" or path.startswith("/ui/")


class PageFaults:
    """ASGI middleware: a defect of Advisor, too, is told on a page where a person asks; it is logged as everywhere else."""

    def __init__(self, app: ASGIApp, *, pages: Pages, log: FilteringBoundLogger) -> None:
        self._app = app
        self._pages = pages
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_page(scope["path"]):
            await self._app(scope, receive, send)
            return
        begun = False

        async def sent(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except ClientDisconnect:
            raise
        except Exception as error:
            if begun:  # only the server can end the connection
                raise
            route = getattr(scope.get("route"), "path", "a page")
            found = fault(self._log, error, method=scope["method"], route=route)
            page = self._pages.page(Request(scope), "problem.html.j2", status=found.status, found=found)
            await page(scope, receive, send)

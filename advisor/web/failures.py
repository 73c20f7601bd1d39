"""Refusals as pages: what an address for programs answers as a problem, an address for people says in a sentence."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from advisor.api.problems import Problem, Refusal, problem, problem_response
from advisor.api.store_faults import refusal_of
from advisor.errors import NotRecorded, StoreFault
from advisor.web.pages import Pages


def answer_failures(app: FastAPI, pages: Pages) -> None:
    """Make refusals at the pages' addresses pages themselves; everywhere else they stay what they are."""
    before = app.exception_handlers.get(HTTPException)

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)
        if is_page(request):
            return shown(request, error.problem)
        return problem_response(error.problem, error.headers)

    async def not_in_store(request: Request, error: Exception) -> Response:
        assert isinstance(error, NotRecorded | StoreFault)
        return await refused(request, refusal_of(error))

    async def nothing_here(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if is_page(request):
            return shown(request, problem(error.status_code, "There is no page at this address."))
        assert before is not None
        answer: Response = await before(request, error)  # type: ignore[misc]  # the API's own handler waits too
        return answer

    def shown(request: Request, found: Problem) -> Response:
        return pages.page(request, "problem.html.j2", status=found.status, found=found)

    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(NotRecorded, not_in_store)
    app.add_exception_handler(StoreFault, not_in_store)
    app.add_exception_handler(HTTPException, nothing_here)


def is_page(request: Request) -> bool:
    """Say whether a person asks."""
    return request.url.path == "/" or request.url.path.startswith("/ui/")

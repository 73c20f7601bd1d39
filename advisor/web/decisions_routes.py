"""The log of advice: searchable, and each advice as it was given, from the bytes that were kept."""

from __future__ import annotations

import asyncio
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from advisor.api.parts import Parts
from advisor.contract import AdviseRequest
from advisor.errors import NotRecorded
from advisor.experiments import Store
from advisor.service import ADVICE
from advisor.sources.imported import as_json
from advisor.web.pages import Pages
from advisor.web.run_view import run_view

_PER_PAGE = 50
_SECTION = "/ui/decisions"


def decisions_routes(parts: Parts, pages: Pages) -> APIRouter:
    """Return the routes of the log; a key is asked for where the API asks a reader for one."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(parts.guard.at_least("reader"))])

    @router.get(_SECTION)
    async def log(
        request: Request,
        q: Annotated[str, Query(max_length=200)] = "",
        project: Annotated[str | None, Query(max_length=100)] = None,
        before: Annotated[str | None, Query(max_length=64)] = None,
    ) -> Response:
        store = parts.store
        if store is None:
            return pages.page(request, "no_store.html.j2", section=_SECTION, title="Decisions")
        found = await asyncio.to_thread(store.advice.page, before=before, limit=_PER_PAGE + 1, project=project or None, search=q)
        shown = found[:_PER_PAGE]
        older = None
        if len(found) > _PER_PAGE:
            older = f"{_SECTION}?" + urlencode({"q": q, "project": project or "", "before": shown[-1].id})
        return pages.page(request, "decisions.html.j2", section=_SECTION, log=shown, q=q, project=project, older=older, before=before)

    @router.get(_SECTION + "/{advice_id}")
    async def decision(request: Request, advice_id: str) -> Response:
        if parts.store is None:
            raise NotRecorded("Nothing is kept here.")
        return await asyncio.to_thread(_drawn, request, parts.store, advice_id)

    def _drawn(request: Request, store: Store, advice_id: str) -> Response:
        kept = store.advice.get(advice_id)
        given, advice = AdviseRequest.model_validate_json(kept.request), ADVICE.validate_json(kept.response)
        view = run_view(given, advice, parts.serving.rulebook)
        return pages.page(request, "run.html.j2", section=_SECTION, view=view, example=False, kept=kept, request_json=as_json(given))

    return router

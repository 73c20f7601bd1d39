"""``/docs/features``: the feature files as pages, with what became of every scenario in the last run."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response

from advisor.api.parts import Parts
from advisor.web.features.results import STATES
from advisor.web.features.shelf import Shelf
from advisor.web.features.view import shown
from advisor.web.pages import Pages

ADDRESS = "/docs/features"
_LONGEST_QUERY = 200


def feature_routes(parts: Parts, pages: Pages, shelf: Shelf) -> APIRouter:
    """Return the routes of the living documents; reading them needs no key."""
    router = APIRouter(include_in_schema=False)

    @router.get(ADDRESS)
    async def index(request: Request, q: str = "", state: str = "") -> Response:
        library = await asyncio.to_thread(shelf.documents)
        words, wanted = q[:_LONGEST_QUERY].strip(), state if state in STATES else ""
        found = list(library.search(words, wanted)) if words or wanted else None
        return pages.page(
            request, "features/index.html.j2", section=ADDRESS, library=library, words=words, state=wanted, states=STATES, found=found
        )

    @router.get(ADDRESS + "/{name:path}")
    async def feature(request: Request, name: str) -> Response:
        library = await asyncio.to_thread(shelf.documents)
        found = library.by_name.get(name)
        if found is None:
            return pages.page(request, "features/unknown.html.j2", section=ADDRESS, status=404)
        covered = await asyncio.to_thread(shelf.covered, parts.serving.rulebook)
        results = library.results_of(found)
        return pages.page(
            request, "features/feature.html.j2", section=ADDRESS,
            library=library, feature=found, scenarios=list(shown(found, results)), rules=covered.rules,
        )  # fmt: skip

    return router

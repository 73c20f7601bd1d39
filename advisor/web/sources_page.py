"""``/docs/sources``: what the names are that stand as sources in rules and features."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request, Response

from advisor.web.pages import Pages

_NAME = "sources.md"


def sources_routes(pages: Pages) -> APIRouter:
    """Return the route of the page; reading it needs no key."""
    router = APIRouter(include_in_schema=False)

    @router.get("/docs/sources")
    def sources(request: Request) -> Response:
        return pages.page(request, "sources.html.j2", text=shipped_sources().read_text(encoding="utf-8"))

    return router


def shipped_sources() -> Path:
    """Return where the text lies: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "_shipped_docs" / _NAME
    return installed if installed.is_file() else package.parent / "docs" / _NAME

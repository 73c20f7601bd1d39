"""The service with its pages: the API's application, and the routes that answer people."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from advisor.api import create_app as create_api
from advisor.api.parts import Parts
from advisor.settings import Settings
from advisor.web.decisions_routes import decisions_routes
from advisor.web.edit_routes import edit_routes
from advisor.web.experiments_routes import experiments_routes
from advisor.web.failures import PageFaults, answer_failures
from advisor.web.features.routes import ADDRESS, feature_routes
from advisor.web.features.shelf import Shelf
from advisor.web.pages import STATIC, Pages
from advisor.web.rules_routes import rules_routes
from advisor.web.run_routes import run_routes
from advisor.web.security import SameSite
from advisor.web.signing_in import sign_in_routes
from advisor.web.sources_page import sources_routes


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the service and its pages over the rulebook that the settings name; without settings, those of the environment hold.

    Raises:
        BrokenRulebook: The rulebook has mistakes; nothing is served.
    """
    app = create_api(settings)
    parts: Parts = app.state.parts
    pages = Pages(("Features", ADDRESS), keys=bool(parts.settings.api_keys), keeps=parts.store is not None)
    shelf = Shelf(results=parts.settings.scenario_results)
    app.user_middleware.append(Middleware(SameSite))  # inside the API's own, which answers whatever goes wrong
    app.user_middleware.append(Middleware(PageFaults, pages=pages, log=parts.log))
    app.mount("/ui/static", _Static(directory=STATIC))
    app.include_router(run_routes(parts, pages))
    app.include_router(experiments_routes(parts, pages))
    app.include_router(decisions_routes(parts, pages))
    app.include_router(rules_routes(parts, pages, shelf))
    app.include_router(edit_routes(parts, pages))
    app.include_router(sign_in_routes(parts, pages))
    app.include_router(feature_routes(parts, pages, shelf))
    app.include_router(sources_routes(pages))
    answer_failures(app, pages)
    return app


class _Static(StaticFiles):
    """The pages' own files; their addresses change with their content, so that a browser may keep them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if scope["query_string"] else "no-cache"
        return response

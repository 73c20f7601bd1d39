"""Who may do what where keys are configured: every route of the service and its pages, with the role that it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from advisor.api.keys import ROLES, key_of
from advisor.settings import Settings
from advisor.web import create_app
from advisor.web.security import COOKIE

NEEDS = {
    "none": """
        GET /openapi.json   GET /docs   GET /docs/docs.js   GET /docs/swagger-ui.css   GET /docs/swagger-ui-bundle.js
        GET /docs/features   GET /docs/features/{name:path}   GET /docs/sources   GET /ui/static
        GET /healthz   GET /readyz   GET /metrics   GET /signals
        GET /rules   GET /rules/status   GET /rules/files   GET /rules/files/{path:path}   GET /rules/{rule_id}   GET /rulebooks/{revision}
        POST /import   POST /rules/validate   POST /preview   POST /webhooks/openai
        GET /   POST /ui/run/preview   GET /ui/sign-in   POST /ui/sign-in   POST /ui/sign-out
        GET /ui/rules   GET /ui/rules/{rule_id}   GET /ui/tables   GET /ui/actions   GET /ui/edit   POST /ui/edit/check   POST /ui/edit/effects
    """,
    "reader": """
        GET /projects   GET /projects/{project}   GET /projects/{project}/experiments   GET /projects/{project}/experiments/export
        GET /projects/{project}/experiments/{name:path}
        GET /advice   GET /advice/{advice_id}   GET /advice/{advice_id}/request   POST /advice/{advice_id}/replay
        GET /advice/{advice_id}/outcome   GET /record
        GET /ui/experiments   GET /ui/experiments/{project}   GET /ui/experiments/{project}/compare   GET /ui/experiments/{project}/spark
        GET /ui/decisions   GET /ui/decisions/{advice_id}
    """,
    "engineer": """
        POST /advise   POST /advise/batch   POST /jobs/{job_id}/advise
        PUT /projects/{project}   PATCH /projects/{project}   POST /projects/{project}/experiments
        PATCH /projects/{project}/experiments/{name:path}   DELETE /projects/{project}/experiments/{name:path}
        POST /advice/{advice_id}/outcome
        POST /ui/run   POST /ui/job
    """,
    "lead": "PUT /rules/files/{path:path}   DELETE /rules/files/{path:path}   PATCH /rules/files",
}
ROLE_OF = {tuple(route.split()): role for role, routes in NEEDS.items() for route in re.split(r"\s{2,}", routes.strip())}
KEYS = {role: f"the key of a {role}" for role in ROLES}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    keys = " ".join(key_of(f"some-{role}", role, key).entry for role, key in KEYS.items())
    database = tmp_path_factory.mktemp("store") / "advisor.db"
    return create_app(Settings(watch_rules=False, database_url=f"sqlite:///{database}", api_keys=keys))


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        yield client


def routes_of(routes: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Yield method and path of every route, also of those that an included router holds."""
    for route in routes:
        if hasattr(route, "original_router"):
            yield from routes_of(route.original_router.routes)
        else:
            yield from ((method, route.path) for method in (getattr(route, "methods", None) or {"GET"}) - {"HEAD"})


def test_every_route_has_a_role_and_every_role_a_route_that_is_there(app: FastAPI):
    there = set(routes_of(app.routes))
    assert there - ROLE_OF.keys() == set(), "say in the table which role it needs"
    assert ROLE_OF.keys() - there == set(), "the service has no such route any more"


@pytest.mark.parametrize("route", sorted(ROLE_OF), ids=" ".join)
def test_a_route_asks_for_its_role_and_no_higher_one(client: TestClient, route: tuple[str, str]):
    method, path = route
    address = re.sub(r"\{\w+(:path)?\}", "x", path).replace("/ui/static", "/ui/static/run.css")
    least = [*NEEDS].index(ROLE_OF[route])
    for rank, key in enumerate((None, *KEYS.values())):
        client.cookies.clear()
        status = client.request(method, address, headers={} if key is None else {"Authorization": f"Bearer {key}"}).status_code
        refused = None if rank >= least else 401 if key is None else 403
        assert status == refused if refused else status not in (401, 403), f"{method} {path} answers {status} to {key or 'nobody'}"


def test_a_key_in_the_cookie_of_a_page_counts_as_one_that_is_sent(client: TestClient):
    client.cookies.set(COOKIE, "nobody-s-key")
    assert client.get("/ui/decisions").status_code == 401
    client.cookies.clear()


def test_a_new_route_would_be_noticed(tmp_path: Path):
    app = create_app(Settings(watch_rules=False, database_url=None))
    app.get("/new")(lambda: None)
    assert ("GET", "/new") in set(routes_of(app.routes)) - ROLE_OF.keys()

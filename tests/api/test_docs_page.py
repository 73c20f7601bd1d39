"""The page that describes the service: all that it loads is the service's own."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

import advisor.api.docs_page as docs_page


def test_the_page_loads_its_files_from_the_service_and_they_are_there(client: TestClient):
    page = client.get("/docs")
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)

    assert page.status_code == 200
    assert {"docs/swagger-ui-bundle.js", "docs/swagger-ui.css", "docs/docs.js", "openapi.json"} <= set(loaded)
    for address in loaded:
        if not address.startswith("data:"):
            assert client.get(f"/{address}").status_code == 200, address


def test_no_other_host_is_named_by_what_is_ours_and_none_is_allowed(client: TestClient):
    page = client.get("/docs")
    policy = dict(part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";"))

    assert not re.search(r"//\w", page.text + client.get("/docs/docs.js").text.split("\n", 1)[1])
    assert policy["default-src"] == "'none'"
    assert {source for sources in policy.values() for source in sources.split()} <= {"'self'", "'none'", "'unsafe-inline'", "data:"}
    assert policy["script-src"] == "'self'"


def test_the_style_sheet_loads_nothing_from_elsewhere(client: TestClient):
    style = client.get("/docs/swagger-ui.css").text

    assert "@import" not in style
    assert [url for url in re.findall(r"url\(([^)]{0,80})", style) if not url.strip("\"'").startswith("data:")] == []


def test_a_browser_may_keep_the_code_and_asks_for_the_page_anew(client: TestClient):
    code = client.get("/docs/swagger-ui-bundle.js")

    assert code.headers["content-type"].startswith("text/javascript")
    assert code.headers["cache-control"] == "max-age=3600"
    assert client.get("/docs").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/redoc", "/docs/oauth2-redirect", "/docs/README.md", "/docs/../docs_page.py"])
def test_nothing_else_is_served_there(client: TestClient, path: str):
    assert client.get(path).status_code == 404


def test_the_licence_lies_beside_the_code_of_others():
    folder = docs_page._STATIC / "swagger-ui"

    assert "Apache License" in (folder / "LICENSE").read_text(encoding="utf-8")
    assert "swagger-ui" in (folder / "NOTICE").read_text(encoding="utf-8")
    assert re.search(r"\d+\.\d+\.\d+", (folder / "README.md").read_text(encoding="utf-8"))

"""A visit to the service by a browser: everything that went wrong on the way is an error of the test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.web.conftest import PATIENCE_MS, Served

AXE = Path(__file__).parent / "vendor" / "axe.min.js"


class Visit:
    """A page of the browser at the service's address, with what its console said."""

    def __init__(self, browser: Browser, served: Served, **context: Any) -> None:
        self.context = browser.new_context(base_url=served.address, **context)
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text) if message.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: None if _own(request.url, served) else self.complaints.append(f"asks {request.url}"))

    def violations(self) -> list[str]:
        """Return what axe-core finds wrong with the page as it stands; the page's own policy allows no script but its own, so it is left out."""
        session = self.context.new_cdp_session(self.page)
        session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
        found = session.send(
            "Runtime.evaluate", {"expression": "axe.run().then((r) => JSON.stringify(r.violations))", "awaitPromise": True}
        )
        session.detach()
        return [f"{v['id']}: {v['help']}: {[node['target'] for node in v['nodes']][:5]}" for v in json.loads(found["result"]["value"])]

    def scrolls_sideways(self) -> bool:
        """Say whether the page is wider than the window."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def _own(url: str, served: Served) -> bool:
    return url.startswith((served.address, "data:", "blob:"))

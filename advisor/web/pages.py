"""Pages out of templates: whatever is put into them is text, never markup, and a browser runs no script but the service's own."""

from __future__ import annotations

import json
import secrets
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from advisor import __version__
from advisor.shown import change, number, said
from advisor.web.fact_fields import FIELDS

STATIC = Path(__file__).parent / "static"
SECTIONS = (("Run", "/"), ("Experiments", "/ui/experiments"), ("Decisions", "/ui/decisions"), ("Rules", "/ui/rules"))
_IN_A_SCRIPT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


class Pages:
    """Renders templates of ``advisor/web/templates`` as answers; safe to use from several threads.

    Args:
        sections: Further entries of the navigation as (title, address).
        keys: Whether the service knows keys to sign in with.
        keeps: Whether it has a store.
    """

    def __init__(self, *sections: tuple[str, str], keys: bool = False, keeps: bool = False) -> None:
        self.sections = [*SECTIONS, *sections]
        self.environment = Environment(
            loader=PackageLoader("advisor.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.filters |= {"number": number, "said": said, "change": change, "data": data_block}
        self.environment.globals |= {"asset": asset, "version": __version__, "keys": keys, "keeps": keeps, "fact_fields": FIELDS}

    def page(self, request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """Return a page or a part of one; ``section`` among the values names the current entry of the navigation by its address."""
        nonce = secrets.token_urlsafe(16)
        body = self.environment.get_template(template).render(
            {
                "section": None,
                "sections": self.sections,
                "nonce": nonce,
                "signed_in": "advisor_key" in request.cookies,
                "facts": {},  # of the form beside an upload, as they were typed
                **values,
            }
        )
        headers = {
            "Content-Security-Policy": policy(nonce),
            "Referrer-Policy": "same-origin",
        }  # without any, a form's origin would be "null"
        return HTMLResponse(body, status, headers)


def policy(nonce: str) -> str:
    """Return the Content-Security-Policy of a page: nothing inline and nothing from elsewhere, but the editor's own style sheet."""
    return (
        f"default-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


@lru_cache(maxsize=64)
def asset(path: str) -> str:
    """Return the address of a static file, with its content's hash, so that browsers may keep it for good."""
    return f"/ui/static/{path}?v={sha256((STATIC / path).read_bytes()).hexdigest()[:12]}"


def data_block(value: Any) -> Markup:
    """Return a value, or bytes that are JSON already, as JSON that can stand inside a script element of a data type."""
    text = value.decode() if isinstance(value, bytes) else json.dumps(value, allow_nan=False, separators=(",", ":"))
    return Markup(text.translate(_IN_A_SCRIPT))  # noqa: S704  # nothing that ends a script element is left in it

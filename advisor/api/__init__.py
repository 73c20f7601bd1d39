"""The HTTP edge: routes, OpenAPI, problem details."""

from advisor.api.app import create_app

__all__ = ["create_app"]

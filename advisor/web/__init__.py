"""The pages beside the API: what people look at, drawn on the server."""

from advisor.web.app import create_app

__all__ = ["create_app"]

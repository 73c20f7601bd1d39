"""Tools for agents, by the Model Context Protocol; needs the extra ``mcp``."""

from advisor.mcp.server import build_server

__all__ = ["build_server"]

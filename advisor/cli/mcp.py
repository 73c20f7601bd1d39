"""``advisor mcp``: the same judgement as tools for agents."""

from __future__ import annotations

from typing import Annotated

import typer

from advisor.cli.exits import WrongUsage
from advisor.cli.options import RulesFolders
from advisor.cli.rulebooks import open_program


def mcp(
    http: Annotated[bool, typer.Option("--http", help="Serve streamable HTTP at /mcp instead of standard input and output.")] = False,
    host: Annotated[str, typer.Option(help="With --http: address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="With --http: port to listen on.")] = 8001,
    rules: RulesFolders = None,
) -> None:
    """Serve tools for coding agents by the Model Context Protocol: advise, plan, explain, list_rules, signals.

    On standard input and output, as agents start it, there is also advise_file; over HTTP no file of this machine is read.
    """
    try:
        from advisor.mcp import build_server
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "mcp":
            raise
        raise WrongUsage("The MCP server needs an extra that is not installed: pip install 'advisor[mcp]'.") from None
    server = build_server(open_program(rules), files=not http)
    if http:
        server.run("streamable-http", host=host, port=port, stateless_http=True, json_response=True)
    else:
        server.run("stdio")

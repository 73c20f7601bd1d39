"""``advisor serve``: the HTTP service."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from advisor.cli.exits import ExitCode
from advisor.cli.options import RulesFolders
from advisor.cli.rulebooks import rule_folders
from advisor.cli.terminal import complain


def serve(
    host: Annotated[str, typer.Option(envvar="ADVISOR_HOST", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="ADVISOR_PORT", min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8000,
    workers: Annotated[int, typer.Option(envvar="ADVISOR_WORKERS", min=1, help="Server processes.")] = 1,
    rules: RulesFolders = None,
) -> None:
    """Serve POST /advise over HTTP until Ctrl-C.

    The rulebook is checked first: one with mistakes is listed in full and nothing is served (exit code 4),
    unless ADVISOR_START_WITH_LAST_GOOD asks for the last good one. Edits are served without a restart.
    What is advised is kept in a file in your data folder, or where ADVISOR_DATABASE_URL says; set to nothing, it keeps nothing.
    An address that others can reach needs API keys in ADVISOR_API_KEYS: advisor key makes one.
    """
    import uvicorn

    from advisor.api.keys import Guard
    from advisor.api.rulebook_reload import first_edition
    from advisor.experiments import Store, default_database_url
    from advisor.settings import Settings

    database_url = os.environ.get("ADVISOR_DATABASE_URL", default_database_url())
    settings = Settings(host=host, rules=rule_folders(rules), database_url=database_url)
    Guard(settings)
    first_edition(settings)
    if settings.database_url is not None:
        Store(settings.database_url).close()
    # Worker processes make their own application, and know the choices made here by the environment only.
    os.environ["ADVISOR_DATABASE_URL"] = database_url
    os.environ["ADVISOR_HOST"], os.environ["ADVISOR_PORT"], os.environ["ADVISOR_WORKERS"] = host, str(port), str(workers)
    if rules is not None:
        os.environ["ADVISOR_RULES"] = os.pathsep.join(map(str, rule_folders(rules)))
    try:
        uvicorn.run("advisor.web:create_app", factory=True, host=host, port=port, workers=workers)
    except KeyboardInterrupt:
        complain("Stopped.")
    except SystemExit as ended:  # uvicorn's code for a failed start is 3, which means something else here
        if ended.code:
            complain(f"The service could not start on {host}:{port}; the lines above say why. Another port: --port.")
            raise typer.Exit(ExitCode.UNUSABLE_INPUT) from None

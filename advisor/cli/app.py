"""The command line: which commands there are."""

from __future__ import annotations

from typing import Annotated

import typer

from advisor import __version__
from advisor.cli import (
    advise,
    convert,
    evaluate,
    experiments_group,
    formats,
    job,
    key,
    mcp,
    plan,
    record,
    rules_group,
    serve,
    signals,
    watch,
)
from advisor.cli.experiments_store import STORE
from advisor.cli.guard import GuardedGroup
from advisor.cli.options import one_name
from advisor.cli.terminal import write_bytes

app = typer.Typer(
    name="advisor",
    cls=GuardedGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "token_normalize_func": one_name},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        write_bytes(f"advisor {__version__}".encode())
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """What to do next with a fine-tuning run, judged by rules that ML leads own."""


app.command("advise", epilog=advise.EXIT_CODES)(advise.advise)
app.command("job", epilog=f"{job.ENVIRONMENT} {advise.EXIT_CODES}")(job.job)
app.command("watch", epilog=f"{job.ENVIRONMENT} {advise.EXIT_CODES}")(watch.watch)
app.command("convert")(convert.convert)
app.command("formats")(formats.formats)
app.command("plan", epilog=job.ENVIRONMENT)(plan.plan)
app.add_typer(experiments_group.app, name="experiments")
app.command("record", epilog=STORE)(record.record)
app.add_typer(rules_group.app, name="rules")
app.command("signals")(signals.signals)
app.command("evaluate")(evaluate.evaluate)
app.command("serve")(serve.serve)
app.command("key")(key.key)
app.command("mcp")(mcp.mcp)

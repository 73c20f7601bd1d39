"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

RulesFolder: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--rules", metavar="FOLDER", envvar="ADVISOR_RULES", help="Folder of the rulebook; without it, the one that ships with Advisor."
    ),
]
RulesFolders: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--rules",
        metavar="FOLDER",
        envvar="ADVISOR_RULES",
        help="Folder of the rulebook; given again, the next one lies on top. `shipped` is the one that ships with Advisor, and what holds "
        "without it.",
    ),
]
Folder: TypeAlias = Annotated[
    Path | None,
    typer.Argument(metavar="FOLDER", show_default=False, help="The rules folder; without it and --rules, the one that ships with Advisor."),
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

_SHORT = {"learning-rate-multiplier": "lr", "batch-size": "batch"}


def one_name(word: str) -> str:
    """Return the short name of an option that also goes by the name of its parameter; every command takes both names."""
    return _SHORT.get(word, word)

"""``advisor rules check``: every problem of a rules folder at once, for people, editors and CI."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from advisor.authoring.checks import Checked, Problem, check_files
from advisor.authoring.checks.formats import FORMATS
from advisor.cli.exits import ExitCode
from advisor.cli.options import Folder
from advisor.cli.rulebooks import folder_of, shown_folder
from advisor.cli.terminal import write_bytes
from advisor.errors import BrokenRulebook
from advisor.rulebook import read_folder


class CheckFormat(StrEnum):
    """How to print what was found."""

    text = "text"
    json = "json"
    sarif = "sarif"
    github = "github"
    junit = "junit"


def check(
    folder: Folder = None,
    output: Annotated[CheckFormat, typer.Option("--format", help="How to print what was found.")] = CheckFormat.text,
    strict: Annotated[bool, typer.Option("--strict", help="End with exit code 1 on warnings too.")] = False,
) -> None:
    """Check the rules: what does not load, what can never fire, what contradicts, what nobody uses or tests.

    Ends with exit code 1 where there are errors. docs/rules/checks.md explains each code.
    """
    rules = folder_of(folder)
    try:
        found = check_files(read_folder(rules))
    except BrokenRulebook as error:
        found = Checked(tuple(map(Problem, error.mistakes)), None, ())
    write_bytes(FORMATS[output.value](found, shown_folder(rules)).encode())
    if found.errors or (strict and found.problems):
        raise typer.Exit(ExitCode.PROBLEMS_FOUND)

"""``advisor rules check``: every problem of a rules folder at once, for people, editors and CI."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Annotated

import typer

from advisor.authoring.checks import Checked, Problem, check_files
from advisor.authoring.checks.formats import FORMATS
from advisor.cli.exits import ExitCode
from advisor.cli.options import Folder, RulesFolders
from advisor.cli.rulebooks import open_layers, places_of, shown_folder
from advisor.cli.terminal import write_bytes
from advisor.errors import BrokenRulebook, Mistake
from advisor.rulebook.overlay import Layered


class CheckFormat(StrEnum):
    """How to print what was found."""

    text = "text"
    json = "json"
    sarif = "sarif"
    github = "github"
    junit = "junit"


def check(
    folder: Folder = None,
    rules: RulesFolders = None,
    output: Annotated[CheckFormat, typer.Option("--format", help="How to print what was found.")] = CheckFormat.text,
    strict: Annotated[bool, typer.Option("--strict", help="End with exit code 1 on warnings too.")] = False,
) -> None:
    """Check the rules: what does not load, what can never fire, what contradicts, what nobody uses or tests.

    Ends with exit code 1 where there are errors. docs/rules/checks.md explains each code.
    """
    named = rules if folder is None else folder
    places = places_of(named)
    try:
        layered = open_layers(named)
        found = check_files(layered.files)
        problems = tuple(sorted(Problem(_placed(layered, problem.mistake)) for problem in found.problems))
        found = replace(found, problems=problems)
    except BrokenRulebook as error:
        found = Checked(tuple(map(Problem, error.mistakes)), None, ())
    write_bytes(FORMATS[output.value](found, shown_folder(places[0]) if len(places) == 1 else "").encode())
    if found.errors or (strict and found.problems):
        raise typer.Exit(ExitCode.PROBLEMS_FOUND)


def _placed(layered: Layered, mistake: Mistake) -> Mistake:
    """Return a mistake where it can be corrected; that a rule lost its cases lies with the override that changed it."""
    edited = next((place for place in layered.edits if place[0] == mistake.file), None) if mistake.code == "no-cases" else None
    return layered.placed(mistake if edited is None else replace(mistake, line=edited[1]))

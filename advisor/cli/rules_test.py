"""``advisor rules test``: the cases beside the rules, once or on every save, with what they show of each rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from advisor.authoring.suite import Suite, run_suite, suite_junit, suite_text
from advisor.cli.exits import ExitCode
from advisor.cli.options import Folder, RulesFolders
from advisor.cli.rulebooks import open_layers, places_of, shown_file
from advisor.cli.terminal import complain, write_bytes
from advisor.errors import AdvisorError, BrokenRulebook, UnusableInput


def run(
    folder: Folder = None,
    rules: RulesFolders = None,
    rule: Annotated[list[str] | None, typer.Option(metavar="ID", help="Only this rule's cases; may be given several times.")] = None,
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a JUnit report.")] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Run again whenever a file of the folder is saved, until Ctrl-C.")] = False,
    coverage: Annotated[bool, typer.Option("--coverage", help="Say which sides of which conditions no case shows.")] = False,
    fail_under: Annotated[
        float | None, typer.Option(min=0, max=100, metavar="PERCENT", help="End with exit code 1 below this coverage.")
    ] = None,
) -> None:
    """Run the cases beside the rules.

    Ends with exit code 1 where a case does not hold. docs/rules/cases.md says how cases are written.
    """
    named = rules if folder is None else folder
    if watch:
        from watchfiles import watch as changes

        watch_cases(named, rule or [], changes(*places_of(named)), coverage=coverage)
        return
    suite = _suite(named, rule or [])
    if junit is not None:
        _write(junit, suite_junit(suite))
    write_bytes(suite_text(suite, covered=coverage or fail_under is not None).encode())
    short = fail_under is not None and suite.coverage.share * 100 < fail_under
    if short:
        complain(f"The coverage of {suite.coverage.share:.1%} is below {fail_under:g} %.")
    if short or not suite.passed:
        raise typer.Exit(ExitCode.PROBLEMS_FOUND)


def watch_cases(rules: Path | Sequence[Path] | None, chosen: list[str], changes: Iterable[object], *, coverage: bool) -> None:
    """Run the cases now and after each change; a folder that cannot be read for the moment is said and waited for."""
    _once(rules, chosen, coverage=coverage)
    for _ in changes:
        write_bytes(b"")
        _once(rules, chosen, coverage=coverage)


def _once(rules: Path | Sequence[Path] | None, chosen: list[str], *, coverage: bool) -> None:
    try:
        suite = _suite(rules, chosen)
    except AdvisorError as error:
        complain(str(error))
        return
    write_bytes(suite_text(suite, covered=coverage).encode())


def _suite(named: Path | Sequence[Path] | None, rules: Sequence[str]) -> Suite:
    place_of = partial(shown_file, named)
    files = open_layers(named).files
    try:
        return run_suite(files, rules).shown(place_of)
    except BrokenRulebook as broken:
        raise BrokenRulebook([replace(mistake, file=place_of(mistake.file)) for mistake in broken.mistakes]) from None


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UnusableInput(f"{file.name}: cannot be written ({error.strerror})\n    Name a place that you may write to.") from None

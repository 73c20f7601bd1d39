"""``advisor signals``: the vocabulary of the rules."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import TypeAdapter
from rich.console import RenderableType
from rich.text import Text

from advisor.cli.exits import WrongUsage
from advisor.cli.layout import heading, labelled, paragraph
from advisor.cli.options import AsJson, RulesFolder
from advisor.cli.rulebooks import open_rulebook
from advisor.cli.terminal import show, write_bytes

if TYPE_CHECKING:
    from advisor.api.catalogue import SignalEntry


def signals(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Show one signal, or those whose names hold this word.")] = None,
    as_json: AsJson = False,
    rules: RulesFolder = None,
) -> None:
    """List the signals that rules can use: name, unit, what it says, where it comes from."""
    from advisor.api.catalogue import SignalEntry, signal_entries

    entries = sorted(signal_entries(open_rulebook(rules)), key=lambda entry: entry.name)
    if name is not None:
        entries = _matching(name, entries)
    if as_json:
        write_bytes(TypeAdapter(list[SignalEntry]).dump_json(entries, indent=2))
    elif len(entries) == 1:
        show(*_page(entries[0]))
    else:
        show(*_list(entries), Text(f"\n{len(entries)} signals; show one with: advisor signals NAME", style="dim"))


def _matching(name: str, entries: list[SignalEntry]) -> list[SignalEntry]:
    exact = [entry for entry in entries if entry.name == name]
    found = exact or [entry for entry in entries if name.lower() in entry.name]
    if not found:
        close = difflib.get_close_matches(name, [entry.name for entry in entries], 1)
        raise WrongUsage(f'There is no signal "{name}"; ' + (f'did you mean "{close[0]}"?' if close else "list them with: advisor signals"))
    return found


def _list(entries: list[SignalEntry]) -> Iterator[RenderableType]:
    for entry in entries:
        yield Text.assemble((entry.name, "bold"), (f"  {entry.unit}", "dim"))
        yield paragraph(entry.description)


def _page(entry: SignalEntry) -> list[RenderableType]:
    return [
        heading(entry.name),
        paragraph(entry.description),
        labelled([("Unit", entry.unit), ("Methods", ", ".join(entry.methods)), ("Source", entry.source)]),
    ]

"""``advisor rules docs``: the rulebook as pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from advisor.authoring.cases import load_cases
from advisor.authoring.pages import render_pages
from advisor.cli.options import RulesFolders
from advisor.cli.rulebooks import open_layers
from advisor.cli.terminal import write_bytes
from advisor.errors import UnusableInput


def docs(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder to write the pages into.")],
    rules: RulesFolders = None,
) -> None:
    """Write the rulebook as Markdown pages: tables as in the documents, each rule with its reasons and its cases."""
    layered = open_layers(rules)
    cases, _ = load_cases(layered.files)
    pages = render_pages(layered.build(), cases)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in pages.items():
            (out / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UnusableInput(f"{out.name}: cannot be written ({error.strerror})\n    Name a folder that you may write to.") from None
    write_bytes(f"Wrote {len(pages)} pages; start with {out / 'index.md'}".encode())

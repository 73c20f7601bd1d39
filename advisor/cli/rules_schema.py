"""``advisor rules schema``: the JSON Schemas by which an editor completes and checks rule files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from advisor.authoring.schema import schemas
from advisor.cli.terminal import write_bytes
from advisor.errors import UnusableInput


def schema(
    out: Annotated[
        Path | None, typer.Argument(metavar="OUT", help="Folder to write a file per kind into; without it, all are printed.")
    ] = None,
) -> None:
    """Write the JSON Schemas of the rule files (docs/rules/editor.md says how an editor uses them)."""
    found = schemas()
    if out is None:
        write_bytes(json.dumps(found, indent=2, ensure_ascii=False).encode())
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
        for kind, content in found.items():
            (out / f"{kind}.schema.json").write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise UnusableInput(f"{out.name}: cannot be written ({error.strerror})\n    Name a folder that you may write to.") from None
    write_bytes(f"Wrote {len(found)} schemas: {', '.join(sorted(found))}.".encode())

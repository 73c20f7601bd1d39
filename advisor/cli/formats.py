"""``advisor formats``: what can be read."""

from __future__ import annotations

import json

from rich.text import Text

from advisor.cli.layout import paragraph
from advisor.cli.options import AsJson
from advisor.cli.terminal import show, write_bytes
from advisor.sources import FORMATS


def formats(as_json: AsJson = False) -> None:
    """List the formats that advise, convert and POST /import read, and what each is recognised by."""
    listed = sorted(FORMATS, key=lambda format_: format_.title.lower())
    if as_json:
        entries = [{"id": f.id, "title": f.title, "told_by": f.told_by} for f in listed]
        write_bytes(json.dumps(entries, indent=2, ensure_ascii=False).encode())
        return
    for format_ in listed:
        show(Text.assemble((format_.title, "bold"), (f"  {format_.id}", "dim")), paragraph(format_.told_by))

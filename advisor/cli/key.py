"""``advisor key``: a new API key for the service."""

from __future__ import annotations

import json
from secrets import token_urlsafe
from typing import Annotated, Literal

import typer

from advisor.cli.options import AsJson
from advisor.cli.terminal import write_bytes


def key(
    name: Annotated[str, typer.Argument(help="Whose key it is: letters, digits, dots, dashes and underscores.")],
    role: Annotated[
        Literal["reader", "engineer", "lead"],
        typer.Argument(help="A reader reads the log; an engineer also records and spends the service's key; a lead also changes rules."),
    ],
    as_json: AsJson = False,
) -> None:
    """Make an API key: the key for its holder, and the entry for ADVISOR_API_KEYS.

    Nothing is kept here; the entry holds only a hash, from which nobody gets the key back.
    """
    from advisor.api.keys import key_of

    secret = f"adv-{token_urlsafe(32)}"
    entry = key_of(name, role, secret).entry
    if as_json:
        write_bytes(json.dumps({"key": secret, "entry": entry}, indent=2).encode())
    else:
        write_bytes(
            f"The key, for {name} alone; it is sent as Authorization: Bearer KEY:\n  {secret}\n"
            f"The entry, for the service (spaces between several):\n  ADVISOR_API_KEYS={entry}".encode()
        )

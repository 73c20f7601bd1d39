"""``advisor record``: how often each action and each rule helped in this team's own past."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from advisor.cli.experiments_store import open_store
from advisor.cli.layout import INDENT, heading
from advisor.cli.options import AsJson
from advisor.cli.terminal import show, write_bytes
from advisor.contract.advice import ActionRecord


def record(as_json: AsJson = False) -> None:
    """Show how often following each action, and each rule behind it, raised the score.

    Counted is what was followed and evaluated, in all projects of the store: advisor experiments evaluate and
    POST /advice/{id}/outcome record it.
    """
    with open_store() as store:
        actions, rules = store.outcomes.record("action"), store.outcomes.record("rule")
    if as_json:
        told = {
            name: [{"id": key, **asdict(counts)} for key, counts in of.items()] for name, of in (("actions", actions), ("rules", rules))
        }
        write_bytes(json.dumps(told).encode())
    elif not actions:
        show(
            Text(
                "No outcome is known yet: advise a run with --project, follow the advice in the next one, and record its score by "
                "advisor experiments evaluate."
            )
        )
    else:
        show(heading("Actions that were followed"), _table(actions), heading("The rules behind them"), _table(rules))


def _table(record: Mapping[str, ActionRecord]) -> Padding:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("", overflow="fold")
    for title in ("helped", "followed"):
        table.add_column(title, justify="right", no_wrap=True)
    for name, counts in record.items():
        table.add_row(name, f"{counts.helped:,}", f"{counts.followed:,}")
    return Padding(table, (0, 0, 0, INDENT))

"""``advisor record``: how often each action and each rule helped in this team's own past."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from advisor.cli.experiments_store import open_store
from advisor.cli.layout import INDENT, bullets, heading
from advisor.cli.options import AsJson
from advisor.cli.terminal import show, write_bytes
from advisor.contract.advice import ActionRecord

if TYPE_CHECKING:
    from advisor.experiments.records import Unclear

_NONE = (
    "No outcome is known yet: advise a run with --project, follow the advice in the next one, and record its score by "
    "advisor experiments evaluate."
)


def record(as_json: AsJson = False) -> None:
    """Show how often following each action, and each rule behind it, raised the score.

    Counted is what was followed and evaluated, in all projects of the store: advisor experiments evaluate and
    POST /advice/{id}/outcome record it. Where nobody knows whether it helped, it is named and not counted.
    """
    with open_store() as store:
        actions, rules = store.outcomes.record("action"), store.outcomes.record("rule")
        unclear = store.outcomes.unclear()
    if as_json:
        told = {
            name: [{"id": key, **asdict(counts)} for key, counts in of.items()] for name, of in (("actions", actions), ("rules", rules))
        }
        told["unclear"] = [{"id": one.action, "followed": one.times, "note": one.note} for one in unclear]
        write_bytes(json.dumps(told).encode())
        return
    parts: list[RenderableType] = []
    if actions:
        parts = [heading("Actions that were followed"), _table(actions), heading("The rules behind them"), _table(rules)]
    elif unclear:
        parts = [Text("No outcome is clear yet, so that none is counted.")]
    if unclear:
        parts += [heading("Followed, and nobody knows whether it helped"), bullets(_unclear(one) for one in unclear)]
    show(*parts or (Text(_NONE),))


def _unclear(one: Unclear) -> Text:
    times = "once" if one.times == 1 else f"{one.times:,} times"
    why = (one.note or "one of the two runs was not evaluated").rstrip(".")
    return Text.assemble((one.action, "bold"), f": followed {times}. {why[:1].upper()}{why[1:]}.")


def _table(record: Mapping[str, ActionRecord]) -> Padding:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("", overflow="fold")
    for title in ("helped", "followed"):
        table.add_column(title, justify="right", no_wrap=True)
    for name, counts in record.items():
        table.add_row(name, f"{counts.helped:,}", f"{counts.followed:,}")
    return Padding(table, (0, 0, 0, INDENT))

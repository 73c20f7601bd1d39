"""What was asked before: the requests behind the kept advice, to judge them again by other rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from advisor.contract import AdviseRequest
from advisor.experiments.database import Database
from advisor.experiments.tables import ADVICE, EXPERIMENTS, PROJECTS


@dataclass(frozen=True, slots=True)
class PastRequest:
    """A request as it was judged, and how people call it: the project and run, else the advice's id.

    ``advice_id`` and ``advised_at`` (ISO 8601) are those of the advice; empty where none was kept.
    """

    name: str
    request: AdviseRequest
    advice_id: str = ""
    advised_at: str = ""


def past_requests(database: Database, *, project: str | None = None, limit: int) -> Iterator[PastRequest]:
    """Yield the requests behind the newest advice, newest first.

    Args:
        database: The store's database.
        project: Only advice on this project.
        limit: How many at most.

    Raises:
        StoreFault: The database cannot be read.
    """
    named = func.coalesce(PROJECTS.c.name, ADVICE.c.removed_from)
    run = func.coalesce(EXPERIMENTS.c.name, ADVICE.c.removed_experiment)
    query = select(ADVICE.c.id, ADVICE.c.created_at, ADVICE.c.request, run.label("run"), named.label("project"))
    query = query.select_from(ADVICE.outerjoin(EXPERIMENTS).outerjoin(PROJECTS))
    if project is not None:
        query = query.where(named == project)
    with database.reading() as connection:
        rows = connection.execute(query.order_by(ADVICE.c.created_at.desc(), ADVICE.c.id.desc()).limit(limit)).all()
    for row in rows:
        name = row.id if row.run is None else f"{row.project}/{row.run}"
        yield PastRequest(name, AdviseRequest.model_validate_json(row.request), row.id, row.created_at)

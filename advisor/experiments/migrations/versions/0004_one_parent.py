"""The run that an experiment varies stood beside its run and in it; from here on it stands in the run only."""

from __future__ import annotations

import json
import zlib

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Write into each run what it varies, where that comes before it, and drop the column.

    Where the two differ, the run has the later word: an advice on it brought the run up to date and left the column as it was.
    """
    connection = op.get_bind()
    experiments = sa.table(
        "experiments", sa.column("id"), sa.column("project_id"), sa.column("name"), sa.column("position"), sa.column("parent"),
        sa.column("summary", sa.Text), sa.column("run", sa.LargeBinary),
    )  # fmt: skip
    columns = experiments.c
    beside = (columns.id, columns.project_id, columns.name, columns.position, columns.parent, columns.summary)
    recorded = connection.execute(sa.select(*beside)).all()
    places = {(row.project_id, row.name): row.position for row in recorded}
    for row in recorded:
        here = columns.id == row.id
        summary = json.loads(row.summary)
        said = summary.get("parent")
        earlier = (name for name in (said, row.parent) if places.get((row.project_id, name), row.position) < row.position)
        parent = next(earlier, None)
        if parent != said:
            run = json.loads(zlib.decompress(connection.execute(sa.select(columns.run).where(here)).scalar_one()))
            texts = [json.dumps({**facts, "parent": parent}, ensure_ascii=False, separators=(",", ":")) for facts in (run, summary)]
            connection.execute(sa.update(experiments).where(here).values(run=zlib.compress(texts[0].encode(), 1), summary=texts[1]))
    op.drop_column("experiments", "parent")

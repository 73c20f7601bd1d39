"""What each advice says in short, so that it can be listed and searched without unpacking it."""

from __future__ import annotations

import json
import zlib
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns, and fill them from the answers that are kept."""
    op.add_column("advice", sa.Column("summary", sa.Text, nullable=False, server_default=""))
    op.add_column("advice", sa.Column("words", sa.Text, nullable=False, server_default=""))
    connection = op.get_bind()
    advice = sa.table(
        "advice", sa.column("id"), sa.column("response", sa.LargeBinary), sa.column("summary", sa.Text), sa.column("words", sa.Text)
    )
    for advice_id in connection.execute(sa.select(advice.c.id)).scalars().all():
        here = advice.c.id == advice_id
        answer = json.loads(zlib.decompress(connection.execute(sa.select(advice.c.response).where(here)).scalar_one()))
        said: dict[str, Any] = {
            "verdict": {"id": answer["verdict"]["id"], "title": answer["verdict"]["title"]},
            "findings": [{"id": one["id"], "title": one["title"]} for one in answer["findings"]],
            "actions": [{"id": one["id"], "title": one["title"]} for one in answer["actions"]],
        }
        named = [said["verdict"], *said["findings"], *said["actions"]]
        words = "\n".join(f"{one['id']} {one['title']}" for one in named).lower()
        connection.execute(sa.update(advice).where(here).values(summary=json.dumps(said, ensure_ascii=False), words=words))

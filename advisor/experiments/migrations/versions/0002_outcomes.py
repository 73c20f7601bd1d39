"""What came of advice that was followed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table of outcomes."""
    op.create_table(
        "outcomes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("advice_id", sa.String(64), sa.ForeignKey("advice.id", name="fk_outcomes_advice_id"), nullable=False),
        sa.Column("action", sa.String(100), nullable=False),
        sa.Column("rule", sa.String(100), nullable=False),
        sa.Column("experiment", sa.String(200)),
        sa.Column("followed", sa.Boolean, nullable=False),
        sa.Column("score_before", sa.Float),
        sa.Column("score", sa.Float),
        sa.Column("helped", sa.Boolean),
        sa.Column("note", sa.Text),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.UniqueConstraint("advice_id", "action", name="uq_outcomes_advice_id_action"),
    )
    op.create_index("ix_outcomes_action", "outcomes", ["action"])

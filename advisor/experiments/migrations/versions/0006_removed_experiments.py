"""What a removed experiment was called, kept with the advice on it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns; nothing was ever removed before."""
    op.add_column("advice", sa.Column("removed_from", sa.String(100)))
    op.add_column("advice", sa.Column("removed_experiment", sa.String(200)))

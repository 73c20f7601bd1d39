"""Whether a person stated an outcome, so that nothing that is read off the experiments replaces it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column. Nobody can tell of old outcomes who said them: they count as stated, for what a person said is nowhere else."""
    op.add_column("outcomes", sa.Column("stated", sa.Boolean, nullable=False, server_default=sa.true()))

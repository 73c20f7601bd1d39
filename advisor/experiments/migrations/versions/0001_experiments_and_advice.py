"""Projects, experiments, rulebook revisions and every advice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "projects",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("baseline", sa.Text),
        sa.Column("goal", sa.Text),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.UniqueConstraint("name", name="uq_projects_name"),
    )
    op.create_table(
        "experiments",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("project_id", sa.Integer, sa.ForeignKey("projects.id", name="fk_experiments_project_id"), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("parent", sa.String(200)),
        sa.Column("run", sa.LargeBinary, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("updated_at", sa.String(32), nullable=False),
        sa.UniqueConstraint("project_id", "name", name="uq_experiments_project_id_name"),
        sa.UniqueConstraint("project_id", "position", name="uq_experiments_project_id_position"),
    )
    op.create_table(
        "rulebooks",
        sa.Column("revision", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("created_at", sa.String(32), nullable=False),
    )
    op.create_table(
        "rulebook_files",
        sa.Column("revision", sa.String(64), primary_key=True),
        sa.Column("path", sa.String(500), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "advice",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("experiment_id", sa.Integer, sa.ForeignKey("experiments.id", name="fk_advice_experiment_id")),
        sa.Column("rulebook_revision", sa.String(64), nullable=False),
        sa.Column("rulebook_name", sa.String(200), nullable=False),
        sa.Column("circumstances", sa.Text, nullable=False),
        sa.Column("request", sa.LargeBinary, nullable=False),
        sa.Column("response", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_advice_created_at", "advice", ["created_at"])
    op.create_index("ix_advice_experiment_id", "advice", ["experiment_id"])

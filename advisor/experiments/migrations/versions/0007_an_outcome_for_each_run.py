"""An outcome for each run that followed an advice, and what a person said of it apart from what is worked out."""

from __future__ import annotations

import json
import re

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_WORKED_OUT = re.compile(r"The two scores are on different scales\.|The scores differ by .*, within the noise of the two evaluations, .*\.")
_ROWS = sa.table(
    "outcomes",
    *(sa.column(name) for name in ("id", "experiment", "score", "note", "word")),
    sa.column("helped", sa.Boolean),
    sa.column("stated", sa.Boolean),
)


def upgrade() -> None:
    """Put the run into the key; what is known of whether it helped counts as said where a person stated the outcome."""
    op.add_column("outcomes", sa.Column("word", sa.Text))
    connection = op.get_bind()
    for row in connection.execute(sa.select(_ROWS).where(_ROWS.c.stated)).all():
        note = None if row.note is None or _WORKED_OUT.fullmatch(row.note) else row.note
        said = {"helped": row.helped, "score": row.score if row.experiment is None else None, "note": note}
        said = {name: value for name, value in said.items() if value is not None}
        connection.execute(sa.update(_ROWS).where(_ROWS.c.id == row.id).values(word=json.dumps(said)))
    connection.execute(sa.update(_ROWS).where(_ROWS.c.experiment.is_(None)).values(experiment=""))
    with op.batch_alter_table("outcomes") as table:
        table.alter_column("experiment", existing_type=sa.String(200), nullable=False)
        table.drop_constraint("uq_outcomes_advice_id_action", type_="unique")
        table.create_unique_constraint("uq_outcomes_advice_id_action_experiment", ["advice_id", "action", "experiment"])
        table.create_index("ix_outcomes_experiment", ["experiment"])

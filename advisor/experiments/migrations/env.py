"""What Alembic runs: the migrations, on the connection and in the transaction that it was handed."""

from __future__ import annotations

from alembic import context

from advisor.experiments.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, transactional_ddl=False)
context.run_migrations()

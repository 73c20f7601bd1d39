"""The tables, as the newest migration leaves them."""

from __future__ import annotations

import zlib
from typing import Any

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)
_FAST = 1  # zlib's level: rulebooks and answers shrink to a fifth at any level


class Compressed(TypeDecorator[bytes]):
    """Bytes, deflated in the database: an answer repeats its own words many times."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> Any:  # noqa: ARG002  # SQLAlchemy's signature
        """Deflate."""
        return None if value is None else zlib.compress(value, _FAST)

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Inflate."""
        return None if value is None else zlib.decompress(value)


PROJECTS = Table(
    "projects",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("baseline", Text),  # JSON as in the request of POST /advise, like all texts below that hold facts
    Column("goal", Text),
    Column("created_at", String(32), nullable=False),
)

EXPERIMENTS = Table(
    "experiments",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("project_id", ForeignKey("projects.id"), nullable=False),
    Column("name", String(200), nullable=False),  # the run's id
    Column("position", Integer, nullable=False),  # from 1, in the order in which they were recorded
    Column("run", Compressed, nullable=False),  # everything, with all checkpoints
    Column("summary", Text, nullable=False),  # the same as an entry of a history: without the curve, with its lowest validation loss
    Column("created_at", String(32), nullable=False),
    Column("updated_at", String(32), nullable=False),
    UniqueConstraint("project_id", "name"),
    UniqueConstraint("project_id", "position"),
)

RULEBOOKS = Table(
    "rulebooks",
    METADATA,
    Column("revision", String(64), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("created_at", String(32), nullable=False),
)

RULEBOOK_FILES = Table(
    "rulebook_files",
    METADATA,
    Column("revision", String(64), primary_key=True),
    Column("path", String(500), primary_key=True),
    Column("content", Compressed, nullable=False),
)

ADVICE = Table(
    "advice",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("created_at", String(32), nullable=False),
    Column("experiment_id", ForeignKey("experiments.id"), index=True),  # null where no project was named, or it was removed
    Column("removed_from", String(100)),  # the project that its experiment was removed from
    Column("removed_experiment", String(200)),  # and the name that it had there
    Column("rulebook_revision", String(64), nullable=False),
    Column("rulebook_name", String(200), nullable=False),
    Column("circumstances", Text, nullable=False),  # what shaped the answer besides request and rulebook, as JSON
    Column("request", Compressed, nullable=False),  # as it was judged: with what the store added
    Column("response", Compressed, nullable=False),
    Column("summary", Text, nullable=False, server_default=""),  # what it says in short, as JSON
    Column("words", Text, nullable=False, server_default=""),  # the same to be searched: ids and titles in lower case
    Index("ix_advice_created_at", "created_at"),
)

OUTCOMES = Table(
    "outcomes",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("advice_id", ForeignKey("advice.id"), nullable=False),
    Column("action", String(100), nullable=False),
    Column("rule", String(100), nullable=False),
    Column("experiment", String(200), nullable=False),  # the run in which it was followed; empty where nobody names one
    Column("followed", Boolean, nullable=False),
    Column("score_before", Float),
    Column("score", Float),
    Column("helped", Boolean),  # null where nobody knows yet
    Column("note", Text),
    Column("created_at", String(32), nullable=False),
    Column("stated", Boolean, nullable=False),  # by a person
    Column("word", Text),  # what a person said of it beside the action, as JSON; null where none did
    UniqueConstraint("advice_id", "action", "experiment"),
    Index("ix_outcomes_action", "action"),
    Index("ix_outcomes_experiment", "experiment"),
)

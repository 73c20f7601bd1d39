"""What came of advice, and how often each action and each rule helped in this team's own past."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.exc import IntegrityError

from advisor.contract.advice import ActionRecord
from advisor.errors import NotRecorded, UnusableInput
from advisor.experiments.database import Database, insert_new
from advisor.experiments.records import Outcome, Unclear
from advisor.experiments.tables import OUTCOMES

_LONGEST_NAME = 200


class Outcomes:
    """The outcomes of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, outcomes: list[Outcome]) -> list[Outcome]:
        """Record what came of actions, all or none of them, and return what counts now.

        What was recorded of the same action of the same advice gives way, but what a person stated only to what a person states.

        Raises:
            NotRecorded: There is no such advice.
            UnusableInput: An experiment has a longer name than any.
        """
        if any(len(outcome.experiment or "") > _LONGEST_NAME for outcome in outcomes):
            raise UnusableInput(f"An experiment's name is at most {_LONGEST_NAME} printable characters.")
        try:
            with self._database.writing() as connection:
                return [_put(connection, outcome) for outcome in outcomes]
        except IntegrityError:
            raise NotRecorded("The store has no advice of this id.") from None

    def of(self, advice_id: str) -> list[Outcome]:
        """Return what is known of an advice's actions, in the order of recording."""
        with self._database.reading() as connection:
            rows = connection.execute(select(OUTCOMES).where(OUTCOMES.c.advice_id == advice_id).order_by(OUTCOMES.c.id))
            return [_outcome(row._mapping) for row in rows]  # noqa: SLF001  # SQLAlchemy's documented way to a row's names

    def record(self, by: Literal["action", "rule"] = "action") -> dict[str, ActionRecord]:
        """Return how often each was followed with a known outcome, and how often it helped, the most followed first."""
        with self._database.reading() as connection:
            rows = connection.execute(_RECORDS[by]).all()
        return {row[0]: ActionRecord(row.followed, row.helped) for row in rows}

    def unclear(self) -> list[Unclear]:
        """Return the actions that were followed without anybody knowing whether they helped, the most followed first."""
        unknown = (OUTCOMES.c.followed, OUTCOMES.c.helped.is_(None))
        query = select(OUTCOMES.c.action, OUTCOMES.c.note).where(*unknown).order_by(OUTCOMES.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        notes: dict[str, list[str | None]] = {}
        for row in rows:
            notes.setdefault(row.action, []).append(row.note)
        found = [Unclear(action, len(said), next((n for n in reversed(said) if n), None)) for action, said in notes.items()]
        return sorted(found, key=lambda one: (-one.times, one.action))


def _put(connection: Connection, outcome: Outcome) -> Outcome:
    values = asdict(outcome)
    gives_way = None if outcome.stated else OUTCOMES.c.stated.is_(False)
    said = insert_new(connection, OUTCOMES).values(**values)
    connection.execute(said.on_conflict_do_update(index_elements=["advice_id", "action"], set_=values, where=gives_way))
    here = (OUTCOMES.c.advice_id == outcome.advice_id, OUTCOMES.c.action == outcome.action)
    return _outcome(connection.execute(select(OUTCOMES).where(*here)).one()._mapping)  # noqa: SLF001  # see above


def _record_by(name: str) -> Select[Any]:
    column = OUTCOMES.c[name]
    helped = func.count().filter(OUTCOMES.c.helped).label("helped")
    query = select(column, func.count().label("followed"), helped).where(OUTCOMES.c.followed, OUTCOMES.c.helped.is_not(None))
    return query.group_by(column).order_by(func.count().desc(), column)


_RECORDS = {by: _record_by(by) for by in ("action", "rule")}  # asked for with every advice


def _outcome(row: Any) -> Outcome:
    return Outcome(**{name: row[name] for name in Outcome.__dataclass_fields__})

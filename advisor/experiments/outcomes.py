"""What came of advice, and how often each action and each rule helped in this team's own past."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Literal

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, or_, select
from sqlalchemy.exc import IntegrityError

from advisor.contract.advice import ActionRecord
from advisor.errors import NotRecorded, UnusableInput
from advisor.experiments.database import Database, insert_new
from advisor.experiments.records import Outcome, Unclear, Word
from advisor.experiments.tables import ADVICE, EXPERIMENTS, OUTCOMES, PROJECTS

_LONGEST_NAME = 200
_WORD = TypeAdapter(Word)


class Outcomes:
    """The outcomes of a database: of an action of an advice one for each run that followed it, and one that names no run."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, outcomes: list[Outcome], word: Word | None = None) -> list[Outcome]:
        """Record what came of actions, all or none of them, and return what counts now.

        What was recorded of the same action of the same advice in the same run gives way, but what a person stated only to what a person
        states. What a person states of a run takes the place of what one stated without naming a run.

        Args:
            outcomes: What came of them.
            word: What a person said of those that a person states; None is everything that they tell.

        Raises:
            NotRecorded: There is no such advice.
            UnusableInput: An experiment has a longer name than any.
        """
        if any(len(outcome.experiment or "") > _LONGEST_NAME for outcome in outcomes):
            raise UnusableInput(f"An experiment's name is at most {_LONGEST_NAME} printable characters.")
        try:
            with self._database.writing() as connection:
                for outcome in outcomes:
                    if outcome.stated and outcome.experiment:
                        connection.execute(delete(OUTCOMES).where(_of_action(outcome), OUTCOMES.c.experiment == ""))
                return [_put(connection, outcome, word) for outcome in outcomes]
        except IntegrityError:
            raise NotRecorded("The store has no advice of this id.") from None

    def replace(self, outcomes: Iterable[tuple[Outcome, Word | None]], gone: Iterable[Outcome]) -> None:
        """Put what was worked out anew in the place of what is recorded of the same actions and runs, and take away what is gone."""
        with self._database.writing() as connection:
            for outcome in gone:
                connection.execute(delete(OUTCOMES).where(_of_action(outcome), OUTCOMES.c.experiment == (outcome.experiment or "")))
            for outcome, word in outcomes:
                _put(connection, outcome, word)

    def touching(self, project: str, experiment: str) -> list[tuple[Outcome, Word | None]]:
        """Return the outcomes that an experiment bears on, with what a person said: of advice on it, and of other advice that it followed.

        What came of advice on removed experiments is not among them: it stays as it is.
        """
        here = or_(OUTCOMES.c.experiment == experiment, EXPERIMENTS.c.name == experiment)
        query = select(OUTCOMES).select_from(OUTCOMES.join(ADVICE).join(EXPERIMENTS).join(PROJECTS))
        with self._database.reading() as connection:
            rows = connection.execute(query.where(PROJECTS.c.name == project, here).order_by(OUTCOMES.c.id)).all()
        return [(_outcome(row._mapping), None if row.word is None else _WORD.validate_json(row.word)) for row in rows]  # noqa: SLF001  # see below

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
        unknown = (OUTCOMES.c.followed, OUTCOMES.c.helped.is_(None), _COUNTS)
        query = select(OUTCOMES.c.action, OUTCOMES.c.note).where(*unknown).order_by(OUTCOMES.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        notes: dict[str, list[str | None]] = {}
        for row in rows:
            notes.setdefault(row.action, []).append(row.note)
        found = [Unclear(action, len(said), next((n for n in reversed(said) if n), None)) for action, said in notes.items()]
        return sorted(found, key=lambda one: (-one.times, one.action))


def _of_action(outcome: Outcome) -> ColumnElement[bool]:
    return and_(OUTCOMES.c.advice_id == outcome.advice_id, OUTCOMES.c.action == outcome.action)


def _put(connection: Connection, outcome: Outcome, word: Word | None) -> Outcome:
    values = asdict(outcome) | {"experiment": outcome.experiment or "", "word": None}
    if outcome.stated:
        word = word or Word(outcome.helped, outcome.score, outcome.note)
        values["word"] = json.dumps({name: value for name, value in asdict(word).items() if value is not None})
    gives_way = None if outcome.stated else OUTCOMES.c.stated.is_(False)
    said = insert_new(connection, OUTCOMES).values(**values)
    connection.execute(said.on_conflict_do_update(index_elements=["advice_id", "action", "experiment"], set_=values, where=gives_way))
    here = (_of_action(outcome), OUTCOMES.c.experiment == values["experiment"])
    return _outcome(connection.execute(select(OUTCOMES).where(*here)).one()._mapping)  # noqa: SLF001  # see above


def _counts() -> ColumnElement[bool]:
    """Where somebody speaks for an advice and an action as a whole, only that counts of them."""
    whole = OUTCOMES.alias("whole")
    same = (whole.c.advice_id == OUTCOMES.c.advice_id, whole.c.action == OUTCOMES.c.action, whole.c.experiment == "")
    return or_(OUTCOMES.c.experiment == "", ~select(whole.c.id).where(*same).correlate(OUTCOMES).exists())


_COUNTS = _counts()


def _record_by(name: str) -> Select[Any]:
    column = OUTCOMES.c[name]
    helped = func.count().filter(OUTCOMES.c.helped).label("helped")
    query = select(column, func.count().label("followed"), helped).where(OUTCOMES.c.followed, OUTCOMES.c.helped.is_not(None), _COUNTS)
    return query.group_by(column).order_by(func.count().desc(), column)


_RECORDS = {by: _record_by(by) for by in ("action", "rule")}  # asked for with every advice


def _outcome(row: Any) -> Outcome:
    return Outcome(**{name: row[name] for name in Outcome.__dataclass_fields__} | {"experiment": row["experiment"] or None})

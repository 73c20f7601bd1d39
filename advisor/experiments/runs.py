"""The experiments of a project: recorded in order, looked up by name, read in pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from advisor.contract.request import Baseline, Goal
from advisor.errors import AlreadyRecorded, NotRecorded, UnusableInput
from advisor.experiments.database import Database
from advisor.experiments.projects import claim, describe
from advisor.experiments.records import Experiment
from advisor.experiments.summaries import run_json, summary_of
from advisor.experiments.tables import EXPERIMENTS, PROJECTS
from advisor.facts import EarlierRun

_LONGEST_NAME = 200
_IN_SHORT = (
    EXPERIMENTS.c.name, EXPERIMENTS.c.position, EXPERIMENTS.c.parent, EXPERIMENTS.c.created_at, EXPERIMENTS.c.updated_at,
    EXPERIMENTS.c.summary,
)  # fmt: skip


class Experiments:
    """The experiments of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, project: str, *, after: int = 0, limit: int | None = None) -> list[Experiment]:
        """Return experiments in short, oldest first, from the one after a position; None is no limit."""
        with self._database.reading() as connection:
            rows = connection.execute(_of(project).where(EXPERIMENTS.c.position > after).order_by(EXPERIMENTS.c.position).limit(limit))
            return [_in_short(row) for row in rows]

    def whole(self, project: str) -> list[Experiment]:
        """Return every experiment with its whole run, oldest first."""
        query = _whole_of(project)
        with self._database.reading() as connection:
            return [_experiment(row, row.run) for row in connection.execute(query.order_by(EXPERIMENTS.c.position))]

    def texts(self, project: str) -> list[tuple[str | None, str]]:
        """Return every experiment's parent and its whole run as JSON, oldest first."""
        query = select(EXPERIMENTS.c.parent, EXPERIMENTS.c.run).select_from(EXPERIMENTS.join(PROJECTS)).where(PROJECTS.c.name == project)
        with self._database.reading() as connection:
            return [(row.parent, row.run.decode()) for row in connection.execute(query.order_by(EXPERIMENTS.c.position))]

    def before(self, project: str, *, name: str | None, limit: int) -> list[Experiment]:
        """Return the last experiments in short, oldest first: those recorded before the named one, or all where it is not recorded."""
        with self._database.reading() as connection:
            here = select(EXPERIMENTS.c.position).select_from(EXPERIMENTS.join(PROJECTS)).where(PROJECTS.c.name == project)
            position = connection.execute(here.where(EXPERIMENTS.c.name == name)).scalar_one_or_none()
            query = _of(project) if position is None else _of(project).where(EXPERIMENTS.c.position < position)
            return [_in_short(row) for row in connection.execute(query.order_by(EXPERIMENTS.c.position.desc()).limit(limit))][::-1]

    def find(self, project: str, name: str) -> Experiment | None:
        """Return an experiment with its whole run, or None."""
        with self._database.reading() as connection:
            return find_run(connection, project, name)

    def get(self, project: str, name: str) -> Experiment:
        """Return an experiment with its whole run; raise NotRecorded where there is none of this name."""
        found = self.find(project, name)
        if found is None:
            raise NotRecorded(f"Project {project} has no experiment {name}: list its experiments to see their names.")
        return found

    def add(
        self,
        project: str,
        runs: Sequence[EarlierRun],
        *,
        created_at: str,
        parents: Sequence[str | None] | None = None,
        baseline: Baseline | None = None,
        goal: Goal | None = None,
    ) -> list[Experiment]:
        """Record experiments, all or none of them; one without an id is called after its position.

        Args:
            project: The project's name; it is made if need be.
            runs: The runs, oldest first.
            created_at: When, ISO 8601.
            parents: For each run the one that it varies, None for the one before it; without them, that holds for all.
            baseline: The project's baseline, said with them; None leaves it as it is.
            goal: The same of its goal.

        Raises:
            AlreadyRecorded: One of them is recorded already.
            UnusableInput: A name is too long.
        """
        with self._database.writing() as connection:
            project_id = claim(connection, project, created_at)
            describe(connection, project_id, baseline, goal)
            return add_runs(connection, project_id, runs, created_at, parents)

    def change(self, project: str, name: str, change: Callable[[EarlierRun], EarlierRun], *, updated_at: str) -> Experiment:
        """Put what a function makes of an experiment's run in its place, nobody else writing to it meanwhile.

        Raises:
            NotRecorded: There is no such experiment.
            UnusableInput: The run names a parent that the project has not.
        """
        with self._database.writing() as connection:
            project_id = claim(connection, project, updated_at)
            found = find_run(connection, project, name)
            if found is None:
                raise NotRecorded(f"Project {project} has no experiment {name}.")
            run = change(found.run).model_copy(update={"id": name})
            parent = run.parent if run.parent != found.run.parent else found.parent
            if parent is not None and (parent == name or find_run(connection, project, parent) is None):
                raise UnusableInput(f"Experiment {name} varies {parent}, which the project has not.")
            replace_run(connection, project_id, name, run, updated_at)
            here = (EXPERIMENTS.c.project_id == project_id, EXPERIMENTS.c.name == name)
            connection.execute(update(EXPERIMENTS).where(*here).values(parent=parent))
        return Experiment(name, found.position, parent, run, found.created_at, updated_at)


def find_run(connection: Connection, project: str, name: str) -> Experiment | None:
    """Return an experiment with its whole run, or None."""
    query = _whole_of(project)
    row = connection.execute(query.where(EXPERIMENTS.c.name == name)).one_or_none()
    return None if row is None else _experiment(row, row.run)


def last_run(connection: Connection, project: str) -> Experiment | None:
    """Return the experiment recorded last, with its whole run, or None."""
    query = _whole_of(project)
    row = connection.execute(query.order_by(EXPERIMENTS.c.position.desc()).limit(1)).one_or_none()
    return None if row is None else _experiment(row, row.run)


def add_runs(
    connection: Connection,
    project_id: int,
    runs: Sequence[EarlierRun],
    created_at: str,
    parents: Sequence[str | None] | None = None,
) -> list[Experiment]:
    """Record experiments in a project that this transaction has claimed."""
    known = EXPERIMENTS.c.project_id == project_id
    last = connection.execute(select(func.coalesce(func.max(EXPERIMENTS.c.position), 0)).where(known)).scalar_one()
    taken = set(connection.execute(select(EXPERIMENTS.c.name).where(known)).scalars())
    added = []
    for position, (run, parent) in enumerate(zip(runs, parents or [None] * len(runs), strict=True), last + 1):
        name = run.id or _free_name(taken, position)
        if len(name) > _LONGEST_NAME or not name.isprintable():
            raise UnusableInput(f"An experiment's name is at most {_LONGEST_NAME} printable characters.")
        if name in taken:
            raise AlreadyRecorded(f"The project has an experiment {name} already: change that one, or call this one something else.")
        if parent is not None and parent not in taken:
            raise UnusableInput(f"Experiment {name} varies {parent}, which the project has not.")
        taken.add(name)
        added.append(Experiment(name, position, parent, run.model_copy(update={"id": name}), created_at, created_at))
    rows = [
        {
            "project_id": project_id, "name": one.name, "position": one.position, "parent": one.parent, "created_at": created_at,
            "updated_at": created_at, "run": run_json(one.run), "summary": summary_of(one.run).decode(),
        }
        for one in added
    ]  # fmt: skip
    if rows:
        connection.execute(insert(EXPERIMENTS), rows)
    return added


def replace_run(connection: Connection, project_id: int, name: str, run: EarlierRun, updated_at: str) -> None:
    """Put a run in the place of a recorded one."""
    found = (EXPERIMENTS.c.project_id == project_id, EXPERIMENTS.c.name == name)
    values = {"run": run_json(run), "summary": summary_of(run).decode(), "updated_at": updated_at}
    connection.execute(update(EXPERIMENTS).where(*found).values(**values))


def _free_name(taken: set[str], position: int) -> str:
    """Return R and the position, or the next number that is not taken."""
    while f"R{position}" in taken:
        position += 1
    return f"R{position}"


def _whole_of(project: str) -> Select[Any]:
    return _of(project).add_columns(EXPERIMENTS.c.run)


def _of(project: str) -> Select[Any]:
    return select(*_IN_SHORT).select_from(EXPERIMENTS.join(PROJECTS)).where(PROJECTS.c.name == project)


def _in_short(row: Row[Any]) -> Experiment:
    return _experiment(row, row.summary)


def _experiment(row: Row[Any], run: bytes | str) -> Experiment:
    return Experiment(row.name, row.position, row.parent, EarlierRun.model_validate_json(run), row.created_at, row.updated_at)

"""The experiments of a project: recorded in order, looked up by name, read in pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from advisor.contract.request import Baseline, Goal
from advisor.errors import AlreadyRecorded, NotRecorded, StillVaried, UnusableInput
from advisor.experiments.database import Database
from advisor.experiments.projects import claim, describe
from advisor.experiments.records import Experiment
from advisor.experiments.summaries import run_json, summary_of
from advisor.experiments.tables import ADVICE, EXPERIMENTS, PROJECTS
from advisor.facts import EarlierRun, Run

_LONGEST_NAME = 200
_SHOWN = 5
_NO_NAMES = (".", "..", "export")  # in an address they mean something else
_IN_SHORT = (EXPERIMENTS.c.name, EXPERIMENTS.c.position, EXPERIMENTS.c.created_at, EXPERIMENTS.c.updated_at, EXPERIMENTS.c.summary)


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
        query = _whole_of(project)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(EXPERIMENTS.c.position))
            return [(json.loads(row.summary).get("parent"), row.run.decode()) for row in rows]

    def before(self, project: str, *, name: str | None, limit: int) -> list[Experiment]:
        """Return the last experiments in short, oldest first: those recorded before the named one, or all where it is not recorded."""
        with self._database.reading() as connection:
            here = select(EXPERIMENTS.c.position).select_from(EXPERIMENTS.join(PROJECTS)).where(PROJECTS.c.name == project)
            position = connection.execute(here.where(EXPERIMENTS.c.name == name)).scalar_one_or_none()
            query = _of(project) if position is None else _of(project).where(EXPERIMENTS.c.position < position)
            return [_in_short(row) for row in connection.execute(query.order_by(EXPERIMENTS.c.position.desc()).limit(limit))][::-1]

    def varied_by(self, project: str, experiment: Experiment) -> Experiment | None:
        """Return the experiment that one varies: its parent, else the one recorded before it; None for the first."""
        if experiment.parent is not None:
            return self.find(project, experiment.parent)
        return next(iter(self.before(project, name=experiment.name, limit=1)), None)

    def varying(self, project: str, experiment: Experiment) -> list[Experiment]:
        """Return the experiments, in short, that vary one: those that name it as their parent, and the next one where that names none."""
        later = _of(project).where(EXPERIMENTS.c.position > experiment.position).order_by(EXPERIMENTS.c.position)
        with self._database.reading() as connection:
            following = [one for one in map(_in_short, connection.execute(later.limit(1))) if one.parent is None]
            naming = map(_in_short, connection.execute(later.where(EXPERIMENTS.c.summary.contains('"parent"'))))
            return following + [one for one in naming if one.parent == experiment.name]

    def find(self, project: str, name: str) -> Experiment | None:
        """Return an experiment with its whole run, or None."""
        with self._database.reading() as connection:
            return find_run(connection, project, name)

    def known_as(self, project: str, run: Run) -> Experiment | None:
        """Return the experiment that a run is, with its whole run: an unnamed one is the last of the project where that says the same."""
        with self._database.reading() as connection:
            return known_as(connection, project, run)

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
            parents: For each run the one that it varies, recorded or listed before it; None, or no list, leaves that to what the run says.
            baseline: The project's baseline, said with them; None leaves it as it is.
            goal: The same of its goal.

        Raises:
            AlreadyRecorded: One of them is recorded already.
            UnusableInput: A name is too long, or a run varies one that does not come before it.
        """
        with self._database.writing() as connection:
            project_id = claim(connection, project, created_at)
            describe(connection, project_id, baseline, goal)
            return add_runs(connection, project_id, runs, created_at, parents)

    def change(self, project: str, name: str, change: Callable[[EarlierRun], EarlierRun], *, updated_at: str) -> Experiment:
        """Put what a function makes of an experiment's run in its place, nobody else writing to it meanwhile.

        Raises:
            NotRecorded: There is no such experiment.
            UnusableInput: The run names a parent that does not come before it.
        """
        with self._database.writing() as connection:
            project_id = claim(connection, project, updated_at)
            found = find_run(connection, project, name)
            if found is None:
                raise NotRecorded(f"Project {project} has no experiment {name}.")
            run = change(found.run).model_copy(update={"id": name})
            if run.parent != found.parent and not comes_before(connection, project_id, run.parent, found.position):
                last = select(EXPERIMENTS.c.name).where(EXPERIMENTS.c.project_id == project_id, EXPERIMENTS.c.position > found.position)
                raise _no_parent(name, run.parent, connection.execute(last).scalars())
            replace_run(connection, project_id, name, run, updated_at)
        return Experiment(name, found.position, run, found.created_at, updated_at)

    def remove(self, project: str, name: str, *, at: str, check: Callable[[EarlierRun], None] = lambda _: None) -> None:
        """Take an experiment away; the positions of the others stay, and so do the advice on it and what came of that.

        Args:
            project: The project's name.
            name: The experiment's name.
            at: When, ISO 8601.
            check: Asked with its whole run before it is removed, nobody else writing to it meanwhile; what it raises keeps the experiment.

        Raises:
            NotRecorded: There is no such experiment.
            StillVaried: Other experiments name it as the one that they vary.
        """
        with self._database.writing() as connection:
            project_id = claim(connection, project, at)
            found = find_run(connection, project, name)
            if found is None:
                raise NotRecorded(f"Project {project} has no experiment {name}: list its experiments to see their names.")
            check(found.run)
            rows = connection.execute(_of(project).where(EXPERIMENTS.c.position > found.position).order_by(EXPERIMENTS.c.position))
            varying = [one.name for one in map(_in_short, rows) if one.parent == name]
            if varying:
                raise StillVaried(_still_varied(name, varying))
            here = (EXPERIMENTS.c.project_id == project_id, EXPERIMENTS.c.name == name)
            its_id = select(EXPERIMENTS.c.id).where(*here).scalar_subquery()
            kept = {"experiment_id": None, "removed_from": project, "removed_experiment": name}
            connection.execute(update(ADVICE).where(ADVICE.c.experiment_id == its_id).values(**kept))
            connection.execute(delete(EXPERIMENTS).where(*here))


def find_run(connection: Connection, project: str, name: str) -> Experiment | None:
    """Return an experiment with its whole run, or None."""
    query = _whole_of(project)
    row = connection.execute(query.where(EXPERIMENTS.c.name == name)).one_or_none()
    return None if row is None else _experiment(row, row.run)


def known_as(connection: Connection, project: str, run: Run) -> Experiment | None:
    """Return the experiment that a run is: by its name; without one the last of the project, where that says the same to the letter."""
    if run.id is not None:
        return find_run(connection, project, run.id)
    query = _whole_of(project).add_columns(EXPERIMENTS.c.project_id)
    row = connection.execute(query.order_by(EXPERIMENTS.c.position.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    last = _experiment(row, row.run)
    kept = {"id": last.name} if comes_before(connection, row.project_id, run.parent) else {"id": last.name, "parent": None}
    return last if run_json(last.run) == run_json(run.model_copy(update=kept)) else None


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
    given = {run.id for run in runs if run.id}
    added = []
    for position, (run, parent) in enumerate(zip(runs, parents or [None] * len(runs), strict=True), last + 1):
        name = run.id or _free_name(taken, given, position)
        if len(name) > _LONGEST_NAME or not name.isprintable():
            raise UnusableInput(f"An experiment's name is at most {_LONGEST_NAME} printable characters.")
        if name in _NO_NAMES:
            raise UnusableInput(f"An experiment cannot be called {name}: no address could show it. Call it something else.")
        if name in taken:
            raise AlreadyRecorded(f"The project has an experiment {name} already: change that one, or call this one something else.")
        said = run.model_copy(update={"id": name} if parent is None else {"id": name, "parent": parent})
        if said.parent is not None and said.parent not in taken:
            raise _no_parent(name, said.parent, given)
        taken.add(name)
        added.append(Experiment(name, position, said, created_at, created_at))
    rows = [
        {
            "project_id": project_id, "name": one.name, "position": one.position, "created_at": created_at, "updated_at": created_at,
            "run": run_json(one.run), "summary": summary_of(one.run).decode(),
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


def comes_before(connection: Connection, project_id: int, parent: str | None, position: int | None = None) -> bool:
    """Return whether a run there may vary what it names as its parent: nothing, or an experiment before it; None is the end."""
    if parent is None:
        return True
    here = select(EXPERIMENTS.c.position).where(EXPERIMENTS.c.project_id == project_id, EXPERIMENTS.c.name == parent)
    found = connection.execute(here).scalar_one_or_none()
    return found is not None and (position is None or found < position)


def _no_parent(name: str, parent: str | None, later: Iterable[str]) -> UnusableInput:
    if parent == name:
        return UnusableInput(f"Experiment {name} varies itself: name one that comes before it.")
    if parent in set(later):
        return UnusableInput(f"Experiment {name} varies {parent}, which comes after it: name one that comes before it.")
    return UnusableInput(f"Experiment {name} varies {parent}, which the project has not. Record that one first, or name another.")


def _still_varied(name: str, varying: Sequence[str]) -> str:
    more = f" and {len(varying) - _SHOWN:,} more" if len(varying) > _SHOWN else ""
    others = f"{', '.join(varying[:_SHOWN])}{more}"
    if len(varying) == 1:
        return f"{others} varies experiment {name}: remove that one first, or change its parent."
    return f"{others} vary experiment {name}: remove those first, or change their parent."


def _free_name(taken: set[str], given: set[str], position: int) -> str:
    """Return R and the position, or the next number that neither a recorded nor a listed run is called."""
    while f"R{position}" in taken or f"R{position}" in given:
        position += 1
    return f"R{position}"


def _whole_of(project: str) -> Select[Any]:
    return _of(project).add_columns(EXPERIMENTS.c.run)


def _of(project: str) -> Select[Any]:
    return select(*_IN_SHORT).select_from(EXPERIMENTS.join(PROJECTS)).where(PROJECTS.c.name == project)


def _in_short(row: Row[Any]) -> Experiment:
    return _experiment(row, row.summary)


def _experiment(row: Row[Any], run: bytes | str) -> Experiment:
    return Experiment(row.name, row.position, EarlierRun.model_validate_json(run), row.created_at, row.updated_at)

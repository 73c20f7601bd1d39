"""Projects: what a run is compared with, and what it is meant to reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection, Row, func, select, update

from advisor.contract.project_name import check_name as check_name
from advisor.contract.request import Baseline, Goal
from advisor.errors import NotRecorded
from advisor.experiments.database import Database, insert_new
from advisor.experiments.records import Project
from advisor.experiments.tables import EXPERIMENTS, PROJECTS

_SELECT = (
    select(PROJECTS, func.count(EXPERIMENTS.c.id).label("experiments"))
    .outerjoin(EXPERIMENTS, EXPERIMENTS.c.project_id == PROJECTS.c.id)
    .group_by(*PROJECTS.c)
)


class Projects:
    """The projects of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Project]:
        """Return every project by its name."""
        with self._database.reading() as connection:
            return [_project(row) for row in connection.execute(_SELECT.order_by(PROJECTS.c.name))]

    def find(self, name: str) -> Project | None:
        """Return a project; None where nothing was recorded for it yet."""
        with self._database.reading() as connection:
            row = connection.execute(_SELECT.where(PROJECTS.c.name == name)).one_or_none()
            return None if row is None else _project(row)

    def get(self, name: str) -> Project:
        """Return a project; raise NotRecorded where nothing was recorded for it."""
        found = self.find(name)
        if found is None:
            raise NotRecorded(f"There is no project {name}: recording its first experiment makes it.")
        return found

    def set(self, name: str, *, baseline: Baseline | None = None, goal: Goal | None = None, created_at: str) -> Project:
        """Say a project's baseline, its goal, or both, making the project if need be; what is None stays as it is."""
        with self._database.writing() as connection:
            describe(connection, claim(connection, name, created_at), baseline, goal)
        return self.get(name)

    def change(self, name: str, change: Callable[[Baseline | None, Goal], tuple[Baseline | None, Goal]], *, at: str) -> Project:
        """Put what a function makes of a project's baseline and goal in their place, nobody else writing to it meanwhile.

        Raises:
            NotRecorded: There is no such project.
        """
        self.get(name)
        with self._database.writing() as connection:
            project_id = claim(connection, name, at)
            row = connection.execute(_SELECT.where(PROJECTS.c.id == project_id)).one()
            known = _project(row)
            baseline, goal = change(known.baseline, known.goal)
            values = {"baseline": None if baseline is None else _json(baseline), "goal": _json(goal)}
            connection.execute(update(PROJECTS).where(PROJECTS.c.id == project_id).values(**values))
        return replace(known, baseline=baseline, goal=goal)


def describe(connection: Connection, project_id: int, baseline: Baseline | None, goal: Goal | None) -> None:
    """Say the baseline, the goal, or both of a project that this transaction has claimed; what is None stays as it is."""
    values = {name: _json(value) for name, value in (("baseline", baseline), ("goal", goal)) if value is not None}
    if values:
        connection.execute(update(PROJECTS).where(PROJECTS.c.id == project_id).values(**values))


def claim(connection: Connection, name: str, created_at: str) -> int:
    """Return the id of a project that this transaction may write to, made if need be; other writers to it wait.

    Raises:
        UnusableInput: The name is none.
    """
    check_name(name)
    find = select(PROJECTS.c.id).where(PROJECTS.c.name == name).with_for_update()
    found = connection.execute(find).scalar_one_or_none()
    if found is None:
        connection.execute(insert_new(connection, PROJECTS).values(name=name, created_at=created_at).on_conflict_do_nothing())
        found = connection.execute(find).scalar_one()
    return int(found)


def _json(facts: Baseline | Goal) -> str:
    return facts.model_dump_json(exclude_none=True)


def _project(row: Row[tuple[object, ...]]) -> Project:
    baseline = None if row.baseline is None else Baseline.model_validate_json(row.baseline)
    goal = Goal() if row.goal is None else Goal.model_validate_json(row.goal)
    return Project(row.name, baseline, goal, row.experiments, row.created_at)

"""Every advice with what it was given on, kept so that it can be read again and given again."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import TypeAdapter
from sqlalchemy import Connection, bindparam, func, insert, select, tuple_

from advisor.contract import Advice, AdviseRequest
from advisor.errors import NotRecorded
from advisor.experiments.database import Database, insert_new
from advisor.experiments.projects import claim
from advisor.experiments.records import AdviceInShort, Circumstances, KeptAdvice, Said, Titled
from advisor.experiments.remembering import completed
from advisor.experiments.runs import add_runs, comes_before, known_as, replace_run
from advisor.experiments.tables import ADVICE, EXPERIMENTS, PROJECTS, RULEBOOK_FILES, RULEBOOKS
from advisor.facts import EarlierRun, Run
from advisor.rulebook import Rulebook

_CIRCUMSTANCES = TypeAdapter(Circumstances)
_SAID = TypeAdapter(Said)


class AdviceLog:
    """The advice of a database, and the rulebooks that gave it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(
        self, advice: Advice, response: bytes, request: AdviseRequest, rulebook: Rulebook, circumstances: Circumstances, *, run: Run
    ) -> str | None:
        """Keep an advice; where its request names a project, the run becomes an experiment of it, or replaces what is known of it.

        Args:
            advice: What was said.
            response: The bytes that the caller gets.
            request: The request as it was judged.
            rulebook: The rulebook that judged.
            circumstances: What else shaped the answer.
            run: The run as its sender gave it: what the store added to it may have changed meanwhile.

        Returns:
            The name of the experiment that the run became; None without a project.
        """
        said = Said(
            Titled(advice.verdict.id, advice.verdict.title),
            tuple(Titled(finding.id, finding.title) for finding in advice.findings),
            tuple(Titled(action.id, action.title) for action in advice.actions),
        )
        with self._database.writing() as connection:
            _keep_rulebook(connection, rulebook, advice.created_at)
            experiment_id, name = (
                (None, None) if request.project is None else _record_run(connection, request.project, run, advice.created_at)
            )
            connection.execute(
                insert(ADVICE).values(
                    id=advice.advice_id,
                    created_at=advice.created_at,
                    experiment_id=experiment_id,
                    rulebook_revision=rulebook.revision,
                    rulebook_name=rulebook.name,
                    circumstances=_CIRCUMSTANCES.dump_json(circumstances, exclude_defaults=True).decode(),
                    request=request.model_dump_json(exclude_unset=True).encode(),
                    response=response,
                    summary=_SAID.dump_json(said).decode(),
                    words="\n".join(f"{one.id} {one.title}" for one in (said.verdict, *said.findings, *said.actions)).lower(),
                )
            )
        return name

    def get(self, advice_id: str) -> KeptAdvice:
        """Return an advice; raise NotRecorded where none has this id."""
        with self._database.reading() as connection:
            query = _SELECT.where(ADVICE.c.id == advice_id)
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NotRecorded("The store has no advice of this id.")
        circumstances = _CIRCUMSTANCES.validate_json(row.circumstances)
        return KeptAdvice(
            row.id,
            row.created_at,
            row.project,
            row.experiment,
            row.rulebook_revision,
            row.rulebook_name,
            circumstances,
            row.request,
            row.response,
            row.removed_experiment is not None,
        )

    def page(
        self, *, before: str | None = None, limit: int, project: str | None = None, experiment: str | None = None, search: str = ""
    ) -> list[AdviceInShort]:
        """Return advice in short, newest first.

        Args:
            before: The id of the last advice of the page before; None begins with the newest.
            limit: How many at most.
            project: Only advice on this project.
            experiment: Only advice on experiments of this name, also on removed ones.
            search: Words that all stand in the ids and titles of verdict, findings and actions; upper and lower case are alike.

        Raises:
            NotRecorded: There is no advice ``before``.
        """
        query = _SELECT.with_only_columns(*_IN_SHORT, *_LABELLED)
        if project is not None:
            query = query.where(_NAMES["project"] == project)
        if experiment is not None:
            query = query.where(_NAMES["experiment"] == experiment)
        for word in search.lower().split():
            query = query.where(ADVICE.c.words.contains(word, autoescape=True))
        with self._database.reading() as connection:
            if before is not None:
                at = connection.execute(select(ADVICE.c.created_at).where(ADVICE.c.id == before)).scalar_one_or_none()
                if at is None:
                    raise NotRecorded("The store has no advice of this id.")
                query = query.where(tuple_(ADVICE.c.created_at, ADVICE.c.id) < (at, before))
            rows = connection.execute(query.order_by(ADVICE.c.created_at.desc(), ADVICE.c.id.desc()).limit(limit))
            return [
                AdviceInShort(
                    row.id,
                    row.created_at,
                    row.project,
                    row.experiment,
                    row.rulebook_revision,
                    row.rulebook_name,
                    _SAID.validate_json(row.summary),
                )
                for row in rows
            ]

    def latest_on(self, project: str, experiment: str, *, until: str | None = None) -> KeptAdvice | None:
        """Return the last advice on an experiment, given at a time (ISO 8601) at the latest, or None.

        What was said of a removed one of this name does not count.
        """
        with self._database.reading() as connection:
            query = _SELECT.with_only_columns(ADVICE.c.id).where(PROJECTS.c.name == project, EXPERIMENTS.c.name == experiment)
            if until is not None:
                query = query.where(ADVICE.c.created_at <= until)
            found = connection.execute(query.order_by(ADVICE.c.created_at.desc(), ADVICE.c.id).limit(1)).scalar_one_or_none()
        return None if found is None else self.get(found)

    def rulebook_name(self, revision: str) -> str:
        """Return what a rulebook revision was called first; raise NotRecorded where it was never kept."""
        query = select(RULEBOOKS.c.name).where(RULEBOOKS.c.revision == revision).order_by(RULEBOOKS.c.created_at).limit(1)
        with self._database.reading() as connection:
            name = connection.execute(query).scalar_one_or_none()
        if name is None:
            raise NotRecorded(f"The store has no rulebook of revision {revision}.")
        return str(name)

    def rulebook_files(self, revision: str) -> Mapping[str, str]:
        """Return the texts of a rulebook revision's files by their paths; raise NotRecorded where it was never kept."""
        with self._database.reading() as connection:
            rows = connection.execute(select(RULEBOOK_FILES.c.path, RULEBOOK_FILES.c.content).where(RULEBOOK_FILES.c.revision == revision))
            files = {row.path: row.content.decode() for row in rows}
        if not files:
            raise NotRecorded(f"The store has no rulebook of revision {revision}.")
        return files


_IN_SHORT = (ADVICE.c.id, ADVICE.c.created_at, ADVICE.c.rulebook_revision, ADVICE.c.rulebook_name, ADVICE.c.summary)
_NAMES = {
    "project": func.coalesce(PROJECTS.c.name, ADVICE.c.removed_from),
    "experiment": func.coalesce(EXPERIMENTS.c.name, ADVICE.c.removed_experiment),
}
_LABELLED = [column.label(name) for name, column in _NAMES.items()]
_SELECT = select(ADVICE, *_LABELLED).select_from(ADVICE.outerjoin(EXPERIMENTS).outerjoin(PROJECTS))


_RULEBOOK = select(RULEBOOKS.c.name).where(RULEBOOKS.c.revision == bindparam("revision"), RULEBOOKS.c.name == bindparam("name"))


def _keep_rulebook(connection: Connection, rulebook: Rulebook, created_at: str) -> None:
    named = {"revision": rulebook.revision, "name": rulebook.name}
    if connection.execute(_RULEBOOK, named).first() is not None:
        return
    connection.execute(insert_new(connection, RULEBOOKS).values(**named, created_at=created_at).on_conflict_do_nothing())
    rows = [{"revision": rulebook.revision, "path": path, "content": text.encode()} for path, text in rulebook.files.items()]
    connection.execute(insert_new(connection, RULEBOOK_FILES).on_conflict_do_nothing(), rows)


def _record_run(connection: Connection, project: str, run: Run, at: str) -> tuple[int, str]:
    """Record a run as its sender gave it, and return its experiment's id and name; what was known stays wherever that says nothing."""
    project_id = claim(connection, project, at)
    known = known_as(connection, project, run)
    new = EarlierRun.model_validate(run.model_dump(exclude_unset=True))
    if not comes_before(connection, project_id, new.parent, None if known is None else known.position):
        new = new.model_copy(update={"parent": None})  # a run that the project has not before it is judged as none is named
    if known is None:
        (known,) = add_runs(connection, project_id, [new], at)
    elif run.id is not None:
        replace_run(connection, project_id, known.name, completed(new, known.run), at)
    name = known.name
    query = select(EXPERIMENTS.c.id).where(EXPERIMENTS.c.project_id == project_id, EXPERIMENTS.c.name == name)
    return int(connection.execute(query).scalar_one()), name

"""What the pages of a project show, read from the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from advisor.api.parts import Parts
from advisor.contract import Advice
from advisor.experiments import Store
from advisor.experiments.loop import request_on
from advisor.experiments.records import Experiment, Project
from advisor.experiments.table import ExperimentRow, table_page
from advisor.shown import KINDS
from advisor.web.curves import Line, Plot, drawn, line_of
from advisor.web.judging import JudgedRun, looked_at

PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class ProjectView:
    """One page of a project's table, and where its loop stands.

    Attributes:
        best: The line with the highest score on the scale that the first one of the page states.
        advice: What the rulebook in force says of the newest experiment; None without any.
        newest_advice: The id of the last advice that was given on the newest experiment; None without any.
        goes_on: Whether a further run is planned: the rule of the verdict does not say that there is none.
        earlier: Where the page before begins; None on the first, like ``later`` on the last.
    """

    project: Project
    rows: tuple[ExperimentRow, ...]
    advice: Advice | None
    goes_on: bool
    newest: str | None
    newest_advice: str | None
    best: ExperimentRow | None
    earlier: int | None
    later: int | None


@dataclass(frozen=True, slots=True)
class ComparedRuns:
    """Two runs, their curves in the same plots; the second one's are dashed."""

    one: Experiment
    other: Experiment
    plots: tuple[Plot, ...]


def project_view(name: str, after: int | None, parts: Parts, store: Store) -> ProjectView:
    """Return a page of a project, by default the one with the newest experiments.

    Raises:
        NotRecorded: There is no such project.
    """
    project = store.projects.get(name)
    last = max(0, project.experiments - PER_PAGE)
    start = last if after is None else min(after, last)
    rows = tuple(table_page(store, name, after=start, limit=PER_PAGE))
    newest = store.experiments.before(name, name=None, limit=1)
    state = _state(newest[0], name, parts, store) if newest else None
    given = store.advice.latest_on(name, newest[0].name) if newest else None
    verdict = None if state is None else state.rulebook.rule(state.advice.verdict.id)
    return ProjectView(
        project=project,
        rows=rows,
        advice=None if state is None else state.advice,
        goes_on=verdict is not None and verdict.no_experiment is None,
        newest=newest[0].name if newest else None,
        newest_advice=None if given is None else given.id,
        best=_best(rows),
        earlier=max(0, start - PER_PAGE) if start else None,
        later=start + PER_PAGE if start < last else None,
    )


def _best(rows: Sequence[ExperimentRow]) -> ExperimentRow | None:
    usual = next((row.scale for row in rows if row.scale is not None), None)
    scored = [(row.score, row) for row in rows if row.score is not None and row.scale in (None, usual)]
    return max(scored, key=lambda pair: pair[0], default=(None, None))[1]


def compared_runs(one: Experiment, other: Experiment) -> ComparedRuns:
    """Return the curves of two runs together; a kind of metric that only one of them has is drawn all the same."""
    plots = []
    for kind in KINDS:
        lines = [_named(line_of(e.run, metric), e, dashed=e is other) for e in (one, other) for metric in kind.metrics]
        lines = [line for line in lines if line.steps]
        if lines:
            plots.append(drawn(Plot(kind.id, kind.title, kind.unit, tuple(lines))))
    return ComparedRuns(one, other, tuple(plots))


def _named(line: Line, experiment: Experiment, *, dashed: bool) -> Line:
    return replace(line, name=f"{experiment.position}:{line.name}", label=f"{experiment.name}: {line.label}", dashed=dashed)


def _state(newest: Experiment, project: str, parts: Parts, store: Store) -> JudgedRun:
    """Return what is said of the newest experiment now; nothing is kept of it."""
    whole = store.experiments.get(project, newest.name)
    return looked_at(request_on(whole, project, store).request, parts)

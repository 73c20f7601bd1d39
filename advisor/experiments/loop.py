"""The loop around ``advise``: what the store adds to a request, the same advice given again, mistakes as they happen."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock

from advisor.contract import AdviseRequest
from advisor.contract.advice import ActionRecord, CommonMistake
from advisor.contract.request import Followed, Record
from advisor.engine import Program
from advisor.experiments.projects import check_name
from advisor.experiments.records import Experiment
from advisor.experiments.remembering import completed
from advisor.experiments.store import Store
from advisor.facts import Run
from advisor.rulebook import build_rulebook
from advisor.service import advise, to_json

LONGEST_HISTORY = 500
"""How many of a project's experiments a run is judged against: the last ones before it, and the first after it, so that a long project stays
quick."""


@dataclass(frozen=True, slots=True)
class Surrounded:
    """A request with what the store knows around it.

    Attributes:
        request: The request, with the team's record, history, baseline, goal and earlier facts of its run where it gave none; of a run
            that is not the project's last also what was tried after it.
        warnings: Sentences for whoever reads the advice.
    """

    request: AdviseRequest
    warnings: tuple[str, ...] = ()


def surround(request: AdviseRequest, store: Store) -> Surrounded:
    """Return a request with what the store knows of its project; what the request says itself counts.

    Raises:
        UnusableInput: The project's name is none.
        StoreFault: The store cannot be read.
    """
    changes: dict[str, object] = {} if request.record is not None else _recorded(store)
    if request.project is None:
        return Surrounded(request.model_copy(update=changes))
    check_name(request.project)
    project = store.projects.find(request.project)
    if project is None:
        return Surrounded(request.model_copy(update=changes))
    known = store.experiments.known_as(project.name, request.run)
    if known is not None and request.run.id is not None:
        changes["run"] = completed(request.run, known.run)
    if request.baseline is None or request.baseline.score is None:
        changes["baseline"] = project.baseline
    if "goal" not in request.model_fields_set:
        changes["goal"] = project.goal
    warnings: tuple[str, ...] = ()
    if not request.history:
        earlier = store.experiments.before(project.name, name=None if known is None else known.name, limit=LONGEST_HISTORY)
        changes["history"] = tuple(experiment.run for experiment in earlier)
        if earlier and earlier[0].position > 1:
            warnings += (f"Project {project.name} is long: the run was compared with the {len(earlier)} experiments before it.",)
        later = [] if known is None else store.experiments.page(project.name, after=known.position, limit=LONGEST_HISTORY + 1)
        if later and not request.tried:
            changes["tried"] = tuple(experiment.run for experiment in later[:LONGEST_HISTORY])
            if len(later) > LONGEST_HISTORY:
                said = f"of what was tried after the run, the first {LONGEST_HISTORY} experiments count."
                warnings += (f"Project {project.name} is long: {said}",)
    return Surrounded(request.model_copy(update=changes), warnings)


def _recorded(store: Store) -> dict[str, object]:
    """Return what a request gains by the team's record; nothing before the first outcome."""
    actions, rules = store.outcomes.record("action"), store.outcomes.record("rule")
    return {"record": Record(actions=_lines(actions), rules=_lines(rules))} if actions else {}


def _lines(record: Mapping[str, ActionRecord]) -> dict[str, Followed]:
    return {name: Followed(followed=line.followed, helped=line.helped) for name, line in record.items()}


def request_on(experiment: Experiment, project: str, store: Store) -> Surrounded:
    """Return the request that judges a recorded experiment among those before it.

    Where nobody said how it was trained, it counts as trained like the ones before it, and a warning says so.
    """
    method = experiment.run.method or _method_before(experiment, project, store)
    run = Run.model_validate({"checkpoints": (), **experiment.run.model_dump(exclude_unset=True), "method": method})
    known = surround(AdviseRequest(run=run, project=project), store)
    if experiment.run.method is not None:
        return known
    return replace(known, warnings=(*known.warnings, f"Nobody said how {experiment.name} was trained: it is judged as {method}."))


def mistakes_of(experiment: Experiment, project: str, store: Store, program: Program) -> tuple[CommonMistake, ...]:
    """Return the common mistakes that an experiment shows among those before it, by the rulebook's own rules."""
    request = request_on(experiment, project, store).request
    return advise(request, program, advice_id="", created_at="", level="off").mistakes


def _method_before(experiment: Experiment, project: str, store: Store) -> str:
    """Return how the project last trained, for a run of which nobody said it; supervised is the usual one."""
    methods = [e.run.method for e in store.experiments.before(project, name=experiment.name, limit=LONGEST_HISTORY)]
    return next((method for method in reversed(methods) if method is not None), "supervised")


class Replayer:
    """Gives kept advice again, at the rulebook revision that gave it. Safe to use from several threads, one at a time.

    Args:
        store: Where the advice is.
        most: How many compiled rulebooks to keep; each is some megabytes, and takes about a second to compile.
    """

    def __init__(self, store: Store, most: int = 2) -> None:
        self._store = store
        self._most = most
        self._programs: OrderedDict[tuple[str, str], Program] = OrderedDict()
        self._lock = Lock()

    def replay(self, advice_id: str) -> bytes:
        """Return the answer to a kept request, judged anew by the rulebook of then: byte for byte the kept one by the same Advisor.

        Raises:
            NotRecorded: There is no such advice.
        """
        kept = self._store.advice.get(advice_id)
        with self._lock:
            program = self._program(kept.rulebook_revision, kept.rulebook_name)
            advice = advise(
                kept.judged(),
                program,
                advice_id=kept.id,
                created_at=kept.created_at,
                level=kept.circumstances.level,
                warnings=kept.circumstances.warnings,
            )
        return to_json(advice)

    def _program(self, revision: str, name: str) -> Program:
        known = self._programs.pop((revision, name), None)
        program = known or Program(build_rulebook(self._store.advice.rulebook_files(revision), name))
        self._programs[revision, name] = program
        if len(self._programs) > self._most:
            self._programs.popitem(last=False)[1].close()
        return program

    def close(self) -> None:
        """Free the compiled rulebooks."""
        with self._lock:
            while self._programs:
                self._programs.popitem()[1].close()

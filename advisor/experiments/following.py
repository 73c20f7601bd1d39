"""Ties what happened to the advice that led to it."""

from __future__ import annotations

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from advisor.contract import AdviseRequest
from advisor.contract.advice import ChangeValue
from advisor.errors import UnusableInput
from advisor.experiments.records import Experiment, KeptAdvice, Outcome
from advisor.experiments.store import Store
from advisor.facts import EarlierRun, Run
from advisor.signals import changed_variables, run_score


class _Change(TypedDict):
    parameter: str
    to: ChangeValue


class _Rule(TypedDict):
    id: str


class _Action(TypedDict):
    id: str
    change: _Change | None
    rule: _Rule


class _Answer(TypedDict):
    actions: list[_Action]


_ANSWER = TypeAdapter(_Answer)


def outcome_of(
    kept: KeptAdvice,
    store: Store,
    *,
    created_at: str,
    action: str | None = None,
    followed: bool = True,
    experiment: str | None = None,
    score: float | None = None,
    helped: bool | None = None,
    note: str | None = None,
) -> Outcome:
    """Return what came of one action of an advice.

    Args:
        kept: The advice.
        store: Where the scores of experiments are.
        created_at: When this was said, ISO 8601.
        action: The action's id; None is the one ranked first.
        followed: Whether it was followed.
        experiment: The run in which it was.
        score: That run's score; None is what the store knows of it.
        helped: Whether it did any good; None is read off the scores: more than before.
        note: Anything to remember.

    Raises:
        UnusableInput: The advice holds no such action.
    """
    actions = _ANSWER.validate_json(kept.response)["actions"]
    chosen = next((a for a in actions if action in (None, a["id"])), None)
    if chosen is None:
        raise UnusableInput(f"The advice holds no action {action}; it holds {', '.join(a['id'] for a in actions) or 'none'}.")
    before = _score_before(kept, store)
    after = None if experiment is None or kept.project is None else store.experiments.find(kept.project, experiment)
    if score is None and after is not None:
        score = run_score(after.run)
    if helped is None and followed and before is not None and score is not None:
        helped = score > before
    return Outcome(kept.id, chosen["id"], chosen["rule"]["id"], experiment, followed, before, score, helped, note, created_at)


def tie_to_advice(project: str, experiment: Experiment, store: Store, *, created_at: str, action: str | None = None) -> list[Outcome]:
    """Record what came of the last advice on the run that an experiment varies, and return it.

    The actions that were followed are those whose parameter was moved their way, unless one is named.

    Raises:
        UnusableInput: The named action stands in no advice.
    """
    previous = store.experiments.varied_by(project, experiment)
    kept = None if previous is None else store.advice.latest_on(project, previous.name)
    if previous is None or kept is None:
        if action is not None:
            raise UnusableInput(
                f"No advice was recorded on the run before {experiment.name}: give advisor advise --project {project} first."
            )
        return []
    named = [action] if action is not None else _followed(kept, experiment.run, previous.run)
    outcomes = [outcome_of(kept, store, created_at=created_at, action=name, experiment=experiment.name) for name in named]
    store.outcomes.add(outcomes)
    return outcomes


def _followed(kept: KeptAdvice, run: EarlierRun, previous: EarlierRun) -> list[str]:
    changed = set(changed_variables(run, previous))
    return [
        action["id"]
        for action in _ANSWER.validate_json(kept.response)["actions"]
        if action["change"] is not None and action["change"]["parameter"] in changed and _moved_that_way(action["change"], run, previous)
    ]


def _moved_that_way(change: _Change, run: EarlierRun, previous: EarlierRun) -> bool:
    name, wanted = change["parameter"], change["to"]
    if name == "dataset":  # advice on data says in words what to change
        return True
    now, then = (getattr(r, name) if name in ("base_model", "method") else getattr(r.hyperparameters, name, None) for r in (run, previous))
    if wanted is None or now is None or then is None or isinstance(wanted, str) or isinstance(now, str) or isinstance(then, str):
        return bool(now == wanted)
    return bool((now - then) * (wanted - then) > 0)


def _score_before(kept: KeptAdvice, store: Store) -> float | None:
    """The score of the run that was advised on: as it is known now, since runs are often advised on before they are evaluated."""
    run: Run | EarlierRun = AdviseRequest.model_validate_json(kept.request).run
    if kept.project is not None and kept.experiment is not None:
        found = store.experiments.find(kept.project, kept.experiment)
        run = run if found is None else found.run
    return run_score(run)

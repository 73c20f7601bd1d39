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
from advisor.signals import Measures, changed_variables, gain_noise, run_score


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
    measures: Measures,
    *,
    created_at: str,
    action: str | None = None,
    followed: bool = True,
    experiment: str | None = None,
    score: float | None = None,
    helped: bool | None = None,
    note: str | None = None,
    stated: bool = True,
) -> Outcome:
    """Return what came of one action of an advice.

    Args:
        kept: The advice.
        store: Where the scores of experiments are.
        measures: The rulebook's numbers for measuring: how noisy an evaluation is that does not tell it.
        created_at: When this was said, ISO 8601.
        action: The action's id; None is the one ranked first.
        followed: Whether it was followed.
        experiment: The run in which it was.
        score: That run's score; None is what the store knows of it.
        helped: Whether it did any good; None is read off the scores: more than before, by more than the noise of the two evaluations.
        note: Anything to remember; None is why nobody can read off the scores whether it helped, where that is so.
        stated: Whether a person says so.

    Raises:
        UnusableInput: The advice holds no such action.
    """
    actions = _ANSWER.validate_json(kept.response)["actions"]
    chosen = next((a for a in actions if action in (None, a["id"])), None)
    if chosen is None:
        raise UnusableInput(f"The advice holds no action {action}; it holds {', '.join(a['id'] for a in actions) or 'none'}.")
    previous = _run_before(kept, store)
    found = None if experiment is None or kept.project is None else store.experiments.find(kept.project, experiment)
    run = previous if found is None else found.run
    before = run_score(previous)
    if score is None and found is not None:
        score = run_score(run)
    if helped is None and followed and before is not None and score is not None:
        unclear = _why_unclear(score - before, run, previous, measures)
        helped, note = (score > before, note) if unclear is None else (None, note or unclear)
    return Outcome(kept.id, chosen["id"], chosen["rule"]["id"], experiment, followed, before, score, helped, note, created_at, stated)


def tie_to_advice(
    project: str, experiment: Experiment, store: Store, measures: Measures, *, created_at: str, action: str | None = None
) -> list[Outcome]:
    """Record what came of the last advice on the run that an experiment varies, and return what counts now.

    The actions that were followed are those whose parameter was moved their way. Where one is named, a person states it; what a person
    stated stays where none is.

    Args:
        project: The project.
        experiment: The run in which the advice was followed.
        store: Where both are; within ``store.at_once()`` the experiment and what came of it are kept together or not at all.
        measures: The rulebook's numbers for measuring.
        created_at: When, ISO 8601.
        action: The id of the action that was followed.

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
    name, stated = experiment.name, action is not None
    said = [outcome_of(kept, store, measures, created_at=created_at, action=one, experiment=name, stated=stated) for one in named]
    return store.outcomes.add(said)


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


def _run_before(kept: KeptAdvice, store: Store) -> Run | EarlierRun:
    """The run that was advised on: as it is known now, since runs are often advised on before they are evaluated."""
    if kept.project is not None and kept.experiment is not None and not kept.removed:
        found = store.experiments.find(kept.project, kept.experiment)
        if found is not None:
            return found.run
    return AdviseRequest.model_validate_json(kept.request).run


def _why_unclear(gain: float, run: Run | EarlierRun, previous: Run | EarlierRun, measures: Measures) -> str | None:
    """Why the scores do not tell whether it helped; None where they do."""
    scales = {r.evaluation.scale for r in (run, previous) if r.evaluation is not None and r.evaluation.scale is not None}
    if len(scales) > 1:
        return "The two scores are on different scales."
    noise = gain_noise(run, previous, measures)
    if noise and abs(gain) <= noise:
        return f"The scores differ by {abs(gain):.3g}, within the noise of the two evaluations, {noise:.3g}."
    return None

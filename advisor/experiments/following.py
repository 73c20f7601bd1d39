"""What came of an action of an advice, and which actions a run followed."""

from __future__ import annotations

from dataclasses import replace

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from advisor.contract import AdviseRequest
from advisor.contract.advice import ChangeValue
from advisor.errors import UnusableInput
from advisor.experiments.records import KeptAdvice, Outcome
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
        helped: Whether it did any good; None is read off the scores: more than before, by more than the noise of the two evaluations, where
            nothing else changed between the two runs.
        note: Anything to remember; None is why nobody can read off the scores whether it helped, where that is so.
        stated: Whether a person says so.

    Raises:
        UnusableInput: The advice holds no such action.
    """
    actions = _ANSWER.validate_json(kept.response)["actions"]
    chosen = next((a for a in actions if action in (None, a["id"])), None)
    if chosen is None:
        raise UnusableInput(f"The advice holds no action {action}; it holds {', '.join(a['id'] for a in actions) or 'none'}.")
    said = Outcome(kept.id, chosen["id"], chosen["rule"]["id"], experiment, followed, None, score, helped, note, created_at, stated)
    return worked_out(said, kept, store, measures)


def worked_out(said: Outcome, kept: KeptAdvice, store: Store, measures: Measures) -> Outcome:
    """Return an outcome with what is recorded in the place of what nobody says: the scores, whether it helped, why that is unknown."""
    previous = run_before(kept, store)
    found = None if said.experiment is None or kept.project is None else store.experiments.find(kept.project, said.experiment)
    run = previous if found is None else found.run
    before, score, helped, note = run_score(previous), said.score, said.helped, said.note
    if score is None and found is not None:
        score = run_score(run)
    if helped is None and said.followed and before is not None and score is not None:
        unclear = _why_unclear(score - before, run, previous, measures)
        helped, note = (score > before, note) if unclear is None else (None, note or unclear)
    return replace(said, score_before=before, score=score, helped=helped, note=note)


def followed_actions(kept: KeptAdvice, run: EarlierRun, previous: EarlierRun) -> list[str]:
    """Return the ids of the actions of an advice on a run whose parameter another run moved their way."""
    changed = set(changed_variables(run, previous))
    return [
        action["id"]
        for action in _ANSWER.validate_json(kept.response)["actions"]
        if action["change"] is not None and action["change"]["parameter"] in changed and _moved_that_way(action["change"], run, previous)
    ]


def _moved_that_way(change: _Change, run: EarlierRun, previous: EarlierRun) -> bool:
    name, wanted = change["parameter"], change["to"]
    if name == "dataset":
        size, before = run.dataset.n_train, previous.dataset.n_train
        if wanted is None or isinstance(wanted, str) or size is None or before is None:
            return True  # advice on data mostly says in words what to change
        return (size - before) * (wanted - before) > 0
    now, then = (getattr(r, name) if name in ("base_model", "method") else getattr(r.hyperparameters, name, None) for r in (run, previous))
    if wanted is None or now is None or then is None or isinstance(wanted, str) or isinstance(now, str) or isinstance(then, str):
        return bool(now == wanted)
    return bool((now - then) * (wanted - then) > 0)


def run_before(kept: KeptAdvice, store: Store) -> Run | EarlierRun:
    """Return the run that was advised on, as it is known now: runs are often advised on before they are evaluated."""
    if kept.project is not None and kept.experiment is not None and not kept.removed:
        found = store.experiments.find(kept.project, kept.experiment)
        if found is not None:
            return found.run
    return AdviseRequest.model_validate_json(kept.request).run


def _why_unclear(gain: float, run: Run | EarlierRun, previous: Run | EarlierRun, measures: Measures) -> str | None:
    """Why the scores do not tell whether it helped; None where they do."""
    changed = len(changed_variables(run, previous))
    if changed > 1:
        return f"{changed} variables changed at once: which of them moved the score cannot be told."
    scales = {r.evaluation.scale for r in (run, previous) if r.evaluation is not None and r.evaluation.scale is not None}
    if len(scales) > 1:
        return "The two scores are on different scales."
    noise = gain_noise(run, previous, measures)
    if noise and abs(gain) <= noise:
        return f"The scores differ by {abs(gain):.3g}, within the noise of the two evaluations, {noise:.3g}."
    return None

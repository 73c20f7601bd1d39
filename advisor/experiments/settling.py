"""Keeps what came of advice in step with the experiments: in whatever order they are recorded, evaluated and corrected."""

from __future__ import annotations

from dataclasses import replace

from advisor.errors import UnusableInput
from advisor.experiments.following import followed_actions, outcome_of, worked_out
from advisor.experiments.records import Experiment, KeptAdvice, Outcome, Word
from advisor.experiments.store import Store
from advisor.signals import Measures, run_score


def settle(
    project: str, experiment: Experiment, store: Store, measures: Measures, *, created_at: str, action: str | None = None
) -> list[Outcome]:
    """Work out what came of the advice behind an experiment and behind those that vary it, and return what counts now of the first.

    What an experiment followed is the last advice on the run that it varies that was given before the experiment was recorded: the actions
    whose parameter was moved their way, once it has a score, or those that a person named. Whether a named one helped is worked out anew
    like the others; where a person said so, it stays.

    Args:
        project: The project.
        experiment: The run that was recorded or changed.
        store: Where both are; within ``store.at_once()`` the experiment and what came of it are kept together or not at all.
        measures: The rulebook's numbers for measuring.
        created_at: When, ISO 8601.
        action: The id of the action that was followed, where a person names it.

    Raises:
        UnusableInput: The named action stands in no advice.
    """
    with store.at_once():
        previous, kept = _behind(project, experiment, store)
        named: Outcome | None = None
        if action is not None:
            if kept is None:
                raise UnusableInput(
                    f"No advice was recorded on the run before {experiment.name} by the time that one was recorded: "
                    f"give advisor advise --project {project} first, then record what follows it."
                )
            named = outcome_of(kept, store, measures, created_at=created_at, action=action, experiment=experiment.name)
            store.outcomes.add([named], Word())
        _settle_one(project, experiment, previous, kept, store, measures, created_at)
        for later in store.experiments.varying(project, experiment):
            _settle_one(project, later, *_behind(project, later, store), store, measures, created_at)
        return _counting(project, experiment.name, kept, store)


def _behind(project: str, experiment: Experiment, store: Store) -> tuple[Experiment | None, KeptAdvice | None]:
    """The run that an experiment varies, and the advice on it that the experiment can have followed."""
    previous = store.experiments.varied_by(project, experiment)
    kept = None if previous is None else store.advice.latest_on(project, previous.name, until=experiment.created_at)
    return previous, kept


def _settle_one(
    project: str,
    experiment: Experiment,
    previous: Experiment | None,
    kept: KeptAdvice | None,
    store: Store,
    measures: Measures,
    created_at: str,
) -> None:
    known = store.outcomes.touching(project, experiment.name)
    advice = {} if kept is None else {kept.id: kept}
    renewed: list[tuple[Outcome, Word | None]] = []
    for outcome, word in known:
        if word is not None and word.helped is None:
            if outcome.advice_id not in advice:
                advice[outcome.advice_id] = store.advice.get(outcome.advice_id)
            renewed.append((_anew(outcome, word, project, advice[outcome.advice_id], store, measures), word))
    read_off: list[Outcome] = []
    here = [(outcome, word) for outcome, word in known if outcome.experiment == experiment.name]
    if previous is not None and kept is not None and run_score(experiment.run) is not None and not _is_named(kept, here):
        read_off = [
            outcome_of(kept, store, measures, created_at=created_at, action=one, experiment=experiment.name, stated=False)
            for one in followed_actions(kept, experiment.run, previous.run)
        ]
    standing = {(outcome.advice_id, outcome.action) for outcome in read_off}
    gone = [outcome for outcome, _ in here if not outcome.stated and (outcome.advice_id, outcome.action) not in standing]
    before = {outcome for outcome, _ in known}
    renewed += [(outcome, None) for outcome in read_off]
    store.outcomes.replace([(new, word) for new, word in renewed if not _stands(new, before)], gone)


def _anew(outcome: Outcome, word: Word, project: str, kept: KeptAdvice, store: Store, measures: Measures) -> Outcome:
    if outcome.experiment is not None and store.experiments.find(project, outcome.experiment) is None:
        return outcome  # of a run that was removed, what is known stays
    return worked_out(replace(outcome, score=word.score, helped=None, note=word.note), kept, store, measures)


def _is_named(kept: KeptAdvice, known: list[tuple[Outcome, Word | None]]) -> bool:
    """Whether a person said which action of an advice was followed."""
    return any(o.advice_id == kept.id and o.followed and word is not None and word.helped is None for o, word in known)


def _stands(outcome: Outcome, before: set[Outcome]) -> bool:
    """Whether it was recorded before, whenever that was."""
    return any(replace(outcome, created_at=one.created_at) == one for one in before)


def _counting(project: str, name: str, kept: KeptAdvice | None, store: Store) -> list[Outcome]:
    """What counts of the outcomes of an experiment: where somebody spoke for an action as a whole, what that one said."""
    of_advice = [] if kept is None else store.outcomes.of(kept.id)
    whole = {outcome.action: outcome for outcome in of_advice if outcome.experiment is None}
    here = [outcome for outcome, _ in store.outcomes.touching(project, name) if outcome.experiment == name]
    return [whole.get(o.action, o) if kept is not None and o.advice_id == kept.id else o for o in here]

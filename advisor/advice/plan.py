"""The next experiment: this run with exactly one thing changed, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from advisor.advice.actions import experiment_tiers
from advisor.advice.changes import ChangePlanner
from advisor.advice.findings import advised
from advisor.contract.advice import Action, Change, Experiment
from advisor.engine import Outcome
from advisor.facts import SETTINGS, Run
from advisor.rulebook import Rulebook


def next_experiment(
    rulebook: Rulebook,
    run: Run,
    actions: Sequence[Action],
    planner: ChangePlanner,
    outcomes: Sequence[Outcome],
    values: Mapping[str, Any],
) -> tuple[Experiment | None, str | None]:
    """Return the first ranked action that is an experiment, as the settings of a run, or a sentence that says why there is none.

    None is planned where a verdict that holds forbids it, be it the chosen one or not, where no experiment is advised, and where none
    of those advised has a target that one change leads to.
    """
    holding = sorted((o for o in advised(outcomes) if o.rule.kind == "verdict"), key=lambda o: o.rule.order)
    for outcome in holding:
        if outcome.rule.no_experiment is not None:
            return None, outcome.rule.no_experiment.render(values)
    experiments = [a for a in actions if a.tier in experiment_tiers(rulebook) and a.change is not None]
    planned = next((e for a in experiments if (e := _experiment(run, a, planner)) is not None), None)
    if planned is not None:
        return planned, None
    return None, rulebook.priorities.nothing_new if experiments else rulebook.priorities.none_advised


def _experiment(run: Run, action: Action, planner: ChangePlanner) -> Experiment | None:
    """Return the run that carries out an action; None where it has no target, or one change does not lead to it."""
    change = action.change
    if change is None or change.to is None or planner.other_model(change) is not None:
        return None
    settings = {name: value for name in SETTINGS if (value := getattr(run.hyperparameters, name)) is not None}
    base_model, method, dataset = run.base_model, str(run.method), run.dataset.version
    if change.parameter in SETTINGS:
        settings[change.parameter] = change.to
    elif change.parameter == "base_model":
        base_model = str(change.to)
    elif change.parameter == "method":
        method = str(change.to)
    elif change.parameter == "dataset":
        target = f"{change.to} examples" if isinstance(change.to, int | float) else change.to
        dataset = f"{dataset}: {target}" if dataset else str(target)
    return Experiment(change, {k: _plain(v) for k, v in settings.items()}, base_model, method, dataset, _sentence(action, change))


def _sentence(action: Action, change: Change) -> str:
    """Say what is changed and that nothing else is; what the data become is said in words, not as a value."""
    what = action.title[:1].lower() + action.title[1:]
    if change.parameter == "dataset" and isinstance(change.to, str):
        return f"Change only the data, and keep everything else as it is: {what}."
    name = "the number of training examples" if change.parameter == "dataset" else change.parameter
    unknown = change.from_ is None or (change.parameter == "dataset" and isinstance(change.from_, str))
    moved = f"Set {name}" if unknown else f"Change {name} from {change.from_}"
    return f"{moved} to {change.to} and keep everything else as it is: {what}."


def _plain(value: float | int | str) -> float | int | str:
    return int(value) if isinstance(value, float) and value.is_integer() else value

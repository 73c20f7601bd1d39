"""The next experiment: this run with exactly one thing changed."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.advice.actions import experiment_tiers
from advisor.contract.advice import Action, Experiment
from advisor.facts import Run
from advisor.rulebook import Rulebook

_SETTINGS = ("n_epochs", "learning_rate_multiplier", "learning_rate", "batch_size", "beta", "reasoning_effort")


def next_experiment(rulebook: Rulebook, run: Run, actions: Sequence[Action]) -> Experiment | None:
    """Return the first ranked action that is an experiment, as the settings of a run; None where no such action has a target."""
    tiers = experiment_tiers(rulebook)
    for action in actions:
        change = action.change
        if action.tier not in tiers or change is None or change.to is None:
            continue
        settings = {name: value for name in _SETTINGS if (value := getattr(run.hyperparameters, name)) is not None}
        base_model, method, dataset = run.base_model, str(run.method), run.dataset.version
        if change.parameter in _SETTINGS:
            settings[change.parameter] = change.to
        elif change.parameter == "base_model":
            base_model = str(change.to)
        elif change.parameter == "method":
            method = str(change.to)
        elif change.parameter == "dataset":
            target = f"{change.to} examples" if isinstance(change.to, int | float) else change.to
            dataset = f"{dataset}: {target}" if dataset else str(target)
        before = "unknown" if change.from_ is None else change.from_
        what = action.title[:1].lower() + action.title[1:]
        sentence = f"Change {change.parameter} from {before} to {change.to} and keep everything else as it is: {what}."
        return Experiment(change, {k: _plain(v) for k, v in settings.items()}, base_model, method, dataset, sentence)
    return None


def _plain(value: float | int | str) -> float | int | str:
    return int(value) if isinstance(value, float) and value.is_integer() else value

"""The vocabulary of the rules: pure functions from a run to named numbers."""

from collections.abc import Mapping
from math import isfinite
from types import MappingProxyType

from advisor.facts import Method
from advisor.signals import (
    answer_length,
    categories,
    choice,
    evaluation,
    history,
    loss_gap,
    record,
    reward_evaluation,
    reward_gap,
    reward_levels,
    reward_trends,
    rollouts,
    settings,
    token_accuracy,
    train_loss,
    valid_loss,
    valid_loss_moves,
)
from advisor.signals.choice import Best, best_kept_point, best_point, tokens_by_step
from advisor.signals.curves import Curves, counted_scores
from advisor.signals.history import changed_variables
from advisor.signals.measures import Measures
from advisor.signals.registry import Missing, Signal, Value
from advisor.signals.scores import best_run_score, gain_noise, run_score
from advisor.signals.words import WORDS, measured_words

SIGNALS: Mapping[str, Signal] = MappingProxyType(
    settings.signal.signals
    | train_loss.signal.signals
    | valid_loss.signal.signals
    | valid_loss_moves.signal.signals
    | loss_gap.signal.signals
    | token_accuracy.signal.signals
    | reward_levels.signal.signals
    | reward_trends.signal.signals
    | reward_gap.signal.signals
    | reward_evaluation.signal.signals
    | answer_length.signal.signals
    | rollouts.signal.signals
    | evaluation.signal.signals
    | categories.signal.signals
    | history.signal.signals
    | record.signal.signals
    | choice.signal.signals
)
"""Every signal by its name."""

_BY_METHOD: Mapping[Method, tuple[Signal, ...]] = MappingProxyType(
    {m: tuple(s for s in SIGNALS.values() if m in s.methods) for m in ("supervised", "dpo", "reinforcement")}
)


def measure_signals(curves: Curves, wanted: frozenset[str] | None = None) -> dict[str, Value]:
    """Return every signal that applies to the run's method, or only the wanted ones: a finite number, or what it lacks."""
    method = curves.run.method
    return {s.name: _finite(s.measure(curves), method) for s in _BY_METHOD[method] if wanted is None or s.name in wanted}


def _finite(value: Value, method: Method) -> Value:
    """A number too large to be one is no number: the rule that needs it is not evaluated."""
    if isinstance(value, Missing) or isfinite(value):
        return value
    needs = ("train_mean_reward", "full_valid_mean_reward") if method == "reinforcement" else ("train_loss", "valid_loss")
    return Missing("the values are too large, or too far apart, to compare", needs)


__all__ = [
    "SIGNALS",
    "WORDS",
    "Best",
    "Curves",
    "Measures",
    "Missing",
    "Signal",
    "Value",
    "best_kept_point",
    "best_point",
    "best_run_score",
    "changed_variables",
    "counted_scores",
    "gain_noise",
    "measure_signals",
    "measured_words",
    "run_score",
    "tokens_by_step",
]

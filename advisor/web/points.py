"""Which points of the curves a finding rests on: read off the names of the signals in its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from advisor.contract.advice import Evidence, Finding, SignalValue
from advisor.signals import Measures
from advisor.web.curves import Line

_BOTH_LOSSES = ("train_loss", "{valid}")
# The first entry that stands in a signal's name says which curves it was read off.
_CURVES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("overfit_ratio", ("overfit_ratio", *_BOTH_LOSSES)),
    ("gap_ratio", _BOTH_LOSSES),
    ("below_train", _BOTH_LOSSES),
    ("train_over_valid", _BOTH_LOSSES),
    ("loss_non_finite", ("train_loss", "valid_loss", "full_valid_loss")),
    ("evaluation", ("evaluation",)),
    ("train_loss", ("train_loss",)),
    ("valid_loss", ("{valid}",)),
    ("since_best", ("{valid}",)),
    ("reward_gap", ("train_mean_reward", "full_valid_mean_reward")),
    ("valid_reward", ("full_valid_mean_reward",)),
    ("reward", ("train_mean_reward",)),
    ("completion_tokens", ("completion_tokens_mean",)),
    ("reasoning_tokens", ("reasoning_tokens_mean",)),
)
_ABOUT_ALL = ("_points", "_noise_ratio", "_is_full")  # whether there is enough to judge by, not what was seen
_SINCE_BEST = ("since_best", "after_best", "rises_steadily")
_BEST_AND_LAST = ("_rise", "progress_lost", "fall_since_peak", "fall_noise")
_FIRST_AND_BEST = ("valid_loss_drop",)
_FIRST_AND_LAST = ("drop", "growth")
_BEST = ("best", "lowest", "peak", "highest")
_LEAST = frozenset({"train_loss", "valid_loss", "full_valid_loss", "overfit_ratio"})


@dataclass(frozen=True, slots=True)
class Shown:
    """Points of one curve."""

    line: str
    steps: tuple[int, ...]


def points_of(finding: Finding, lines: Sequence[Line], signals: Mapping[str, SignalValue], measures: Measures) -> tuple[Shown, ...]:
    """Return the points that made a finding fire; none where it rests on settings, history or the evaluation alone.

    Args:
        finding: The finding with its evidence.
        lines: The curves of the run.
        signals: The signals of the advice, which know the step of the best point.
        measures: The rulebook's numbers for measuring, which say which validation loss is judged.
    """
    by_name = {line.name: line for line in lines if line.steps}
    found: dict[str, set[int]] = {}
    telling = [item for item in finding.evidence if not item.signal.endswith(_ABOUT_ALL)]
    for item in telling or finding.evidence:
        for name in _names(item, by_name, measures):
            found.setdefault(name, set()).update(_steps(item.signal, by_name[name], by_name, signals, measures))
    return tuple(Shown(name, tuple(sorted(steps))) for name, steps in found.items() if steps)


def _names(item: Evidence, lines: Mapping[str, Line], measures: Measures) -> Iterator[str]:
    curves = next((curves for part, curves in _CURVES if part in item.signal), ())
    for curve in curves:
        name = curve.format(valid=_judged_validation(lines, measures))
        if name in lines:
            yield name


def _judged_validation(lines: Mapping[str, Line], measures: Measures) -> str:
    """Return the one validation loss that trends are read off, as the signals choose it."""
    full, batch = (_finite_points(lines.get(name)) for name in ("full_valid_loss", "valid_loss"))
    return "full_valid_loss" if full >= measures.full_points_min or full >= batch else "valid_loss"


def _finite_points(line: Line | None) -> int:
    return 0 if line is None else sum(value is not None for value in line.values)


def _steps(signal: str, line: Line, lines: Mapping[str, Line], signals: Mapping[str, SignalValue], measures: Measures) -> set[int]:
    if "non_finite" in signal:
        return {step for step, value in zip(line.steps, line.values, strict=True) if value is None}
    judged = lines.get(_judged_validation(lines, measures)) if line.name == "train_loss" and "since_best" in signal else None
    first, last, best = line.steps[0], line.steps[-1], _best_step(judged or line, signals)  # a train loss since the best validation loss
    if any(part in signal for part in _SINCE_BEST):
        return {step for step in line.steps if step >= best}
    if any(part in signal for part in _BEST_AND_LAST):
        return {best, last}
    if any(part in signal for part in _FIRST_AND_BEST):
        return {first, best}
    if any(part in signal for part in _FIRST_AND_LAST):
        return {first, last}
    if "first" in signal:
        return {first}
    if "last" in signal:
        return {last}
    return {best} if any(part in signal for part in _BEST) else set(line.steps)


def _best_step(line: Line, signals: Mapping[str, SignalValue]) -> int:
    """Return the step of the best point: the judged one where the advice names it, else the least loss or the highest reward."""
    named = {
        "valid_loss": "valid_loss_best_step",
        "full_valid_loss": "valid_loss_best_step",
        "full_valid_mean_reward": "valid_reward_peak_step",
    }
    known = signals.get(named.get(line.name, ""))
    if known is not None and int(known.value) in line.steps:
        return int(known.value)
    finite = [(value, step) for step, value in zip(line.steps, line.values, strict=True) if value is not None]
    if not finite:
        return line.steps[-1]
    return min(finite)[1] if line.name in _LEAST else max(finite)[1]

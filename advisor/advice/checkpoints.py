"""The checkpoints of an answer: a row each, the best one, and the candidates worth an evaluation."""

from __future__ import annotations

from advisor.contract.advice import BestCheckpoint, Candidate, CheckpointRow
from advisor.facts import Checkpoint
from advisor.rulebook import Bands
from advisor.signals import Curves, best_kept_point, best_point, tokens_by_step

Reason = str


def checkpoint_rows(curves: Curves, bands: Bands | None) -> tuple[CheckpointRow, ...]:
    """Return a row per step with the overfitting ratio and its band; both None where no ratio can be formed."""
    ratios = dict(curves.overfit_ratios) if curves.run.method == "supervised" else {}
    rows = []
    last: int | None = None
    for point in curves.checkpoints:
        step = point.step_number
        if step == last:
            continue
        last = step
        ratio = ratios.get(step)
        band = bands.band_of(ratio) if bands is not None and ratio is not None else None
        rows.append(CheckpointRow(step, curves.epoch_at(step), ratio, band))
    return tuple(rows)


def best_checkpoint(curves: Curves) -> BestCheckpoint | None:
    """Return the best checkpoint by evaluation score, else validation loss or reward; None where nothing was measured."""
    best = best_point(curves)
    if best is None:
        return None
    name = kept_name(curves, best.step)
    return BestCheckpoint(best.step, curves.epoch_at(best.step), name, best.by, best.value, name is not None)


def kept_name(curves: Curves, step: int) -> str | None:
    """Return the name under which a step's weights were kept; None where they were not."""
    return next((p.fine_tuned_model_checkpoint for p in _at(curves, step) if p.fine_tuned_model_checkpoint), None)


def _at(curves: Curves, step: int) -> list[Checkpoint]:
    return [p for p in curves.checkpoints if p.step_number == step]


def candidates(curves: Curves) -> tuple[Candidate, ...]:
    """Return one to three checkpoints to evaluate.

    Supervised and preference runs: the best and the final one. Reinforcement: the peak of the validation (else train) reward, the final
    and the middle one; where checkpoints were evaluated, the best of them replaces the peak, of equal ones the one with the fewest
    tokens. Where some checkpoints' weights were kept, only those are candidates: what is gone cannot be evaluated.
    """
    points = [p for p in curves.checkpoints if p.fine_tuned_model_checkpoint] or list(curves.checkpoints)
    steps = sorted({p.step_number for p in points})
    if not steps:
        return ()
    chosen: list[tuple[int, Reason]] = []
    if curves.run.method == "reinforcement":
        chosen.append(_frugal(curves, steps) or _peak(curves, steps))
        chosen.append((steps[-1], "final"))
        chosen.append((min(steps, key=lambda s: (abs(s - steps[-1] / 2), s)), "middle"))
    else:
        best = best_kept_point(curves) or best_point(curves)
        if best is not None and best.step in steps:
            chosen.append((best.step, "best"))
        chosen.append((steps[-1], "final"))
    seen: dict[int, Reason] = {}
    for step, reason in chosen:
        seen.setdefault(step, reason)
    return tuple(Candidate(step, kept_name(curves, step), reason) for step, reason in seen.items())  # type: ignore[arg-type]


def _peak(curves: Curves, steps: list[int]) -> tuple[int, Reason]:
    """The checkpoint of the highest validation (else train) reward, of equal ones the one with the fewest tokens."""
    there = set(steps)
    for name in ("full_valid_mean_reward", "train_mean_reward"):
        series = curves.series(name)
        known = {s: v for s, v in zip(series.steps, series.values, strict=True) if s in there}
        if known:
            return _cheapest(curves, known)
    return steps[-1], "peak"


def _cheapest(curves: Curves, measured: dict[int, float]) -> tuple[int, Reason]:
    """The step of the highest value, of equal ones the one with the fewest tokens, else the earliest."""
    top = max(measured.values())
    equal = [step for step, value in measured.items() if value == top]
    tokens = tokens_by_step(curves)
    priced = [step for step in equal if step in tokens]
    if len(priced) > 1:
        return min(priced, key=lambda step: (tokens[step], step)), "fewest-tokens"
    return equal[0], "peak"


def _frugal(curves: Curves, steps: list[int]) -> tuple[int, Reason] | None:
    """The checkpoint that evaluates best, of equal ones the one with the fewest tokens; None where none was evaluated."""
    there = set(steps)
    scores = {step: score for step, score in curves.scores if step in there}
    return _cheapest(curves, scores) if scores else None

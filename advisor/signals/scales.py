"""Which scores may be compared: those on the scale of the runs before, on which the baseline and the target count, too."""

from __future__ import annotations

from advisor.facts import EarlierRun
from advisor.signals.curves import Curves
from advisor.signals.registry import Missing
from advisor.signals.scores import scores_of

Scale = tuple[float, float]

_OTHER = Missing("the run is scored on another scale than the runs before it", ("evaluation.scale",))
_OFF = Missing("the run's score does not lie on the scale of the runs before it", ("evaluation.scale",))


def usual_scale(curves: Curves) -> Scale | None:
    """Return the scale of the latest earlier run that states one, else this run's own; None where nobody does."""
    return _stated(curves) or curves.scale


def incomparable(curves: Curves) -> Missing | None:
    """Return why this run's score cannot be compared with the earlier ones, the baseline and the target; None where it can."""
    usual, own = _stated(curves), curves.run.evaluation
    if usual is None or own is None:
        return None
    if own.scale is not None:
        return _OTHER if own.scale != usual else None
    return None if all(usual[0] <= score <= usual[1] for score in scores_of(curves.run)) else _OFF


def comparable(run: EarlierRun, scale: Scale | None) -> bool:
    """Say whether an earlier run's scores count on a scale: it states no other one, and they lie on it."""
    if run.evaluation is None or run.evaluation.scale not in (None, scale):
        return False
    return scale is None or all(scale[0] <= score <= scale[1] for score in scores_of(run))


def _stated(curves: Curves) -> Scale | None:
    evaluations = (run.evaluation for run in reversed(curves.request.history))
    return next((e.scale for e in evaluations if e is not None and e.scale is not None), None)

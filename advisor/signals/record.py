"""What the team's own past says of advice: how often it was followed, and how often that helped."""

from __future__ import annotations

from advisor.signals.curves import Curves
from advisor.signals.registry import Missing, SignalCatalogue, Value

signal = SignalCatalogue()


@signal("times")
def advice_followed_count(curves: Curves) -> Value:
    """How often any action was followed with a known outcome, as far as the request or the store tells; 0 where nobody keeps a record."""
    followed, _ = _counted(curves)
    return float(followed)


@signal("share")
def advice_helped_share(curves: Curves) -> Value:
    """Of all the times that an action was followed with a known outcome, the share in which that helped."""
    followed, helped = _counted(curves)
    return helped / followed if followed else Missing("no advice was followed with a known outcome yet", ("record",))


def _counted(curves: Curves) -> tuple[int, int]:
    record = curves.request.record
    lines = () if record is None else record.actions.values()
    return sum(line.followed for line in lines), sum(line.helped for line in lines)

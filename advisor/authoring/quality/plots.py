"""The charts of an evaluation: one SVG file per question."""

from __future__ import annotations

from advisor.authoring.evaluate import Evaluation
from advisor.authoring.quality.shares import Share
from advisor.authoring.quality.svg import Bar, bars, heat_map


def plots(evaluation: Evaluation) -> dict[str, str]:
    """Return the charts by file name; what was not measured has none."""
    out = {
        "calibration.svg": bars("Findings that were right, by confidence", [_share(k, v) for k, v in evaluation.calibration.right.items()])
    }
    if evaluation.advice is not None:
        out["uplift-by-action.svg"] = bars(
            "Gain of the deciding action as a share of the best change",
            [Bar(a.action, a.share_of_best, f"{a.share_of_best or 0:.2f} on {a.runs} runs") for a in evaluation.advice.by_action],
        )
        out["first-advice-by-cause.svg"] = bars(
            "First advice clearly helps, by primary cause", [_share(cause, s.top1) for cause, s in evaluation.advice.by_cause.items()]
        )
    if evaluation.confusion:
        causes = list(evaluation.confusion[0].by_cause)
        rows = [(row.finding, [row.by_cause[cause].share for cause in causes]) for row in evaluation.confusion]
        out["confusion.svg"] = heat_map("Share of the runs of a cause on which a finding is raised", causes, rows)
    return out


def _share(label: str, share: Share) -> Bar:
    return Bar(label, share.share, str(share))

"""Everything that the page of a run shows, put together from the request, the answer and the rulebook that judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from advisor.advice.assemble import OVERFIT_BANDS
from advisor.contract import Advice, AdviseRequest
from advisor.contract.advice import Evidence, Finding, NotEvaluated
from advisor.rulebook import Rulebook
from advisor.shown import finding_title, grouped_by_missing, subject, telling
from advisor.sources import PointCounts
from advisor.sources.openai_jobs import job_call
from advisor.web.checkpoint_table import CheckpointTable, checkpoint_table
from advisor.web.curves import Line, Plot, drawn, plots
from advisor.web.fact_fields import FactField, fields_for, said_fact
from advisor.web.points import Shown, points_of
from advisor.web.thresholds import Handles, handles_of

_FEW = 100
"""A finding on so many points of a curve keeps every one of them where the curve is thinned."""


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding with its numbers in words, and the points that it rests on as (curve, steps)."""

    finding: Finding
    title: str
    numbers: tuple[Evidence, ...]
    points: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Call:
    """The next experiment as Python; ``lacking`` says in sentences what must be filled in."""

    source: str
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotJudged:
    """Rules that lack the same facts: what these are called, and the fields of the form beside an upload that give some of them."""

    lacks: str
    fields: tuple[FactField, ...]
    rules: tuple[NotEvaluated, ...]


@dataclass(frozen=True, slots=True)
class RunView:
    """A judged run; ``handles`` is empty where the rulebook that judged is not in force any more."""

    request: AdviseRequest
    advice: Advice
    subject: str
    plots: tuple[Plot, ...]
    findings: tuple[ShownFinding, ...]
    table: CheckpointTable | None
    call: Call | None
    handles: tuple[Handles, ...]
    not_judged: tuple[NotJudged, ...]
    where: str

    @property
    def numbers(self) -> int:
        """How many numbers of rules can be moved."""
        return sum(len(group.handles) for group in self.handles)


def run_view(request: AdviseRequest, advice: Advice, rulebook: Rulebook) -> RunView:
    """Return what the page shows.

    Args:
        request: The request as it was judged.
        advice: What was said.
        rulebook: The rulebook in force, for its bands and numbers.
    """
    whole = plots(request.run, advice, rulebook.bands.get(OVERFIT_BANDS))
    lines = [line for plot in whole for line in plot.lines]
    points = [points_of(finding, lines, advice.signals, rulebook.measures) for finding in advice.findings]
    few = {step for found in points for shown in found if len(shown.steps) <= _FEW for step in shown.steps}
    shown = tuple(drawn(plot, few) for plot in whole)
    drawn_lines = {line.name: line for plot in shown for line in plot.lines}
    return RunView(
        request=request,
        advice=advice,
        subject=subject(request, PointCounts.of(request.run)),
        plots=shown,
        findings=tuple(_shown(finding, found, drawn_lines, advice) for finding, found in zip(advice.findings, points, strict=True)),
        table=checkpoint_table(request.run, advice),
        call=_call(request, advice),
        handles=handles_of(advice, rulebook) if advice.rulebook.revision == rulebook.revision else (),
        not_judged=tuple(
            NotJudged(", ".join(map(said_fact, missing)) or "More points", fields_for(missing), tuple(rules))
            for missing, rules in grouped_by_missing(advice.not_evaluated)
        ),
        where=request.run.id or "this run",
    )


def _shown(finding: Finding, points: Sequence[Shown], lines: Mapping[str, Line], advice: Advice) -> ShownFinding:
    """Return a finding with those of its points that are drawn."""
    drawn_at = {name: set(line.steps) for name, line in lines.items()}
    marked = [{"line": p.line, "steps": [step for step in p.steps if step in drawn_at[p.line]]} for p in points]
    return ShownFinding(finding, finding_title(finding), telling(finding.evidence, advice.signals), marked)


def _call(request: AdviseRequest, advice: Advice) -> Call | None:
    plan = advice.next_experiment
    if plan is None or "learning_rate" in plan.hyperparameters:
        return None
    call = job_call(plan, None, parent=request.run.id)
    filled = ("Fill in what ends in FILL-IN.",) if "FILL-IN" in call.source() else ()
    return Call(call.source(), (*filled, *(sentence for sentence in call.lacking if "--" not in sentence)))

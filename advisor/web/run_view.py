"""Everything that the page of a run shows, put together from the request, the answer and the rulebook that judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from advisor.contract import Advice, AdviseRequest
from advisor.contract.advice import Evidence, Finding, NotEvaluated
from advisor.rulebook import Rulebook
from advisor.sources import PointCounts
from advisor.sources.openai_jobs import job_call
from advisor.web.checkpoint_table import CheckpointTable, checkpoint_table
from advisor.web.curves import Line, Plot, plots
from advisor.web.points import points_of
from advisor.web.thresholds import Handles, handles_of

_METHODS = {"supervised": "supervised", "dpo": "preference (DPO)", "reinforcement": "reinforcement"}
_FLAG = "flag"


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
    not_judged: tuple[tuple[str, tuple[NotEvaluated, ...]], ...]
    where: str


def run_view(request: AdviseRequest, advice: Advice, rulebook: Rulebook) -> RunView:
    """Return what the page shows.

    Args:
        request: The request as it was judged.
        advice: What was said.
        rulebook: The rulebook in force, for its bands and numbers.
    """
    bands = next((b for b in rulebook.bands.values() if b.signal.startswith("overfit_ratio")), None)
    drawn = plots(request.run, advice, bands)
    lines = [line for plot in drawn for line in plot.lines]
    return RunView(
        request=request,
        advice=advice,
        subject=_subject(request),
        plots=drawn,
        findings=tuple(_shown(finding, lines, advice) for finding in advice.findings),
        table=checkpoint_table(request.run, advice),
        call=_call(request, advice),
        handles=handles_of(advice, rulebook) if advice.rulebook.revision == rulebook.revision else (),
        not_judged=_not_judged(advice.not_evaluated),
        where=request.run.id or "this run",
    )


def _subject(request: AdviseRequest) -> str:
    run = request.run
    name = f"Run {run.id}" if run.id else "The run"
    model = f" of {run.base_model}" if run.base_model else ""
    status = f", {run.status}" if run.status else ""
    return f"{name}: {_METHODS[run.method]} fine-tuning{model}{status}. Points read: {PointCounts.of(run)}."


def _shown(finding: Finding, lines: Sequence[Line], advice: Advice) -> ShownFinding:
    title = finding.title
    if finding.diagnosis not in (finding.title, ""):
        title = f"{title}: {finding.diagnosis[0].lower()}{finding.diagnosis[1:]}"
    told: dict[str, Evidence] = {}
    for item in finding.evidence:
        known = advice.signals.get(item.signal)
        if known is None or known.unit != _FLAG:
            told.setdefault(item.signal, item)
    points = [{"line": shown.line, "steps": shown.steps} for shown in points_of(finding, lines, advice.signals)]
    return ShownFinding(finding, title, tuple(told.values()), points)


def _call(request: AdviseRequest, advice: Advice) -> Call | None:
    plan = advice.next_experiment
    if plan is None or "learning_rate" in plan.hyperparameters:
        return None
    call = job_call(plan, None, parent=request.run.id)
    filled = ("Fill in what ends in FILL-IN.",) if "FILL-IN" in call.source() else ()
    return Call(call.source(), (*filled, *(sentence for sentence in call.lacking if "--" not in sentence)))


def _not_judged(rules: Sequence[NotEvaluated]) -> tuple[tuple[str, tuple[NotEvaluated, ...]], ...]:
    """Return what is missing with the rules that lack it, what most of them lack first."""
    groups: dict[tuple[str, ...], list[NotEvaluated]] = {}
    for rule in rules:
        groups.setdefault(rule.missing, []).append(rule)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return tuple((", ".join(missing) or "more points", tuple(found)) for missing, found in ordered)

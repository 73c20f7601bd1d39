"""The page from top to bottom: the verdict, what to do, why, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from advisor.cli.layout import bullets, heading, paragraph
from advisor.cli.report.actions import action_list, experiment
from advisor.cli.report.checkpoints import best_line, checkpoint_table
from advisor.cli.report.findings import finding_list
from advisor.cli.report.judged import mistake_list, not_judged, outcome_list, stopping_list
from advisor.cli.report.subject import subject
from advisor.contract import Advice, AdviseRequest
from advisor.sources import ImportedRun

_VERDICT_STYLES = {"fix": "bold red", "iterate": "bold yellow", "wait": "bold cyan", "ship": "bold green", "stop": "bold magenta"}


def report(advice: Advice, request: AdviseRequest, imported: ImportedRun, bands: Sequence[str] = ()) -> Iterator[RenderableType]:
    """Yield the parts of the page; a part without content is left out.

    Args:
        advice: What was said.
        request: The run that it was said of.
        imported: How the run was read.
        bands: The rulebook's ratio bands in their order, for the colours.
    """
    verdict = advice.verdict
    yield Text.assemble(
        (verdict.id.upper(), _VERDICT_STYLES.get(verdict.id, "bold")),
        (f"  {verdict.title}", "bold"),
    )
    yield paragraph(verdict.explanation, indent=0)
    yield Padding(Text(subject(request, imported), style="dim"), (1, 0, 0, 0))
    if advice.warnings:
        yield heading("How the run was read")
        yield bullets(advice.warnings)
    if advice.actions:
        yield heading("What to do, best first")
        yield from action_list(advice.actions)
    if advice.next_experiment is not None:
        yield heading("Next experiment")
        yield from experiment(advice.next_experiment)
    elif advice.no_experiment is not None:
        yield heading("No next experiment")
        yield paragraph(advice.no_experiment)
    if advice.findings:
        yield heading("What the run shows")
        yield from finding_list(advice.findings, advice.signals)
    rows = checkpoint_table(advice, request.run, bands)
    if rows is not None:
        yield heading("Checkpoints")
        yield from best_line(advice)
        yield rows
    if advice.stopping:
        yield heading("Time to stop?")
        yield stopping_list(advice.stopping)
    if advice.mistakes:
        yield heading("Common mistakes that this run shows")
        yield mistake_list(advice.mistakes)
    if advice.not_evaluated:
        yield heading("What could not be judged")
        yield from not_judged(advice.not_evaluated, request.run, in_full=advice.outcomes is not None)
    if advice.outcomes is not None:
        yield heading("Every rule")
        yield outcome_list(advice.outcomes)
    yield Padding(
        Text(f"Advisor {advice.advisor.version}, rulebook {advice.rulebook.name} {advice.rulebook.revision}", style="dim"), (1, 0, 0, 0)
    )

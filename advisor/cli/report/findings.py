"""What the run shows, each finding with the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from advisor.cli.layout import bullets, number
from advisor.cli.report.actions import weight
from advisor.contract.advice import Evidence, Finding, SignalValue
from advisor.shown import finding_title, telling


def finding_list(findings: Sequence[Finding], signals: Mapping[str, SignalValue]) -> Iterator[RenderableType]:
    """Yield the findings, the weightiest first."""
    for finding in findings:
        yield bullets([_finding(finding, signals)])


def _finding(finding: Finding, signals: Mapping[str, SignalValue]) -> Group:
    parts = [
        Text.assemble((finding_title(finding), "bold"), "  ", weight(finding.severity, finding.confidence)),
        Text(finding.explanation),
    ]
    rests_on = "; ".join(comparisons(finding.evidence, signals))
    parts.append(Text(f"{finding.id}{': ' + rests_on if rests_on else ''}", style="dim"))
    return Group(*parts)


def comparisons(evidence: Sequence[Evidence], signals: Mapping[str, SignalValue]) -> Iterator[str]:
    """Yield the comparisons that tell a reader something."""
    for item in telling(evidence, signals):
        yield f"{item.signal} {number(item.value)} {item.operator} {number(item.threshold)}"

"""What the run shows, each finding with the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from advisor.cli.layout import bullets, number
from advisor.cli.report.actions import weight
from advisor.contract.advice import Evidence, Finding, SignalValue

_FLAG = "flag"


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


def finding_title(finding: Finding) -> str:
    """Return what was seen and what it means, once where both say the same."""
    if finding.diagnosis in (finding.title, ""):
        return finding.title
    return f"{finding.title}: {finding.diagnosis[0].lower()}{finding.diagnosis[1:]}"


def comparisons(evidence: Sequence[Evidence], signals: Mapping[str, SignalValue]) -> Iterator[str]:
    """Yield the first comparison of each signal; that a flag is set says no more than the explanation does."""
    seen: set[str] = set()
    for item in evidence:
        if item.signal not in seen and not _is_flag(item, signals):
            seen.add(item.signal)
            yield f"{item.signal} {number(item.value)} {item.operator} {number(item.threshold)}"


def _is_flag(item: Evidence, signals: Mapping[str, SignalValue]) -> bool:
    known = signals.get(item.signal)
    return known is not None and known.unit == _FLAG

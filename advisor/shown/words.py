"""Numbers and sentences as people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from advisor.contract import AdviseRequest
from advisor.contract.advice import Change, ChangeValue, Evidence, Finding, NotEvaluated, SignalValue
from advisor.facts import Method
from advisor.sources import PointCounts

_METHODS: Mapping[Method, str] = {"supervised": "supervised", "dpo": "preference (DPO)", "reinforcement": "reinforcement"}
_FLAG = "flag"


def number(value: float) -> str:
    """Return a number in at most four significant digits, whole numbers in full."""
    if value == value and abs(value) < 1e15 and value == int(value):
        return f"{int(value):,}"
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"


def said(value: ChangeValue) -> str:
    """Return a setting's value as people write it."""
    return value if isinstance(value, str) else "unknown" if value is None else number(value)


def change(found: Change) -> str:
    """Return what changes from what to what; an unknown present value is left out."""
    known = f"{said(found.from_)} → " if found.from_ is not None else ""
    return f"{found.parameter}: {known}{said(found.to)}"


def subject(request: AdviseRequest, points: PointCounts, form: str | None = None) -> str:
    """Return the run, what was trained how, and what was read of it; ``form`` is the title of the format that it was read from."""
    run = request.run
    name = f"Run {run.id}" if run.id else "The run"
    model = f" of {run.base_model}" if run.base_model else ""
    status = f", {run.status}" if run.status else ""
    read = f"{points} ({form})" if form else str(points)
    return f"{name}: {_METHODS[run.method]} fine-tuning{model}{status}. Points read: {read}."


def finding_title(finding: Finding) -> str:
    """Return what was seen and what it means, once where both say the same."""
    if finding.diagnosis in (finding.title, ""):
        return finding.title
    return f"{finding.title}: {finding.diagnosis[0].lower()}{finding.diagnosis[1:]}"


def telling(evidence: Sequence[Evidence], signals: Mapping[str, SignalValue]) -> tuple[Evidence, ...]:
    """Return the first comparison of each signal; that a flag is set says no more than the explanation does."""
    told: dict[str, Evidence] = {}
    for item in evidence:
        known = signals.get(item.signal)
        if known is None or known.unit != _FLAG:
            told.setdefault(item.signal, item)
    return tuple(told.values())


def grouped_by_missing(rules: Sequence[NotEvaluated]) -> list[tuple[tuple[str, ...], list[NotEvaluated]]]:
    """Return what is missing with the rules that lack it, what most of them lack first."""
    groups: dict[tuple[str, ...], list[NotEvaluated]] = {}
    for rule in rules:
        groups.setdefault(rule.missing, []).append(rule)
    return sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))

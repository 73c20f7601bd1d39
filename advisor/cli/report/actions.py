"""The ranked actions, and the next experiment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from advisor.cli.layout import labelled, numbered, paragraph
from advisor.contract.advice import Action, Change, Confidence, Experiment, Severity
from advisor.shown import said

_SEVERITY_STYLES: dict[Severity, str] = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan", "info": "dim"}


def weight(severity: Severity, confidence: Confidence) -> tuple[str, str]:
    """Return severity and confidence as one phrase with its style."""
    return f"[{severity}, {confidence} confidence]", _SEVERITY_STYLES[severity]


def action_list(actions: Sequence[Action]) -> Iterator[RenderableType]:
    """Yield the actions, best first, each with its change, its reason and what it rests on."""
    for i, action in enumerate(actions):
        yield Padding(numbered([(action.rank, _action(action))]), (1 if i else 0, 0, 0, 0))


def _action(action: Action) -> Group:
    parts = [Text.assemble((action.title, "bold"), "  ", weight(action.severity, action.confidence))]
    if action.change is not None:
        parts.append(change_line(action.change))
    parts.append(Text(action.explanation))
    if action.because:
        parts.append(Text(f"because: {', '.join(action.because)}", style="dim"))
    if action.record is not None:
        parts.append(Text(f"in your past: helped {action.record.helped} of {action.record.followed} times", style="dim"))
    return Group(*parts)


def change_line(change: Change) -> Text:
    """Return what changes from what to what; an unknown present value is left out."""
    if change.from_ is None:
        return Text.assemble((f"{change.parameter}: ", "dim"), said(change.to))
    return Text.assemble((f"{change.parameter}: ", "dim"), said(change.from_), (" -> ", "dim"), said(change.to))


def experiment(plan: Experiment) -> Iterator[RenderableType]:
    """Yield the one change and everything that stays."""
    yield paragraph(plan.explanation)
    settings = ", ".join(f"{name} {said(value)}" for name, value in plan.hyperparameters.items())
    pairs: list[tuple[str, RenderableType]] = [("change", change_line(plan.change))]
    pairs += [
        (name, value) for name, value in (("base model", plan.base_model), ("data set", plan.dataset), ("settings", settings)) if value
    ]
    yield labelled(pairs)

"""``advisor rules explain``: why a rule did or did not fire on a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from advisor.authoring.explanation import Explanation, explain_rule
from advisor.cli.exits import WrongUsage
from advisor.cli.layout import bullets, heading, paragraph
from advisor.cli.options import AsJson, RulesFolders
from advisor.cli.rulebooks import open_program
from advisor.cli.terminal import show, write_bytes
from advisor.contract.advice import ConditionResult, RuleOutcome
from advisor.errors import UnusableInput
from advisor.rulebook.conditions import suggest
from advisor.service import advise
from advisor.sources import read_file

_OUTCOMES = {
    "fired": "fired",
    "not_fired": "did not fire",
    "not_evaluated": "could not be judged",
    "not_applicable": "does not apply to this run's method",
    "suppressed": "holds, and another finding explains it away",
    "error": "failed",
}


def explain(
    rule_id: Annotated[str, typer.Argument(metavar="RULE", help="The rule's id.")],
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Any file that advisor advise reads.")],
    as_json: AsJson = False,
    rules: RulesFolders = None,
) -> None:
    """Say what became of a rule on a run: each condition's value, threshold and margin, and what would have to change."""
    program = open_program(rules)
    rule = program.rulebook.rule(rule_id)
    if rule is None:
        hint = suggest(rule_id, [r.id for r in program.rulebook.rules]) or "List them with: advisor rules list"
        raise WrongUsage(f'There is no rule "{rule_id}".\n    {hint}')
    try:
        request = read_file(run).request
    except UnusableInput as error:
        raise UnusableInput(f"{run}: {error}") from None
    found = explain_rule(rule, advise(request, program, advice_id="", created_at="", level="all"))
    if as_json:
        outcome = TypeAdapter(RuleOutcome).dump_python(found.outcome, mode="json")
        write_bytes(TypeAdapter(dict[str, object]).dump_json({**outcome, "would_have_to_change": found.changes}, indent=2))
        return
    show(*_page(found))


def _page(found: Explanation) -> Iterator[RenderableType]:
    rule, outcome = found.rule, found.outcome
    yield Text.assemble((rule.id, "bold"), f"  {_OUTCOMES[outcome.outcome]}")
    yield paragraph(rule.title, style="dim")
    if outcome.outcome == "not_applicable":
        yield paragraph(f"It applies to {', '.join(sorted(rule.applies_to))}.")
        return
    if outcome.explanation:
        yield paragraph(outcome.explanation)
    if outcome.by:
        yield paragraph(f"Explained away by {outcome.by}.")
    if outcome.missing:
        yield paragraph(f"It lacks {', '.join(outcome.missing)}.")
    yield heading("Its conditions")
    yield _table(outcome.conditions)
    if found.nearest is not None:
        name = "The narrowest hit" if outcome.outcome in ("fired", "suppressed") else "The nearest miss"
        yield heading(name)
        yield paragraph(_near(found.nearest))
    if found.changes:
        turned = "For it not to fire" if outcome.outcome in ("fired", "suppressed") else "For it to fire"
        yield heading(turned)
        yield bullets(found.changes)


def _table(conditions: tuple[ConditionResult, ...]) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0))
    for justify in ("left", "left", "right", "right", "right"):
        table.add_column(justify="right" if justify == "right" else "left", overflow="fold")
    table.add_row("   holds", "condition", "value", "threshold", "margin", style="dim")
    for c in conditions:
        holds = {True: "yes", False: "no", None: "unknown"}[c.holds]
        table.add_row(f"   {holds}", c.condition, *(_number(value) for value in (c.value, c.threshold, c.margin)))
    return table


def _near(condition: ConditionResult) -> str:
    side = "beyond" if condition.holds else "short of"
    return (
        f"{condition.condition}: {_number(condition.value)}, {side} {_number(condition.threshold)} by {_number(abs(condition.margin or 0))}"
    )


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"

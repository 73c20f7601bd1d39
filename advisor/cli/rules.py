"""``advisor rules``: the rulebook as a reader sees it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Annotated

import typer
from pydantic import TypeAdapter
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from advisor.cli.exits import WrongUsage
from advisor.cli.layout import bullets, heading, labelled, number, paragraph
from advisor.cli.options import AsJson, RulesFolders
from advisor.cli.rulebooks import open_layers, open_rulebook
from advisor.cli.terminal import show, write_bytes
from advisor.rulebook import Comparison, Group, Rule, Rulebook
from advisor.rulebook.source import Document, parse

app = typer.Typer(name="rules", no_args_is_help=True, help="Read, check, test and compare rulebooks.")


@app.command("list")
def list_rules(as_json: AsJson = False, rules: RulesFolders = None) -> None:
    """List every rule: id, kind, severity, what it says."""
    rulebook = open_rulebook(rules)
    if as_json:
        from advisor.api.catalogue import RuleEntry, rule_entries

        write_bytes(TypeAdapter(list[RuleEntry]).dump_json(rule_entries(rulebook), indent=2))
        return
    show(*_table_of_rules(rulebook))


@app.command("show")
def show_rule(rule_id: Annotated[str, typer.Argument(metavar="ID", help="The rule's id.")], rules: RulesFolders = None) -> None:
    """Show one rule: when it fires, why, what would make it wrong, what it recommends, its cases."""
    rulebook = open_rulebook(rules)
    rule = rulebook.rule(rule_id)
    if rule is None:
        raise WrongUsage(_unknown(rule_id, rulebook))
    show(*_page(rule, rulebook), *_cases(rule, open_layers(rules).files))


def _table_of_rules(rulebook: Rulebook) -> Iterator[RenderableType]:
    """Yield a table for each folder of the rulebook, all with the same columns."""
    width = max((len(rule.id) for rule in rulebook.rules), default=0)
    by_folder = sorted(rulebook.rules, key=lambda rule: (rule.file.rsplit("/", 1)[0], rule.id))
    for folder, found in groupby(by_folder, key=lambda rule: rule.file.rsplit("/", 1)[0]):
        yield heading(folder)
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(min_width=width, no_wrap=True)
        table.add_column(min_width=8, style="dim", no_wrap=True)
        table.add_column(overflow="fold")
        for rule in found:
            table.add_row(rule.id, rule.severity, rule.title)
        yield table
    yield Text(
        f"\n{len(rulebook.rules)} rules in rulebook {rulebook.name} {rulebook.revision}; read one with: advisor rules show ID", style="dim"
    )


def _unknown(rule_id: str, rulebook: Rulebook) -> str:
    raised = sorted(r.id for r in rulebook.rules if r.raises == rule_id)
    if raised:
        return f'"{rule_id}" is a finding that several rules raise: {", ".join(raised)}; show one of them'
    close = difflib.get_close_matches(rule_id, [r.id for r in rulebook.rules], 1)
    hint = f'did you mean "{close[0]}"?' if close else "list them with: advisor rules list"
    return f'There is no rule "{rule_id}"; {hint}'


def _page(rule: Rule, rulebook: Rulebook) -> Iterator[RenderableType]:
    yield Text.assemble((rule.id, "bold"), f"  {rule.title}")
    facts: list[tuple[str, RenderableType]] = [
        ("kind", rule.kind if rule.raises == rule.id else f"{rule.kind}, raises {rule.raises}"),
        ("applies to", ", ".join(sorted(rule.applies_to))),
        ("weight", f"severity {rule.severity}, confidence {rule.confidence}"),
        ("status", rule.status),
        ("file", rule.file),
        ("source", rule.source),
    ]
    if rule.diagnosis not in ("", rule.title):
        facts.insert(0, ("diagnosis", rule.diagnosis))
    yield labelled(facts)
    yield heading("Fires when")
    yield from (paragraph(line) for line in _condition(rule.when, 0))
    for word, group in (("high", rule.confidence_high), ("low", rule.confidence_low)):
        if group is not None:
            yield heading(f"Confidence is {word} when")
            yield from (paragraph(line) for line in _condition(group, 0))
    if rule.parameters:
        yield heading("Parameters")
        yield labelled([(name, f"{number(p.value)} {p.unit} ({p.source})") for name, p in rule.parameters.items()])
    yield heading("Why")
    yield paragraph(rule.why)
    if rule.false_positives:
        yield heading("What would make it wrong")
        yield bullets(rule.false_positives)
    yield heading("It says")
    yield paragraph(rule.explain.text)
    if rule.recommend:
        yield heading("It recommends")
        yield bullets(_recommendation(rule, i, rulebook) for i in range(len(rule.recommend)))
    if rule.suppresses:
        yield heading("It explains away")
        yield bullets(rule.suppresses)


def _recommendation(rule: Rule, index: int, rulebook: Rulebook) -> str:
    recommendation = rule.recommend[index]
    line = f"{recommendation.action}: {rulebook.actions[recommendation.action].shape.title}"
    if recommendation.when is not None:
        line += f", when {'; '.join(_condition(recommendation.when, 0))}"
    return line


def _condition(group: Group, depth: int) -> list[str]:
    """Return a condition as lines, parameters replaced by their values and nested groups indented."""
    words = {"all": "all of these hold:", "any": "at least one of these holds:", "none": "none of these holds:"}
    if depth == 0 and group.join == "all":
        lines, inner = [], 0
    else:
        lines, inner = ["   " * (depth - 1 if depth else 0) + words[group.join]], depth or 1
    for member in group.members:
        if isinstance(member, Group):
            lines += _condition(member, inner + 1)
        else:
            lines.append("   " * inner + _comparison(member))
    return lines


def _comparison(comparison: Comparison) -> str:
    if comparison.reference is not None:
        kind, _, name = comparison.reference.partition(":")
        return f"{kind} {name} is raised" if kind == "finding" else f"{kind} {name} holds"
    if comparison.flag:
        return comparison.signal if comparison.threshold == 1 else f"not {comparison.signal}"
    if comparison.other is not None:
        factor = "" if comparison.factor == 1 else f"{number(comparison.factor)} × "
        return f"{comparison.signal} {comparison.operator} {factor}{comparison.other}"
    return f"{comparison.signal} {comparison.operator} {number(comparison.threshold)}"


def _cases(rule: Rule, files: Mapping[str, str]) -> Iterator[RenderableType]:
    name = rule.file.removesuffix(".yaml") + ".cases.yaml"
    text = files.get(name)
    document = parse(name, text) if text is not None else None
    if not isinstance(document, Document) or not isinstance(document.value, list):
        return
    yield heading("Its cases")
    yield bullets(str(case["name"]) for case in document.value if isinstance(case, dict) and "name" in case)

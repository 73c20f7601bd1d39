"""The rulebook as pages: tables as in the documents, and each rule with its condition, its reasons and its cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from math import isfinite

from advisor.authoring.cases import Case
from advisor.rulebook import Bands, Comparison, Condition, Group, Rule, Rulebook

_JOINS = {"all": "all of", "any": "at least one of", "none": "none of"}


def render_pages(rulebook: Rulebook, cases: Sequence[Case]) -> Mapping[str, str]:
    """Return Markdown pages by their file name: ``index.md``, ``tables.md``, ``actions.md`` and one per folder of rules."""
    by_rule = {rule: list(found) for rule, found in groupby(sorted(cases, key=lambda c: (c.rule, c.index)), key=lambda c: c.rule)}
    folders = {
        folder: list(found) for folder, found in groupby(sorted(rulebook.rules, key=lambda r: (_folder(r), r.order, r.id)), key=_folder)
    }
    pages = {f"{folder}.md": _folder_page(folder, rules, by_rule) for folder, rules in folders.items()}
    pages["tables.md"] = "\n\n".join(_tables(rulebook)) + "\n"
    pages["actions.md"] = "\n\n".join(_actions(rulebook)) + "\n"
    pages["index.md"] = "\n\n".join(_index(rulebook, folders)) + "\n"
    return pages


def _index(rulebook: Rulebook, folders: Mapping[str, Sequence[Rule]]) -> Iterator[str]:
    yield f"# Rulebook {rulebook.name}"
    yield f"Revision `{rulebook.revision}`: {len(rulebook.rules)} rules, {len(rulebook.actions)} [actions](actions.md), [tables](tables.md)."
    for folder, rules in folders.items():
        rows = [(f"[{r.id}]({folder}.md#{r.id})", r.title, r.diagnosis, r.severity, ", ".join(_recommended(r))) for r in rules]
        yield f"## {folder}"
        yield _table(("rule", "observation", "diagnosis", "severity", "what to do"), rows)


def _folder_page(folder: str, rules: Sequence[Rule], cases: Mapping[str, Sequence[Case]]) -> str:
    return "\n\n".join([f"# {folder}", *(part for rule in rules for part in _rule(rule, cases.get(rule.id, ())))]) + "\n"


def _rule(rule: Rule, cases: Sequence[Case]) -> Iterator[str]:
    yield f"## {rule.id}"
    yield f"**{_text(rule.title)}.** {_text(rule.diagnosis)}; severity {rule.severity}, for {', '.join(sorted(rule.applies_to))}."
    if rule.status != "stable":
        yield f"Status: {rule.status}."
    yield "Fires when\n\n" + "\n".join(_condition(rule.when, 0))
    if rule.parameters:
        yield _table(("parameter", "value", "unit", "source"), [(n, f"{p.value:g}", p.unit, p.source) for n, p in rule.parameters.items()])
    yield f"It says: {_text(rule.explain.text)}"
    if rule.recommend:
        yield "It recommends: " + ", ".join(f"[{action}](actions.md#{action})" for action in _recommended(rule)) + "."
    if rule.suppresses:
        yield f"It explains away: {', '.join(rule.suppresses)}."
    yield f"Why: {_text(rule.why)}"
    yield "It would be wrong when\n\n" + "\n".join(f"- {_text(text)}" for text in rule.false_positives)
    yield f"Source: {_text(rule.source)}"
    if cases:
        yield _table(("case", "given", "expected"), [(_claim(case), _given(case), _expected(case)) for case in cases])


def _tables(rulebook: Rulebook) -> Iterator[str]:
    yield "# Tables"
    for bands in rulebook.bands.values():
        yield f"## {_text(bands.title)}"
        rows = [(_bounds(bands, i), band.id, band.meaning) for i, band in enumerate(bands.bands)]
        yield _table((bands.signal, "band", "meaning"), rows)
        yield f"Source: {_text(bands.source)}"
    for lookup in rulebook.lookups:
        yield f"## {_text(lookup.title)}"
        names = sorted(lookup.gives)
        lows = ["", *(f"{below:g}" for below, _ in lookup.rows)]
        found = [[_between(lows[i], below), *(f"{numbers[n]:g}" for n in names)] for i, (below, numbers) in enumerate(lookup.rows)]
        yield _table((lookup.by, *names), found)
        yield f"Source: {_text(lookup.source)}"
    yield "## Base models"
    models = rulebook.models.models
    yield _table(
        ("model", "best for", "methods", "size class"), [(m.id, m.best_for, ", ".join(m.methods), str(m.size_class)) for m in models]
    )
    yield "## The quick sweep"
    ladders = [(name, ", ".join(f"{v:g}" for v in ladder.values), f"{ladder.default:g}") for name, ladder in rulebook.ladders.items()]
    yield _table(("setting", "values", "default"), ladders)
    yield "## Shared numbers"
    yield _table(("parameter", "value", "unit", "source"), [(n, f"{p.value:g}", p.unit, p.source) for n, p in rulebook.parameters.items()])


def _actions(rulebook: Rulebook) -> Iterator[str]:
    yield "# Actions"
    yield "In the order of the tiers; within one, what the evidence supports best comes first."
    recommended: dict[str, list[str]] = {}
    for rule in rulebook.rules:
        for named in _recommended(rule):
            recommended.setdefault(named, []).append(f"[{rule.id}]({_folder(rule)}.md#{rule.id})")
    for tier in rulebook.priorities.tiers:
        yield f"## {_text(tier.title)}"
        for name, action in rulebook.actions.items():
            if action.shape.tier == tier.id:
                change = f", changes {action.shape.change.parameter}" if action.shape.change else ""
                yield f"### {name}"
                yield f"**{_text(action.shape.title)}** (cost: {action.shape.cost}{change}). {_text(action.shape.explain)}"
                yield f"Recommended by {', '.join(recommended.get(name, ['no rule']))}. Source: {_text(action.shape.source)}"


def _folder(rule: Rule) -> str:
    return rule.file.rpartition("/")[0].replace("/", "-") or "rules"


def _recommended(rule: Rule) -> list[str]:
    return list(dict.fromkeys(item.action for item in rule.recommend))


def _condition(condition: Condition, depth: int) -> list[str]:
    pad = "  " * depth
    if isinstance(condition, Comparison):
        return [f"{pad}- `{condition.text}`{_value(condition)}"]
    inner = 0 if depth == 0 and condition.join == "all" else depth + 1
    lines = [] if inner == 0 else [f"{pad}- {_JOINS[condition.join]}"]
    for member in condition.members:
        lines += _nested(member, inner)
    return lines


def _nested(member: Condition, depth: int) -> list[str]:
    """Return a member's lines; only the outermost ``all`` goes without saying."""
    if isinstance(member, Group) and depth == 0:
        return [f"- {_JOINS[member.join]}", *(line for inner in member.members for line in _nested(inner, 1))]
    return _condition(member, depth)


def _value(comparison: Comparison) -> str:
    """Return the number where the comparison names a parameter."""
    if comparison.reference or comparison.flag or comparison.other or f"{comparison.threshold:g}" in comparison.text:
        return ""
    return f" ({comparison.threshold:g})"


def _bounds(bands: Bands, index: int) -> str:
    band = bands.bands[index]
    low = f"{'from' if band.low_included else 'above'} {band.low:g}" if isfinite(band.low) else ""
    high = f"{'to' if band.high_included else 'below'} {band.high:g}" if isfinite(band.high) else ""
    return " ".join(part for part in (low, high) if part) or "any"


def _between(low: str, below: float) -> str:
    parts = (f"from {low}" if low else "", f"below {below:g}" if isfinite(below) else "")
    return " ".join(part for part in parts if part) or "any"


def _claim(case: Case) -> str:
    return case.name if case.todo is None else f"{case.name} (todo: {case.todo})"


def _given(case: Case) -> str:
    return "; ".join(f"{key}: {_said(value)}" for key, value in case.given.items())


def _expected(case: Case) -> str:
    said = case.expect.model_dump(exclude_unset=True)
    return "; ".join(f"{key}: {_said(value)}" for key, value in said.items())


def _said(value: object) -> str:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value) or "none"
    return str(value).lower() if isinstance(value, bool) else "null" if value is None else str(value)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([_text(cell).replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _text(text: str) -> str:
    return " ".join(text.split())

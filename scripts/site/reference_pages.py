"""Pages made from the code: every signal, every route, every setting."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from advisor.api.catalogue import SignalEntry, signal_entries
from advisor.rulebook import Rulebook
from advisor.rulebook.conditions import comparisons
from advisor.settings import Settings
from scripts.site.markdown import plain, prose, table
from scripts.site.rule_pages import page_of_rule

_EXAMPLE_LINES = 60


def reference_pages(rulebook: Rulebook, openapi: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the pages by their path."""
    pages = {"signals": _signals(rulebook), "api": _routes(openapi), "settings": _settings()}
    return {f"reference/{name}.md": "\n\n".join(parts) + "\n" for name, parts in pages.items()}


def _signals(rulebook: Rulebook) -> Iterator[str]:
    entries = sorted(signal_entries(rulebook), key=lambda entry: entry.name)
    used: dict[str, list[str]] = {}
    for rule in rulebook.rules:
        for name in dict.fromkeys(name for found in comparisons(rule.when) for name in found.needs):
            used.setdefault(name, []).append(rule.id)
    yield "# Signals"
    yield (
        f"The {len(entries)} numbers that rules compare. Each is worked out once for a run, or is missing, and then the answer says which "
        "fields it needs. `advisor signals` and `GET /signals` list the same."
    )
    for entry in entries:
        yield from _signal(entry, used.get(entry.name, []), rulebook)


def _signal(entry: SignalEntry, rules: list[str], rulebook: Rulebook) -> Iterator[str]:
    yield f"## {plain(entry.name)} {{#{entry.name}}}"
    yield prose(entry.description)
    yield f"Unit: {plain(entry.unit)}. For: {', '.join(entry.methods)}. Source: {plain(entry.source)}"
    if rules:
        yield "Compared by " + ", ".join(f"[{name}](../{page_of_rule(rulebook, name)}#{name})" for name in rules) + "."


def _routes(openapi: Mapping[str, Any]) -> Iterator[str]:
    yield "# HTTP API"
    yield (
        "Every route of the service. A running one shows the same at `/docs`, where it can be tried, and gives the description for programs "
        "at `/openapi.json`. What is refused is answered with problem+json: a sentence, and a pointer to each place."
    )
    for path, methods in openapi["paths"].items():
        for method, route in methods.items():
            yield f"## `{method.upper()} {path}`"
            yield f"**{prose(route.get('summary', ''))}.** {route.get('description', '')}"
            yield from _parameters(route)
            yield from _example(route)
            answers = [(code, prose(answer.get("description", ""))) for code, answer in route["responses"].items()]
            yield table(("status", "answer"), answers)


def _parameters(route: Mapping[str, Any]) -> Iterator[str]:
    found = route.get("parameters", ())
    if found:
        yield table(("parameter", "in", "meaning"), [(f"`{p['name']}`", p["in"], prose(p.get("description", ""))) for p in found])


def _example(route: Mapping[str, Any]) -> Iterator[str]:
    for kind, content in route.get("requestBody", {}).get("content", {}).items():
        examples = content.get("examples") or {}
        for example in [content["example"]] if "example" in content else [e["value"] for e in examples.values() if "value" in e][:1]:
            lines = (example if isinstance(example, str) else json.dumps(example, indent=2, ensure_ascii=False)).splitlines()
            if len(lines) <= _EXAMPLE_LINES:
                yield f"A body of `{kind}`:"
                yield "```json\n" + "\n".join(lines) + "\n```"


def _settings() -> Iterator[str]:
    yield "# Settings"
    yield "Each is an environment variable; `advisor serve --help` has options for the common ones."
    said = _attributes(inspect.getdoc(Settings) or "")
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        shown = "" if default is None or default in ("", ()) else f"`{default}`"
        rows.append((f"`ADVISOR_{name.upper()}`", shown, prose(said.get(name, ""))))
    yield table(("variable", "default", "meaning"), rows)


def _attributes(docstring: str) -> dict[str, str]:
    """Return what a Google-style docstring says about each attribute."""
    found: dict[str, str] = {}
    name = ""
    for line in docstring.partition("Attributes:")[2].splitlines():
        begins = re.match(r" {4}(\w+): (.*)", line)
        if begins:
            name = begins[1]
            found[name] = begins[2]
        elif name and line.strip():
            found[name] += " " + line.strip()
    return found

"""The rulebook as pages of the site, each rule with the scenarios that speak of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from advisor.authoring.cases import Case
from advisor.authoring.pages import render_pages
from advisor.rulebook import Rulebook
from advisor.web.features.coverage import Coverage, Mention
from scripts.site.markdown import plain

FOLDER = "rulebook"
_RULE = re.compile(r"^## (?P<id>[a-z0-9-]+)$", re.MULTILINE)


def rule_pages(rulebook: Rulebook, cases: Sequence[Case], covered: Coverage) -> Mapping[str, str]:
    """Return the pages that ``advisor rules docs`` writes, by their path in the site, with links to the scenarios."""
    return {f"{FOLDER}/{name}": _with_scenarios(text, covered) for name, text in render_pages(rulebook, cases).items()}


def page_of_rule(rulebook: Rulebook, rule_id: str) -> str:
    """Return the path of the page on which a rule stands."""
    rule = next(rule for rule in rulebook.rules if rule.id == rule_id)
    return f"{FOLDER}/{rule.file.rpartition('/')[0].replace('/', '-') or 'rules'}.md"


def _with_scenarios(text: str, covered: Coverage) -> str:
    parts = _RULE.split(text)
    told = [parts[0]]
    for rule_id, body in zip(parts[1::2], parts[2::2], strict=True):
        found = covered.scenarios.get(rule_id, ())
        told.append(f"## {rule_id}{body.rstrip()}\n\n" + (_listed(found) + "\n\n" if found else ""))
    return "".join(told)


def _listed(found: Sequence[Mention]) -> str:
    rows = [f"- [{plain(m.scenario.title)}](../features/{m.feature.name}.md#{m.scenario.anchor})" for m in found]
    return "Scenarios that speak of it:\n\n" + "\n".join(rows)

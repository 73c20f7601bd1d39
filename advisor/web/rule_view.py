"""What the page of a rule shows: how it reads, what its cases say of it now, how often it spoke lately, who changed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from advisor.api.parts import Parts
from advisor.authoring.cases import Case, load_cases
from advisor.authoring.coverage import RuleCoverage, cover
from advisor.authoring.trial import CaseResult, run_cases
from advisor.rulebook import Comparison, Condition, Group, Rule, Rulebook
from advisor.web.rule_history import History, history_of

_JOINS = {"all": "all of", "any": "at least one of", "none": "none of"}
_LATELY = 500


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition as people read it: a comparison with the number behind its parameter, or a join with its members."""

    text: str
    number: float | None = None
    members: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Spoken:
    """How often a rule's finding stood in the last decisions."""

    times: int
    decisions: int


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule.

    Attributes:
        spoken: How often it spoke; None where nothing is kept or may be read, or the rule raises no finding.
        history: Who changed its file; None where the reader may not know.
        text: Its file as the lead wrote it.
    """

    rule: Rule
    when: Clause
    actions: tuple[str, ...]
    results: tuple[CaseResult, ...]
    coverage: RuleCoverage
    spoken: Spoken | None
    history: History | None
    text: str


def rule_view(rule: Rule, parts: Parts, *, to_reader: bool) -> RuleView:
    """Return what the page shows; the rule's cases are run for it.

    Args:
        rule: The rule.
        parts: The parts of the application.
        to_reader: Whether whoever asks may read the log, and the names of those who changed the rule.
    """
    own = rule.file.removesuffix(".yaml") + ".cases.yaml"
    files: Mapping[str, str] = parts.reloader.layered.files
    cases, _ = load_cases({path: text for path, text in files.items() if path == own or not path.endswith(".cases.yaml")})
    rulebook = parts.serving.rulebook
    results = run_cases([case for case in cases if case.rule == rule.id], rulebook)
    return RuleView(
        rule=rule,
        when=_clause(rule.when),
        actions=tuple(dict.fromkeys(item.action for item in rule.recommend)),
        results=results,
        coverage=cover(rulebook, results, [rule.id]).rules[0],
        spoken=_spoken(rule, parts) if to_reader else None,
        history=history_of(rule.file, parts.settings.rules) if to_reader else None,
        text=rulebook.files[rule.file],
    )


def by_folder(rulebook: Rulebook) -> dict[str, list[Rule]]:
    """Return the rules under their folders, both in the order of their names."""
    folders: dict[str, list[Rule]] = {}
    for rule in sorted(rulebook.rules, key=lambda r: (r.file.rpartition("/")[0], r.order, r.id)):
        folders.setdefault(rule.file.rpartition("/")[0] or "rules", []).append(rule)
    return folders


def given(case: Case) -> str:
    """Return what a case gives, on one line."""
    return "; ".join(f"{name}: {value}" for name, value in case.given.items())


def _clause(condition: Condition) -> Clause:
    if isinstance(condition, Group):
        return Clause(_JOINS[condition.join], members=tuple(_clause(member) for member in condition.members))
    return Clause(" ".join(condition.text.split()), _number(condition))


def _number(comparison: Comparison) -> float | None:
    """Return the number where the comparison names a parameter in its place."""
    if comparison.reference or comparison.flag or comparison.other or f"{comparison.threshold:g}" in comparison.text:
        return None
    return comparison.threshold


def _spoken(rule: Rule, parts: Parts) -> Spoken | None:
    if parts.store is None or rule.kind != "finding":
        return None
    lately = parts.store.advice.page(limit=_LATELY)
    return Spoken(sum(any(f.id == rule.raises for f in entry.said.findings) for entry in lately), len(lately))

"""The use case behind ``advisor rules test``: every case of a rulebook put to it, and what the cases together show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from xml.etree.ElementTree import Element, SubElement

from advisor.authoring.cases import load_cases
from advisor.authoring.coverage import Coverage, cover
from advisor.authoring.junit import document
from advisor.authoring.trial import CaseResult, run_cases
from advisor.errors import BrokenRulebook, UnusableInput
from advisor.rulebook import build_rulebook
from advisor.rulebook.conditions import suggest

Standing = Literal["holds", "fails", "todo", "done"]


def standing(result: CaseResult) -> Standing:
    """Return how a case stands: a todo that does not hold is waited for, one that holds is done and has to lose its ``todo``."""
    if result.case.todo is None:
        return "holds" if result.holds else "fails"
    return "done" if result.holds else "todo"


@dataclass(frozen=True, slots=True)
class Suite:
    """How the cases of a rulebook went.

    Attributes:
        results: Every case that was run, in the order of the files.
        coverage: What they show of the rules.
    """

    results: tuple[CaseResult, ...]
    coverage: Coverage

    def of(self, wanted: Standing) -> tuple[CaseResult, ...]:
        """Return the cases that stand like this."""
        return tuple(result for result in self.results if standing(result) == wanted)

    def shown(self, place_of: Callable[[str], str]) -> Suite:
        """Return the same with each file named as its reader finds it, by its path inside the rulebook."""
        results = tuple(
            replace(r, case=replace(r.case, document=replace(r.case.document, file=place_of(r.case.document.file)))) for r in self.results
        )
        return Suite(results, Coverage(tuple(replace(rule, file=place_of(rule.file)) for rule in self.coverage.rules)))

    @property
    def passed(self) -> bool:
        """Whether every case holds, or is known not to."""
        return not self.of("fails") and not self.of("done")


def run_suite(files: Mapping[str, str], rules: Sequence[str] = ()) -> Suite:
    """Run the cases of a rules folder.

    Args:
        files: The texts of the folder's files by their path inside it.
        rules: Ids of the rules whose cases to run; all where empty.

    Raises:
        BrokenRulebook: The rules or the cases cannot be read; every mistake is named.
        UnusableInput: There is no rule of that id.
    """
    cases, mistakes = load_cases(files)
    try:
        rulebook = build_rulebook(files)
    except BrokenRulebook as error:
        raise BrokenRulebook([*error.mistakes, *mistakes]) from None
    if mistakes:
        raise BrokenRulebook(list(mistakes))
    for rule_id in rules:
        if rulebook.rule(rule_id) is None:
            hint = suggest(rule_id, [rule.id for rule in rulebook.rules]) or "List them with: advisor rules list"
            raise UnusableInput(f'There is no rule "{rule_id}".\n    {hint}')
    results = run_cases([case for case in cases if not rules or case.rule in rules], rulebook)
    return Suite(results, cover(rulebook, results, rules or None))


def suite_text(suite: Suite, *, covered: bool) -> str:
    """Return what a lead reads: each case that does not stand as it should, the coverage where asked for, and a line that counts."""
    parts = [f"FAIL  {result.report()}" for result in suite.of("fails")]
    parts += [
        f"DONE  {result.case.rule}: {result.case.name}\n  {result.case.place}\n  holds now: take its todo out"
        for result in suite.of("done")
    ]
    if covered:
        parts.append(coverage_text(suite.coverage))
    return "\n\n".join([*parts, _counts(suite)])


def coverage_text(coverage: Coverage) -> str:
    """Return the share of all sides, and for each rule that is not wholly shown what no case shows."""
    lines = [f"Coverage {coverage.share:.1%} of {sum(rule.sides for rule in coverage.rules)} sides of {_rules(len(coverage.rules))}"]
    for rule in sorted(coverage.rules, key=lambda rule: (rule.share, rule.file)):
        if rule.seen == rule.sides:
            continue
        lines.append(f"{rule.share:6.0%}  {rule.file}")
        lines += [f"          no {word} case" for word in rule.unseen]
        lines += [
            f"          {condition.condition}: never {', never '.join(condition.unseen)}"
            for condition in rule.conditions
            if condition.unseen
        ]
    return "\n".join(lines)


def _counts(suite: Suite) -> str:
    counted = [(len(suite.of("holds")), "hold"), (len(suite.of("fails")), "fail"), (len(suite.of("todo")), "todo")]
    counted.append((len(suite.of("done")), "done and still marked todo"))
    total = len(suite.results)
    said = ", ".join(f"{count} {word}" for count, word in counted if count)
    return f"{total} case{'' if total == 1 else 's'}: {said}" if total else "No cases."


def _rules(count: int) -> str:
    return "1 rule" if count == 1 else f"{count} rules"


def suite_junit(suite: Suite) -> str:
    """Return a JUnit report with a test case per case; one that is todo is skipped with its reason."""
    failed = [*suite.of("fails"), *suite.of("done")]
    root = Element("testsuite", name="advisor rules test", tests=str(len(suite.results)), failures=str(len(failed)))
    root.set("skipped", str(len(suite.of("todo"))))
    for result in suite.results:
        file, _, line = result.case.place.rpartition(":")
        case = SubElement(root, "testcase", classname=result.case.rule, name=result.case.name, file=file, line=line)
        match standing(result):
            case "fails":
                SubElement(case, "failure", message=result.failures[0]).text = result.report()
            case "done":
                SubElement(case, "failure", message="holds now: take its todo out")
            case "todo":
                SubElement(case, "skipped", message=result.case.todo or "")
            case "holds":
                pass
    return document(root)

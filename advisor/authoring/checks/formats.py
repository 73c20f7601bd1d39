"""What a check found, for people and for the programs that show it beside the files: JSON, SARIF, GitHub, JUnit."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import groupby
from types import MappingProxyType
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from advisor import __version__
from advisor.authoring.checks.check import Checked
from advisor.authoring.checks.codes import DOCS
from advisor.authoring.checks.problem import Problem
from advisor.authoring.junit import document

Format = Callable[[Checked, str], str]
"""What was found, and the folder's path from where the reader stands (``""``: the folder itself), to text."""


def as_text(found: Checked, folder: str) -> str:
    """Return a line per problem with what to do about it, and a last line that counts them."""
    lines = [f"{_place(p, folder)}  {p.severity} {p.mistake.code}  {p.mistake.message}{_remedy(p)}" for p in found.problems]
    return "\n".join([*lines, summary(found)])


def summary(found: Checked) -> str:
    """Return one line that counts the problems."""
    rules = "" if found.rulebook is None else f" in {len(found.rulebook.rules)} rules with {len(found.cases)} cases"
    if not found.problems:
        return f"No problem{rules}."
    counts = f"{_count(found.errors, 'error')} and {_count(found.warnings, 'warning')}{rules}; {DOCS} has a section for each code."
    return counts if found.rulebook is not None else f"The rulebook cannot be loaded: {counts}"


def as_json(found: Checked, folder: str) -> str:
    """Return the problems as a JSON object with their counts."""
    problems = [
        {
            "file": _file(p, folder),
            "line": p.mistake.line,
            "column": p.mistake.column,
            "severity": p.severity,
            "code": p.mistake.code,
            "message": p.mistake.message,
            "remedy": p.mistake.remedy,
            "docs": p.check.docs,
        }
        for p in found.problems
    ]
    return json.dumps({"errors": found.errors, "warnings": found.warnings, "problems": problems}, indent=2, ensure_ascii=False)


def as_sarif(found: Checked, folder: str) -> str:
    """Return a SARIF 2.1.0 log, as code scanning services read it."""
    checks = {p.mistake.code: p.check for p in found.problems}
    rules = [
        {
            "id": code,
            "shortDescription": {"text": c.title},
            "help": {"text": f"See {c.docs}"},
            "defaultConfiguration": {"level": c.severity},
        }
        for code, c in sorted(checks.items())
    ]
    results = [
        {
            "ruleId": p.mistake.code,
            "level": p.severity,
            "message": {"text": " ".join(part for part in (p.mistake.message, p.mistake.remedy) if part)},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": _file(p, folder)}, **_region(p)}}],
        }
        for p in found.problems
    ]
    driver = {"name": "advisor rules check", "version": __version__, "rules": rules}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0"}
    return json.dumps({**log, "runs": [{"tool": {"driver": driver}, "results": results}]}, indent=2, ensure_ascii=False)


def as_github(found: Checked, folder: str) -> str:
    """Return workflow commands that annotate the files of a pull request, and the count for the log."""
    lines = []
    for p in found.problems:
        where = f"file={_property(_file(p, folder))}"
        if p.mistake.line:
            where += f",line={p.mistake.line},col={max(p.mistake.column, 1)}"
        text = " ".join(part for part in (p.mistake.message, p.mistake.remedy) if part)
        lines.append(f"::{p.severity} {where},title={_property(p.mistake.code)}::{_data(text)}")
    return "\n".join([*lines, summary(found)])


def as_junit(found: Checked, folder: str) -> str:
    """Return a JUnit report with a case per rule file; warnings stand in its output, errors fail it."""
    by_file: dict[str, list[Problem]] = {file: list(group) for file, group in groupby(found.problems, lambda p: p.mistake.file)}
    files = sorted({*by_file, *(rule.file for rule in (found.rulebook.rules if found.rulebook else ()))})
    suite = Element("testsuite", name="advisor rules check", tests=str(len(files)))
    failed = 0
    for file in files:
        problems = by_file.get(file, [])
        case = SubElement(suite, "testcase", classname="check", name=f"{folder}/{file}" if folder else file)
        errors = [p for p in problems if p.severity == "error"]
        if errors:
            failed += 1
            SubElement(case, "failure", message=errors[0].mistake.message, type=errors[0].mistake.code).text = _lines(errors, folder)
        if len(errors) < len(problems):
            SubElement(case, "system-out").text = _lines([p for p in problems if p.severity == "warning"], folder)
    suite.set("failures", str(failed))
    return document(suite)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {"text": as_text, "json": as_json, "sarif": as_sarif, "github": as_github, "junit": as_junit}
)
"""Every format by its name."""


def _lines(problems: list[Problem], folder: str) -> str:
    return "\n".join(f"{_place(p, folder)}  {p.mistake.code}  {p.mistake.message}{_remedy(p)}" for p in problems)


def _place(problem: Problem, folder: str) -> str:
    mistake = problem.mistake
    return _file(problem, folder) + (f":{mistake.line}:{mistake.column}" if mistake.line else "")


def _file(problem: Problem, folder: str) -> str:
    return f"{folder}/{problem.mistake.file}" if folder else problem.mistake.file


def _remedy(problem: Problem) -> str:
    return f"\n    {problem.mistake.remedy}" if problem.mistake.remedy else ""


def _region(problem: Problem) -> dict[str, Any]:
    mistake = problem.mistake
    return {"region": {"startLine": mistake.line, "startColumn": max(mistake.column, 1)}} if mistake.line else {}


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

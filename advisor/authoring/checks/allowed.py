"""Comments that allow a problem: ``# advisor: allow CODE reason`` on its line, on the line above, or before the first key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from advisor.authoring.checks.codes import CHECKS
from advisor.authoring.checks.problem import Problem
from advisor.errors import Mistake

_COMMENT = re.compile(r"(?:^|\s)#\s*advisor:\s*allow\s+(?P<code>[a-z0-9-]+)(?P<reason>[^\n]*)")


@dataclass(frozen=True, slots=True)
class _Allowance:
    file: str
    line: int
    code: str
    reason: str
    whole_file: bool

    def covers(self, mistake: Mistake) -> bool:
        return (self.file, self.code) == (mistake.file, mistake.code) and (self.whole_file or mistake.line - self.line in (0, 1))


def without_allowed(problems: Iterable[Problem], files: Mapping[str, str]) -> list[Problem]:
    """Return the problems that no comment allows, and those with the comments themselves."""
    allowances = [allowance for file, text in files.items() if "advisor:" in text for allowance in _allowances(file, text)]
    left: list[Problem] = []
    used: set[_Allowance] = set()
    for problem in problems:
        found = [a for a in allowances if a.reason and a.covers(problem.mistake) and not problem.check.loading]
        used.update(found)
        if not found:
            left.append(problem)
    for a in allowances:
        if not a.reason:
            remedy = f"Write: # advisor: allow {a.code} and why that is right here."
            left.append(Problem(Mistake(a.file, a.line, 1, f"{a.code} is allowed without a reason", remedy, "allow-without-reason")))
        elif a not in used:
            known = "does not occur here" if a.code in CHECKS else "is no check"
            left.append(Problem(Mistake(a.file, a.line, 1, f"{a.code} is allowed and {known}", "Take the comment out.", "allow-unused")))
    return left


def _allowances(file: str, text: str) -> Iterator[_Allowance]:
    head = True
    for number, line in enumerate(text.splitlines(), 1):
        head = head and (not line.strip() or line.lstrip().startswith("#"))
        found = _COMMENT.search(line)
        if found:
            yield _Allowance(file, number, found["code"], found["reason"].strip(" :-–"), head)

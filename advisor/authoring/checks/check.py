"""The use case behind ``advisor rules check``: the texts of a rules folder in, every problem in it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from advisor.authoring.cases import Case, load_cases
from advisor.authoring.checks.allowed import without_allowed
from advisor.authoring.checks.conditions import check_conditions
from advisor.authoring.checks.names import check_names
from advisor.authoring.checks.overlaps import check_overlaps
from advisor.authoring.checks.problem import Places, Problem
from advisor.authoring.checks.proof import check_proof
from advisor.authoring.checks.ranges import Domains
from advisor.authoring.checks.units import check_units
from advisor.errors import BrokenRulebook
from advisor.rulebook import Rulebook, build_rulebook


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found.

    Attributes:
        problems: Every problem, by file and line.
        rulebook: The rulebook; None where it cannot be loaded, so that only the loader's mistakes are known.
        cases: The cases that could be read.
    """

    problems: tuple[Problem, ...]
    rulebook: Rulebook | None
    cases: tuple[Case, ...]

    @property
    def errors(self) -> int:
        """How many problems are errors."""
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def warnings(self) -> int:
        """How many problems are warnings."""
        return len(self.problems) - self.errors


def check_files(files: Mapping[str, str]) -> Checked:
    """Check the texts of a rules folder, given by their path inside it."""
    cases, wrong_cases = load_cases(files)
    problems = [Problem(mistake) for mistake in wrong_cases]
    try:
        rulebook = build_rulebook(files)
    except BrokenRulebook as error:
        problems += (Problem(mistake) for mistake in error.mistakes)
        return Checked(tuple(sorted(problems)), None, cases)
    problems = without_allowed([*problems, *_semantic(rulebook, cases, files)], files)
    return Checked(tuple(sorted(dict.fromkeys(problems))), rulebook, cases)


def check_rulebook(rulebook: Rulebook, cases: Sequence[Case], files: Mapping[str, str]) -> tuple[Problem, ...]:
    """Return the problems of a rulebook that loads, given with its cases and the texts of its files."""
    return tuple(sorted(dict.fromkeys(without_allowed([*_semantic(rulebook, cases, files)], files))))


def _semantic(rulebook: Rulebook, cases: Sequence[Case], files: Mapping[str, str]) -> Iterator[Problem]:
    domains, places = Domains(rulebook), Places(files)
    yield from check_conditions(rulebook, domains, places)
    yield from check_units(rulebook, domains, places)
    yield from check_overlaps(rulebook, domains, places)
    yield from check_names(rulebook, places)
    yield from check_proof(rulebook, cases, places)

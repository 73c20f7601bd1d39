"""A candidate rulebook on trial: whether it loads, compiles, passes the checks and keeps what its cases claim, before anybody is served by it."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.authoring.cases import load_cases
from advisor.authoring.checks import Problem, check_rulebook
from advisor.authoring.trial import CaseResult, run_cases
from advisor.engine import Program
from advisor.errors import BrokenRulebook, EngineFault, Mistake
from advisor.rulebook import Rulebook
from advisor.rulebook.overlay import Layered

_PROOF = frozenset({"no-cases"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a trial found.

    Attributes:
        rulebook: The rulebook; None where it has mistakes.
        mistakes: Everything that must be corrected, cases that do not hold included, at the places where a lead can do so.
        cases: How many cases were run.
        warnings: What is worth a look and keeps nobody from being served: warnings of the checks, and rules without cases.
    """

    rulebook: Rulebook | None
    mistakes: tuple[Mistake, ...] = ()
    cases: int = 0
    warnings: tuple[Mistake, ...] = ()

    @property
    def good(self) -> bool:
        """Whether the rulebook may serve."""
        return self.rulebook is not None and not self.mistakes


def try_out(layered: Layered, *, cases: bool = True) -> Verdict:
    """Load, compile, check and run the cases of a candidate. What it does to the engine is unknown: call it in a process of its own.

    Args:
        layered: The candidate.
        cases: Whether to run its cases.
    """
    try:
        rulebook = layered.build()
        Program(rulebook).close()
    except BrokenRulebook as broken:
        return Verdict(None, broken.mistakes)
    except EngineFault as fault:
        return Verdict(None, (Mistake("the rulebook", 0, 0, str(fault), "Take back the last change.", "engine"),))
    found, mistakes = load_cases(layered.files)
    problems = check_rulebook(rulebook, found, layered.files)
    results = run_cases(found, rulebook) if cases else ()
    failed = [_mistake(result, layered) for result in results if not result.holds and result.case.todo is None]
    wrong = [*mistakes, *(p.mistake for p in problems if _serious(p)), *failed]
    warnings = [p.mistake for p in problems if not _serious(p)]
    return Verdict(rulebook, _sorted(layered, wrong), len(results), _sorted(layered, warnings))


def _serious(problem: Problem) -> bool:
    """Say whether a problem keeps a rulebook from serving; a rule that nobody has proven may still be a good one."""
    return problem.severity == "error" and problem.mistake.code not in _PROOF


def _sorted(layered: Layered, mistakes: list[Mistake]) -> tuple[Mistake, ...]:
    return tuple(sorted({layered.placed(mistake) for mistake in mistakes}))


def _mistake(result: CaseResult, layered: Layered) -> Mistake:
    file = result.case.document.file
    place = result.case.document.at((result.case.index,))
    found = "; ".join(" ".join(failure.split()) for failure in result.failures)
    remedy = "Correct the rule, or the case where the change is meant."
    if layered.lies_below(file):
        remedy = f"Take the change back, or where it is meant write {file} in your own folder, which takes this file's place."
    return Mistake(file, place.line, place.column, f'the case "{result.case.name}" does not hold: {found}', remedy, "case-fails")

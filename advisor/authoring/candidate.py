"""A candidate rulebook on trial: whether it loads, compiles and keeps what its cases claim, before anybody is served by it."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.authoring.cases import load_cases
from advisor.authoring.trial import CaseResult, run_case
from advisor.engine import Program
from advisor.errors import BrokenRulebook, EngineFault, Mistake
from advisor.rulebook import Rulebook
from advisor.rulebook.overlay import Layered


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a trial found.

    Attributes:
        rulebook: The rulebook; None where it has mistakes.
        mistakes: Everything that must be corrected, cases that do not hold included, at the places where a lead can do so.
        cases: How many cases were run.
    """

    rulebook: Rulebook | None
    mistakes: tuple[Mistake, ...] = ()
    cases: int = 0

    @property
    def good(self) -> bool:
        """Whether the rulebook may serve."""
        return self.rulebook is not None and not self.mistakes


def try_out(layered: Layered) -> Verdict:
    """Load, compile and run the cases of a candidate. What it does to the engine is unknown: call it in a process of its own."""
    try:
        rulebook = layered.build()
        program = Program(rulebook)
    except BrokenRulebook as broken:
        return Verdict(None, broken.mistakes)
    except EngineFault as fault:
        return Verdict(None, (Mistake("the rulebook", 0, 0, str(fault), "Take back the last change.", "engine"),))
    try:
        cases, mistakes = load_cases(layered.files)
        results = [run_case(case, program) for case in cases]
    finally:
        program.close()
    failed = [_mistake(result) for result in results if not result.holds and result.case.todo is None]
    return Verdict(rulebook, tuple(sorted(layered.placed(mistake) for mistake in (*mistakes, *failed))), len(cases))


def _mistake(result: CaseResult) -> Mistake:
    place = result.case.document.at((result.case.index,))
    found = "; ".join(" ".join(failure.split()) for failure in result.failures)
    remedy = "Correct the rule, or the case where the change is meant."
    return Mistake(
        result.case.document.file, place.line, place.column, f'the case "{result.case.name}" does not hold: {found}', remedy, "case-fails"
    )

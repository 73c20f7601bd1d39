"""A case put to a rulebook: the request goes the way that every request goes, and the case's rule is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from advisor.authoring.cases import Case
from advisor.authoring.narrowed import Narrowed
from advisor.contract.advice import Advice, ConditionResult, RuleOutcome, StoppingCriterion
from advisor.engine import Program
from advisor.errors import AdvisorError
from advisor.facts import Method
from advisor.rulebook import Rule, Rulebook
from advisor.service import advise


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How a case went.

    Attributes:
        case: The case.
        failures: One sentence per expectation that did not hold.
        outcome: What became of the rule, with how each of its conditions stood; None where the request could not be judged at all.
        further: How the conditions under ``confidence`` and ``recommend`` stood, where that was looked at.
    """

    case: Case
    failures: tuple[str, ...]
    outcome: RuleOutcome | None = None
    further: tuple[ConditionResult, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether everything came as expected."""
        return not self.failures

    @property
    def conditions(self) -> tuple[ConditionResult, ...]:
        """How each comparison of the rule stood, in the order of the file; none for a rule that does not apply."""
        return self.outcome.conditions if self.outcome is not None else ()

    def report(self) -> str:
        """Return what a lead needs to see of a case that does not hold: the claim, its place, expected and got, the margins."""
        lines = [f"{self.case.rule}: {self.case.name}", f"  {self.case.place}", *(f"  {failure}" for failure in self.failures)]
        return "\n".join([*lines, *(f"    {_standing(condition)}" for condition in self.conditions)])


def run_case(case: Case, program: Program) -> CaseResult:
    """Return how a case goes the way that every request goes; a case that cannot be run at all is one that does not hold."""
    rule = program.rulebook.rule(case.rule)
    if rule is None:
        return _without_rule(case)
    try:
        advice = advise(case.request(first_method(rule)), program, advice_id="case", created_at="", level="all")
    except (AdvisorError, ValueError) as error:
        return _unjudged(case, error)
    outcome = next(o for o in advice.outcomes or () if o.rule == rule.id)
    stopping = next((criterion for criterion in advice.stopping if criterion.id == case.rule), None)
    return CaseResult(case, tuple(_failures(case, outcome, stopping, advice.verdict.id, _in_rank(outcome.actions, advice))), outcome)


def run_cases(cases: Iterable[Case], rulebook: Rulebook) -> tuple[CaseResult, ...]:
    """Return how cases go, each with no more of the rulebook than its rule hangs on: the same results, much sooner."""
    return tuple(iterate_cases(cases, rulebook))


def iterate_cases(cases: Iterable[Case], rulebook: Rulebook) -> Iterator[CaseResult]:
    """Yield what ``run_cases`` returns, one case after the other."""
    narrowed = Narrowed(rulebook)
    whole: list[Program] = []  # compiled where the order of several actions is asked for, which all rules can change
    try:
        for case in cases:
            yield _run_narrowed(case, rulebook, narrowed, whole)
    finally:
        narrowed.close()
        for program in whole:
            program.close()


def _run_narrowed(case: Case, rulebook: Rulebook, narrowed: Narrowed, whole: list[Program]) -> CaseResult:
    rule = rulebook.rule(case.rule)
    if rule is None:
        return _without_rule(case)
    try:
        request = case.request(first_method(rule))
        found = narrowed.standing(rule.id, request, verdict=case.expect.verdict is not None)
        actions = found.outcome.actions
        if case.expect.actions is not None and len(actions) > 1:
            if not whole:
                whole.append(Program(rulebook))
            actions = _in_rank(actions, advise(request, whole[0], advice_id="case", created_at="", level="off"))
    except (AdvisorError, ValueError) as error:
        return _unjudged(case, error)
    return CaseResult(case, tuple(_failures(case, found.outcome, found.stopping, found.verdict, actions)), found.outcome, found.further)


def _without_rule(case: Case) -> CaseResult:
    return CaseResult(case, (f'there is no rule "{case.rule}"',))


def _unjudged(case: Case, error: Exception) -> CaseResult:
    return CaseResult(case, (f"the request could not be judged: {error}",))


def unproven(rule: Rule, results: Iterable[CaseResult], program: Program) -> tuple[str, ...]:
    """Return which kinds of case a rule still lacks: ``firing``, ``quiet`` and ``missing``.

    A missing case is due where taking one thing away from what a firing case gives leaves the rule undecided.
    """
    own = [result for result in results if result.case.rule == rule.id]
    shown = {result.case.kind for result in own if result.holds}
    firing = [result.case for result in own if result.holds and result.case.kind == "firing"]
    due = {"firing", "quiet"}
    if any(_can_lack(case, program) for case in firing):
        due.add("missing")
    return tuple(sorted(due - shown))


def _can_lack(case: Case, program: Program) -> bool:
    for key in case.given:
        less = Case(case.rule, case.name, {k: v for k, v in case.given.items() if k != key}, case.expect, None, case.document, case.index)
        outcome = run_case(less, program).outcome
        if outcome is not None and outcome.outcome == "not_evaluated":
            return True
    return False


def first_method(rule: Rule) -> Method:
    """Return the method that a case of this rule means where it names none."""
    order: tuple[Method, ...] = ("supervised", "dpo", "reinforcement")
    return next(method for method in order if method in rule.applies_to)


def _failures(
    case: Case, outcome: RuleOutcome, stopping: StoppingCriterion | None, verdict: str | None, actions: tuple[str, ...]
) -> Iterator[str]:
    expect = case.expect
    became = _became(outcome)
    if expect.fires is True and outcome.outcome != "fired":
        yield f"expected the rule to fire, but it {became}"
    if expect.fires is False and outcome.outcome not in ("not_fired", "not_applicable"):
        yield f"expected the rule not to fire, but it {became}"
    if expect.missing is not None and (outcome.outcome != "not_evaluated" or set(expect.missing) != set(outcome.missing)):
        yield f"expected the rule to lack {', '.join(expect.missing)}, but it {became}"
    if expect.suppressed_by is not None and (outcome.outcome != "suppressed" or outcome.by != expect.suppressed_by):
        yield f"expected the rule to be suppressed by {expect.suppressed_by}, but it {became}"
    if "met" in expect.model_fields_set:
        met = stopping.met if stopping is not None else "no stopping criterion"
        if met is not expect.met:
            yield f"expected met: {_word(expect.met)}, got {_word(met)}"
    pairs: tuple[tuple[str, object, object], ...] = (
        ("explain", expect.explain, outcome.explanation or (stopping.explanation if stopping is not None else None)),
        ("severity", expect.severity, outcome.severity),
        ("confidence", expect.confidence, outcome.confidence),
        ("actions", None if expect.actions is None else tuple(expect.actions), actions),
        ("verdict", expect.verdict, verdict),
    )
    for name, expected, got in pairs:
        if expected is not None and expected != got:
            yield f"expected {name}: {_word(expected)}\n  {'got':>{len('expected') + len(name) + 1}}: {_word(got)}"


def _in_rank(actions: tuple[str, ...], advice: Advice) -> tuple[str, ...]:
    ranks = {action.id: action.rank for action in advice.actions}
    return tuple(sorted(actions, key=lambda action: ranks.get(action, len(ranks) + 1)))


def _became(outcome: RuleOutcome) -> str:
    return {
        "fired": "fired",
        "not_fired": "did not fire",
        "not_evaluated": f"could not be judged without {', '.join(outcome.missing)}",
        "not_applicable": "does not apply to this method",
        "suppressed": f"was suppressed by {outcome.by}",
        "error": "failed",
    }[outcome.outcome]


def _word(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return {True: "true", False: "false", None: "null"}.get(value, str(value)) if value is None or isinstance(value, bool) else str(value)


def _standing(condition: ConditionResult) -> str:
    mark = {True: "true", False: "false", None: "missing"}[condition.holds]
    line = f"{mark:<8}{condition.condition}"
    if condition.margin is None:
        return line
    side = "beyond" if condition.margin >= 0 else "short"
    return f"{line}    is {condition.value:.6g}, {side} by {abs(condition.margin):.3g}"

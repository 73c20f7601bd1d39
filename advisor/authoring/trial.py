"""A case put to a rulebook: the request goes the way that every request goes, and the case's rule is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from advisor.authoring.cases import Case
from advisor.contract.advice import Advice, ConditionResult, RuleOutcome
from advisor.engine import Program
from advisor.errors import AdvisorError
from advisor.facts import Method
from advisor.rulebook import Rule
from advisor.service import advise


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How a case went.

    Attributes:
        case: The case.
        failures: One sentence per expectation that did not hold.
        outcome: What became of the rule, with how each of its conditions stood; None where the request could not be judged at all.
        advice: The whole answer; None likewise.
    """

    case: Case
    failures: tuple[str, ...]
    outcome: RuleOutcome | None = None
    advice: Advice | None = None

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
    """Return how a case goes with a compiled rulebook; a case that cannot be run at all is one that does not hold."""
    rule = program.rulebook.rule(case.rule)
    if rule is None:
        return CaseResult(case, (f'there is no rule "{case.rule}"',))
    try:
        request = case.request(_first_method(rule))
        advice = advise(request, program, advice_id="case", created_at="", level="all")
    except (AdvisorError, ValueError) as error:
        return CaseResult(case, (f"the request could not be judged: {error}",))
    outcome = next(o for o in advice.outcomes or () if o.rule == rule.id)
    return CaseResult(case, tuple(_failures(case, outcome, advice)), outcome, advice)


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


def _first_method(rule: Rule) -> Method:
    order: tuple[Method, ...] = ("supervised", "dpo", "reinforcement")
    return next(method for method in order if method in rule.applies_to)


def _failures(case: Case, outcome: RuleOutcome, advice: Advice) -> Iterator[str]:
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
        met = {criterion.id: criterion.met for criterion in advice.stopping}.get(case.rule, "no stopping criterion")
        if met is not expect.met:
            yield f"expected met: {_word(expect.met)}, got {_word(met)}"
    pairs: tuple[tuple[str, object, object], ...] = (
        ("explain", expect.explain, _sentence(case, outcome, advice)),
        ("severity", expect.severity, outcome.severity),
        ("confidence", expect.confidence, outcome.confidence),
        ("actions", None if expect.actions is None else tuple(expect.actions), _in_rank(outcome.actions, advice)),
        ("verdict", expect.verdict, advice.verdict.id),
    )
    for name, expected, got in pairs:
        if expected is not None and expected != got:
            yield f"expected {name}: {_word(expected)}\n  {'got':>{len('expected') + len(name) + 1}}: {_word(got)}"


def _sentence(case: Case, outcome: RuleOutcome, advice: Advice) -> str | None:
    """Return what the rule says; a stopping criterion also speaks when it is not met."""
    return outcome.explanation or next((c.explanation for c in advice.stopping if c.id == case.rule), None)


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

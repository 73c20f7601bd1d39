"""Every case that ships beside a rule holds, and every rule has the cases that show what it does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from advisor.authoring import Case, CaseResult, load_cases, run_case, unproven
from advisor.authoring.trial import run_cases
from advisor.engine import Program
from advisor.rulebook import load_rulebook, shipped_rules

CASES, MISTAKES = load_cases(shipped_rules())
RULES = [rule.id for rule in load_rulebook(shipped_rules()).rules]


def _marked(case: Case) -> object:
    marks = [pytest.mark.xfail(reason=case.todo, strict=True)] if case.todo else []
    return pytest.param(case, id=f"{case.rule}: {case.name}", marks=marks)


@pytest.fixture(scope="module")
def judge(program: Program) -> Callable[[Case], CaseResult]:
    """Give a case's result, put to the rulebook at most once."""
    known: dict[tuple[str, int], CaseResult] = {}

    def result(case: Case) -> CaseResult:
        key = (case.document.file, case.index)
        if key not in known:
            known[key] = run_case(case, program)
        return known[key]

    return result


def test_the_shipped_cases_are_well_formed():
    assert not MISTAKES, "\n".join(map(str, MISTAKES))


@pytest.mark.parametrize("case", [_marked(case) for case in CASES])
def test_a_shipped_case_holds(case: Case, judge: Callable[[Case], CaseResult]):
    result = judge(case)
    if not result.holds:
        pytest.fail(result.report(), pytrace=False)


def test_each_case_goes_alike_whether_its_rule_stands_among_all_or_with_those_it_hangs_on(judge: Callable[[Case], CaseResult]):
    for narrow in run_cases(CASES, load_rulebook(shipped_rules())):
        whole = judge(narrow.case)
        assert (narrow.failures, narrow.outcome) == (whole.failures, whole.outcome), whole.report()


@pytest.mark.parametrize("rule_id", RULES)
def test_a_shipped_rule_has_firing_quiet_and_missing_cases(rule_id: str, program: Program, judge: Callable[[Case], CaseResult]):
    rule = program.rulebook.rule(rule_id)
    assert rule is not None
    lacking = unproven(rule, [judge(case) for case in CASES if case.rule == rule_id], program)
    if lacking:
        pytest.fail(f"{rule.file} lacks cases of these kinds beside it: {', '.join(lacking)}", pytrace=False)


@pytest.mark.parametrize("rule_id", RULES)
def test_a_shipped_rule_has_a_case_with_its_exact_sentence(rule_id: str):
    if not any(case.expect.explain for case in CASES if case.rule == rule_id):
        pytest.fail(f"no case of {rule_id} shows its sentence with `explain`", pytrace=False)

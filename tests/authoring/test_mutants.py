"""One comparison wrong at a time: cases beside the boundary notice it, cases far from it do not."""

from __future__ import annotations

import pytest

from advisor.authoring.cases import load_cases
from advisor.authoring.mutants import try_mutants
from advisor.rulebook import build_rulebook, read_folder, shipped_rules
from tests.rulebook.books import files, rule

_CASE = "- name: With {n}\n  given: {{n_train: {n}}}\n  expect: {{fires: {fires}}}\n"


def caught(near: bool) -> list[tuple[str, bool]]:
    amounts = (100, 101) if near else (1, 900)
    cases = "".join(_CASE.format(n=n, fires=str(n > 100).lower()) for n in amounts)
    book = files({"sft/many.yaml": rule("many", "[n_train > 100]"), "sft/many.cases.yaml": cases})
    return [(mutant.became, mutant.caught) for mutant in try_mutants(build_rulebook(book), load_cases(book)[0], "sft/many")]


def test_cases_beside_the_boundary_notice_a_moved_number_and_any_cases_a_turned_comparison():
    assert caught(near=True) == [("turned round to <=", True), ("moved to 99", True), ("moved to 101", True)]
    assert caught(near=False) == [("turned round to <=", True), ("moved to 99", False), ("moved to 101", False)]


@pytest.mark.slow
def test_the_shipped_cases_notice_comparisons_that_are_turned_round():
    book = read_folder(shipped_rules())
    turned = [m for m in try_mutants(build_rulebook(book), load_cases(book)[0]) if m.became.startswith("turned")]
    missed = [f"{m.file}: {m.comparison}" for m in turned if not m.caught]
    assert len(missed) <= 0.01 * len(turned), missed

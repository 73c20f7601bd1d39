"""One comparison wrong at a time: cases beside the boundary notice it, cases far from it do not."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from advisor.authoring.cases import load_cases
from advisor.authoring.mutants import Mutant, try_mutants
from advisor.rulebook import build_rulebook, read_folder, shipped_rules
from tests.rulebook.books import files, rule

_CASE = "- name: With {n}\n  given: {{n_train: {n}}}\n  expect: {{fires: {fires}}}\n"
_SHARED = files({})["parameters.yaml"] + "\n  many: {value: 100, unit: examples, source: made up}\n"


def tried(more: Mapping[str, str], only: str = "sft/") -> tuple[Mutant, ...]:
    book = files(dict(more))
    return try_mutants(build_rulebook(book), load_cases(book)[0], only)


def cases(*amounts: int) -> str:
    return "".join(_CASE.format(n=n, fires=str(n > 100).lower()) for n in amounts)


def caught(*amounts: int) -> list[tuple[str, bool]]:
    found = tried({"sft/many.yaml": rule("many", "[n_train > 100]"), "sft/many.cases.yaml": cases(*amounts)})
    return [(mutant.became, mutant.caught) for mutant in found]


def test_cases_beside_the_boundary_notice_a_moved_number_and_any_cases_a_turned_comparison():
    assert caught(100, 101) == [("turned round to <=", True), ("moved to 99", True), ("moved to 101", True)]
    assert caught(1, 900) == [("turned round to <=", True), ("moved to 99", False), ("moved to 101", False)]


def test_a_number_that_is_no_count_moves_by_a_quarter_and_a_count_is_not_moved_where_no_run_can_show_it():
    book = {"sft/old.yaml": rule("old", "[epochs_trained > 2, n_train >= 0, batch_size > 0]")}
    moved = [(mutant.comparison, mutant.became) for mutant in tried(book) if mutant.became.startswith("moved")]
    assert moved == [
        ("epochs_trained > 2", "moved to 1.5"),
        ("epochs_trained > 2", "moved to 2.5"),
        ("n_train >= 0", "moved to 1"),
        ("batch_size > 0", "moved to -1"),
        ("batch_size > 0", "moved to 1"),
    ]


def test_a_shared_number_is_moved_once_in_every_rule_and_noticed_by_the_cases_of_any():
    book = {
        "parameters.yaml": _SHARED,
        "sft/many.yaml": rule("many", "[n_train > many]"),
        "sft/plenty.yaml": rule("plenty", "[n_train > many]"),
        "sft/plenty.cases.yaml": cases(100, 101),
    }
    found = tried(book, "sft/many")
    assert [(m.file, m.became, m.caught) for m in found] == [
        ("sft/many.yaml", "turned round to <=", False),
        ("parameters.yaml", "moved to 99", True),
        ("parameters.yaml", "moved to 101", True),
    ]


def test_a_slip_is_noticed_by_the_cases_of_a_rule_that_hangs_on_it():
    book = {
        "sft/many.yaml": rule("many", "[n_train > 100]"),
        "sft/so.yaml": rule("so", "[{finding: many}]"),
        "sft/so.cases.yaml": cases(100, 101),
    }
    assert all(mutant.caught for mutant in tried(book, "sft/many"))


@pytest.mark.slow
def test_the_shipped_cases_notice_comparisons_that_are_turned_round_and_numbers_that_are_moved():
    book = read_folder(shipped_rules())
    tried = try_mutants(build_rulebook(book), load_cases(book)[0])
    deciding, further = ([mutant for mutant in tried if mutant.deciding is wanted] for wanted in (True, False))
    missed = [mutant for mutant in deciding if not mutant.caught]
    assert len(missed) <= 0.01 * len(deciding), missed
    assert not [mutant for mutant in missed if mutant.became.startswith("turned")]
    silent = [mutant for mutant in further if not mutant.caught]
    assert len(silent) <= 0.22 * len(further), silent

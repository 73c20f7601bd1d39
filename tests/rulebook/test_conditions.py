"""What a lead writes under ``when`` is what is compared: chains, mirrored sides, factors, parameters, flags and joins."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.facts import Method
from advisor.rulebook import Comparison, Group, Rule, comparisons
from advisor.signals import Value
from tests.engine.reference import Reference
from tests.rulebook.books import rule, rulebook


def loaded(when: str, more: str = "", *, parameters: str = "") -> Rule:
    found = rulebook({"a.yaml": rule("a", when, more)}, parameters=parameters).rule("a")
    assert found is not None
    return found


def said(when: str, more: str = "", *, parameters: str = "") -> list[tuple[Any, ...]]:
    return [(c.signal, c.operator, c.threshold, c.factor, c.other) for c in comparisons(loaded(when, more, parameters=parameters).when)]


@pytest.mark.parametrize(
    ("text", "comparison"),
    [
        ("n_train > 100", ("n_train", ">", 100.0, 1.0, None)),
        ("100 < n_train", ("n_train", ">", 100.0, 1.0, None)),
        ("100 >= n_train", ("n_train", "<=", 100.0, 1.0, None)),
        ("2 == n_train", ("n_train", "==", 2.0, 1.0, None)),
        ("n_train > -1.5", ("n_train", ">", -1.5, 1.0, None)),
        ("n_train > 1e-5", ("n_train", ">", 1e-05, 1.0, None)),
        ("n_train > 1_000", ("n_train", ">", 1000.0, 1.0, None)),
        ("n_train > n_valid", ("n_train", ">", 0.0, 1.0, "n_valid")),
        ("n_train <= 1.2 * n_valid", ("n_train", "<=", 0.0, 1.2, "n_valid")),
        ("n_train <= n_valid * 1.2", ("n_train", "<=", 0.0, 1.2, "n_valid")),
        ("n_train < limit", ("n_train", "<", 7.5, 1.0, None)),
        ("n_train < limit * n_valid", ("n_train", "<", 0.0, 7.5, "n_valid")),
        ("limit < n_train", ("n_train", ">", 7.5, 1.0, None)),
        ("n_train > 2 * limit", ("n_train", ">", 15.0, 1.0, None)),
        ("n_train > 2 * limit * n_valid", ("n_train", ">", 0.0, 15.0, "n_valid")),
    ],
)
def test_comparison_is_read_as_it_is_written(text: str, comparison: tuple[Any, ...]):
    assert said(f"['{text}']", "parameters: {limit: 7.5}\n" if "limit" in text else "") == [comparison]


@pytest.mark.parametrize("more", ["parameters: {limit: 7.5}\n", "parameters: {limit: {value: 7.5, unit: examples, source: made up}}\n"])
def test_parameter_of_the_rule_becomes_its_number(more: str):
    assert said("[n_train > limit]", more) == [("n_train", ">", 7.5, 1.0, None)]


def test_shared_parameter_serves_every_rule_and_the_rules_own_wins():
    shared = "  limit: {value: 5, unit: examples, source: made up}\n"
    assert said("[n_train > limit]", parameters=shared) == [("n_train", ">", 5.0, 1.0, None)]
    assert said("[n_train > limit]", "parameters: {limit: 7.5}\n", parameters=shared) == [("n_train", ">", 7.5, 1.0, None)]


@pytest.mark.parametrize(("text", "threshold"), [("run_active", 1.0), ("run_active == 1", 1.0), ("run_active == 0", 0.0)])
def test_flag_may_stand_alone_or_be_compared_with_0_or_1(text: str, threshold: float):
    (found,) = comparisons(loaded(f"[{text}]").when)
    assert found == Comparison("run_active", "==", threshold, text, flag=True)


def test_reference_is_a_flag_under_its_kind():
    (found,) = comparisons(rulebook({"a.yaml": rule("a", "[finding: b]"), "b.yaml": rule("b")}).rules[0].when)
    assert (found.reference, found.flag, found.text) == ("finding:b", True, "finding: b")


def test_plain_list_means_all_and_one_line_is_a_list_of_one():
    assert loaded("[n_train > 1, n_valid > 1]").when.join == "all"
    assert loaded("n_train > 1").when == loaded("[n_train > 1]").when


def test_several_joins_side_by_side_must_all_hold():
    when = loaded("{any: [n_train > 1], none: [n_valid > 1]}").when
    assert (when.join, [member.join for member in when.members if isinstance(member, Group)]) == ("all", ["any", "none"])


def truth(when: str, n_train: float, n_valid: float = 0.0) -> bool:
    method: Method = "supervised"
    signals: dict[str, Value] = {"n_train": n_train, "n_valid": n_valid}
    return Reference([loaded(when)], method, signals).decide()[0].kind == "fired"


@pytest.mark.parametrize(("join", "inside", "outside"), [("all", True, False), ("any", True, False), ("none", False, True)])
def test_chain_holds_or_fails_as_a_whole_in_every_join(join: str, inside: bool, outside: bool):
    when = f"{{{join}: ['100 < n_train <= 200']}}"
    assert [truth(when, n) for n in (100.0, 150.0, 200.0, 250.0)] == [outside, inside, inside, outside]


_numbers = st.sampled_from(("0", "1", "-2", "0.5", "3", "1e-3", "2.5e2"))
_sides = st.one_of(
    st.sampled_from(("n_train", "n_valid")), _numbers, st.builds("{} * {}".format, _numbers, st.sampled_from(("n_train", "n_valid")))
)
_values = st.sampled_from((-2.0, 0.0, 0.001, 0.5, 1.0, 3.0, 250.0, 1e9))


@given(
    signal=st.sampled_from(("n_train", "n_valid")),
    rest=st.lists(st.tuples(st.sampled_from(("<", "<=", ">", ">=", "==")), _sides), min_size=1, max_size=1),
    n_train=_values,
    n_valid=_values,
)
def test_every_comparison_means_what_python_means_by_it(signal: str, rest: list[tuple[str, str]], n_train: float, n_valid: float):
    text = " ".join((signal, *(word for pair in rest for word in pair)))
    expected = eval(text, {}, {"n_train": n_train, "n_valid": n_valid})  # made up above
    assert truth(f"['{text}']", n_train, n_valid) is expected

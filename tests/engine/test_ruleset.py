"""Our layer over durable_rules survives every trap of it; where the bare engine ends the process, a child process shows it."""

from __future__ import annotations

import subprocess
import sys
from math import inf, nan, nextafter
from pathlib import Path
from random import Random
from threading import Thread
from typing import get_args

import durable_rules_engine as rete
import pytest

from advisor.contract.advice import Operator
from advisor.engine.ruleset import MAX_CONDITIONS_PER_KIND, Match, Ruleset, decimal, fact_name
from advisor.errors import EngineFault
from advisor.rulebook import Comparison

OPERATORS: tuple[Operator, ...] = get_args(Operator)
EXTREMES = (
    0.0,
    -0.0,
    5e-324,
    -5e-324,
    2.2250738585072014e-308,
    1e-05,
    2e-05,
    0.1 + 0.2,
    1e15,
    1e16,
    2.0**53,
    1e22,
    1e300,
    -1e300,
    1.7976931348623157e308,
)


def compare(signal: str, operator: Operator, threshold: float) -> Comparison:
    return Comparison(signal, operator, threshold, f"{signal} {operator} {threshold!r}")


def rate_above(threshold: float) -> Ruleset:
    return Ruleset([("fires", (compare("rate", ">", threshold),))])


def keys(matches: list[Match]) -> set[str]:
    return {match.key for match in matches}


# -- what is asked, is answered ---------------------------------------------------------------------------------------------------------


def test_match_carries_the_comparison_with_the_value_that_the_engine_matched_it_on():
    comparison = compare("rate", ">", 1.5)
    assert Ruleset([("fires", (comparison,))]).run({"rate": 2.25}) == [Match("fires", ((comparison, 2.25),))]


def test_two_comparisons_of_one_signal_are_matched_on_one_fact():
    between = (compare("rate", ">", 1.0), compare("rate", "<=", 2.0))
    ruleset = Ruleset([("between", between)])
    assert [ruleset.run({"rate": value}) != [] for value in (1.0, 1.5, 2.0, 2.5)] == [False, True, True, False]


def test_every_alternative_that_holds_is_reported_and_each_once():
    ruleset = Ruleset([("fires", (compare(name, ">", 0.0),)) for name in ("a", "b", "c")])
    assert len(ruleset.run({"a": 1.0, "b": 1.0, "c": 1.0})) == 3


def test_facts_posted_later_complete_what_was_matched_in_part_before():
    ruleset = Ruleset([("both", (compare("rate", ">", 1.0), compare("finding:late", "==", 1.0)))])
    with ruleset.session() as session:
        assert session.post({"rate": 2.0}) == []
        assert keys(session.post({"finding:late": 1.0})) == {"both"}


def test_a_session_forgets_its_facts_when_it_ends():
    ruleset = rate_above(1.0)
    assert keys(ruleset.run({"rate": 2.0})) == {"fires"}
    assert ruleset.run({}) == []
    assert ruleset.run({"rate": 0.5}) == []


def test_difference_of_two_signals_is_a_fact_of_its_own():
    assert fact_name(Comparison("a", ">", 0.0, "a > 2 * b", other="b", factor=2.0)) == "a - 2.0 * b"


# -- numbers ----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", EXTREMES)
def test_numbers_are_written_without_exponent_and_read_back_exactly(number: float):
    assert "e" not in decimal(number)
    assert float(decimal(number)) == number


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("threshold", EXTREMES)
def test_engine_compares_neighbouring_floats_as_python_does(operator: Operator, threshold: float):
    holds = {">": float.__gt__, ">=": float.__ge__, "<": float.__lt__, "<=": float.__le__, "==": float.__eq__}[operator]
    ruleset = Ruleset([("holds", (compare("rate", operator, threshold),))])
    values = [v for v in (threshold, -threshold, nextafter(threshold, inf), nextafter(threshold, -inf), 0.0) if abs(v) < inf]
    assert [bool(ruleset.run({"rate": value})) for value in values] == [holds(value, threshold) for value in values]


@pytest.mark.parametrize("number", [inf, -inf, nan])
def test_non_finite_fact_is_refused_and_the_ruleset_lives_on(number: float):
    ruleset = rate_above(1.0)
    with pytest.raises(EngineFault, match="finite"):
        ruleset.run({"rate": number})
    assert keys(ruleset.run({"rate": 2.0})) == {"fires"}


def test_non_finite_threshold_is_refused():
    with pytest.raises(EngineFault, match="finite"):
        rate_above(inf)


@pytest.mark.parametrize("word", ["abc", "2.5"])
def test_text_never_reaches_the_engine_which_would_call_it_greater_than_any_number(word: str):
    with pytest.raises(TypeError):
        rate_above(1.0).run({"rate": word})  # type: ignore[dict-item]  # the point of the test


# -- batches and sessions ---------------------------------------------------------------------------------------------------------------


def test_session_that_was_never_begun_can_end():
    ruleset = rate_above(1.0)
    with ruleset.session():
        pass
    assert keys(ruleset.run({"rate": 2.0})) == {"fires"}


@pytest.mark.parametrize("facts", [{}, {"unknown": 1.0}, {"rate": 0.5}, {"rate": 0.5, "unknown": 3.0}])
def test_facts_that_match_nothing_fire_nothing(facts: dict[str, float]):
    ruleset = rate_above(1.0)
    assert [ruleset.run(facts) for _ in range(3)] == [[], [], []]


def test_a_fact_that_matches_nothing_does_not_hide_one_that_does():
    ruleset = Ruleset([("a", (compare("a", ">", 0.0),)), ("b", (compare("b", ">", 0.0),))])
    for facts in ({"a": -1.0, "b": 1.0}, {"b": 1.0, "a": -1.0}):
        assert keys(ruleset.run(facts)) == {"b"}


def test_ruleset_without_clauses_answers_nothing():
    assert Ruleset([]).run({"rate": 1.0}) == []


def test_session_is_cleaned_up_after_an_error():
    ruleset = rate_above(1.0)

    def fail_in_the_middle() -> None:
        with ruleset.session() as session:
            session.post({"rate": 2.0})
            raise ZeroDivisionError

    for _ in range(1_100):  # the engine holds 1,024 sessions
        with pytest.raises(ZeroDivisionError):
            fail_in_the_middle()
    assert keys(ruleset.run({"rate": 2.0})) == {"fires"}
    assert ruleset.run({}) == []


# -- size -------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [MAX_CONDITIONS_PER_KIND, MAX_CONDITIONS_PER_KIND + 1, 64, 65, 200])
def test_more_conditions_on_one_signal_than_the_engine_takes_are_spread(count: int):
    ruleset = Ruleset([(f"above {i}", (compare("rate", ">", float(i)),)) for i in range(count)])
    assert len(ruleset.run({"rate": count + 0.5})) == count
    assert len(ruleset.run({"rate": 10.5})) == 11


def test_fifteen_signals_can_be_joined():
    ruleset = Ruleset([("all", tuple(compare(f"s{i}", ">", 0.0) for i in range(15)))])
    facts = {f"s{i}": 1.0 for i in range(15)}
    assert keys(ruleset.run(facts)) == {"all"}
    assert ruleset.run(facts | {"s7": 0.0}) == []


# -- threads, closing and memory --------------------------------------------------------------------------------------------------------


def test_closed_ruleset_refuses_to_run_and_can_be_closed_again():
    ruleset = rate_above(1.0)
    ruleset.close()
    ruleset.close()
    with pytest.raises(EngineFault, match="closed"):
        ruleset.run({"rate": 2.0})


def test_threads_that_share_a_ruleset_get_their_own_answers():
    ruleset = Ruleset([(f"above {i}", (compare("rate", ">", float(i)),)) for i in range(20)])
    wrong: list[float] = []

    def ask(seed: int) -> None:
        random = Random(seed)
        for _ in range(200):
            rate = random.uniform(-1, 21)
            if keys(ruleset.run({"rate": rate})) != {f"above {i}" for i in range(20) if rate > i}:
                wrong.append(rate)

    threads = [Thread(target=ask, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


needs_proc = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads the memory from /proc, which only Linux has")


@needs_proc
def test_memory_stays_flat_over_many_runs():
    ruleset = Ruleset([(f"above {i}", (compare("rate", ">", float(i)),)) for i in range(10)])
    for _ in range(500):
        ruleset.run({"rate": 5.5})
    before = resident_bytes()
    for _ in range(20_000):
        ruleset.run({"rate": 5.5})
    assert resident_bytes() - before < 4_000_000


@needs_proc
def test_closed_rulesets_give_their_memory_back():
    def cycle() -> None:
        ruleset = Ruleset([(f"above {i}", (compare("rate", ">", float(i)),)) for i in range(5)])
        ruleset.run({"rate": 3.5})
        ruleset.close()

    for _ in range(100):
        cycle()
    before = resident_bytes()
    for _ in range(2_000):
        cycle()
    assert resident_bytes() - before < 8_000_000  # left open, each would keep about 100 kB


# -- the bare engine: what the layer is for ---------------------------------------------------------------------------------------------

_BARE = """
import durable_rules_engine as rete
ruleset = rete.create_ruleset("bare", '{"r": {"all": [{"c": {"$gt": {"rate": 1.5}}}]}}')
code, session = rete.assert_facts(ruleset, '%s')
assert code == 0, "it says that all is well"
rete.start_action_for_state(ruleset, session)
"""


@pytest.mark.parametrize("batch", ["[]", '[{"rate": 1e-5, "id": "0"}]', '[{"rate": Infinity, "id": "0"}]'])
def test_bare_engine_gives_out_a_session_that_does_not_exist(batch: str):
    """The session is whatever lay in memory: most often the process dies, now and then it answers with nothing."""
    child = subprocess.run([sys.executable, "-X", "faulthandler=0", "-c", _BARE % batch], capture_output=True, check=False, timeout=300)
    assert child.returncode < 0 or (child.returncode == 0 and not child.stdout)


def test_bare_engine_reports_a_fact_that_matches_nothing_as_unhandled():
    ruleset = rete.create_ruleset("bare unhandled", '{"r": {"all": [{"c": {"$gt": {"rate": 1.5}}}]}}')
    code, _ = rete.assert_facts(ruleset, '[{"rate": 0.5, "id": "0"}]')
    assert code == 1
    rete.delete_state(ruleset, "0")
    rete.delete_ruleset(ruleset)


def test_bare_engine_takes_at_most_64_conditions_on_one_property():
    rules = ",".join(f'"r{i}": {{"all": [{{"c": {{"$gt": {{"rate": {i}.0}}}}}}]}}' for i in range(65))
    ruleset = rete.create_ruleset("bare 65", "{" + rules + "}")
    with pytest.raises(rete.error, match="303"):
        rete.assert_facts(ruleset, '[{"rate": 100.0, "id": "0"}]')

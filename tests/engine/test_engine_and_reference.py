"""The engine decides as the rule language says: on made-up rulebooks and on the shipped one, compared with a plain-Python reference."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st

from advisor.engine import Outcome, Program
from advisor.errors import BrokenRulebook
from advisor.facts import Method
from advisor.rulebook import Rule, Rulebook, comparisons, load_rulebook, shipped_rules
from advisor.signals import SIGNALS, Missing, Value
from tests.engine.generated import METHODS, fact_sets, pick_value, rulebooks, telling_values
from tests.engine.reference import Expected, Reference

RULEBOOKS = int(os.environ.get("ADVISOR_TEST_RULEBOOKS", "100"))
FACT_SETS = int(os.environ.get("ADVISOR_TEST_FACT_SETS", "30"))
SIGNAL_SETS = int(os.environ.get("ADVISOR_TEST_SIGNAL_SETS", "350"))
_SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)
# The message of a failure names the rule, the numbers and both answers; a rulebook shrunk over five minutes would not say it better.
_PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


@cache
def shipped() -> Rulebook:
    return load_rulebook(shipped_rules())


def as_expected(outcome: Outcome) -> Expected:
    return Expected(
        outcome.rule.id,
        outcome.kind,
        outcome.severity,
        outcome.confidence,
        outcome.recommended,
        outcome.evidence,
        outcome.missing,
        outcome.by,
    )


def assert_same(program: Program, rules: Sequence[Rule], method: Method, signals: Mapping[str, Value]) -> list[Expected]:
    decided = [as_expected(outcome) for outcome in program.decide(method, signals)]
    expected = Reference(rules, method, signals).decide()
    if decided != expected:  # not a bare assert: pytest's explanation of two lists this deep takes longer than all the rest
        rule = next(i for i, pair in enumerate(zip(decided, expected, strict=True)) if pair[0] != pair[1])
        pytest.fail(f"{method} {dict(signals)}\n{rules[rule].when}\nengine:    {decided[rule]}\nreference: {expected[rule]}")
    return decided


@settings(max_examples=RULEBOOKS, deadline=None, phases=_PHASES, suppress_health_check=_SLOW)
@given(rules=rulebooks(), seed=st.integers(0, 2**32))
def test_engine_decides_made_up_rulebooks_as_the_reference_does(rules: tuple[Rule, ...], seed: int):
    try:
        program = Program(replace(shipped(), rules=rules))
    except BrokenRulebook:
        reject()  # a condition too complex for the engine
    try:
        for i, signals in enumerate(fact_sets(rules, seed, FACT_SETS)):
            assert_same(program, rules, METHODS[i % len(METHODS)], signals)
    finally:
        program.close()


def shipped_signals(rulebook: Rulebook, count: int) -> Iterator[dict[str, Value]]:
    """Sets of random signals for the shipped rules; from none of them missing to most."""
    random = Random(2026)
    read = [c for rule in rulebook.rules for c in comparisons(rule.when) if c.reference is None]
    flags = {name for name, signal in SIGNALS.items() if signal.unit == "flag"} | {c.signal for c in read if c.flag}
    telling = telling_values(rulebook.rules)
    for i in range(count):
        share_missing = (0.0, 0.0, 0.1, 0.5)[i % 4]
        yield {
            name: Missing("left out", (f"field of {name}",))
            if random.random() < share_missing
            else float(random.random() < 0.5)
            if name in flags
            else pick_value(random, telling)
            for name in sorted({name for c in read for name in c.needs})
        }


def test_engine_decides_the_shipped_rulebook_as_the_reference_does():
    rulebook = shipped()
    program = Program(rulebook)
    fired = set()
    for signals in shipped_signals(rulebook, SIGNAL_SETS):
        for method in METHODS:
            fired |= {outcome.rule for outcome in assert_same(program, rulebook.rules, method, signals) if outcome.kind == "fired"}
    assert len(fired) > len(rulebook.rules) / 2, "the random signals say something"

"""Whole rulebooks and fact sets, made up by hypothesis: every join, operator, reference and status that the rule language has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite, nextafter
from random import Random
from sys import float_info
from typing import Any, get_args

from hypothesis import strategies as st

from advisor.contract.advice import CONFIDENCES, SEVERITIES
from advisor.facts import Method
from advisor.rulebook import Comparison, Condition, Group, Recommendation, Rule, StepShape, comparisons
from advisor.rulebook.text import parse_sentence
from advisor.signals import Missing, Value

NUMBERS = ("loss_ratio", "noise", "points", "rate", "score")
FLAGS = ("running", "checked")
THRESHOLDS = (
    -2.5,
    -1e-05,
    0.0,
    5e-324,
    1e-12,
    2e-05,
    0.05,
    0.1,
    0.3,
    1 / 3,
    1.2,
    1.5,
    2.0,
    4.0,
    500.0,
    1e16,
    1e22,
    123456789.123456789,
    1e308,
)
FACTORS = (1.0, 1.2, 0.1, 2.0, -1.0, 1e-5, 3e300)
HUGE = (float_info.max, -float_info.max, 1e-300, -5e-324, -0.0, float_info.min, 2.0**53, 0.1 + 0.2)
METHODS: tuple[Method, ...] = get_args(Method)


def plain_comparisons() -> st.SearchStrategy[Comparison]:
    def build(signal: str, operator: Any, threshold: float) -> Comparison:
        return Comparison(signal, operator, threshold, f"{signal} {operator} {threshold!r}")

    return st.builds(build, st.sampled_from(NUMBERS), st.sampled_from((">", ">=", "<", "<=", "==")), st.sampled_from(THRESHOLDS))


def signal_comparisons() -> st.SearchStrategy[Comparison]:
    def build(signal: str, operator: Any, factor: float, other: str) -> Comparison:
        return Comparison(signal, operator, 0.0, f"{signal} {operator} {factor!r} * {other}", other=other, factor=factor)

    operators = st.sampled_from((">", ">=", "<", "<=", "=="))
    return st.builds(build, st.sampled_from(NUMBERS), operators, st.sampled_from(FACTORS), st.sampled_from(NUMBERS))


def flag_comparisons() -> st.SearchStrategy[Comparison]:
    def build(signal: str, threshold: float) -> Comparison:
        return Comparison(signal, "==", threshold, f"{signal} == {threshold:g}", flag=True)

    return st.builds(build, st.sampled_from(FLAGS), st.sampled_from((0.0, 1.0)))


def references(known: Sequence[str]) -> st.SearchStrategy[Comparison]:
    return st.sampled_from(known).map(lambda name: Comparison(name, "==", 1.0, name.replace(":", ": "), flag=True))


def conditions(known: Sequence[str]) -> st.SearchStrategy[Group]:
    """A condition as the parser gives it: a group at the top, groups and comparisons in it, references to what is already decided."""
    leaves: st.SearchStrategy[Condition] = st.one_of(plain_comparisons(), plain_comparisons(), signal_comparisons(), flag_comparisons())
    if known:
        leaves = st.one_of(leaves, references(known))
    joins: Any = st.sampled_from(("all", "any", "none"))
    inner = st.recursive(
        leaves, lambda members: st.builds(Group, joins, st.lists(members, min_size=1, max_size=3).map(tuple)), max_leaves=4
    )
    return st.builds(Group, joins, st.lists(inner, min_size=1, max_size=3).map(tuple))


@st.composite
def rulebooks(draw: st.DrawFn) -> tuple[Rule, ...]:
    """Rules over a dozen ranked names; a rule refers only to lower ranks and suppresses only higher ones, so no circle can arise."""
    kinds = draw(st.lists(st.sampled_from(("finding", "finding", "finding", "stopping", "mistake", "verdict")), min_size=1, max_size=6))
    names = [f"{kind}:{kind}-{rank}" for rank, kind in enumerate(kinds)]
    more = [rank for rank in draw(st.lists(st.integers(0, len(names) - 1), max_size=4)) if kinds[rank] == "finding"]
    ranks = draw(
        st.permutations([*range(len(names)), *more])
    )  # every name is raised, a finding by several rules, in any order of the files
    return tuple(draw(_rules(f"rule-{i}", rank, names)) for i, rank in enumerate(ranks))


@st.composite
def _rules(draw: st.DrawFn, rule_id: str, rank: int, names: Sequence[str]) -> Rule:
    kind, raises = names[rank].split(":")
    lower = [name for name in names[:rank] if not name.startswith("verdict")]
    groups = conditions(lower)
    maybe = st.none() | st.none() | groups
    later_findings = [name.split(":")[1] for name in names[rank + 1 :] if name.startswith("finding")]
    earlier_findings = [name.split(":")[1] for name in lower if name.startswith("finding")]
    recommendations = draw(st.lists(maybe, max_size=2))
    finding = kind == "finding"
    return Rule(
        id=rule_id,
        kind=kind,  # type: ignore[arg-type]
        raises=raises,
        title=rule_id,
        observation=rule_id,
        diagnosis=rule_id,
        status=draw(st.sampled_from(("stable", "stable", "experimental", "shadow", "deprecated"))) if finding else "stable",
        applies_to=draw(st.frozensets(st.sampled_from(METHODS), min_size=2)),
        severity=draw(st.sampled_from(SEVERITIES)),
        confidence=draw(st.sampled_from(CONFIDENCES)),
        confidence_high=draw(maybe),
        confidence_low=draw(maybe),
        source="made up",
        why="made up",
        false_positives=("made up",),
        parameters={},
        when=draw(groups),
        suppresses=_some(draw, later_findings) if finding else (),
        milder_with=_some(draw, earlier_findings) if finding else (),
        recommend=tuple(Recommendation("act", StepShape(), None, when, i) for i, when in enumerate(recommendations)),
        explain=parse_sentence("Made up."),
        otherwise=None,
        file=f"{rule_id}.yaml",
        order=0,
    )


def _some(draw: st.DrawFn, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(draw(st.lists(st.sampled_from(names), max_size=1))) if names else ()


def telling_values(rules: Sequence[Rule]) -> list[float]:
    """The thresholds of the rules with their neighbouring floats, where a comparison tips over, and the ends of what a float can be."""
    thresholds = {c.threshold for rule in rules for c in comparisons(rule.when) if c.other is None and not c.flag}
    around = {value for t in thresholds for value in (t, nextafter(t, float("inf")), nextafter(t, float("-inf")))}
    return [*sorted(value for value in around if isfinite(value)), *HUGE]


def pick_value(random: Random, telling: Sequence[float]) -> float:
    """A telling value, one of any size, or one of the sizes that losses have."""
    return random.choice(
        (random.choice(telling), random.choice(telling), random.uniform(-1, 3), random.uniform(-1, 1) * 10.0 ** random.randint(-320, 308))
    )


def fact_sets(rules: Sequence[Rule], seed: int, count: int) -> Iterator[dict[str, Value]]:
    """Sets in which each signal is a telling number, a product at which a comparison of two signals tips over, missing, or not there.

    Drawn from a seed: hypothesis shrinks the rulebook, which is what one reads, and would take ten times as long to draw the numbers.
    """
    random = Random(seed)
    telling = telling_values(rules)
    for _ in range(count):
        facts: dict[str, Value] = {}
        for name in NUMBERS:
            fate = random.random()
            if fate < 0.1:
                continue
            if fate < 0.2:
                facts[name] = Missing("made up", tuple(random.sample(("train_loss", "valid_loss", "n_train"), random.randint(0, 2))))
            elif fate < 0.4 and (known := [value for value in facts.values() if isinstance(value, float)]):
                product = random.choice(FACTORS) * random.choice(known)
                facts[name] = product if isfinite(product) else 0.0
            else:
                facts[name] = pick_value(random, telling)
        for name in FLAGS:
            facts[name] = random.choice((0.0, 1.0, 0.0, 1.0, Missing("made up", (name,))))
        yield facts

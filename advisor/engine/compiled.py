"""A rulebook's rules for one training method, with what deciding them needs looked up once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from advisor.engine.clauses import Clause
from advisor.engine.laying import compile_rulesets, doubted, fires, laid_down
from advisor.engine.outcome import Outcome
from advisor.engine.ruleset import Ruleset
from advisor.facts import Method
from advisor.rulebook import Comparison, Rule, Rulebook, comparisons, strata


@dataclass(frozen=True, slots=True)
class Judged:
    """A rule with what deciding it needs.

    Attributes:
        rule: The rule.
        place: Its place among the rulebook's outcomes.
        quiet: Its outcome where it does not fire.
        needs: The facts that its condition reads.
        suppressors: What silences it: (a rule's reference, the finding that rule raises).
        order: Where each comparison of its condition stands in the file.
        counts: Whether others may refer to what it raises; a rule in shadow is only watched.
        doubts: What the engine is asked where a fact is missing: the alternatives under which the rule surely does not fire.
    """

    rule: Rule
    place: int
    quiet: Outcome
    needs: frozenset[str]
    suppressors: tuple[tuple[str, str], ...]
    order: Mapping[Comparison, int]
    counts: bool
    doubts: tuple[tuple[str, Clause], ...]


@dataclass(frozen=True, slots=True)
class Stratum:
    """Rules that refer to no finding but those of earlier strata.

    Attributes:
        judged: The rules, in the rulebook's order.
        by_key: The index of each rule by the key under which it fires.
        needed_by: The indices of the rules that read each fact.
        raised_by: The indices of the rules that raise each reference.
    """

    judged: tuple[Judged, ...]
    by_key: Mapping[str, int]
    needed_by: Mapping[str, tuple[int, ...]]
    raised_by: Mapping[str, tuple[int, ...]]


@dataclass(slots=True)
class Compiled:
    """The rules for one training method.

    Attributes:
        blank: One outcome per rule of the rulebook as it is before anything fires.
        absent: Findings that no rule of this method can raise, as facts.
        strata: The rules, those that others refer to first.
        rulesets: All of them in the engine.
        refuters: The questions which rules surely do not fire, in the engine, by the rules that were asked about.
    """

    blank: list[Outcome]
    absent: Mapping[str, float]
    strata: Sequence[Stratum]
    rulesets: Sequence[Ruleset]
    refuters: OrderedDict[tuple[str, ...], list[Ruleset]] = field(default_factory=OrderedDict)


def compile_rules(rulebook: Rulebook, method: Method) -> Compiled:
    """Return a rulebook's rules compiled for one training method."""
    applicable = [r for r in rulebook.rules if method in r.applies_to and r.status != "deprecated"]
    raisable = {rule.reference for rule in applicable if rule.speaks}
    place = {rule.id: i for i, rule in enumerate(rulebook.rules)}
    suppressors: dict[str, list[tuple[str, str]]] = {}
    for rule in applicable:
        for suppressed in rule.suppresses if rule.speaks else ():
            suppressors.setdefault(f"finding:{suppressed}", []).append((rule.reference, rule.raises))
    layers = [_stratum([_judged(rule, place[rule.id], suppressors) for rule in rules]) for rules in strata(applicable)]
    blank = [Outcome(rule, "not_applicable") for rule in rulebook.rules]
    for layer in layers:
        for judged in layer.judged:
            blank[judged.place] = judged.quiet
    return Compiled(
        blank=blank,
        absent={rule.reference: 0.0 for rule in rulebook.rules if rule.reference not in raisable},
        strata=layers,
        rulesets=compile_rulesets(each for rule in applicable for each in laid_down(rule)),
    )


def _judged(rule: Rule, place: int, suppressors: Mapping[str, Sequence[tuple[str, str]]]) -> Judged:
    reads = tuple(comparisons(rule.when))
    return Judged(
        rule,
        place,
        quiet=Outcome(rule, "not_fired"),
        needs=frozenset(name for comparison in reads for name in comparison.needs),
        suppressors=tuple(suppressors.get(rule.reference, ())),
        order={comparison: i for i, comparison in enumerate(reads)},
        counts=rule.speaks,
        doubts=doubted(rule),
    )


def _stratum(judged: list[Judged]) -> Stratum:
    needed_by: dict[str, tuple[int, ...]] = {}
    raised_by: dict[str, tuple[int, ...]] = {}
    for i, each in enumerate(judged):
        for name in each.needs:
            needed_by[name] = (*needed_by.get(name, ()), i)
        if each.counts:
            raised_by[each.rule.reference] = (*raised_by.get(each.rule.reference, ()), i)
    return Stratum(tuple(judged), {fires(each.rule): i for i, each in enumerate(judged)}, needed_by, raised_by)

"""A rulebook compiled for the engine: per training method, strata of rulesets, and one pass through them for a run's signals."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from sys import float_info
from threading import Lock
from typing import Any, get_args

from advisor.contract.advice import SEVERITIES, Confidence, OutcomeKind, Severity
from advisor.engine.clauses import MAX_JOINED, Clause, TooComplex, clauses, refutations
from advisor.engine.lacking import lacking_signals
from advisor.engine.ruleset import MAX_CONDITIONS_PER_KIND, MAX_KINDS, MAX_RULES, Ruleset, fact_name
from advisor.errors import BrokenRulebook, Mistake
from advisor.facts import Method
from advisor.rulebook import Comparison, Group, Rule, Rulebook, comparisons, strata
from advisor.signals import Missing, Value

_FIRES, _HIGH, _LOW, _RECOMMENDS = "fires", "high", "low", "recommends"
_MOST_REFUTERS = 64


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one rule.

    Attributes:
        rule: The rule.
        kind: fired, not_fired, not_evaluated, not_applicable, suppressed or error.
        severity: The finding's severity, where the rule fired: the rule's own, a step lower where a finding that eases it is raised.
        confidence: The finding's confidence, where the rule fired.
        recommended: Indices into the rule's recommendations whose own conditions hold.
        evidence: The comparisons that the engine matched, with the values it matched them on, in the order of the file.
        missing: What the rule lacked: fields of the request.
        by: The rule that suppressed this one.
    """

    rule: Rule
    kind: OutcomeKind
    severity: Severity = "info"
    confidence: Confidence = "medium"
    recommended: tuple[int, ...] = ()
    evidence: tuple[tuple[Comparison, float], ...] = ()
    missing: tuple[str, ...] = ()
    by: str | None = None


@dataclass(slots=True)
class _Judged:
    """A rule of a stratum with what deciding it needs, looked up once when the rulebook is compiled."""

    rule: Rule
    place: int
    fires: str
    quiet: Outcome
    needs: frozenset[str]
    suppressors: tuple[tuple[str, str], ...]
    order: dict[Comparison, int]


@dataclass(slots=True)
class _Stratum:
    judged: list[_Judged]
    raised_by: list[tuple[str, bool, tuple[int, ...]]]


@dataclass(slots=True)
class _Method:
    blank: list[Outcome]
    rulesets: list[Ruleset] = field(default_factory=list)
    refuters: OrderedDict[tuple[str, ...], list[Ruleset]] = field(default_factory=OrderedDict)
    strata: list[_Stratum] = field(default_factory=list)
    absent: dict[str, float] = field(default_factory=dict)


class Program:
    """A compiled rulebook. Safe to use from several threads; free its memory with ``close`` when its last request has ended.

    Raises:
        BrokenRulebook: A condition is too complex for the engine; all such rules are named at once.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self._lock = Lock()
        _check(rulebook.rules)
        self._methods: dict[Method, _Method] = {method: self._compile(method) for method in get_args(Method)}

    def _compile(self, method: Method) -> _Method:
        applicable = [r for r in self.rulebook.rules if method in r.applies_to and r.status != "deprecated"]
        compiled = _Method([Outcome(rule, "not_applicable") for rule in self.rulebook.rules])
        raisable = {rule.reference for rule in applicable if rule.status != "shadow"}
        compiled.absent = {rule.reference: 0.0 for rule in self.rulebook.rules if rule.reference not in raisable}
        place = {rule.id: i for i, rule in enumerate(self.rulebook.rules)}
        suppressors: dict[str, list[tuple[str, str]]] = {}
        for rule in applicable:
            for suppressed in rule.suppresses if rule.status != "shadow" else ():
                suppressors.setdefault(f"finding:{suppressed}", []).append((rule.reference, rule.raises))
        for rules in strata(applicable):
            raised_by: dict[str, tuple[int, ...]] = {}
            for i, rule in enumerate(rules):
                if rule.status != "shadow":
                    raised_by[rule.reference] = (*raised_by.get(rule.reference, ()), i)
            judged = [_judged(rule, place[rule.id], suppressors) for rule in rules]
            settled = [(reference, reference.startswith("finding:"), indices) for reference, indices in raised_by.items()]
            compiled.strata.append(_Stratum(judged, settled))
        compiled.rulesets = _rulesets([(key, clause) for rule in applicable for key, clause in _laid_down(rule)])
        return compiled

    def decide(self, method: Method, signals: Mapping[str, Value]) -> list[Outcome]:
        """Decide every rule for these signals.

        Args:
            method: The run's training method.
            signals: Each signal's number or what it lacks, those of the rulebook's tables included.

        Returns:
            One outcome per rule of the rulebook, in its order.
        """
        compiled = self._methods[method]
        facts: dict[str, float] = {}
        missing: dict[str, tuple[str, ...]] = {}
        for name, value in signals.items():
            if isinstance(value, Missing):
                missing[name] = value.needs
            else:
                facts[name] = value
        facts |= compiled.absent
        found = list(compiled.blank)
        with ExitStack() as opened:
            deciding = [(ruleset, opened.enter_context(ruleset.session())) for ruleset in compiled.rulesets]
            matched: dict[str, list[tuple[Comparison, float]]] = {}
            fresh: Mapping[str, float] = facts
            for stratum in compiled.strata:
                for ruleset, session in deciding:
                    for match in session.post(_with_differences(ruleset, fresh)):
                        matched.setdefault(match.key, []).extend(match.evidence)
                outcomes = self._decide_stratum(compiled, stratum, matched, facts, missing)
                for judged, outcome in zip(stratum.judged, outcomes, strict=True):
                    found[judged.place] = outcome
                fresh = _settle(stratum, outcomes, missing)
                facts |= fresh
        return found

    def _decide_stratum(
        self,
        compiled: _Method,
        stratum: _Stratum,
        matched: Mapping[str, list[tuple[Comparison, float]]],
        facts: Mapping[str, float],
        missing: Mapping[str, tuple[str, ...]],
    ) -> list[Outcome]:
        known = facts.keys()
        outcomes: list[Outcome] = []
        unknown: dict[str, int] = {}
        for i, judged in enumerate(stratum.judged):
            evidence = matched.get(judged.fires)
            if evidence is not None:
                outcomes.append(_fired(judged, evidence, matched, facts))
                continue
            outcomes.append(judged.quiet)
            if not judged.needs <= known:
                unknown[judged.rule.id] = i
        if unknown:
            refuted = self._refuted(compiled, [stratum.judged[i].rule for i in unknown.values()], facts)
            for rule_id, i in unknown.items():
                if rule_id not in refuted:
                    outcomes[i] = _not_evaluated(stratum.judged[i], facts, missing)
        return outcomes

    def _refuted(self, compiled: _Method, rules: Sequence[Rule], facts: Mapping[str, float]) -> set[str]:
        """Ask the engine which of these rules surely do not hold, whatever their missing signals may be.

        The question is compiled once for each set of rules that lack something; requests of one kind lack the same.
        """
        key = tuple(rule.id for rule in rules)
        with self._lock:
            rulesets = compiled.refuters.get(key)
            if rulesets is None:
                rulesets = compiled.refuters[key] = _rulesets([(rule.id, clause) for rule in rules for clause in refutations(rule.when)])
            compiled.refuters.move_to_end(key)
            while len(compiled.refuters) > _MOST_REFUTERS:
                compiled.refuters.popitem(last=False)
        return {match.key for ruleset in rulesets for match in ruleset.run(_with_differences(ruleset, facts))}

    def close(self) -> None:
        """Free the compiled rules in the engine once no request is being decided; a later one fails with an EngineFault."""
        with self._lock:
            rulesets = [
                ruleset
                for compiled in self._methods.values()
                for group in (compiled.rulesets, *compiled.refuters.values())
                for ruleset in group
            ]
        for ruleset in rulesets:
            ruleset.close()


def _check(rules: Iterable[Rule]) -> None:
    mistakes = []
    for rule in rules:
        for group in _groups(rule):
            try:
                clauses(group)
                refutations(group)
            except TooComplex as error:
                remedy = "Split the rule, or let one finding refer to another."
                mistakes.append(Mistake(rule.file, 0, 0, f"the condition is too complex: {error.message}", remedy, "too-complex"))
    if mistakes:
        raise BrokenRulebook(mistakes)


def _judged(rule: Rule, place: int, suppressors: Mapping[str, Sequence[tuple[str, str]]]) -> _Judged:
    reads = tuple(comparisons(rule.when))
    return _Judged(
        rule,
        place,
        fires=f"{_FIRES}|{rule.id}",
        quiet=Outcome(rule, "not_fired"),
        needs=frozenset(name for comparison in reads for name in comparison.needs),
        suppressors=tuple(suppressors.get(rule.reference, ())),
        order={comparison: i for i, comparison in enumerate(reads)},
    )


def _fired(
    judged: _Judged,
    evidence: list[tuple[Comparison, float]],
    matched: Mapping[str, list[tuple[Comparison, float]]],
    facts: Mapping[str, float],
) -> Outcome:
    rule = judged.rule
    by = next((raises for reference, raises in judged.suppressors if facts.get(reference) == 1.0), None)
    return Outcome(
        rule,
        "suppressed" if by is not None else "fired",
        severity=_severity(rule, facts),
        confidence=_confidence(rule, matched),
        recommended=tuple(i for i, r in enumerate(rule.recommend) if r.when is None or f"{_RECOMMENDS}|{rule.id}|{i}" in matched),
        evidence=_in_file_order(judged.order, evidence),
        by=by,
    )


def _not_evaluated(judged: _Judged, facts: Mapping[str, float], missing: Mapping[str, tuple[str, ...]]) -> Outcome:
    needs = (need for name in lacking_signals(judged.rule.when, facts) for need in missing.get(name, (name,)))
    return Outcome(judged.rule, "not_evaluated", missing=tuple(dict.fromkeys(needs)))


def _groups(rule: Rule) -> list[Group]:
    optional = (rule.confidence_high, rule.confidence_low, *(r.when for r in rule.recommend))
    return [rule.when, *(group for group in optional if group is not None)]


def _laid_down(rule: Rule) -> Iterable[tuple[str, Clause]]:
    """Yield everything that the engine is to decide about a rule: whether it fires, its confidence, its conditional recommendations."""
    yield from ((f"{_FIRES}|{rule.id}", clause) for clause in clauses(rule.when))
    for name, group in ((_HIGH, rule.confidence_high), (_LOW, rule.confidence_low)):
        if group is not None:
            yield from ((f"{name}|{rule.id}", clause) for clause in clauses(group))
    for i, recommendation in enumerate(rule.recommend):
        if recommendation.when is not None:
            yield from ((f"{_RECOMMENDS}|{rule.id}|{i}", clause) for clause in clauses(recommendation.when))


def _rulesets(laid: Sequence[tuple[str, Clause]]) -> list[Ruleset]:
    """Split clauses over as few rulesets as the engine's limits allow."""
    chunks: list[list[tuple[str, Clause]]] = []
    names: Counter[str] = Counter()
    properties = 0
    for key, clause in laid:
        before = properties
        for name in (fact_name(comparison) for comparison in clause):
            properties += names[name] % MAX_CONDITIONS_PER_KIND == 0
            names[name] += 1
        if not chunks or properties > MAX_KINDS - MAX_JOINED or len(chunks[-1]) >= MAX_RULES:
            chunks.append([])
            names = Counter(fact_name(comparison) for comparison in clause)
            properties = max(len(names), properties - before)
        chunks[-1].append((key, clause))
    return [Ruleset(chunk) for chunk in chunks]


def _with_differences(ruleset: Ruleset, facts: Mapping[str, float]) -> Mapping[str, float]:
    """Add the differences of two signals that a ruleset compares; one of them missing leaves the difference out."""
    if not ruleset.differences:
        return facts
    out = dict(facts)
    for name, parts in ruleset.differences.items():
        difference = _difference(parts, facts)
        if difference is not None:
            out[name] = difference
    return out


def _difference(parts: tuple[str, float, str], facts: Mapping[str, float]) -> float | None:
    signal, factor, other = parts
    if signal not in facts or other not in facts:
        return None
    return min(max(facts[signal] - factor * facts[other], -float_info.max), float_info.max)  # only its sign counts, and that survives


def _settle(stratum: _Stratum, outcomes: Sequence[Outcome], missing: dict[str, tuple[str, ...]]) -> dict[str, float]:
    """Return the decided findings as facts for the next stratum: 1, 0, or absent where a rule that might raise one could not be evaluated.

    A stopping criterion or a mistake that cannot be judged is not met.
    """
    settled: dict[str, float] = {}
    for reference, is_finding, indices in stratum.raised_by:
        kinds = [outcomes[i].kind for i in indices]
        if "fired" in kinds:
            settled[reference] = 1.0
        elif is_finding and "not_evaluated" in kinds:
            missing[reference] = tuple(dict.fromkeys(need for i in indices for need in outcomes[i].missing))
        else:
            settled[reference] = 0.0
    return settled


def _severity(rule: Rule, facts: Mapping[str, float]) -> Severity:
    eased = any(facts.get(f"finding:{name}") == 1.0 for name in rule.milder_with)
    return SEVERITIES[max(SEVERITIES.index(rule.severity) - 1, 0)] if eased else rule.severity


def _confidence(rule: Rule, matched: Mapping[str, Any]) -> Confidence:
    if f"{_LOW}|{rule.id}" in matched:
        return "low"
    return "high" if f"{_HIGH}|{rule.id}" in matched else rule.confidence


def _in_file_order(order: Mapping[Comparison, int], evidence: Sequence[tuple[Comparison, float]]) -> tuple[tuple[Comparison, float], ...]:
    """Return each matched comparison once, in the order of the file; those that ``none`` turned round come last."""
    unique = dict(evidence)
    if len(unique) < 2:
        return tuple(unique.items())
    return tuple(sorted(unique.items(), key=lambda item: (order.get(item[0], len(order)), item[0].text, item[0].operator)))

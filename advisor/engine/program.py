"""A compiled rulebook: per training method, strata of rules, and one pass through them for a run's signals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from sys import float_info
from threading import Lock
from typing import get_args

from advisor.engine.compiled import Compiled, Judged, Stratum, compile_rules
from advisor.engine.judging import Evidence, fired, not_evaluated, settle
from advisor.engine.laying import check, compile_rulesets
from advisor.engine.outcome import Outcome
from advisor.engine.ruleset import Ruleset
from advisor.facts import Method
from advisor.rulebook import Rulebook
from advisor.signals import Missing, Value

_MOST_REFUTERS = 64


class Program:
    """A compiled rulebook. Safe to use from several threads; free its memory with ``close`` when its last request has ended.

    Raises:
        BrokenRulebook: A condition is too complex for the engine; all such rules are named at once.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self._lock = Lock()
        check(rulebook.rules)
        self._methods: dict[Method, Compiled] = {method: compile_rules(rulebook, method) for method in get_args(Method)}

    def decide(self, method: Method, signals: Mapping[str, Value]) -> list[Outcome]:
        """Decide every rule for these signals.

        Args:
            method: The run's training method.
            signals: Each signal's number or what it lacks, those of the rulebook's tables included.

        Returns:
            One outcome per rule of the rulebook, in its order.
        """
        compiled = self._methods[method]
        missing = {name: value.needs for name, value in signals.items() if isinstance(value, Missing)}
        facts = {name: value for name, value in signals.items() if not isinstance(value, Missing)}
        facts |= compiled.absent
        found = list(compiled.blank)
        with ExitStack() as opened:
            deciding = [(ruleset, opened.enter_context(ruleset.session())) for ruleset in compiled.rulesets]
            matched: dict[str, Evidence] = {}
            fresh: Mapping[str, float] = facts
            for stratum in compiled.strata:
                for ruleset, session in deciding:
                    for match in session.post(_with_differences(ruleset, fresh)):
                        matched[match.key] = (*matched.get(match.key, ()), *match.evidence)
                changed = self._decide_stratum(compiled, stratum, matched, facts, missing)
                for i, outcome in changed.items():
                    found[stratum.judged[i].place] = outcome
                fresh = settle(stratum, changed, missing)
                facts |= fresh
        return found

    def _decide_stratum(
        self,
        compiled: Compiled,
        stratum: Stratum,
        matched: Mapping[str, Evidence],
        facts: Mapping[str, float],
        missing: Mapping[str, tuple[str, ...]],
    ) -> dict[int, Outcome]:
        """Return the outcomes of the rules that did more than not fire, by their index in the stratum."""
        changed = {
            i: fired(stratum.judged[i], evidence, matched, facts)
            for key, evidence in matched.items()
            if (i := stratum.by_key.get(key)) is not None
        }
        lacking = {i for name in stratum.needed_by.keys() - facts.keys() for i in stratum.needed_by[name]} - changed.keys()
        if lacking:
            doubtful = [stratum.judged[i] for i in sorted(lacking)]
            refuted = self._refuted(compiled, doubtful, facts)
            for i, judged in zip(sorted(lacking), doubtful, strict=True):
                if judged.rule.id not in refuted:
                    changed[i] = not_evaluated(judged, facts, missing)
        return changed

    def _refuted(self, compiled: Compiled, doubtful: Sequence[Judged], facts: Mapping[str, float]) -> set[str]:
        """Ask the engine which of these rules surely do not hold, whatever their missing signals may be.

        The question is compiled once for each set of rules that lack something; requests of one kind lack the same.
        """
        key = tuple(judged.rule.id for judged in doubtful)
        with self._lock:
            rulesets = compiled.refuters.get(key)
            if rulesets is None:
                rulesets = compiled.refuters[key] = compile_rulesets(clause for judged in doubtful for clause in judged.doubts)
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

"""One rule of a rulebook by itself, with nothing but the rules that can change what becomes of it: as it stands among all, much sooner."""

from __future__ import annotations

from dataclasses import dataclass, replace

from advisor.advice.criteria import decided, run_verdict, stopping_criteria
from advisor.advice.fillings import fillings
from advisor.advice.findings import condition_results, rule_outcomes
from advisor.authoring.references import References
from advisor.contract.advice import ConditionResult, RuleOutcome, StoppingCriterion
from advisor.contract.request import AdviseRequest
from advisor.engine import Program
from advisor.facts import Method
from advisor.rulebook import Rulebook, rulebook_signals
from advisor.rulebook.references import all_comparisons, further_conditions
from advisor.signals import Curves, measure_signals


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of one rule on a run.

    Attributes:
        outcome: Its outcome, with each comparison of its condition.
        further: Each comparison of the conditions under ``confidence`` and ``recommend``, in the order of ``further_conditions``.
        stopping: What it says as a stopping criterion; None for any other rule.
        verdict: The run's verdict; None where that was not asked for.
    """

    outcome: RuleOutcome
    further: tuple[ConditionResult, ...]
    stopping: StoppingCriterion | None
    verdict: str | None


@dataclass(frozen=True, slots=True)
class _Narrow:
    program: Program
    rule: int
    signals: frozenset[str]


class Narrowed:
    """The rules of a rulebook, each compiled with those that it hangs on when it is asked for the first time."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._by_id = {rule.id: rule for rule in rulebook.rules}
        self._references = References(rulebook)
        self._verdicts = tuple(rule.id for rule in rulebook.rules if rule.kind == "verdict")
        self._keys = frozenset(table.by for table in rulebook.lookups)
        self._narrow: dict[tuple[str, Method, bool], _Narrow] = {}

    def standing(self, rule_id: str, request: AdviseRequest, *, verdict: bool = False) -> Standing:
        """Return what becomes of a rule on a run, and with ``verdict`` which verdict the run gets."""
        narrow = self._narrowed(rule_id, request.run.method, verdict=verdict)
        rulebook = narrow.program.rulebook
        curves = Curves(request, rulebook.measures)
        signals = measure_signals(curves, narrow.signals)
        signals |= rulebook_signals(rulebook, request, signals)
        outcomes = narrow.program.decide(request.run.method, signals)
        values = fillings(rulebook, curves, signals)
        found, settled = outcomes[narrow.rule], decided(outcomes)
        (outcome,) = rule_outcomes([found], signals, settled, values)
        applies = found.kind != "not_applicable"
        return Standing(
            outcome=outcome,
            further=condition_results(further_conditions(found.rule), signals, settled) if applies else (),
            stopping=next(iter(stopping_criteria([found], values)), None),
            verdict=run_verdict(outcomes).rule.id if verdict else None,
        )

    def _narrowed(self, rule_id: str, method: Method, *, verdict: bool) -> _Narrow:
        key = (rule_id, method, verdict)
        if key not in self._narrow:
            ids = self.needed(rule_id, verdict=verdict)
            rules = [replace(rule, applies_to=rule.applies_to & {method}) for rule in self._rulebook.rules if rule.id in ids]
            rule = self._by_id[rule_id]
            said = rule.explain.names | (rule.otherwise.names if rule.otherwise else frozenset())
            compared = {name for other in rules for comparison in all_comparisons(other) for name in comparison.needs}
            place = next(i for i, other in enumerate(rules) if other.id == rule_id)
            program = Program(replace(self._rulebook, rules=tuple(rules)))
            self._narrow[key] = _Narrow(program, place, said | compared | self._keys)
        return self._narrow[key]

    def needed(self, rule_id: str, *, verdict: bool = False) -> set[str]:
        """Return the ids of the rules that can change what becomes of this one, itself among them, and with ``verdict`` the verdict."""
        return self._references.needed([rule_id, *(self._verdicts if verdict else ())])

    def close(self) -> None:
        """Free what was compiled."""
        for narrow in self._narrow.values():
            narrow.program.close()
        self._narrow.clear()

"""A past run judged by two rulebooks, with as little of the work done twice as the edit between them allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from advisor.advice.actions import rank_actions
from advisor.advice.assemble import OVERFIT_BANDS
from advisor.advice.changes import ChangePlanner
from advisor.advice.checkpoints import checkpoint_rows
from advisor.advice.criteria import run_verdict
from advisor.advice.fillings import fillings
from advisor.advice.findings import advised
from advisor.authoring.references import References
from advisor.authoring.touched import Touched
from advisor.contract.request import AdviseRequest
from advisor.engine import Outcome, Program
from advisor.facts import Method
from advisor.rulebook import Rulebook, rulebook_signals
from advisor.signals import Curves, Value, measure_signals

NONE = "none"


@dataclass(frozen=True, slots=True)
class Told:
    """What one side tells a run, by ids: the part of its advice that two rulebooks are compared by.

    Attributes:
        verdict: The verdict.
        first_action: The first action with its target; ``none`` where nothing is advised.
        band: The overfitting band of the last checkpoint that has one; ``none`` where no checkpoint has.
        findings: The findings.
        outcomes: What became of each rule.
    """

    verdict: str
    first_action: str
    band: str
    findings: frozenset[str]
    outcomes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """A run on both sides.

    Attributes:
        told: What each side tells it; None where nothing of the edit moves on this run, so that both tell it the same.
        shadows: Rules in shadow on the new side that would speak about it.
    """

    told: tuple[Told, Told] | None
    shadows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Measured:
    curves: Curves
    signals: Mapping[str, Value]

    @property
    def method(self) -> Method:
        return self.curves.run.method


class _Side:
    """One rulebook, compiled as a whole and with the reached rules alone, each when it is asked for the first time."""

    def __init__(self, rulebook: Rulebook, reached: Iterable[str]) -> None:
        self.rulebook = rulebook
        self._reached = reached
        self._compiled: list[Program] = []

    @cached_property
    def whole(self) -> Program:
        return self._program(self.rulebook)

    @cached_property
    def narrow(self) -> Program:
        """The reached rules with all that they hang on; the whole rulebook where these are most of it."""
        part = self.part(self._reached)
        return self._program(part) if 2 * len(part.rules) < len(self.rulebook.rules) else self.whole

    @cached_property
    def shadows(self) -> Program:
        return self._program(self.part(rule.id for rule in self.rulebook.rules if rule.status == "shadow"))

    def part(self, ids: Iterable[str]) -> Rulebook:
        known = {rule.id for rule in self.rulebook.rules}
        needed = References(self.rulebook).needed(known.intersection(ids))
        return replace(self.rulebook, rules=tuple(rule for rule in self.rulebook.rules if rule.id in needed))

    def measured(self, request: AdviseRequest) -> _Measured:
        curves = Curves(request, self.rulebook.measures)
        signals = measure_signals(curves)
        return _Measured(curves, signals | rulebook_signals(self.rulebook, request, signals))

    def band(self, curves: Curves) -> str:
        rows = checkpoint_rows(curves, self.rulebook.bands.get(OVERFIT_BANDS))
        return next((row.overfit_band for row in reversed(rows) if row.overfit_band), NONE)

    def told(self, measured: _Measured, outcomes: Sequence[Outcome]) -> Told:
        curves, signals = measured.curves, measured.signals
        verdict = run_verdict(outcomes)
        planner = ChangePlanner(self.rulebook, curves, signals)
        actions = rank_actions(self.rulebook, outcomes, verdict, planner, fillings(self.rulebook, curves, signals))
        first = NONE
        if actions:
            change = actions[0].change
            first = actions[0].id if change is None else f"{actions[0].id} ({change.parameter} to {change.to})"
        return Told(
            verdict=verdict.rule.id,
            first_action=first,
            band=self.band(curves),
            findings=frozenset(outcome.rule.raises for outcome in advised(outcomes) if outcome.rule.kind == "finding"),
            outcomes={outcome.rule.id: outcome.kind for outcome in outcomes},
        )

    def _program(self, rulebook: Rulebook) -> Program:
        self._compiled.append(Program(rulebook))
        return self._compiled[-1]

    def close(self) -> None:
        for program in self._compiled:
            program.close()


class BothSides:
    """Two rulebooks and what the edit between them can reach. Free what was compiled with ``close``.

    Args:
        old: The rulebook before the edit.
        new: The rulebook after it.

    Raises:
        BrokenRulebook: A condition is too complex for the engine.
    """

    def __init__(self, old: Rulebook, new: Rulebook) -> None:
        self._touched = Touched(old, new)
        self._old, self._new = (_Side(side, self._touched.reached) for side in (old, new))
        self._watched = frozenset(rule.id for rule in new.rules if rule.status == "shadow")
        self._same_bands = old.bands.get(OVERFIT_BANDS) == new.bands.get(OVERFIT_BANDS) and old.measures == new.measures

    def judge(self, request: AdviseRequest) -> Judged:
        """Judge a run by both rulebooks."""
        before = self._old.measured(request)
        after = before if self._touched.same_signals else self._new.measured(request)
        spoke: Sequence[Outcome] = self._new.shadows.decide(after.method, after.signals) if self._watched else ()
        shadows = tuple(o.rule.id for o in spoke if o.kind == "fired" and o.rule.id in self._watched)
        return Judged(self._told(before, after), shadows)

    def _told(self, before: _Measured, after: _Measured) -> tuple[Told, Told] | None:
        touched, method = self._touched, before.method
        decided: tuple[Sequence[Outcome], Sequence[Outcome]] | None = None
        alike = not touched.remade and not touched.moves(before.signals, after.signals)
        if not alike and touched.same_signals:
            decided = self._old.narrow.decide(method, before.signals), self._new.narrow.decide(method, after.signals)
            alike = touched.weighs_alike(*decided)
        if alike and touched.same_ranking and (self._same_bands or self._old.band(before.curves) == self._new.band(after.curves)):
            return None
        if decided is None and not alike:
            return self._old.told(before, self._whole(self._old, before)), self._new.told(after, self._whole(self._new, after))
        old = decided[0] if decided is not None and self._old.narrow is self._old.whole else self._whole(self._old, before)
        return self._old.told(before, old), self._new.told(after, self._carried_over(old, decided[1] if decided is not None else ()))

    def _whole(self, side: _Side, measured: _Measured) -> Sequence[Outcome]:
        return side.whole.decide(measured.method, measured.signals)

    def _carried_over(self, old: Sequence[Outcome], decided: Sequence[Outcome]) -> list[Outcome]:
        """Return the new side's outcomes: those that were decided anew, and for every other rule the one that it has on the old side."""
        known = {outcome.rule.id: outcome for outcome in (*old, *decided)}
        return [known[rule.id] for rule in self._new.rulebook.rules]

    def close(self) -> None:
        """Free what was compiled."""
        self._old.close()
        self._new.close()

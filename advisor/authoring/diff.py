"""What an edit of the rules does to past runs: which get another verdict, first action, finding or band, and through which rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from advisor.authoring.past_runs import PastRun
from advisor.contract.advice import Advice
from advisor.engine import Outcome, Program
from advisor.rulebook import build_rulebook, table_signals
from advisor.rulebook.folder import CASES_SUFFIX
from advisor.service import advise
from advisor.signals import Curves, Value, measure_signals

Aspect = Literal["verdict", "first action", "finding", "band"]
ASPECTS: tuple[Aspect, ...] = ("verdict", "first action", "finding", "band")
_NONE = "none"
FileChange = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file of the rules that differs; files of cases are left out, they change no advice."""

    file: str
    how: FileChange


@dataclass(frozen=True, slots=True)
class Because:
    """A rule whose outcome differs on runs of a group: how often, and whether its own file was edited."""

    rule: str
    before: str
    after: str
    runs: int
    edited: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Runs whose advice differs in one way.

    ``before`` and ``after`` are ids: of verdicts, first actions and bands; for a finding one of them is ``none``. ``because`` names the
    rules with another outcome on these runs, edited ones first.
    """

    aspect: Aspect
    before: str
    after: str
    runs: tuple[str, ...]
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Shadow:
    """A rule in shadow on the new side, and how many runs it would speak about."""

    rule: str
    runs: int


@dataclass(frozen=True, slots=True)
class RulesDiff:
    """What differs between two rulebooks.

    Attributes:
        before: Revision of the old side.
        after: Revision of the new side.
        files: Files that differ.
        runs: How many runs were judged.
        changed_runs: How many of them get other advice.
        groups: The differences, the most frequent of each aspect first.
        shadows: What the new side's rules in shadow would say.
    """

    before: str
    after: str
    files: tuple[ChangedFile, ...]
    runs: int
    changed_runs: int
    groups: tuple[Group, ...]
    shadows: tuple[Shadow, ...]

    @property
    def same_advice(self) -> bool:
        """Whether every run gets the same advice."""
        return not self.changed_runs


def diff_rules(before: Mapping[str, str], after: Mapping[str, str], runs: Sequence[PastRun]) -> RulesDiff:
    """Judge runs by two rulebooks and compare.

    Args:
        before: The old side's files by path.
        after: The new side's files by path.
        runs: The past runs.

    Raises:
        BrokenRulebook: One of the sides cannot be loaded.
    """
    old, new = Program(build_rulebook(before, "before")), Program(build_rulebook(after, "after"))
    try:
        return _compare(old, new, _files(before, after), runs)
    finally:
        old.close()
        new.close()


def _compare(old: Program, new: Program, files: tuple[ChangedFile, ...], runs: Sequence[PastRun]) -> RulesDiff:
    edited = {changed.file for changed in files}
    shadows = {rule.id: 0 for rule in new.rulebook.rules if rule.status == "shadow"}
    only_rules = edited <= {rule.file for rulebook in (old.rulebook, new.rulebook) for rule in rulebook.rules}
    found: dict[tuple[Aspect, str, str], tuple[list[str], dict[tuple[str, str, str], int]]] = {}
    changed = 0
    for run in runs if files else ():
        method, signals = run.request.run.method, _signals(run, old)
        became = new.decide(method, signals if only_rules else _signals(run, new))
        for outcome in became:
            if outcome.kind == "fired" and outcome.rule.id in shadows:
                shadows[outcome.rule.id] += 1
        weight = _weight(became, edited) if only_rules else None
        if weight is not None and weight == _weight(old.decide(method, signals), edited):
            continue
        before, after = _judged(run, old, full=False), _judged(run, new, full=False)
        differences = list(_differences(before, after))
        if not differences:
            continue
        changed += 1
        turned = list(_turned(_judged(run, old, full=True), _judged(run, new, full=True)))
        for difference in differences:
            names, counts = found.setdefault(difference, ([], {}))
            names.append(run.name)
            for key in turned:
                counts[key] = counts.get(key, 0) + 1
    home = {rule.id: rule.file for rulebook in (old.rulebook, new.rulebook) for rule in rulebook.rules}
    groups = [Group(*key, tuple(names), _because(counts, home, edited)) for key, (names, counts) in found.items()]
    return RulesDiff(
        before=old.rulebook.revision,
        after=new.rulebook.revision,
        files=files,
        runs=len(runs),
        changed_runs=changed,
        groups=tuple(sorted(groups, key=lambda g: (ASPECTS.index(g.aspect), -len(g.runs), g.before, g.after))),
        shadows=tuple(Shadow(rule, count) for rule, count in shadows.items()),
    )


def _signals(run: PastRun, program: Program) -> dict[str, Value]:
    """Return a run's signals; they are the same on both sides where only rules were edited."""
    signals = measure_signals(Curves(run.request, program.rulebook.measures))
    return signals | table_signals(program.rulebook, run.request, signals)


def _weight(outcomes: Sequence[Outcome], edited: set[str]) -> dict[str, tuple[object, ...]] | None:
    """Return all that the advice rests on where only rules were edited; None where an edited rule speaks, so that it has to be given."""
    fired = [outcome for outcome in outcomes if outcome.kind == "fired" and outcome.rule.status != "shadow"]
    if any(outcome.rule.file in edited for outcome in fired):
        return None
    return {outcome.rule.id: (outcome.severity, outcome.confidence, outcome.recommended) for outcome in fired}


def _judged(run: PastRun, program: Program, *, full: bool) -> Advice:
    return advise(run.request, program, advice_id="", created_at="", level="all" if full else "off")


def _differences(before: Advice, after: Advice) -> Iterator[tuple[Aspect, str, str]]:
    pairs: tuple[tuple[Aspect, str, str], ...] = (
        ("verdict", before.verdict.id, after.verdict.id),
        ("first action", _first_action(before), _first_action(after)),
        ("band", _band(before), _band(after)),
    )
    yield from (pair for pair in pairs if pair[1] != pair[2])
    old, new = ({finding.id for finding in advice.findings} for advice in (before, after))
    yield from (("finding", name, _NONE) for name in sorted(old - new))
    yield from (("finding", _NONE, name) for name in sorted(new - old))


def _first_action(advice: Advice) -> str:
    if not advice.actions:
        return _NONE
    first = advice.actions[0]
    return first.id if first.change is None else f"{first.id} ({first.change.parameter} to {first.change.to})"


def _band(advice: Advice) -> str:
    return next((row.overfit_band for row in reversed(advice.checkpoints) if row.overfit_band), _NONE)


def _turned(before: Advice, after: Advice) -> Iterator[tuple[str, str, str]]:
    old = {outcome.rule: outcome.outcome for outcome in before.outcomes or ()}
    new = {outcome.rule: outcome.outcome for outcome in after.outcomes or ()}
    for rule in sorted(old.keys() | new.keys()):
        was, became = old.get(rule, _NONE), new.get(rule, _NONE)
        if was != became:
            yield rule, was, became


def _because(counts: Mapping[tuple[str, str, str], int], home: Mapping[str, str], edited: set[str]) -> tuple[Because, ...]:
    rules = [Because(rule, was, became, count, home[rule] in edited) for (rule, was, became), count in counts.items()]
    return tuple(sorted(rules, key=lambda b: (not b.edited, -b.runs, b.rule)))


def _files(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[ChangedFile, ...]:
    found = []
    for file in sorted(before.keys() | after.keys()):
        if file.endswith(CASES_SUFFIX) or before.get(file) == after.get(file):
            continue
        how: FileChange = "added" if file not in before else "removed" if file not in after else "changed"
        found.append(ChangedFile(file, how))
    return tuple(found)

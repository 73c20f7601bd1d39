"""What an edit of the rules does to past runs: which get another verdict, first action, finding or band, and through which rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from advisor.authoring.both_sides import NONE, BothSides, Told
from advisor.authoring.past_runs import PastRun
from advisor.rulebook import Rulebook, build_rulebook
from advisor.rulebook.folder import CASES_SUFFIX

Aspect = Literal["verdict", "first action", "finding", "band"]
ASPECTS: tuple[Aspect, ...] = ("verdict", "first action", "finding", "band")
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
    old, new = build_rulebook(before, "before"), build_rulebook(after, "after")
    sides = BothSides(old, new)
    try:
        return _compare(old, new, _files(before, after), runs, sides)
    finally:
        sides.close()


def _compare(old: Rulebook, new: Rulebook, files: tuple[ChangedFile, ...], runs: Sequence[PastRun], sides: BothSides) -> RulesDiff:
    edited = {changed.file for changed in files}
    shadows = {rule.id: 0 for rule in new.rules if rule.status == "shadow"}
    found: dict[tuple[Aspect, str, str], tuple[list[str], dict[tuple[str, str, str], int]]] = {}
    changed = 0
    for run in runs if files else ():
        judged = sides.judge(run.request)
        for rule in judged.shadows:
            shadows[rule] += 1
        differences = list(_differences(*judged.told)) if judged.told is not None else []
        if judged.told is None or not differences:
            continue
        changed += 1
        turned = list(_turned(*judged.told))
        for difference in differences:
            names, counts = found.setdefault(difference, ([], {}))
            names.append(run.name)
            for key in turned:
                counts[key] = counts.get(key, 0) + 1
    home = {rule.id: rule.file for rulebook in (old, new) for rule in rulebook.rules}
    groups = [Group(*key, tuple(names), _because(counts, home, edited)) for key, (names, counts) in found.items()]
    return RulesDiff(
        before=old.revision,
        after=new.revision,
        files=files,
        runs=len(runs),
        changed_runs=changed,
        groups=tuple(sorted(groups, key=lambda g: (ASPECTS.index(g.aspect), -len(g.runs), g.before, g.after))),
        shadows=tuple(Shadow(rule, count) for rule, count in shadows.items()),
    )


def _differences(before: Told, after: Told) -> Iterator[tuple[Aspect, str, str]]:
    pairs: tuple[tuple[Aspect, str, str], ...] = (
        ("verdict", before.verdict, after.verdict),
        ("first action", before.first_action, after.first_action),
        ("band", before.band, after.band),
    )
    yield from (pair for pair in pairs if pair[1] != pair[2])
    yield from (("finding", name, NONE) for name in sorted(before.findings - after.findings))
    yield from (("finding", NONE, name) for name in sorted(after.findings - before.findings))


def _turned(before: Told, after: Told) -> Iterator[tuple[str, str, str]]:
    old, new = before.outcomes, after.outcomes
    for rule in sorted(old.keys() | new.keys()):
        was, became = old.get(rule, NONE), new.get(rule, NONE)
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

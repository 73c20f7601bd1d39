"""The comparison leaves out what an edit cannot reach; it has to say what it would say with every run judged whole on both sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import pytest

from advisor.authoring.diff import diff_rules
from advisor.contract.advice import Advice
from advisor.engine import Program
from advisor.rulebook import build_rulebook, read_folder, shipped_rules
from advisor.service import advise
from tests.authoring.many_runs import many_runs
from tests.rulebook.books import rule

RUNS = many_runs(120)
BASE = dict(read_folder(shipped_rules()))
_SETTINGS = '  - {id: hyperparameters, title: "Priority 2: hyperparameters", experiment: true}\n'
_FIRST = "tiers:\n" + _SETTINGS.replace("experiment:", "first: true, experiment:")
BASE["priorities.yaml"] = BASE["priorities.yaml"].replace(_SETTINGS, "").replace("tiers:\n", _FIRST)  # so that settings are often first
RISES = "sft/valid-loss-rises.yaml"
_WAITS = """
id: needs-a-target
title: A target is missing
order: 0
applies_to: [supervised]
source: made up
why: Made up.
false_positives: [None known]
when: [n_train > 1000]
recommend: [wait]
explain: Wait.
"""
_SUPPRESSES = "suppresses: [overfitting]\n"

Edit = tuple[str, str, str]
EDITS: dict[str, tuple[tuple[Edit, ...], bool]] = {
    "a threshold": (((RISES, "value: 0.05", "value: 0.3"),), True),
    "a shared parameter": ((("parameters.yaml", "  noise_multiple: {value: 2,", "  noise_multiple: {value: 4,"),), True),
    "a sentence": (((RISES, "Validation loss was lowest", "It was lowest"),), False),
    "a severity": (((RISES, "severity: medium", "severity: critical"), (RISES, "    severity: low\n", "")), True),
    "a condition turned round": (((RISES, "valid_loss_rise_ratio > rise", "valid_loss_rise_ratio < rise"),), True),
    "a step": (((RISES, "to_signal: valid_loss_best_epoch\n    severity: low", "to: 1\n    severity: critical"),), True),
    "a retired rule": (((RISES, "title:", "status: deprecated\ntitle:"),), True),
    "a rule in shadow": (((RISES, "title:", "status: shadow\ntitle:"),), True),
    "fewer methods": (((RISES, "applies_to: [supervised, dpo]", "applies_to: [dpo]"),), True),
    "the order of ranking": ((("priorities.yaml", "[first, verdict, support, tier,", "[tier, first, verdict, support,"),), True),
    "an action's tier": ((("actions/reduce-epochs.yaml", "tier: hyperparameters", "tier: decide"),), True),
    "an action's sentence": ((("actions/reduce-epochs.yaml", "change nothing else", "change no other thing"),), False),
    "a band": ((("bands/overfit-ratio.yaml", "to: 2.0,", "to: 8.0,"), ("bands/overfit-ratio.yaml", "above: 2.0", "above: 8.0")), True),
    "a stopping criterion": ((("stopping/good-enough.yaml", "score_above_target >= 0", "score_above_target >= 1"),), True),
    "a measure": ((("parameters.yaml", "tie_ratio: {value: 0.01", "tie_ratio: {value: 0.2"),), True),
    "how far two settings lie apart": ((("parameters.yaml", "least_step: {value: 1.15", "least_step: {value: 3"),), True),
    "a ladder": ((("sweep.yaml", "values: [1, 2, 3], factor: 2", "values: [1, 3], factor: 3"),), True),
    "two things at once": (
        (("parameters.yaml", "tie_ratio: {value: 0.01", "tie_ratio: {value: 0.2"), (RISES, "severity: medium", "severity: high")),
        True,
    ),
}
NEW_FILES: dict[str, dict[str, str]] = {
    "a new rule": {"sft/many.yaml": rule("many", "[n_train > 500]", "recommend: [{action: reduce-epochs, severity: critical}]\n")},
    "a new rule that explains another away": {"sft/many.yaml": rule("many", "[n_train > 500]", _SUPPRESSES)},
    "a new verdict": {"verdicts/needs-a-target.yaml": _WAITS},
}


def edited(edits: tuple[Edit, ...]) -> dict[str, str]:
    files = dict(BASE)
    for file, old, new in edits:
        assert old in files[file], (file, old)
        files[file] = files[file].replace(old, new)
    return files


def judged(files: Mapping[str, str]) -> list[Advice]:
    program = Program(build_rulebook(files))
    try:
        return [advise(run.request, program, advice_id="", created_at="", level="all") for run in RUNS]
    finally:
        program.close()


@pytest.fixture(scope="module")
def before() -> list[Advice]:
    return judged(BASE)


def band(advice: Advice) -> str:
    return next((row.overfit_band for row in reversed(advice.checkpoints) if row.overfit_band), "none")


def first(advice: Advice) -> str:
    if not advice.actions:
        return "none"
    action = advice.actions[0]
    return action.id if action.change is None else f"{action.id} ({action.change.parameter} to {action.change.to})"


def plain_differences(old: Advice, new: Advice) -> Iterator[tuple[str, str, str]]:
    for aspect, was, became in (
        ("verdict", old.verdict.id, new.verdict.id),
        ("first action", first(old), first(new)),
        ("band", band(old), band(new)),
    ):
        if was != became:
            yield aspect, was, became
    found, finds = ({finding.id for finding in advice.findings} for advice in (old, new))
    yield from (("finding", name, "none") for name in found - finds)
    yield from (("finding", "none", name) for name in finds - found)


def plain(before: list[Advice], after: list[Advice]) -> dict[tuple[str, str, str], tuple[list[str], Counter[tuple[str, str, str]]]]:
    groups: dict[tuple[str, str, str], tuple[list[str], Counter[tuple[str, str, str]]]] = {}
    for run, old, new in zip(RUNS, before, after, strict=True):
        was, became = ({o.rule: o.outcome for o in advice.outcomes or ()} for advice in (old, new))
        turned = [
            (name, was.get(name, "none"), became.get(name, "none"))
            for name in was.keys() | became.keys()
            if was.get(name) != became.get(name)
        ]
        for difference in plain_differences(old, new):
            names, because = groups.setdefault(difference, ([], Counter()))
            names.append(run.name)
            because.update(turned)
    return groups


CASES = [(name, edited(edits), felt) for name, (edits, felt) in EDITS.items()]
CASES += [(name, {**BASE, **files}, True) for name, files in NEW_FILES.items()]


@pytest.mark.parametrize(("files", "felt"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_an_edit_is_told_of_as_if_every_run_were_judged_whole_on_both_sides(files: dict[str, str], felt: bool, before: list[Advice]):
    after = judged(files)
    expected = plain(before, after)
    found = diff_rules(BASE, files, RUNS)
    got = {
        (group.aspect, group.before, group.after): (
            list(group.runs),
            Counter({(because.rule, because.before, because.after): because.runs for because in group.because}),
        )
        for group in found.groups
    }
    assert got == expected
    assert bool(got) == felt
    spoke = Counter(o.rule for advice in after for o in advice.outcomes or () if o.outcome == "fired")
    assert {shadow.rule: shadow.runs for shadow in found.shadows} == {shadow.rule: spoke[shadow.rule] for shadow in found.shadows}

"""What stands behind a rule: its cases, where its numbers come from, and texts that somebody finished."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from advisor.authoring.cases import Case
from advisor.authoring.checks.problem import Places, Problem
from advisor.rulebook import Parameter, Rule, Rulebook
from advisor.rulebook.source import Path

_UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|TBD)\b")


def check_proof(rulebook: Rulebook, cases: Sequence[Case], places: Places) -> Iterator[Problem]:
    """Yield rules without cases, numbers without a source, and texts still to be written."""
    kinds: dict[str, set[str]] = {}
    for case in cases:
        kinds.setdefault(case.rule, set()).add(case.kind)
    for rule in rulebook.rules:
        if rule.status != "deprecated":
            yield from _cases(rule, kinds.get(rule.id, set()), places)
        for path, text in _texts(rule):
            found = _UNFINISHED.search(text)
            if found:
                message = f"{path[0]} still says {found[0]}"
                yield places.problem(rule.file, path, "unfinished-text", message, "Write it out; it is shown with the advice.")
        yield from _parameters(rule.file, rule.parameters, places)
    yield from _parameters("parameters.yaml", rulebook.parameters, places)


def _cases(rule: Rule, kinds: set[str], places: Places) -> Iterator[Problem]:
    file = rule.file.removesuffix(".yaml") + ".cases.yaml"
    if not kinds:
        yield places.problem(rule.file, (), "no-cases", "the rule has no cases", f"Write {file}: a firing case and a quiet one.")
        return
    lacking = [kind for kind in ("firing", "quiet") if kind not in kinds]
    if lacking:
        message = f"the rule has no {' and no '.join(lacking)} case"
        yield places.problem(rule.file, (), "few-cases", message, f"Add one to {file}.")


def _texts(rule: Rule) -> Iterator[tuple[Path, str]]:
    yield ("title",), rule.title
    yield ("diagnosis",), rule.diagnosis
    yield ("source",), rule.source
    yield ("why",), rule.why
    yield ("explain",), rule.explain.text
    for i, text in enumerate(rule.false_positives):
        yield ("false_positives", i), text


def _parameters(file: str, parameters: Mapping[str, Parameter], places: Places) -> Iterator[Problem]:
    for name, parameter in parameters.items():
        lacking = [word for word, text in (("unit", parameter.unit), ("source", parameter.source)) if not text]
        if lacking:
            message = f'the parameter "{name}" has no {" and no ".join(lacking)}'
            remedy = "Write: {value: …, unit: …, source: …}, so that the next lead knows what may change it."
            yield places.problem(file, ("parameters", name), "no-parameter-source", message, remedy)

"""What the tools answer, in the contract's words, without what an agent would only pay for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from advisor.advice import ExplainLevel
from advisor.contract import Advice
from advisor.errors import UnusableInput
from advisor.local import LocalAdvisor
from advisor.service import to_json
from advisor.signals import SIGNALS
from advisor.sources import read_path

_PLAN = ("verdict", "next_experiment", "no_experiment", "best_checkpoint", "candidates", "stopping")


class Answers:
    """The tools' answers by one rulebook.

    Args:
        local: Who judges.
    """

    def __init__(self, local: LocalAdvisor) -> None:
        self._local = local

    def advise(self, run: Mapping[str, Any], level: ExplainLevel) -> dict[str, Any]:
        """Return the advice; the measured signals and the table of checkpoints, both long, only with ``all``."""
        return _short(self._local.advise(run, explain=level), in_full=level == "all")

    def advise_file(self, path: str) -> dict[str, Any]:
        """Return the advice on a file or folder, with how it was read among the warnings."""
        imported = read_path(Path(path).expanduser())
        answer = _short(self._local.advise(imported.request), in_full=False)
        return answer | {"warnings": [*imported.warnings, *map(str, imported.dropped), *answer["warnings"]], "points": str(imported.points)}

    def plan(self, run: Mapping[str, Any]) -> dict[str, Any]:
        """Return what to do next, without the reasons."""
        document = _document(self._local.advise(run, explain="off"))
        return {name: document[name] for name in _PLAN}

    def explain(self, rule_id: str, run: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a rule says and how each of its comparisons stood on a run.

        Raises:
            UnusableInput: There is no such rule.
        """
        rule = self._local.rulebook.rule(rule_id)
        if rule is None:
            near = get_close_matches(rule_id, [r.id for r in self._local.rulebook.rules], n=1)
            meant = f' Did you mean "{near[0]}"?' if near else ""
            raise UnusableInput(f'There is no rule "{rule_id}".{meant} The tool list_rules names them all.')
        document = _document(self._local.advise(run, explain="all"))
        outcome: dict[str, Any] = next(o for o in document["outcomes"] if o["rule"] == rule_id)
        told = {
            "title": rule.title,
            "why": rule.why,
            "false_positives": list(rule.false_positives),
            "source": rule.source,
            "file": rule.file,
        }
        return outcome | told

    def rules(self) -> dict[str, Any]:
        """Return every rule in short, in the rulebook's order."""
        book = self._local.rulebook
        rules = [
            {"id": r.id, "kind": r.kind, "title": r.title, "severity": r.severity, "applies_to": sorted(r.applies_to), "source": r.source}
            for r in book.rules
        ]
        return {"rulebook": {"name": book.name, "revision": book.revision}, "rules": rules}

    def signals(self, run: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the vocabulary, each word with its value on a run where one is given; null where the run does not tell it."""
        known = {} if run is None else self._local.advise(run).signals
        words = []
        for s in SIGNALS.values():
            word: dict[str, Any] = {"name": s.name, "unit": s.unit, "description": s.description}
            if run is not None:
                word["value"] = known[s.name].value if s.name in known else None
            words.append(word)
        return {"signals": words}


def _document(advice: Advice) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(to_json(advice))
    return document


def _short(advice: Advice, *, in_full: bool) -> dict[str, Any]:
    left_out = () if in_full else ("signals", "checkpoints", "outcomes")
    return {name: value for name, value in _document(advice).items() if name not in left_out}

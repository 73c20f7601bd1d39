"""Every check that can speak about a rules folder, by its stable code; docs/rules/checks.md has a section for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

CheckSeverity = Literal["error", "warning"]
DOCS = "docs/rules/checks.md"


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        code: Its stable name.
        severity: ``error``: the rulebook does not load, or a rule surely does not do what it says; ``warning``: look at it.
        title: What it finds, in a few words.
        loading: Whether the rulebook cannot be loaded; such a problem cannot be allowed by a comment.
    """

    code: str
    severity: CheckSeverity
    title: str
    loading: bool = False

    @property
    def docs(self) -> str:
        """Where the check is explained."""
        return f"{DOCS}#{self.code}"


_LOADING = {
    "no-folder": "There is no rules folder",
    "outside": "A link leads out of the rules folder",
    "not-utf8": "A file is not UTF-8 text",
    "unreadable": "A file cannot be read",
    "file-too-large": "A file is too large",
    "empty-file": "A file is empty",
    "missing-file": "A file that every rulebook has is missing",
    "not-yaml": "A file is not YAML",
    "anchor": "Anchors and aliases are not part of the language",
    "too-deep": "A value is too deeply nested",
    "key": "A key is not plain text",
    "duplicate-key": "A key stands twice",
    "tag": "A value is of an unknown kind",
    "number": "A number is not finite",
    "unknown-key": "A key is unknown",
    "missing-key": "A key is missing",
    "wrong-value": "A value has the wrong shape",
    "invalid": "A value is invalid",
    "id-is-stem": "An id differs from its file's name",
    "duplicate-id": "An id is taken",
    "name-taken": "A name is a signal's already",
    "missing-parameter": "A parameter that signals are measured with is missing",
    "unused-parameter": "A parameter is never used",
    "unknown-name": "A name is unknown",
    "unknown-signal": "A signal or parameter is unknown",
    "unknown-action": "An action is unknown",
    "unknown-tier": "A tier is unknown",
    "unknown-finding": "A finding is unknown",
    "unknown-stopping": "A stopping criterion is unknown",
    "unknown-mistake": "A common mistake is unknown",
    "unknown-join": "Conditions are joined by an unknown word",
    "unknown-operator": "A comparison uses an unknown operator",
    "condition-shape": "A condition has the wrong shape",
    "condition-syntax": "A condition cannot be read",
    "no-signal": "A comparison names no signal",
    "cycle": "References go round in a circle",
    "sentence": "A sentence cannot be filled in",
    "band-empty": "A band holds no value",
    "band-gap": "Values lie between two bands",
    "band-overlap": "Values lie in two bands",
    "lookup-order": "The rows of a table do not rise",
    "lookup-names": "The rows of a table give different names",
    "lookup-gap": "A table says nothing of some values",
    "band-bounds": "A band has two bounds on one side",
    "range-order": "A range ends before it starts",
    "ladder-order": "A ladder of the sweep does not rise",
    "no-ladder": "An action moves a setting that has no ladder",
    "support-gap": "A severity and confidence have no support",
    "cost-order": "A cost stands twice",
    "measure-limits": "Signals cannot be measured with a parameter's value",
    "no-verdict": "No verdict is sure to be given",
    "not-text": "A file holds what is no text",
    "no-base": "A folder that changes rules lies on no rulebook",
    "replaced-too": "A folder both overrides and replaces a file",
    "unknown-parameter": "A parameter to override is unknown",
    "unknown-rule": "A rule to override is unknown",
    "too-complex": "A condition is too complex for the engine",
    "no-rule": "Cases stand beside no rule",
    "duplicate-name": "Two cases of a rule have one name",
    "series": "A curve of a case cannot be read",
    "series-length": "The curves of a case differ in length",
}
_ERRORS = {
    "never-holds": "A condition can never hold",
    "flag-compared": "A flag is compared with something other than 0 or 1",
    "share-beyond-one": "A share is compared with a percentage",
    "opposite-actions": "Opposite actions are recommended with equal support",
    "no-cases": "A rule has no cases",
    "allow-without-reason": "A comment allows a check without a reason",
}
_WARNINGS = {
    "always-holds": "A condition always holds",
    "implied-condition": "A comparison is implied by another one",
    "unit-mismatch": "Two units are compared with each other",
    "ratio-like-percent": "A ratio is compared with what looks like a percentage",
    "signal-not-for-method": "A signal is never measured for a method of the rule",
    "shadowed-rule": "A rule adds nothing to another one",
    "rank-tie": "Only the alphabet orders two actions",
    "unused-action": "No rule recommends an action",
    "suppresses-nothing": "A suppressed finding is never raised where the rule applies",
    "never-raised": "A condition refers to what is never raised where the rule applies",
    "bands-open": "Values below the first or above the last band have no band",
    "last-verdict-conditional": "The last verdict does not always hold",
    "few-cases": "A rule lacks a firing or a quiet case",
    "no-parameter-source": "A parameter has no unit or source",
    "unfinished-text": "A text is still to be written",
    "allow-unused": "A comment allows what does not occur",
}

CHECKS: Mapping[str, Check] = MappingProxyType(
    {code: Check(code, "error", title, loading=True) for code, title in _LOADING.items()}
    | {code: Check(code, "error", title) for code, title in _ERRORS.items()}
    | {code: Check(code, "warning", title) for code, title in _WARNINGS.items()}
)
"""Every check by its code."""

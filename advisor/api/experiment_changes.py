"""The body of a change to an experiment: members of its run, or a changed run in the wrapper that recording takes and ``GET`` gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from advisor.api.problems import Place, Refusal, problem
from advisor.api.reading import wrong_body
from advisor.experiments.records import Experiment
from advisor.facts import EarlierRun

_KEPT = ("project", "name", "position", "created_at", "updated_at")
_WORKED_OUT = ("changed", "mistakes", "outcomes", "warnings")


@dataclass(frozen=True, slots=True)
class ExperimentChange:
    """What is to be changed.

    Attributes:
        facts: Members of the run, null to take one away.
        pointer: Where in the body they stand.
        beside: What stands beside the run in the wrapper; None without a wrapper.
    """

    facts: dict[str, Any]
    pointer: str = ""
    beside: dict[str, Any] | None = None

    def of(self, project: str, experiment: Experiment) -> dict[str, Any]:
        """Return the members of the run to change; a parent beside the run counts where it is another one than the experiment's.

        Raises:
            Refusal: 422 where something beside the run says otherwise than the experiment, and cannot be changed.
        """
        if self.beside is None:
            return self.facts
        own = {"project": project, **{name: getattr(experiment, name) for name in _KEPT if name != "project"}}
        other = [name for name in _KEPT if name in self.beside and self.beside[name] != own[name]]
        if other:
            raise wrong_body([Place(_STALE if name == "updated_at" else _FIXED, f"/{name}") for name in other])
        parent = self.beside.get("parent", experiment.parent)
        return self.facts if parent == experiment.parent else {**self.facts, "parent": parent}


_FIXED = "cannot be changed: leave it out"
_STALE = "is not that of now: read the experiment again"


def read_change(document: Any, name: str) -> ExperimentChange:
    """Return the change that a body holds.

    Args:
        document: The body.
        name: What the experiment is called, which stays.

    Raises:
        Refusal: 422 where it is no object, or says what no change takes.
    """
    wrapped = isinstance(document, dict) and "run" in document
    facts, pointer = (document["run"], "/run") if wrapped else (document, "")
    if not isinstance(facts, dict):
        raise Refusal(problem(422, "The body must be a JSON object.", (Place("must be an object", pointer),)))
    if facts.get("id", name) != name:
        raise Refusal(problem(422, "An experiment keeps its name.", (Place(f"must be absent, or {name}", f"{pointer}/id"),)))
    if not wrapped:
        return ExperimentChange(facts)
    beside = {member: said for member, said in document.items() if member != "run"}
    wrong = [Place(_unknown(member), _pointer(member)) for member in beside if member not in ("parent", *_KEPT, *_WORKED_OUT)]
    if not isinstance(beside.get("parent"), str | None):
        wrong.append(Place("must be text or null", "/parent"))
    if wrong:
        raise wrong_body(wrong)
    return ExperimentChange(facts, pointer, beside)


def _unknown(member: str) -> str:
    return "belongs into run" if member in EarlierRun.model_fields else "is nothing that a change takes: give run and parent"


def _pointer(member: str) -> str:
    return "/" + member.replace("~", "~0").replace("/", "~1")

"""A log in, its advice out: what a thread does with a small file and a process of its own with a large one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import to_json

from advisor.advice import ExplainLevel
from advisor.api.answering import Answer
from advisor.api.completing import completed
from advisor.api.judging import judge
from advisor.api.problems import MEDIA_TYPE, Problem, Refusal, problem, problem_json
from advisor.engine import Program
from advisor.errors import NotRecorded, UnusableInput
from advisor.experiments import Store
from advisor.service import ADVICE
from advisor.sources import read_run
from advisor.sources.imported import as_json


@dataclass(frozen=True, slots=True)
class AroundLog:
    """What is known of a log beside its content.

    Attributes:
        name: The file's own name.
        given: Names of the file mapped by hand to those of the contract.
        request: Members of a request that count before what is read; null says nothing.
    """

    name: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    request: dict[str, Any] = field(default_factory=dict)


def answer_log(data: bytes, around: AroundLog, level: ExplainLevel, program: Program, store: Store | None = None) -> Answer:
    """Return the answer to a log: ``kept`` names the advice where it is kept; else ``request`` and ``advice`` hold all of both."""
    try:
        imported = read_run(data, name=around.name, given=around.given)
        request = completed(imported.request, around.request)
        warnings = (*imported.warnings, *(str(dropped) for dropped in imported.dropped))
        body, judged = judge(request, level, program, warnings, store)
    except UnusableInput as error:
        return _refused(problem(422, str(error)))
    except Refusal as refusal:
        return _refused(refusal.problem, refusal.headers)
    advice_id = ADVICE.validate_json(body).advice_id
    if store is not None and _is_kept(advice_id, store):
        return Answer(200, "application/json", to_json({"kept": advice_id}), (judged,))
    return Answer(200, "application/json", b'{"request":' + as_json(request) + b',"advice":' + body + b"}", (judged,))


def _is_kept(advice_id: str, store: Store) -> bool:
    try:
        store.advice.get(advice_id)
    except NotRecorded:
        return False
    return True


def _refused(found: Problem, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(found.status, MEDIA_TYPE, problem_json(found), headers=headers or {})

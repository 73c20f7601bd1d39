"""A body in, an answer out: what the event loop does with small bodies and a process of its own with large ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from structlog.typing import FilteringBoundLogger

from advisor.advice import ExplainLevel
from advisor.api.judging import Judged, judge
from advisor.api.log import fault
from advisor.api.problems import MEDIA_TYPE, Place, Refusal, problem, problem_json
from advisor.api.reading import read_json, read_request
from advisor.contract import AdviseRequest
from advisor.contract.members import doubled_members, doubled_warnings
from advisor.contract.misnamed import misnamed_members
from advisor.engine import Program
from advisor.experiments import Store


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes of an answer, with what they say about each run."""

    status: int
    media_type: str
    body: bytes
    judged: tuple[Judged, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def answer_advise(raw: bytes | bytearray, level: ExplainLevel, program: Program, store: Store | None = None) -> Answer:
    """Return the answer to the body of ``POST /advise``: advice, recorded where there is a store, or a problem."""
    try:
        document = read_json(raw)
        warnings = (*doubled_warnings(doubled_members(raw, document)), *misnamed_members(document))
        body, judged = judge(read_request(document), level, program, warnings, store)
    except Refusal as refusal:
        return Answer(refusal.problem.status, MEDIA_TYPE, problem_json(refusal.problem), headers=refusal.headers or {})
    return Answer(200, "application/json", body, (judged,))


def answer_request(
    request: AdviseRequest,
    level: ExplainLevel,
    program: Program,
    warnings: Sequence[str],
    store: Store | None = None,
    *,
    must_be_kept: bool = False,
) -> Answer:
    """Return the advice on a run that an importer read, with its warnings; it is recorded where there is a store.

    Raises:
        Refusal: It could not be recorded, and must be: it is asked for, or the request names a project.
    """
    body, judged = judge(request, level, program, warnings, store, must_be_kept=must_be_kept)
    return Answer(200, "application/json", body, (judged,))


class Unread(NamedTuple):
    """A request of a batch as it stands in the body, with what is to be said of how it was read."""

    document: Any
    warnings: tuple[str, ...]


def batch_requests(raw: bytes | bytearray, most: int) -> list[Unread]:
    """Return the unread requests of a batch: a list, or an object whose ``requests`` is one.

    Raises:
        Refusal: 422 where the body is neither, or holds more than ``most``.
    """
    document = read_json(raw)
    pointer = "/requests" if isinstance(document, dict) else ""
    requests = document.get("requests") if isinstance(document, dict) else document
    if not isinstance(requests, list):
        detail = 'must be a list of requests, or an object {"requests": [...]}'
        raise Refusal(problem(422, f"The body {detail}.", (Place(detail, pointer),)))
    if len(requests) > most:
        detail = f"holds {len(requests)} requests; at most {most} are judged at once"
        raise Refusal(problem(422, f"The batch {detail}. Post them in parts.", (Place(detail, pointer),)))
    doubled = doubled_members(raw, document)
    return [
        Unread(request, (*doubled_warnings(doubled, f"{pointer}/{i}"), *misnamed_members(request))) for i, request in enumerate(requests)
    ]


def answer_batch(
    raw: bytes | bytearray, level: ExplainLevel, program: Program, most: int, log: FilteringBoundLogger, store: Store | None = None
) -> Answer:
    """Return the answer to the body of ``POST /advise/batch``."""
    try:
        requests = batch_requests(raw, most)
    except Refusal as refusal:
        return Answer(refusal.problem.status, MEDIA_TYPE, problem_json(refusal.problem))
    return batch_answer(list(batch_items(requests, level, program, log, store)))


def batch_items(
    requests: list[Unread], level: ExplainLevel, program: Program, log: FilteringBoundLogger, store: Store | None = None
) -> Iterator[tuple[bytes, Judged | None]]:
    """Yield each request's result as JSON, with what was said; a request that fails never touches another."""
    for unread in requests:
        try:
            body, judged = judge(read_request(unread.document), level, program, unread.warnings, store)
        except Refusal as refusal:
            yield b'{"error":' + problem_json(refusal.problem) + b"}", None
        except Exception as error:  # noqa: BLE001  # the other requests still get their results
            yield b'{"error":' + problem_json(fault(log, error, route="/advise/batch")) + b"}", None
        else:
            yield b'{"advice":' + body + b"}", judged


def batch_answer(items: list[tuple[bytes, Judged | None]]) -> Answer:
    """Return the answer that holds the results of a batch, in the order of its requests."""
    body = b'{"results":[' + b",".join(result for result, _ in items) + b"]}"
    return Answer(200, "application/json", body, tuple(judged for _, judged in items if judged is not None))

"""A body in, an answer out: what the event loop does with small bodies and a process of its own with large ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from structlog.typing import FilteringBoundLogger

from advisor.advice import ExplainLevel
from advisor.api.log import fault
from advisor.api.problems import MEDIA_TYPE, Place, Refusal, problem, problem_json
from advisor.api.reading import read_json, read_request
from advisor.api.store_faults import refusal_of
from advisor.contract import AdviseRequest
from advisor.engine import Program
from advisor.errors import StoreFault, UnusableInput
from advisor.experiments import Store
from advisor.experiments.loop import Surrounded, surround
from advisor.experiments.records import Circumstances
from advisor.service import advise, to_json

_NO_STORE = "The request names a project, but this service keeps none: set ADVISOR_DATABASE_URL, or give the history in the request."


@dataclass(frozen=True, slots=True)
class Judged:
    """What was said about one run, for the metrics."""

    verdict: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes of an answer, with what they say about each run."""

    status: int
    media_type: str
    body: bytes
    judged: tuple[Judged, ...] = ()


def answer_advise(raw: bytes | bytearray, level: ExplainLevel, program: Program, store: Store | None = None) -> Answer:
    """Return the answer to the body of ``POST /advise``: advice, recorded where there is a store, or a problem."""
    try:
        body, judged = _judge(read_request(read_json(raw)), level, program, store=store)
    except Refusal as refusal:
        return Answer(refusal.problem.status, MEDIA_TYPE, problem_json(refusal.problem))
    return Answer(200, "application/json", body, (judged,))


def answer_request(
    request: AdviseRequest, level: ExplainLevel, program: Program, warnings: Sequence[str], store: Store | None = None
) -> Answer:
    """Return the advice on a run that an importer read, with its warnings; it is recorded where there is a store."""
    body, judged = _judge(request, level, program, warnings, store)
    return Answer(200, "application/json", body, (judged,))


def batch_requests(raw: bytes | bytearray, most: int) -> list[Any]:
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
    return requests


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
    requests: list[Any], level: ExplainLevel, program: Program, log: FilteringBoundLogger, store: Store | None = None
) -> Iterator[tuple[bytes, Judged | None]]:
    """Yield each request's result as JSON, with what was said; a request that fails never touches another."""
    for document in requests:
        try:
            body, judged = _judge(read_request(document), level, program, store=store)
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


def _judge(
    request: AdviseRequest, level: ExplainLevel, program: Program, warnings: Sequence[str] = (), store: Store | None = None
) -> tuple[bytes, Judged]:
    try:
        known = Surrounded(request, {}, (_NO_STORE,) if request.project else ()) if store is None else surround(request, store)
        told = Circumstances(level, (*warnings, *known.warnings), known.record)
        created_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        advice = advise(
            known.request, program, advice_id=uuid4().hex, created_at=created_at, level=level, warnings=told.warnings, record=told.record
        )
        body = to_json(advice)
        if store is not None:
            store.advice.keep(advice, body, known.request, program.rulebook, told)
    except (StoreFault, UnusableInput) as fault:
        raise refusal_of(fault) from None
    return body, Judged(advice.verdict.id, tuple(finding.id for finding in advice.findings))

"""The fine-tuning service tells that a job has ended: only what it signed, and each event once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.fake_openai.runs import overfit_job
from tests.fake_openai.service import BROKEN, KEY, FakeFineTuning, Fault

SECRET = "whsec_" + base64.b64encode(b"a secret of the tests, long enough").decode()
PATH = "/webhooks/openai"


@pytest.fixture(autouse=True)
def _secret(service: FakeFineTuning, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_WEBHOOK_SECRET", SECRET)
    service.add(overfit_job())


def _event(kind: str = "fine_tuning.job.succeeded", **data: Any) -> bytes:
    event = {"object": "event", "id": "evt_1", "type": kind, "created_at": 1750287018, "data": data or {"id": "ftjob-abc123"}}
    return json.dumps(event).encode()


def _headers(body: bytes, webhook_id: str, *, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signature = base64.b64encode(hmac.new(key, f"{webhook_id}.{stamp}.".encode() + body, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{signature}",
        "content-type": "application/json",
    }


def post_event(client: TestClient, webhook_id: str, body: bytes | None = None, **changes: Any) -> Response:
    """Deliver an event, signed."""
    body = _event() if body is None else body
    return client.post(PATH, content=body, headers=_headers(body, webhook_id, **changes))


@pytest.mark.parametrize("ending", ["succeeded", "failed", "cancelled"])
def test_an_ended_job_is_fetched_judged_and_logged(client: TestClient, capfd: pytest.CaptureFixture[str], ending: str):
    answer = post_event(client, f"wh-{ending}", _event(f"fine_tuning.job.{ending}"))
    assert answer.status_code == 200
    told = answer.json()
    assert (told["outcome"], told["job_id"], told["verdict"]) == ("advised", "ftjob-abc123", "iterate")
    assert told["advice_id"]


def test_a_repeated_delivery_gets_the_same_answer_and_asks_nobody(service: FakeFineTuning, client: TestClient):
    first = post_event(client, "wh-twice")
    asked = len(service.asked)
    second = post_event(client, "wh-twice", at=time.time() + 2)
    assert first.json() == second.json()
    assert len(service.asked) == asked
    assert post_event(client, "wh-other").json()["advice_id"] != first.json()["advice_id"]


def test_deliveries_at_the_same_time_are_judged_once(service: FakeFineTuning, client: TestClient):
    service.faults["job"] = Fault(seconds=0.1)
    with ThreadPoolExecutor(4) as pool:
        answers = [future.result().json() for future in [pool.submit(post_event, client, "wh-crowd") for _ in range(4)]]
    assert len({answer["advice_id"] for answer in answers}) == 1
    assert service.asked.count("GET /v1/fine_tuning/jobs/ftjob-abc123") == 1


def test_a_delivery_that_failed_for_a_passing_reason_is_tried_again(service: FakeFineTuning, client: TestClient):
    service.faults["job"] = BROKEN
    assert post_event(client, "wh-again").status_code == 502
    service.faults.clear()
    assert post_event(client, "wh-again").json()["outcome"] == "advised"


def test_a_job_that_nobody_knows_is_answered_so_that_it_is_not_delivered_again(client: TestClient):
    answer = post_event(client, "wh-unknown", _event(id="ftjob-unknown"))
    assert answer.status_code == 200
    assert answer.json()["outcome"] == "not-judged"
    assert "knows no job ftjob-unknown" in answer.json()["detail"]


def test_other_events_are_taken_and_ignored(service: FakeFineTuning, client: TestClient):
    answer = post_event(client, "wh-batch", _event("batch.completed", id="batch_1"))
    assert (answer.status_code, answer.json()["outcome"]) == (200, "ignored")
    assert service.asked == []


def test_an_unsigned_wrong_or_old_delivery_is_refused_and_nobody_is_asked(service: FakeFineTuning, client: TestClient):
    body = _event()
    good = _headers(body, "wh-x")
    other = "whsec_" + base64.b64encode(b"the secret of somebody else").decode()
    refused: list[tuple[int, Any]] = [
        (401, _headers(body, "wh-x", secret=other)),
        (401, _headers(body, "wh-x", at=time.time() - 301)),
        (401, _headers(body, "wh-x", at=time.time() + 400)),
        (401, {**good, "webhook-id": "wh-y"}),
        (401, {**good, "webhook-timestamp": "yesterday"}),
        (401, {**good, "webhook-signature": "v1,"}),
        (401, {**good, "webhook-signature": b"v1,\xe4\xf6"}),
        (401, _headers(b"{}", "wh-x")),
        *((400, {name: value for name, value in good.items() if name != missing}) for missing in good if missing.startswith("webhook")),
    ]
    for status, headers in refused:
        answer = client.post(PATH, content=body, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert service.asked == []


@pytest.mark.parametrize("body", [b"", b"[]", b"no json", b"\xff\xfe", b'{"type": 1}', b'{"type": "fine_tuning.job.failed", "data": {}}'])
def test_a_signed_body_that_is_no_event_is_refused(client: TestClient, body: bytes):
    assert post_event(client, "wh-body", body).status_code == 400


@pytest.mark.parametrize("secret", [None, " ", "whsec_", "whsec_!", "whsec_abc"])
def test_without_a_usable_secret_nothing_is_believed(client: TestClient, monkeypatch: pytest.MonkeyPatch, secret: str | None):
    headers = _headers(_event(), "wh-secret")
    if secret is None:
        monkeypatch.delenv("OPENAI_WEBHOOK_SECRET")
    else:
        monkeypatch.setenv("OPENAI_WEBHOOK_SECRET", secret)
    answer = client.post(PATH, content=_event(), headers=headers)
    assert answer.status_code == 503
    assert "OPENAI_WEBHOOK_SECRET" in answer.json()["detail"]


def test_neither_key_nor_secret_is_in_any_answer_or_log(service: FakeFineTuning, client: TestClient, capfd: pytest.CaptureFixture[str]):
    answers = [post_event(client, "wh-key")]
    service.faults["job"] = Fault.error(401, f"Incorrect API key provided: {KEY}")
    answers.append(post_event(client, "wh-key-2"))
    written = "".join(answer.text for answer in answers) + "".join(capfd.readouterr())
    assert KEY not in written
    assert SECRET not in written

"""Bad input: a 4xx problem that names each place, never a traceback."""

import asyncio
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from advisor.api import create_app
from advisor.settings import Settings
from tests.api.wire import RUN, Json, call

PROBLEM = "application/problem+json"
NUMBER = 'must be a number; "NaN", "Infinity" and "-Infinity" are allowed for a non-finite one'


def refused(client: TestClient, raw: bytes, status: int = 422, **headers: str) -> Json:
    answer = client.post("/advise", content=raw, headers={"content-type": "application/json"} | headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    found: Json = answer.json()
    assert found["status"] == status
    assert found["type"] == "about:blank"
    return found


def place(client: TestClient, run: Json) -> Json:
    """Return the one place that a run is refused for."""
    (error,) = refused(client, json.dumps({"run": RUN | run}).encode())["errors"]
    return dict(error)


def point(**fields: Any) -> Json:
    return {"checkpoints": [{"step_number": 1, "metrics": {}} | fields]}


@pytest.mark.parametrize(
    ("raw", "finding", "line", "column"),
    [
        (b'{"run": {', "ends in the middle of an object", 1, 9),
        (b'{\n "run": tru}', "a bare word that is none of true, false and null", 2, 12),
        (b"{'run': 1}", "key must be a string", 1, 2),
        (b'{"run": 1,}', "trailing comma", 1, 11),
        (b"{} {}", "trailing characters", 1, 4),
        (b'{"run": NaN}', "expected value", 1, 9),
        (b"nope", "a bare word that is none of true, false and null", 1, 2),
        (b'{"run": -Infinity}', "invalid number", 1, 10),
        (b'{"run": "\xff"}', "invalid unicode code point", 1, 10),
        (b'{"run": "\xed\xa0\x80"}', "invalid unicode code point", 1, 10),
        (b'{"run": "\\ud800"}', "a lone surrogate or an unfinished \\u escape", 1, 16),
        (b"[" * 100_000, "nested more than 200 deep", 1, 202),
        (b'{"run":' * 1_000, "nested more than 200 deep", 1, 1408),
    ],
)
def test_what_is_not_json_is_refused_with_line_and_column(client: TestClient, raw: bytes, finding: str, line: int, column: int):
    found = refused(client, raw)
    assert found["errors"] == [{"pointer": "", "detail": finding, "line": line, "column": column}]
    assert f"(line {line}, column {column})" in found["detail"]


def test_a_bare_nan_is_refused_with_the_way_to_say_it(client: TestClient):
    assert 'Write a non-finite number as "NaN"' in refused(client, b'{"run": NaN}')["detail"]


@pytest.mark.parametrize("raw", [b"", b" \n\t"])
def test_an_empty_body_is_refused(client: TestClient, raw: bytes):
    assert refused(client, raw)["errors"] == [{"pointer": "", "detail": "is empty"}]


@pytest.mark.parametrize("raw", [b"[]", b"null", b"7", b'"run"'])
def test_a_body_that_is_no_object_is_refused(client: TestClient, raw: bytes):
    assert refused(client, raw)["errors"] == [{"pointer": "", "detail": "must be an object"}]


@pytest.mark.parametrize("value", ["0.5", True, [0.5], {"float": 0.5}, "nan", "inf", ""])
def test_a_metric_is_a_number_or_the_word_for_a_non_finite_one(client: TestClient, value: Any):
    assert place(client, point(metrics={"train_loss": value})) == {"pointer": "/run/checkpoints/0/metrics/train_loss", "detail": NUMBER}


@pytest.mark.parametrize("literal", ["1e999", "-1e999", "1" + "0" * 400])
def test_a_number_too_large_to_be_one_is_refused(client: TestClient, literal: str):
    raw = json.dumps({"run": RUN | point(metrics={"train_loss": 0.125})}).replace("0.125", literal).encode()
    (error,) = refused(client, raw)["errors"]
    assert error["pointer"] == "/run/checkpoints/0/metrics/train_loss"
    assert error["detail"].startswith("must be a number within ±1.8e308;")


@pytest.mark.parametrize(
    ("step", "detail"),
    [
        (-1, "must be a number of 0 or more"),
        (1.5, "must be a whole number"),
        (True, "must be a whole number"),
        ("3", "must be a whole number"),
        (2**60, "must be a whole number below 2^53"),
    ],
)
def test_a_step_is_a_whole_number_from_zero_on(client: TestClient, step: Any, detail: str):
    assert place(client, point(step_number=step)) == {"pointer": "/run/checkpoints/0/step_number", "detail": detail}


@pytest.mark.parametrize(
    ("run", "pointer", "detail"),
    [
        ({"method": "sft"}, "/run/method", 'must be "supervised", "dpo" or "reinforcement"'),
        ({"hyperparameters": {"n_epochs": 0}}, "/run/hyperparameters/n_epochs", 'must be a number above 0, or "auto"'),
        ({"hyperparameters": {"batch_size": "big"}}, "/run/hyperparameters/batch_size", 'must be a number, or "auto"'),
        ({"checkpoints": {}}, "/run/checkpoints", "must be a list"),
        ({"checkpoints": [7]}, "/run/checkpoints/0", "must be an object"),
        ({"checkpoints": [{}]}, "/run/checkpoints/0/step_number", "is required"),
        ({"base_model": 4.1}, "/run/base_model", "must be text"),
        ({"dataset": {"quality_checked": "yes"}}, "/run/dataset/quality_checked", "must be true or false"),
        ({"evaluation": {"by_category": {"a/b~c": "x"}}}, "/run/evaluation/by_category/a~1b~0c", "must be a number"),
        ({"grader": {"range": [1, 0]}}, "/run/grader/range", "must be [lowest, highest] with lowest < highest"),
        ({"grader": {"range": [0]}}, "/run/grader/range/1", "is required"),
        ({"grader": {"range": [0, 1, 2]}}, "/run/grader/range", "must be a list of 2"),
        ({"evaluation": {"scale": [0, 5, 10]}}, "/run/evaluation/scale", "must be a list of 2"),
        ({"evaluation": {"score": 11, "scale": [0, 10]}}, "/run/evaluation", "has the score 11, which does not lie on its scale [0, 10]"),
    ],
)
def test_a_wrong_value_is_named_by_its_place_with_what_is_allowed(client: TestClient, run: Json, pointer: str, detail: str):
    assert place(client, run) == {"pointer": pointer, "detail": detail}


def test_all_places_are_named_at_once(client: TestClient):
    body = {"run": {"checkpoints": [{"step_number": -1}, {"step_number": 1, "metrics": {"train_loss": "x"}}]}, "goal": {"needs": ["speed"]}}
    found = refused(client, json.dumps(body).encode())
    assert [error["pointer"] for error in found["errors"]] == [
        "/run/method",
        "/run/checkpoints/0/step_number",
        "/run/checkpoints/1/metrics/train_loss",
        "/goal/needs/0",
    ]
    assert found["detail"] == "The request is wrong in 4 places."


def test_a_hundred_places_are_listed_and_the_rest_is_counted(client: TestClient):
    found = refused(client, json.dumps({"run": RUN | {"checkpoints": [0] * 1_000}}).encode())
    assert len(found["errors"]) == 100
    assert found["errors_omitted"] == 900
    assert found["detail"] == "The request is wrong in 1000 places; the first 100 are listed."


def test_of_two_members_of_one_name_the_later_counts_and_a_warning_says_so(client: TestClient):
    raw = b'{"run": 7, "run": ' + json.dumps(RUN).encode() + b', "project": null, "project": null}'
    answer = client.post("/advise", content=raw, headers={"content-type": "application/json"})
    assert answer.status_code == 200
    assert answer.json()["warnings"] == ["/run stands twice in the request: the later one counts."]


def test_in_a_batch_each_request_is_told_of_its_own_doubled_members(client: TestClient):
    once, twice = json.dumps({"run": RUN}), json.dumps({"run": RUN})[:-1] + ', "goal": {"target_score": 8, "target_score": 9}}'
    for body, pointer in ((f"[{once}, {twice}]", "/1"), (f'{{"requests": [{once}, {twice}]}}', "/requests/1")):
        answer = client.post("/advise/batch", content=body, headers={"content-type": "application/json"})
        first, second = (result["advice"]["warnings"] for result in answer.json()["results"])
        assert first == []
        assert second == [f"{pointer}/goal/target_score stands twice in the request, as 8 and as 9: the later one counts."]


def test_a_byte_order_mark_before_the_body_is_passed_over(client: TestClient):
    raw = b"\xef\xbb\xbf" + json.dumps({"run": RUN}).encode()
    assert client.post("/advise", content=raw, headers={"content-type": "application/json"}).status_code == 200
    assert refused(client, b"\xef\xbb\xbf")["errors"] == [{"pointer": "", "detail": "is empty"}]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_text_in_utf_16_is_refused_with_what_to_send(client: TestClient, encoding: str):
    found = refused(client, json.dumps({"run": RUN}).encode(encoding))
    assert found["detail"] == "The body is UTF-16 text. Send it as UTF-8."
    assert found["errors"] == [{"pointer": "", "detail": "is UTF-16 text; JSON is sent as UTF-8"}]


def test_unknown_members_of_any_kind_are_tolerated(client: TestClient):
    extra = {"custom": {"deep": [1, None, "x"]}, "huge": 10**400}
    run = RUN | {"hyperparameters": {"group_size": 10**400}, "rank": extra, "checkpoints": [{"step_number": 1, "metrics": extra}]}
    for method in ("supervised", "dpo", "reinforcement"):
        assert client.post("/advise", json={"run": run | {"method": method}}).status_code == 200


@pytest.mark.parametrize(
    "content_type", ["text/plain", "text/json", "application/xml", "multipart/form-data", "application/json; charset=latin1"]
)
def test_another_content_type_is_refused(client: TestClient, content_type: str):
    assert "JSON" in refused(client, b"{}", 415, **{"content-type": content_type})["detail"]


def test_a_compressed_body_is_refused(client: TestClient):
    assert refused(client, b"{}", 415, **{"content-encoding": "gzip"})["detail"] == "The body must not be compressed."


def test_an_unknown_address_and_method_are_problems_too(client: TestClient):
    nowhere, wrong_method = client.get("/nowhere"), client.get("/advise")
    assert (nowhere.status_code, nowhere.headers["content-type"]) == (404, PROBLEM)
    assert (wrong_method.status_code, wrong_method.headers["content-type"]) == (405, PROBLEM)
    assert wrong_method.headers["allow"] == "POST"


def test_a_body_that_is_declared_too_large_is_refused_before_any_of_it_is_read(client: TestClient):
    async def receive() -> Json:
        raise AssertionError("the body was read")

    reply = call(client.app, receive, headers={"content-length": str(64 * 2**20 + 1)})  # type: ignore[arg-type]
    assert reply.status == 413
    assert reply.json["detail"].startswith("The body is larger than 67108864 bytes.")
    assert reply.json["errors"] == [{"pointer": "", "detail": "is larger than 67108864 bytes"}]


def test_an_endless_body_is_refused_as_soon_as_it_is_too_large():
    app = create_app(Settings(max_body_bytes=1_000))
    received = 0

    async def receive() -> Json:
        nonlocal received
        received += 1
        return {"type": "http.request", "body": b" " * 100, "more_body": True}

    reply = call(app, receive)
    assert (reply.status, reply.headers["content-type"]) == (413, PROBLEM)
    assert received == 11


def test_a_body_of_exactly_the_limit_is_read():
    raw = json.dumps({"run": RUN}).encode()
    with TestClient(create_app(Settings(max_body_bytes=len(raw)))) as client:
        assert client.post("/advise", content=raw).status_code == 200
        assert client.post("/advise", content=raw + b" ").status_code == 413


def test_a_body_that_does_not_arrive_is_given_up():
    app = create_app(Settings(receive_seconds=0.05))

    async def receive() -> Json:
        await asyncio.sleep(60)
        return {"type": "http.request"}

    reply = call(app, receive)
    assert (reply.status, reply.headers["connection"]) == (408, "close")


def test_a_fault_is_answered_without_anything_from_the_inside_and_logged_under_the_id_of_the_answer(capsys: pytest.CaptureFixture[str]):
    app = create_app(Settings())

    @app.get("/fault")
    async def fault() -> None:
        secret = "customer data"  # noqa: F841  # what a log of local variables would show
        raise RuntimeError("/srv/advisor/secret.py")

    with TestClient(app) as client:
        answer = client.get("/fault")
    assert (answer.status_code, answer.headers["content-type"]) == (500, PROBLEM)
    assert set(answer.json()) == {"status", "title", "detail", "type", "error_id"}
    assert "secret" not in answer.text
    entry = json.loads(capsys.readouterr().err)
    assert entry["error_id"] == answer.json()["error_id"]
    assert "RuntimeError: /srv/advisor/secret.py" in entry["exception"]
    assert "customer data'" not in entry["exception"]


def test_every_answer_tells_browsers_to_take_it_as_what_it_is(client: TestClient):
    for answer in (client.get("/healthz"), client.get("/nowhere"), client.post("/advise", json={})):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"

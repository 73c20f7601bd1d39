"""Who may do what: keys and roles where they are configured, only this machine where they are not."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from advisor.api import create_app
from advisor.api.keys import Guard, is_loopback, key_of, read_keys
from advisor.errors import UnusableInput
from advisor.settings import Settings
from tests.api.stored import R1, stored
from tests.api.wire import RUN
from tests.fake_openai.runs import overfit_job
from tests.fake_openai.service import FakeFineTuning

READER, ENGINEER, LEAD = "the reader's key", "the engineer's key", "the lead's key"
_ENTRIES = [key_of("ann", "reader", READER), key_of("bob", "engineer", ENGINEER), key_of("eve", "lead", LEAD)]
KEYS = " ".join(key.entry for key in _ENTRIES)
READS = ["/projects", "/projects/p", "/projects/p/experiments", "/projects/p/experiments/export", "/projects/p/experiments/R1", "/advice"]
WRITES = [
    ("POST", "/advise", {"run": RUN}),
    ("POST", "/advise/batch", [{"run": RUN}]),
    ("POST", "/projects/p/experiments", R1),
    ("PATCH", "/projects/p/experiments/R1", {}),
    ("PUT", "/projects/p", {}),
    ("PATCH", "/projects/p", {}),
    ("POST", "/advice/x/outcome", {}),
    ("POST", "/jobs/ftjob-abc123/advise", {}),
]


def bearing(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with stored(tmp_path_factory.mktemp("store"), api_keys=KEYS, host="0.0.0.0") as client:
        yield client


def test_without_a_key_nothing_is_recorded_spent_or_read_from_the_log(client: TestClient, service: FakeFineTuning):
    service.add(overfit_job())
    asked = [("GET", path, None) for path in [*READS, "/record", "/advice/x", "/advice/x/request", "/advice/x/outcome"]]
    for method, path, body in [*asked, ("POST", "/advice/x/replay", None), *WRITES]:
        answer = client.request(method, path, json=body)
        assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json"), path
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert service.asked == []


def test_what_only_tells_about_the_rules_needs_no_key(client: TestClient):
    for path in ("/healthz", "/readyz", "/rules", "/signals", "/metrics", "/rules/status", "/openapi.json"):
        assert client.get(path).status_code == 200
    assert client.post("/rules/validate", json={"files": {}}).status_code == 200


def test_candidate_rules_are_tried_on_stored_runs_by_whoever_may_read_the_log(client: TestClient):
    assert client.post("/advise", json={"run": RUN}, headers=bearing(ENGINEER)).status_code == 200
    stored_runs = {"files": {}, "on": {"limit": 1}}
    for headers in ({}, bearing("nobody's key")):
        answer = client.post("/preview", json=stored_runs, headers=headers)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="advisor"')
    for key in (READER, ENGINEER, LEAD):
        (result,) = client.post("/preview", json=stored_runs, headers=bearing(key)).json()["results"]
        assert result["now"]["verdict"]["id"] == "iterate"
    assert client.post("/preview", json={"files": {}, "requests": [{"run": RUN}]}).status_code == 200


def test_a_reader_reads_and_records_nothing(client: TestClient, service: FakeFineTuning):
    client.post("/projects/p/experiments", json=R1, headers=bearing(ENGINEER))
    for path in READS:
        assert client.get(path, headers=bearing(READER)).status_code == 200, path
    for method, path, body in WRITES:
        answer = client.request(method, path, json=body, headers=bearing(READER))
        assert answer.status_code == 403, path
        assert answer.json()["detail"] == "This needs a key of the role engineer; yours is of the role reader."
    assert service.asked == []


@pytest.mark.parametrize("key", [ENGINEER, LEAD])
def test_an_engineer_and_a_lead_record_and_spend(client: TestClient, service: FakeFineTuning, key: str):
    service.add(overfit_job())
    assert client.post("/advise", json={"run": RUN}, headers=bearing(key)).status_code == 200
    assert client.put("/projects/q", json={}, headers=bearing(key)).status_code == 200
    assert client.post("/jobs/ftjob-abc123/advise", headers=bearing(key)).status_code == 200
    assert client.get("/advice", headers=bearing(key)).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        f"Basic {READER}",
        READER,
        f"Bearer {READER}x",
        "Bearer \xe4\xf6",
        f"Bearer {key_of('a', 'lead', LEAD).digest.hex()}",
    ],
)
def test_a_wrong_key_is_refused_and_never_repeated(client: TestClient, header: str):
    answer = client.get("/advice", headers={b"Authorization": header.encode("latin-1")})
    assert answer.status_code == 401
    assert answer.json()["detail"] == "This needs an API key. Send it as Authorization: Bearer KEY."


def test_a_key_that_is_not_of_ascii_is_a_key_as_well(tmp_path: Path):
    with stored(tmp_path, api_keys=key_of("zoe", "reader", "schlüssel").entry) as client:
        assert client.get("/advice", headers={b"Authorization": "Bearer schlüssel".encode()}).status_code == 200


@pytest.mark.parametrize("secret", ["voilà", "schlüssel…", "à", "\u0085x\u00a0", "a b", "🗝"])
def test_no_byte_of_a_key_is_lost_on_the_way(tmp_path: Path, secret: str):
    with stored(tmp_path, api_keys=key_of("zoe", "reader", secret).entry) as client:
        assert client.get("/advice", headers={b"Authorization": b"bearer \t" + secret.encode() + b" "}).status_code == 200
        assert client.get("/advice", headers={b"Authorization": b"BEARER " + secret.encode() + b"x"}).status_code == 401


def test_keys_that_begin_alike_are_keys_of_their_own(tmp_path: Path):
    secrets = {"adv-0": "reader", "adv-01": "engineer", "adv-012": "lead"}
    entries = [key_of("ann", role, secret).entry for secret, role in secrets.items()]  # type: ignore[arg-type]  # roles
    with stored(tmp_path, api_keys=" ".join(entries)) as client:
        for secret, role in secrets.items():
            answer = client.patch("/rules/files", headers=bearing(secret))
            assert answer.status_code == 403 if role != "lead" else answer.status_code not in (401, 403)
            assert role == "lead" or answer.json()["detail"].endswith(f"yours is of the role {role}.")
        assert [client.get("/advice", headers=bearing(key)).status_code for key in ("adv-", "adv-0123")] == [401, 401]


def test_webhooks_are_let_in_by_their_signature_and_not_by_a_key(
    client: TestClient, service: FakeFineTuning, monkeypatch: pytest.MonkeyPatch
):
    from tests.api.test_jobs_webhooks import SECRET, post_event

    monkeypatch.setenv("OPENAI_WEBHOOK_SECRET", SECRET)
    service.add(overfit_job())
    assert post_event(client, "wh-keys").json()["outcome"] == "advised"


def test_the_description_asks_for_a_key_only_where_one_is_needed(client: TestClient, tmp_path: Path):
    paths = client.get("/openapi.json").json()["paths"]
    assert paths["/advice"]["get"]["security"]
    assert "security" not in paths["/rules"]["get"]
    with stored(tmp_path) as free:
        assert "security" not in free.get("/openapi.json").json()["paths"]["/advice"]["get"]


def test_keys_are_needed_on_loopback_too_where_they_are_configured(tmp_path: Path):
    with stored(tmp_path, api_keys=KEYS) as client:
        assert client.get("/projects").status_code == 401


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "advisor.example.com", "", "127.0.0.1.example.com"])
def test_an_address_that_others_reach_needs_keys(host: str):
    with pytest.raises(UnusableInput, match="no API key is configured"):
        create_app(Settings(host=host))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.8.9.10", "LOCALHOST"])
def test_loopback_needs_none(host: str):
    assert is_loopback(host)
    Guard(Settings(host=host))


@pytest.mark.parametrize("text", ["ann", "ann:boss:" + "0" * 64, "ann:reader:" + "0" * 63, ":reader:" + "0" * 64, "a b:reader:" + "0" * 64])
def test_a_key_that_is_not_in_its_form_is_refused_and_never_repeated(text: str):
    with pytest.raises(UnusableInput) as refused:
        read_keys(f"{KEYS}, {text}")
    assert "Entry 4 of ADVISOR_API_KEYS" in str(refused.value)
    assert "0000" not in str(refused.value)


def test_an_empty_key_is_none():
    empty = f"ann:lead:{sha256(b'').hexdigest()}"
    with pytest.raises(UnusableInput, match="Entry 1 of ADVISOR_API_KEYS is the hash of an empty key"):
        read_keys(empty)
    with pytest.raises(UnusableInput, match="empty"):
        key_of("ann", "lead", "")


def test_one_key_of_two_people_is_refused_and_two_keys_of_one_person_are_not():
    again = key_of("eve", "reader", ENGINEER)
    with pytest.raises(UnusableInput) as refused:
        read_keys(f"{KEYS} {again.entry.upper().replace('EVE:READER', 'eve:reader')}")
    assert str(refused.value).startswith("Entry 4 of ADVISOR_API_KEYS is the same key as entry 2")
    assert again.digest.hex() not in str(refused.value).lower()
    new = key_of("ann", "engineer", "ann's new key")
    assert [key.name for key in read_keys(f"{KEYS} {new.entry}")] == ["ann", "bob", "eve", "ann"]


def test_settings_do_not_show_keys_or_the_database():
    shown = repr(Settings(api_keys=KEYS, database_url="postgresql://advisor:password@db/advisor"))
    assert "password" not in shown
    assert KEYS not in shown


@pytest.fixture(scope="module")
def free(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with stored(tmp_path_factory.mktemp("store")) as client:
        yield client


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000", "testserver"])
def test_this_machine_may_do_everything(free: TestClient, host: str):
    assert free.get("/advice", headers={"Host": host}).status_code == 200
    assert free.post("/advise", json={"run": RUN}, headers={"Host": host, "Origin": f"http://{host}"}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "10.0.0.1", "[fe80::1]", "[x"])
def test_a_name_that_leads_elsewhere_may_not(free: TestClient, host: str):
    for answer in (free.get("/advice", headers={"Host": host}), free.post("/advise", json={"run": RUN}, headers={"Host": host})):
        assert (answer.status_code, "on this machine" in answer.json()["detail"]) == (403, True)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:3000", "https://127.0.0.1.evil.example"])
def test_a_page_of_another_address_may_not(free: TestClient, service: FakeFineTuning, origin: str):
    headers = {"Host": "127.0.0.1:8000", "Origin": origin}
    assert free.post("/projects/p/experiments", json=R1, headers=headers).status_code == 403
    assert free.post("/jobs/ftjob-abc123/advise", headers=headers).status_code == 403
    assert service.asked == []
    assert free.get("/projects").json() == {"projects": []}


def test_a_connection_from_outside_may_not(free: TestClient):
    outside = TestClient(free.app, base_url="http://192.168.1.7", headers={"Host": "localhost"})
    assert outside.get("/advice").status_code == 403

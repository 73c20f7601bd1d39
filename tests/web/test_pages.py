from __future__ import annotations

import json
import re
import shutil
import subprocess
import threading
import tomllib
from collections.abc import Iterator
from hashlib import sha256
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from advisor.errors import AlreadyRecorded, NotRecorded, StoreFault, UnusableInput
from advisor.rulebook import shipped_rules
from advisor.settings import Settings
from advisor.web import create_app
from advisor.web.examples import shipped_example
from advisor.web.features.coverage import coverage
from advisor.web.pages import data_block
from tests.fake_openai.runs import overfit_job
from tests.fake_openai.service import FakeFineTuning

EXAMPLE = Path(__file__).parents[2] / "examples" / "overfit-run.json"
ADDRESS = "http://127.0.0.1:8000"
FOREIGN = [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://elsewhere.example"}, {"origin": "null"}]
LEAD = "a-lead-s-key"
KEYS = f"ann:lead:{sha256(LEAD.encode()).hexdigest()}"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(Settings(watch_rules=False, database_url=None)), base_url=ADDRESS) as client:
        yield client


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    database = tmp_path_factory.mktemp("store") / "advisor.db"
    settings = Settings(watch_rules=False, database_url=f"sqlite:///{database}", api_keys=KEYS)
    with TestClient(create_app(settings), base_url=ADDRESS, follow_redirects=False) as client:
        yield client


def test_a_page_runs_no_script_but_its_own_and_nobody_frames_it(client: TestClient):
    answer = client.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    scripts = re.findall(r"<script(?P<attributes>[^>]*)>", answer.text)
    assert scripts
    assert all("src=" in attributes or 'type="application/json"' in attributes for attributes in scripts)
    assert not re.search(r"<[^>]+ (on\w+|style)=", answer.text)
    assert "<style" not in answer.text


def test_everything_that_a_page_loads_is_there_and_is_kept_by_browsers(client: TestClient):
    addresses = set(re.findall(r'(?:src|href)="(/ui/static/[^"]+)"', client.get("/").text))
    assert len(addresses) > 5
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]


def test_the_example_of_the_pages_is_the_one_in_examples_and_the_wheel_takes_it_along():
    assert shipped_example().read_bytes() == EXAMPLE.read_bytes()
    project = tomllib.loads((EXAMPLE.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included["examples/overfit-run.json"] == "advisor/_shipped_examples/overfit-run.json"


@pytest.mark.parametrize("headers", FOREIGN)
def test_what_another_sites_page_causes_is_refused(client: TestClient, headers: dict[str, str]):
    for path in ("/ui/run", "/ui/job", "/ui/run/preview", "/ui/edit/check", "/ui/edit/effects", "/ui/sign-in"):
        assert client.post(path, content=b"{}", headers=headers).status_code == 403


def test_an_own_page_and_a_program_may_post(client: TestClient):
    for headers in ({"sec-fetch-site": "same-origin", "origin": ADDRESS}, {"origin": ADDRESS}, {}):
        answer = client.post("/ui/run", files={"file": ("run.json", EXAMPLE.read_bytes())}, headers=headers)
        assert answer.status_code == 200
        assert "Deploy an earlier checkpoint" in answer.text


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("holiday.txt", b"We went to the sea.", "not a log that can be read"),
        ("empty.csv", b"", "empty"),
        ("", b"", "No file was chosen"),
        ("picture.png", b"\x89PNG\r\n\x1a\n", "picture"),
    ],
)
def test_a_file_that_is_no_run_gets_a_sentence_on_the_page(client: TestClient, name: str, data: bytes, sentence: str):
    body = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + data + b"\r\n--x--\r\n"
    answer = client.post("/ui/run", content=body, headers={"content-type": "multipart/form-data; boundary=x"})
    assert answer.status_code == 422
    alert = re.search(r'role="alert"><p>(.*?)</p>', answer.text)
    assert alert is not None
    assert sentence in alert[1]


def test_a_project_lists_what_its_verdict_points_at_and_leads_to_the_advice(tmp_path: Path):
    settings = Settings(watch_rules=False, database_url=f"sqlite:///{tmp_path / 'a.db'}")
    broken = {"method": "supervised", "checkpoints": [{"step_number": 1, "metrics": {"train_loss": "NaN"}}]}
    with TestClient(create_app(settings), base_url=ADDRESS) as client:
        given = client.post("/advise", json={"project": "support", "run": broken}).json()
        page = client.get("/ui/experiments/support").text
    assert given["verdict"]["id"] == "fix"
    assert f'href="/ui/decisions/{given["advice_id"]}"' in page
    assert page.index("actions below") < page.index(f"First: <strong>{given['actions'][0]['title']}</strong>")
    assert [said["title"] for said in (*given["findings"], *given["actions"]) if escape(said["title"]) not in page] == []


def test_a_project_whose_run_must_be_fixed_and_calls_for_no_action_promises_none(tmp_path: Path):
    own = tmp_path / "our-rules"
    own.mkdir()
    quiet = ("cannot-judge", "no-baseline", "curves-ignored")
    (own / "overrides.yaml").write_text("rules:\n" + "".join(f"  {name}: {{status: shadow}}\n" for name in quiet), encoding="utf-8")
    settings = Settings(rules=(Path("shipped"), own), watch_rules=False, database_url=f"sqlite:///{tmp_path / 'a.db'}")
    failed = {"method": "supervised", "status": "failed", "checkpoints": []}
    with TestClient(create_app(settings), base_url=ADDRESS) as client:
        given = client.post("/advise", json={"project": "support", "run": failed}).json()
        page = client.get("/ui/experiments/support").text
    assert (given["verdict"]["id"], given["actions"]) == ("fix", [])
    assert ">fix</strong>" in page
    assert "below" not in page
    assert escape(given["findings"][0]["explanation"]) in page
    assert f'href="/ui/decisions/{given["advice_id"]}"' in page


def test_a_projects_best_score_is_one_on_its_usual_scale(tmp_path: Path):
    settings = Settings(watch_rules=False, database_url=f"sqlite:///{tmp_path / 'a.db'}")
    scores = {"R1": (8.05, [0, 10]), "R2": (9.15, None), "R3": (60, [0, 100])}
    runs = [{"id": name, "method": "supervised", "evaluation": {"score": score, "scale": scale}} for name, (score, scale) in scores.items()]
    with TestClient(create_app(settings), base_url=ADDRESS) as client:
        client.post("/projects/support/experiments", json=runs)
        page = client.get("/ui/experiments/support").text
    assert "Best score on this page: 9.15 (R2)." in page
    assert "The run is scored on another scale than the runs before it, [0, 10]" in page


def test_a_project_that_is_to_be_shipped_names_no_further_action(tmp_path: Path):
    with TestClient(create_app(Settings(watch_rules=False, database_url=f"sqlite:///{tmp_path / 'a.db'}")), base_url=ADDRESS) as client:
        request = json.loads(EXAMPLE.read_text(encoding="utf-8")) | {"project": "support"}
        given = client.post("/advise", json=request).json()
        goes_on = client.get("/ui/experiments/support").text
        assert f"First: <strong>{given['actions'][0]['title']}</strong>" in goes_on
        assert f"Next experiment: {given['next_experiment']['explanation']}" in goes_on

        client.patch("/projects/support", json={"goal": {"target_score": 5.0}})
        over = client.get("/ui/experiments/support").text
        assert ">ship</strong>" in over
        assert "A stopping criterion is met" in over
        assert "First: " not in over


def test_a_file_that_is_too_large_gets_a_sentence_on_the_page():
    settings = Settings(watch_rules=False, database_url=None, max_body_bytes=1000)
    with TestClient(create_app(settings), base_url=ADDRESS) as client:
        answer = client.post("/ui/run", files={"file": ("run.json", b" " * 2000)})
    assert answer.status_code == 413
    assert "larger than 1000 bytes" in answer.text


FACTS = {
    "n_train": "4321", "base_model": "our-model", "score": "7.5", "scale_low": "0", "scale_high": "10", "baseline": "6", "project": "support",
    "run": "R7", "map": "my_loss=train_loss\nit=step", "n_epochs": "2", "batch_size": "8", "learning_rate_multiplier": "0.5",
    "learning_rate": "2e-5",
}  # fmt: skip
COLUMNS = b"it,my_loss,full_valid_loss\n" + b"".join(b"%d,%.3f,%.3f\n" % (i, 2 / i, 1 + 1 / i) for i in range(1, 9))


@pytest.fixture(scope="module", params=[1_000_000, 0], ids=["small", "large"])
def keeping(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service that keeps what it says, and reads every file in a thread, or in a process of its own."""
    database = tmp_path_factory.mktemp("keeping") / "advisor.db"
    settings = Settings(watch_rules=False, database_url=f"sqlite:///{database}", large_body_bytes=request.param)
    with TestClient(create_app(settings), base_url=ADDRESS, follow_redirects=False) as client:
        yield client


def _request_on(client: TestClient, answer: Any) -> Any:
    assert answer.status_code == 303, answer.text
    return client.get(answer.headers["location"].replace("/ui/decisions", "/advice") + "/request").json()


def test_facts_that_the_file_does_not_tell_are_judged_with_it(keeping: TestClient):
    judged = _request_on(keeping, keeping.post("/ui/run", files={"file": ("ours.csv", COLUMNS)}, data=FACTS))
    run = judged["run"]
    assert (run["id"], run["base_model"], run["dataset"]["n_train"]) == ("R7", "our-model", 4321)
    assert run["hyperparameters"] == {"n_epochs": 2, "batch_size": 8, "learning_rate_multiplier": 0.5, "learning_rate": 2e-5}
    assert (run["evaluation"]["score"], run["evaluation"]["scale"], judged["baseline"]["score"]) == (7.5, [0, 10], 6)
    assert [point["metrics"]["train_loss"] for point in run["checkpoints"]][:2] == [2.0, 1.0]
    assert (judged["project"], len(keeping.get("/projects/support/experiments").json()["experiments"])) == ("support", 1)


def test_facts_left_empty_say_nothing(keeping: TestClient):
    data = dict.fromkeys(FACTS, " ")
    with_none = _request_on(keeping, keeping.post("/ui/run", files={"file": ("run.json", EXAMPLE.read_bytes())}, data=data))
    alone = _request_on(keeping, keeping.post("/ui/run", files={"file": ("run.json", EXAMPLE.read_bytes())}))
    assert with_none == alone


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"n_train": "many"}, "“Training examples” takes a number"),
        ({"n_epochs": "-1"}, "n_epochs"),
        ({"scale_low": "0"}, "has two ends"),
        ({"score": "12", "scale_low": "0", "scale_high": "10"}, "does not lie on its scale"),
        ({"map": "my_loss"}, "maps nothing"),
        ({"project": "a/b"}, "A project's name is"),
    ],
)
def test_a_fact_that_cannot_be_gets_a_sentence_and_what_was_typed_stays(keeping: TestClient, facts: dict[str, str], sentence: str):
    answer = keeping.post("/ui/run", files={"file": ("run.json", EXAMPLE.read_bytes())}, data=facts)
    assert answer.status_code == 422
    alert = re.search(r'role="alert"><p><strong>run.json</strong>: (.*?)</p>', answer.text)
    assert alert is not None
    assert sentence in unescape(alert[1])
    for value in facts.values():
        assert value in answer.text
    assert '<details class="facts" id="facts" open>' in answer.text


def test_a_large_file_is_judged_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch):
    read_here = []
    monkeypatch.setattr("advisor.api.log_answer.read_run", lambda *args, **named: read_here.append(args))
    with TestClient(create_app(Settings(watch_rules=False, database_url=None, large_body_bytes=0)), base_url=ADDRESS) as client:
        answer = client.post("/ui/run", files={"file": ("run.json", EXAMPLE.read_bytes())})
        refused = client.post("/ui/run", files={"file": ("holiday.txt", b"We went to the sea.")})
    assert "Deploy an earlier checkpoint" in answer.text
    assert (refused.status_code, "not a log that can be read" in refused.text) == (422, True)
    assert read_here == []


def test_a_job_is_fetched_and_judged_by_its_id(service: FakeFineTuning, client: TestClient):
    service.add(overfit_job())
    answer = client.post("/ui/job", data={"job": " ftjob-abc123 "})
    assert answer.status_code == 200
    assert "Deploy an earlier checkpoint" in answer.text
    unknown = client.post("/ui/job", data={"job": "ftjob-nobody"})
    assert unknown.status_code == 404
    assert "knows no job" in unknown.text
    assert client.post("/ui/job", data={"job": ""}).status_code == 422


def test_a_preview_says_what_would_be_no_longer_said_and_keeps_nothing(client: TestClient):
    request = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    answer = client.post("/ui/run/preview", json={"request": request, "parameters": {"valid-loss-rises": {"rise": 0.9}}})
    assert answer.status_code == 200
    assert re.search(r'class="gone-item">Validation loss rises after its best epoch', answer.text)
    assert "valid-loss-rises:\n    parameters: {rise: 0.9}" in answer.text
    again = client.post("/ui/run/preview", json={"request": request, "parameters": {"valid-loss-rises": {"rise": 0.05}}})
    assert "The advice stays the same." in again.text


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"request": {}, "parameters": {"valid-loss-rises": {"rise": 1}}}, "wrong"),
        ({"request": {"run": {"method": "supervised", "checkpoints": []}}, "parameters": {"no-such-rule": {"rise": 1}}}, "no-such-rule"),
        ({"parameters": {}}, "could not be read"),
    ],
)
def test_a_preview_of_nonsense_gets_a_sentence(client: TestClient, body: dict[str, object], sentence: str):
    answer = client.post("/ui/run/preview", json=body)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_an_edit_names_the_runs_that_it_changes_by_project_and_run_or_by_the_time_of_the_advice(tmp_path: Path):
    settings = Settings(watch_rules=False, database_url=f"sqlite:///{tmp_path / 'a.db'}")
    with TestClient(create_app(settings), base_url=ADDRESS) as client:
        request = json.loads(EXAMPLE.read_text(encoding="utf-8"))
        alone = client.post("/advise", json=request).json()
        client.post("/advise", json=request | {"project": "support"})
        text = client.app.state.parts.serving.rulebook.files["sft/valid-loss-rises.yaml"]  # type: ignore[attr-defined]
        page = client.post("/ui/edit/effects", json={"files": {"sft/valid-loss-rises.yaml": text + "status: shadow\n"}}).text
    named = re.findall(r'<th scope="row">(?:<a href="(.*?)">)?(.*?)(?:</a>)?</th>', page)
    assert next(name for _, name in named) == "The shipped example"
    assert {name for _, name in named} >= {"support/R1", f"advice of {alone['created_at'][:16].replace('T', ' ')} UTC"}
    assert f"/ui/decisions/{alone['advice_id']}" in {address for address, _ in named}
    assert not any(re.fullmatch(r"[0-9a-f]{32}", name) for _, name in named)


def test_an_edit_shows_its_lines_and_the_runs_that_it_changes(client: TestClient):
    text = client.app.state.parts.serving.rulebook.files["sft/valid-loss-rises.yaml"]  # type: ignore[attr-defined]  # a FastAPI application
    answer = client.post("/ui/edit/effects", json={"files": {"sft/valid-loss-rises.yaml": text + "status: shadow\n"}})
    assert "<ins>+status: shadow</ins>" in answer.text
    assert 'valid-loss-rises <span class="tag gone">' in answer.text
    broken = client.post("/ui/edit/effects", json={"files": {"sft/valid-loss-rises.yaml": "id: <b>x\n"}})
    assert "No run can be judged by it yet" in broken.text
    assert "<b>x" not in broken.text


@pytest.fixture
def with_own_rules(tmp_path: Path) -> Iterator[tuple[TestClient, Path]]:
    own = tmp_path / "our-rules"
    own.mkdir()
    (own / "overrides.yaml").write_text("rules:\n  valid-loss-rises:\n    parameters: {rise: 0.123}\n", encoding="utf-8")
    settings = Settings(rules=(Path("shipped"), own), watch_rules=False, database_url=None)
    with TestClient(create_app(settings), base_url=ADDRESS) as client:
        yield client, own


def test_the_editor_says_which_number_an_override_puts_in_force_and_where_it_stands(with_own_rules: tuple[TestClient, Path]):
    text = with_own_rules[0].get("/ui/edit", params={"path": "sft/valid-loss-rises.yaml"}).text
    assert "Overrides are in force" in text
    assert "<code>rise: 0.123</code>" in text
    assert "our-rules/overrides.yaml:3" in text
    assert "Overrides are in force" not in with_own_rules[0].get("/ui/edit", params={"path": "sft/train-loss-collapses.yaml"}).text


def test_a_draft_is_checked_as_saving_would_leave_the_folders(with_own_rules: tuple[TestClient, Path]):
    client, _ = with_own_rules
    effects = client.post("/ui/edit/effects", json={"files": {"overrides.yaml": None}}).text
    assert "<del>-    parameters: {rise: 0.123}</del>" in effects
    assert "the numbers behind a finding are others" in effects
    found = client.post("/ui/edit/check", json={"files": {"overrides.yaml": None}}).json()
    assert found["good"]
    assert found["revision"] != client.get("/rules/status").json()["revision"]


def test_a_file_of_the_folders_below_is_not_taken_away_by_emptying_it(with_own_rules: tuple[TestClient, Path]):
    client, _ = with_own_rules
    for address in ("/ui/edit/check", "/ui/edit/effects"):
        answer = client.post(address, json={"files": {"sft/valid-loss-rises.yaml": None}})
        assert answer.status_code == 422
        assert "cannot be taken away" in answer.text


@pytest.mark.parametrize("path", ["../../etc/passwd.yaml", "/etc/x.yaml", "sft/x.py", ".git/x.yaml", "a/../b.yaml"])
def test_the_editor_opens_nothing_outside_the_rules(client: TestClient, path: str):
    assert client.get("/ui/edit", params={"path": path}).status_code == 422


def test_a_new_rule_opens_with_what_it_needs(client: TestClient):
    answer = client.get("/ui/edit", params={"path": "sft/our-rule.yaml"})
    assert "id: our-rule" in answer.text
    assert "our-rule.cases.yaml" in answer.text


@pytest.mark.parametrize("path", ["/ui/rules", "/ui/tables", "/ui/actions", "/ui/rules?q=loss"])
def test_the_rulebook_is_readable(client: TestClient, path: str):
    answer = client.get(path)
    assert answer.status_code == 200
    assert "<h1>" in answer.text


def test_every_rule_has_its_page_with_cases_that_hold(client: TestClient):
    rules = client.app.state.parts.serving.rulebook.rules  # type: ignore[attr-defined]  # a FastAPI application
    index = client.get("/ui/rules").text
    wrong = []
    for rule in rules:
        answer = client.get(f"/ui/rules/{rule.id}")
        holds = answer.text.count('class="tag good">holds')
        if answer.status_code != 200 or 'class="tag gone">fails' in answer.text or not holds or f'href="/ui/rules/{rule.id}"' not in index:
            wrong.append((rule.id, answer.status_code, holds))
    assert rules
    assert wrong == []


def test_what_is_not_there_is_said_on_a_page_for_people_and_as_a_problem_for_programs(client: TestClient):
    for path in ("/ui/rules/no-such-rule", "/ui/nothing"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")
    assert client.get("/rules/no-such-rule").headers["content-type"] == "application/problem+json"
    assert client.get("/nothing").headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UnusableInput("The name is too long."), 422),
        (AlreadyRecorded("There is such a run already."), 409),
        (NotRecorded("There is no such run."), 404),
        (StoreFault("busy", "Others hold the database."), 503),
    ],
)
def test_whatever_a_page_refuses_it_says_on_a_page_and_to_programs_as_a_problem(error: Exception, status: int):
    app = create_app(Settings(watch_rules=False, database_url=None))

    async def fails() -> None:
        raise error

    app.add_api_route("/ui/fails", fails)
    app.add_api_route("/fails", fails)
    with TestClient(app, base_url=ADDRESS) as client:
        page, answer = client.get("/ui/fails"), client.get("/fails")
    assert (page.status_code, answer.status_code) == (status, status)
    assert page.headers["content-type"].startswith("text/html")
    assert f'role="alert"><p>{error}</p>' in page.text
    assert page.headers.get("retry-after") == answer.headers.get("retry-after")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_defect_is_told_on_a_page_without_anything_from_the_inside():
    app = create_app(Settings(watch_rules=False, database_url=None))

    async def fails() -> None:
        raise RuntimeError("a secret of the inside")

    app.add_api_route("/ui/fails", fails)
    app.add_api_route("/fails", fails)
    with TestClient(app, base_url=ADDRESS) as client:
        page, answer = client.get("/ui/fails"), client.get("/fails")
    assert (page.status_code, answer.status_code) == (500, 500)
    assert page.headers["content-type"].startswith("text/html")
    assert "a defect of Advisor" in page.text
    assert re.search(r"error_id: <code>\w{8,}</code>", page.text)
    assert "secret" not in page.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_address_with_a_wrong_number_gets_a_sentence_on_a_page(tmp_path: Path):
    with TestClient(create_app(Settings(watch_rules=False, database_url=f"sqlite:///{tmp_path / 'a.db'}")), base_url=ADDRESS) as client:
        for path in ("/ui/experiments/support?after=first", "/ui/experiments/support/spark", "/ui/decisions?before=" + "x" * 100):
            answer = client.get(path)
            assert answer.status_code == 422
            assert answer.headers["content-type"].startswith("text/html")
            assert "The address of this page is wrong" in answer.text
        for path in ("/ui/experiments/gone/spark?run=R1", "/ui/experiments/gone/spark?run=R1&at=2020"):
            answer = client.get(path)
            assert answer.status_code == 404
            assert answer.headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize("path", ["/ui/experiments", "/ui/decisions"])
def test_without_a_store_a_page_says_how_to_turn_it_on(client: TestClient, path: str):
    answer = client.get(path)
    assert answer.status_code == 200
    assert "ADVISOR_DATABASE_URL" in answer.text


def test_a_service_without_keys_offers_no_sign_in(client: TestClient, guarded: TestClient):
    assert "/ui/sign-in" not in client.get("/").text
    assert "/ui/sign-in" in guarded.get("/").text


def test_with_keys_the_log_wants_one_and_the_browser_keeps_it_out_of_reach(guarded: TestClient):
    for path in ("/ui/decisions", "/ui/experiments"):
        refused = guarded.get(path)
        assert refused.status_code == 401
        assert "/ui/sign-in" in refused.text
    assert guarded.post("/ui/run", files={"file": ("run.json", EXAMPLE.read_bytes())}).status_code == 401
    assert guarded.post("/ui/sign-in", data={"key": "guess"}).status_code == 422
    signed = guarded.post("/ui/sign-in", data={"key": LEAD})
    assert signed.status_code == 303
    cookie = signed.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert guarded.get("/ui/decisions").status_code == 200
    assert guarded.get("/ui/decisions", headers={"sec-fetch-site": "cross-site"}).status_code == 401
    kept = guarded.post("/ui/run", files={"file": ("run.json", EXAMPLE.read_bytes())})
    assert kept.status_code == 303
    page = guarded.get(kept.headers["location"])
    assert "This is the advice as it was given." in page.text
    assert "valid-loss-rises</code> stood in <strong>1</strong>" in guarded.get("/ui/rules/valid-loss-rises").text
    guarded.post("/ui/sign-out")
    assert guarded.get(kept.headers["location"]).status_code == 401
    assert "stood in" not in guarded.get("/ui/rules/valid-loss-rises").text


def _git(folder: Path, *arguments: str) -> None:
    name = ["-c", "user.name=Ada Lead", "-c", "user.email=ada@example.org"]
    subprocess.run(["git", "-C", str(folder), *name, *arguments], check=True, capture_output=True)


@pytest.fixture
def keyed(tmp_path: Path) -> Iterator[tuple[TestClient, Path]]:
    own = tmp_path / "our-rules"
    own.mkdir()
    (own / "data").mkdir()
    shutil.copy(shipped_rules() / "data" / "dataset-small.yaml", own / "data" / "dataset-small.yaml")
    settings = Settings(rules=(Path("shipped"), own), watch_rules=False, database_url=None, api_keys=KEYS)
    with TestClient(create_app(settings), base_url=ADDRESS) as client:
        yield client, own


def test_who_changed_a_rule_is_shown_to_whoever_signed_in_and_to_no_stranger(keyed: tuple[TestClient, Path]):
    client, own = keyed
    _git(own, "init", "-q")
    _git(own, "add", "data/dataset-small.yaml")
    _git(own, "commit", "-q", "-m", "Because of the outage at our customer")
    stranger = client.get("/ui/rules/dataset-small").text
    assert "Ada Lead" not in stranger
    assert "outage" not in stranger
    assert "sees who changed this rule" in stranger
    reader = client.get("/ui/rules/dataset-small", headers={"authorization": f"Bearer {LEAD}"}).text
    assert "Ada Lead" in reader
    assert "Because of the outage at our customer" in reader


def test_a_rule_without_a_known_edit_says_whether_there_is_a_repository(keyed: tuple[TestClient, Path]):
    client, own = keyed
    signed = {"authorization": f"Bearer {LEAD}"}
    assert "in no git repository" in client.get("/ui/rules/dataset-small", headers=signed).text
    _git(own, "init", "-q")
    _git(own, "commit", "-q", "--allow-empty", "-m", "Begin")
    assert "no commit in it holds this file" in client.get("/ui/rules/dataset-small", headers=signed).text


def test_which_scenarios_speak_of_a_rule_is_worked_out_once_and_beside_the_event_loop(monkeypatch: pytest.MonkeyPatch):
    threads = []

    def noted(*args: Any) -> Any:
        threads.append(threading.current_thread().name)
        return coverage(*args)

    monkeypatch.setattr("advisor.web.features.shelf.coverage", noted)
    with TestClient(create_app(Settings(watch_rules=False, database_url=None)), base_url=ADDRESS) as client:
        for path in ("/ui/rules/valid-loss-rises", "/ui/rules/dataset-small", "/docs/features/overfitting/ratio_bands"):
            assert client.get(path).status_code == 200
        assert "/ui/rules/overfit-ratio-mild" in client.get("/docs/features/overfitting/ratio_bands").text
    assert len(threads) == 1
    assert threads[0].startswith("asyncio_")


def test_the_page_is_drawn_from_the_bytes_that_were_kept(tmp_path: Path):
    with TestClient(create_app(Settings(watch_rules=False, database_url=f"sqlite:///{tmp_path / 'a.db'}")), base_url=ADDRESS) as client:
        request = json.loads(EXAMPLE.read_text(encoding="utf-8")) | {"project": "support"}
        given = client.post("/advise", json=request).json()
        page = client.get(f"/ui/decisions/{given['advice_id']}").text
        assert given["actions"][0]["explanation"] in page
        assert given["rulebook"]["revision"] in page
        table = client.get("/ui/experiments/support").text
        assert ">R1<" in table
        assert "beaten-baseline-and-flat" in table
        found = re.search(r'<img src="([^"]+/spark[^"]+)"', table)
        assert found is not None
        assert "<polyline" in client.get(unescape(found[1])).text
        client.post("/advise", json=request | {"run": {**request["run"], "status": "failed"}})
        assert found[1] not in client.get("/ui/experiments/support").text  # kept by browsers, and another one now
        assert client.get("/ui/experiments/support/compare", params={"run": "R1"}).status_code == 422
        assert client.get("/ui/decisions/none").status_code == 404


def test_an_experiment_is_reached_from_its_page_whatever_its_name(tmp_path: Path):
    with TestClient(create_app(Settings(watch_rules=False, database_url=f"sqlite:///{tmp_path / 'a.db'}")), base_url=ADDRESS) as client:
        run = json.loads(EXAMPLE.read_text(encoding="utf-8"))["run"]
        client.post("/projects/our bots/experiments", json=[run | {"id": "sweep/a&b"}, run | {"id": "sweep/#2"}])
        (address,) = re.findall(r'<a href="(/ui/experiments/[^"]+)"', client.get("/ui/experiments").text)
        page = client.get(address).text
        drawn = [client.get(unescape(source)) for source in re.findall(r'<img src="([^"]+)"', page)]
        assert ["<polyline" in picture.text for picture in drawn] == [True, True]
        names = [unescape(name) for name in re.findall(r'name="run" value="([^"]+)"', page)]
        (form,) = re.findall(r'action="(/ui/experiments/[^"]+)"', page)
        assert "sweep/a&amp;b" in client.get(form, params={"run": names}).text


def test_json_inside_a_page_cannot_end_its_element():
    assert "<" not in data_block({"name": "</script><script>alert(1)//"})
    assert json.loads(data_block({"name": "</script>&\u2028"})) == {"name": "</script>&\u2028"}

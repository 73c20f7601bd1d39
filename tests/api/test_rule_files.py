"""Rule files over HTTP: written whole where they were as the caller saw them and the rulebook stays good, else not at all."""

from __future__ import annotations

import errno
import hashlib
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from advisor.api import create_app
from advisor.settings import Settings
from tests.api.rule_folders import CASES, RULE, case, edition, rulebook_folder, said, write
from tests.rulebook.books import rule

BOMB = "a: &a [x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
NEW = {"If-None-Match": "*"}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return rulebook_folder(tmp_path / "rules")


@pytest.fixture
def client(rules: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(rules=(rules,), watch_rules=False))) as client:
        yield client


@pytest.fixture(scope="module")
def steady(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Path]]:
    """A service for all the edits that it refuses: starting the process that tries them out takes a while."""
    rules = rulebook_folder(tmp_path_factory.mktemp("steady") / "rules")
    with TestClient(create_app(Settings(rules=(rules,), watch_rules=False))) as client:
        yield client, rules


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def put(client: TestClient, path: str, text: str | bytes, tag: str | None = None, **more: Any) -> httpx2.Response:
    """Put a file as it was read just now, or by the entity tag given."""
    tag = tag or client.get(f"/rules/files/{path}").headers["ETag"]
    return client.put(f"/rules/files/{path}", content=text, headers={"If-Match": tag, **more})


def test_an_edit_over_http_is_served_at_once_and_stands_in_the_folder(client: TestClient, rules: Path):
    answer = put(client, RULE, edition("two"))
    assert answer.status_code == 200, answer.text
    edit = answer.json()
    assert said(client) == (edit["revision"], "Edition two.")
    assert (rules / RULE).read_text() == edition("two")
    assert edit["served"]
    assert edit["commit"] is None
    assert answer.headers["ETag"] == client.get(f"/rules/files/{RULE}").headers["ETag"] == edit["files"][0]["etag"]


def test_an_edit_without_if_match_is_asked_what_it_was_made_on(client: TestClient, rules: Path):
    before = contents(rules)
    answer = client.put(f"/rules/files/{RULE}", content=edition("two"))
    assert (answer.status_code, answer.headers["ETag"]) == (428, client.get(f"/rules/files/{RULE}").headers["ETag"])
    assert client.put("/rules/files/sft/new.yaml", content=rule("new")).status_code == 428
    assert contents(rules) == before


def test_an_edit_on_an_older_state_is_refused_with_the_tag_of_now(client: TestClient, rules: Path):
    tag = client.get(f"/rules/files/{RULE}").headers["ETag"]
    assert put(client, RULE, edition("two"), tag).status_code == 200
    late = put(client, RULE, edition("three"), tag)
    now = client.get(f"/rules/files/{RULE}").headers["ETag"]
    assert (late.status_code, late.headers["ETag"]) == (412, now)
    assert now in late.json()["detail"]
    assert (rules / RULE).read_text() == edition("two")
    assert put(client, RULE, edition("three"), f'"other", {now}').status_code == 200
    assert put(client, RULE, edition("four"), f"W/{client.get(f'/rules/files/{RULE}').headers['ETag']}").status_code == 412


def test_of_two_leads_who_save_at_once_one_is_told_and_nothing_is_lost(client: TestClient, rules: Path):
    tag = client.get(f"/rules/files/{RULE}").headers["ETag"]
    words = [f"number {i}" for i in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda word: put(client, RULE, edition(word), tag), words))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    (won,) = (word for word, answer in zip(words, answers, strict=True) if answer.status_code == 200)
    assert (rules / RULE).read_text() == edition(won)
    assert said(client)[1] == f"Edition {won}."


def test_a_save_on_disk_between_reading_and_writing_is_seen(client: TestClient, rules: Path):
    tag = client.get(f"/rules/files/{RULE}").headers["ETag"]
    write(rules, {RULE: edition("from an editor")})
    assert put(client, RULE, edition("two"), tag).status_code == 412
    assert (rules / RULE).read_text() == edition("from an editor")


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("id: enough-examples\ntitle: [unclosed\n", "not YAML"),
        ("id: enough-examples\n\ttitle: tabs\n", "not YAML"),
        (edition("two") + "title: again\n", '"title" stands twice'),
        (BOMB, "anchors and aliases"),
        ("", "the file is empty"),
        (b"\xff\xfe\xff", "not UTF-8"),
        (edition("two")[:60], "not YAML"),
        (edition("two").replace("n_train >", "n_trian >"), 'unknown signal or parameter "n_trian"'),
        (edition("two", many=1000), 'the case "With 150 examples" does not hold'),
        (edition("two").replace("n_train > many", "n_train > many, n_train < 50"), "contradict"),
    ],
    ids=["yaml", "tab", "duplicate-key", "bomb", "empty", "bytes", "half", "name", "case", "check"],
)
def test_an_edit_that_would_break_the_rulebook_is_refused_with_every_mistake_and_nothing_is_written(
    steady: tuple[TestClient, Path], text: str | bytes, finding: str
):
    client, rules = steady
    before, serving = contents(rules), said(client)
    answer = put(client, RULE, text)
    assert answer.status_code == 422, answer.text
    assert any(finding in error["detail"] for error in answer.json()["errors"]), answer.text
    assert answer.json()["detail"].startswith("Nothing was written")
    assert contents(rules) == before
    assert said(client) == serving
    assert str(rules.parent) not in answer.text


def test_every_mistake_of_an_edit_comes_with_its_line(steady: tuple[TestClient, Path]):
    client, _ = steady
    text = edition("two").replace("severity: medium", "severity: hihg").replace("applies_to: [supervised]", "applies_to: [supervisd]")
    errors = put(client, RULE, text).json()["errors"]
    assert len({error["line"] for error in errors}) == 2


def test_a_file_of_ten_megabytes_is_refused_before_it_is_read(steady: tuple[TestClient, Path]):
    client, _ = steady
    assert put(client, RULE, b"# " + b"x" * 10_000_000).status_code == 413
    assert put(client, RULE, b"# " + b"x" * 100_000).status_code == 413


@pytest.mark.parametrize(
    "path",
    ["../elsewhere.yaml", "sft/../../elsewhere.yaml", "%2Fetc%2Felsewhere.yaml", ".hidden.yaml", ".git/hooks/x.yaml", "sft/x.yml", "sft/x", "sft/",
     "sft//x.yaml", "a/b/c/d/e/f.yaml", "sft/x%00.yaml", "sft/ü.yaml", "sft/" + "x" * 300 + ".yaml", "sft\\x.yaml", "sft/-x.yaml"],
)  # fmt: skip
def test_a_path_that_is_no_rule_file_of_the_folder_is_refused(steady: tuple[TestClient, Path], path: str):
    client, rules = steady
    before = contents(rules.parent)
    answer = client.put(f"/rules/files/{path.replace('..', '%2E%2E')}", content=rule("x"), headers=NEW)
    assert answer.status_code == 422, answer.text
    assert "errors" not in answer.json()
    assert contents(rules.parent) == before


def test_links_are_not_written_through(client: TestClient, rules: Path):
    outside = rules.parent / "outside"
    outside.mkdir()
    (outside / "x.yaml").write_text("old")
    (rules / "linked").symlink_to(outside)
    (rules / "data").mkdir()
    (rules / "data" / "x.yaml").symlink_to(outside / "x.yaml")
    for path in ("linked/x.yaml", "linked/y.yaml", "data/x.yaml"):
        answer = client.put(f"/rules/files/{path}", content=rule("x"), headers=NEW)
        assert (answer.status_code, "link" in answer.json()["detail"]) == (422, True)
    assert contents(outside) == {"x.yaml": b"old"}
    assert client.get("/rules/files/data/x.yaml").status_code == 404


def test_a_rule_and_its_cases_are_changed_as_one_edit(client: TestClient, rules: Path):
    tag = client.get("/rules/files").headers["ETag"]
    assert put(client, RULE, edition("two", many=1000)).status_code == 422
    change = {"files": {RULE: edition("two", many=1000), CASES: case(1500, fires=True)}}
    assert client.patch("/rules/files", json=change).status_code == 428
    done = client.patch("/rules/files", json=change, headers={"If-Match": tag})
    assert done.status_code == 200, done.text
    assert (rules / CASES).read_text() == case(1500, fires=True)
    assert client.patch("/rules/files", json=change, headers={"If-Match": tag}).status_code == 412
    gone = {"files": {RULE: None, CASES: None}, "message": "Nobody needs it"}
    assert client.patch("/rules/files", json=gone, headers={"If-Match": done.headers["ETag"]}).status_code == 200
    assert not (rules / RULE).exists()
    assert client.get("/rules/enough-examples").status_code == 404


@pytest.mark.parametrize("body", [{}, {"files": {}}, {"files": {RULE: 7}}, {"files": {RULE: "x"}, "more": 1}, []])
def test_a_patch_that_is_none_is_refused(steady: tuple[TestClient, Path], body: Any):
    assert steady[0].patch("/rules/files", json=body, headers={"If-Match": "*"}).status_code == 422


def test_half_of_a_surrogate_pair_is_no_text(steady: tuple[TestClient, Path]):
    client, _ = steady
    body = '{"files": {"sft/x.yaml": "\\ud800"}}'
    assert client.patch("/rules/files", content=body, headers={"If-Match": "*", "Content-Type": "application/json"}).status_code == 422


def test_a_file_is_taken_away_where_the_rulebook_is_whole_without_it(client: TestClient, rules: Path):
    assert client.delete(f"/rules/files/{CASES}").status_code == 428
    answer = client.delete(f"/rules/files/{CASES}", headers={"If-Match": client.get(f"/rules/files/{CASES}").headers["ETag"]})
    assert answer.status_code == 200
    assert any("no cases" in warning for warning in answer.json()["warnings"])
    assert client.delete(f"/rules/files/{CASES}", headers={"If-Match": "*"}).status_code == 404
    assert client.delete("/rules/files/sweep.yaml", headers={"If-Match": "*"}).status_code == 422
    assert (rules / "sweep.yaml").exists()


def test_a_new_rule_is_created_once(client: TestClient):
    answer = client.put("/rules/files/sft/brand-new.yaml", content=rule("brand-new"), headers=NEW)
    assert answer.status_code == 201, answer.text
    assert client.get("/rules/brand-new").status_code == 200
    assert client.put("/rules/files/sft/brand-new.yaml", content=rule("brand-new"), headers=NEW).status_code == 412
    assert client.put("/rules/files/sft/newer.yaml", content=rule("newer"), headers={"If-Match": '"x"'}).status_code == 412


def test_an_edit_that_changes_nothing_is_none(client: TestClient, rules: Path):
    before = said(client)
    stamp = (rules / RULE).stat().st_mtime_ns
    assert put(client, RULE, (rules / RULE).read_bytes()).json()["revision"] == before[0]
    assert (rules / RULE).stat().st_mtime_ns == stamp


def test_the_shipped_rules_are_read_only_and_the_answer_says_what_to_do():
    with TestClient(create_app(Settings(watch_rules=False))) as client:
        listed = client.get("/rules/files")
        assert listed.json() == {"writable": False, "files": []}
        shown = client.get("/rules/files/sft/valid-loss-rises.yaml")
        assert (shown.headers["Advisor-Folder"], "ETag" in shown.headers) == ("shipped", False)
        assert shown.text.startswith("id: valid-loss-rises")
        answer = client.put("/rules/files/sft/valid-loss-rises.yaml", content=shown.text, headers=NEW)
        assert answer.status_code == 409
        assert "ADVISOR_RULES=shipped:our-rules" in answer.json()["detail"]


def test_a_team_s_folder_lies_on_top_and_only_it_is_written(rules: Path, tmp_path: Path):
    team = write(tmp_path / "team", {"overrides.yaml": "rules: {enough-examples: {severity: high}}\n"})
    before = contents(rules)
    with TestClient(create_app(Settings(rules=(rules, team), watch_rules=False))) as client:
        assert client.get(f"/rules/files/{RULE}").headers["Advisor-Folder"] == "rules"
        assert [file["path"] for file in client.get("/rules/files").json()["files"]] == ["overrides.yaml"]
        broken = put(client, "overrides.yaml", "rules:\n  enough-exampels: {severity: low}\n")
        assert "team/overrides.yaml:2:3" in broken.json()["detail"]
        assert put(client, "overrides.yaml", "rules: {enough-examples: {severity: low}}\n").status_code == 200
        assert client.get("/rules/enough-examples").json()["severity"] == "low"
        assert client.put(f"/rules/files/{RULE}", content=edition("ours"), headers=NEW).status_code == 422  # both would change the rule
        away = client.delete("/rules/files/overrides.yaml", headers={"If-Match": "*"})
        assert away.status_code == 200, away.text
        assert client.put(f"/rules/files/{RULE}", content=edition("ours"), headers=NEW).status_code == 201
        assert said(client)[1] == "Edition ours."
    assert contents(rules) == before


def test_only_a_lead_s_key_writes(rules: Path):
    names = {"ann": "lead", "bob": "engineer"}
    keys = " ".join(f"{name}:{role}:{hashlib.sha256(name.encode()).hexdigest()}" for name, role in names.items())
    with TestClient(create_app(Settings(rules=(rules,), watch_rules=False, api_keys=keys))) as client:
        tag = client.get(f"/rules/files/{RULE}").headers["ETag"]
        for headers, status in (({}, 401), ({"Authorization": "Bearer bob"}, 403), ({"Authorization": "Bearer ann"}, 200)):
            answer = client.put(f"/rules/files/{RULE}", content=edition("two"), headers={"If-Match": tag, **headers})
            assert answer.status_code == status, answer.text


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(rules: Path) -> Path:
    git(rules.parent, "init", "--quiet")
    git(rules.parent, "config", "user.name", "Somebody")
    git(rules.parent, "config", "user.email", "somebody@example.invalid")
    git(rules.parent, "add", ".")
    git(rules.parent, "commit", "--quiet", "-m", "Start")
    return rules.parent


def test_an_edit_is_a_commit_by_the_key_s_name_and_can_be_reverted(rules: Path, repository: Path):
    keys = f"ann:lead:{hashlib.sha256(b'ann').hexdigest()}"
    write(repository, {"other.txt": "staged by somebody else"})
    git(repository, "add", "other.txt")
    with TestClient(create_app(Settings(rules=(rules,), watch_rules=False, api_keys=keys))) as client:
        tag = client.get(f"/rules/files/{RULE}").headers["ETag"]
        answer = client.put(
            f"/rules/files/{RULE}?message=Fewer+are+enough",
            content=edition("two"),
            headers={"If-Match": tag, "Authorization": "Bearer ann"},
        )
        commit = answer.json()["commit"]
        assert git(repository, "log", "-1", "--format=%H %an: %s") == f"{commit} ann: Fewer are enough"
        assert git(repository, "show", "--name-only", "--format=", "HEAD") == f"rules/{RULE}"
        assert git(repository, "diff", "--cached", "--name-only") == "other.txt"
        git(repository, "commit", "--quiet", "-m", "Other")
        git(repository, "revert", "--no-edit", commit)
        assert (rules / RULE).read_text() == edition("one")


def test_a_commit_that_git_does_not_take_is_said_and_the_edit_holds(client: TestClient, rules: Path, repository: Path):
    (repository / ".gitignore").write_text("rules/data/\n")
    answer = client.put("/rules/files/data/new.yaml", content=rule("new"), headers=NEW)
    assert answer.status_code == 201
    assert answer.json()["commit"] is None
    assert any("not committed" in warning for warning in answer.json()["warnings"])
    assert str(repository) not in answer.text


def test_deleting_over_http_is_a_commit_too(client: TestClient, rules: Path, repository: Path):
    answer = client.delete(f"/rules/files/{CASES}?message=Gone", headers={"If-Match": "*"})
    assert git(repository, "log", "-1", "--format=%H %s") == f"{answer.json()['commit']} Gone"


def test_a_body_of_another_kind_is_refused(client: TestClient):
    assert put(client, RULE, edition("two"), **{"Content-Type": "application/json"}).status_code == 415
    assert put(client, RULE, edition("two"), **{"Content-Type": "application/yaml; charset=latin-1"}).status_code == 415
    assert put(client, RULE, edition("two"), **{"Content-Encoding": "gzip"}).status_code == 415
    assert put(client, RULE, edition("two"), **{"Content-Type": "application/yaml; charset=utf-8"}).status_code == 200


TWO_EDITS = {RULE: edition("two", many=1000), CASES: case(1500, fires=True)}


def patch(client: TestClient, files: Mapping[str, str | None]) -> httpx2.Response:
    """Change files as they were read just now."""
    return client.patch("/rules/files", json={"files": files}, headers={"If-Match": client.get("/rules/files").headers["ETag"]})


def failing_at(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Make the first file that is moved to a place of this name fail for want of room."""
    moved = Path.replace
    failed: list[Path] = []

    def full(part: Path, target: Path) -> Path:
        if Path(target).name == name and not failed:
            failed.append(part)
            raise OSError(errno.ENOSPC, "No space left on device", str(part))
        return moved(part, target)

    monkeypatch.setattr(Path, "replace", full)


def test_a_folder_that_cannot_be_written_is_said(client: TestClient, rules: Path, monkeypatch: pytest.MonkeyPatch):
    before = contents(rules)
    failing_at(monkeypatch, Path(RULE).name)
    answer = put(client, RULE, edition("two"))
    assert (answer.status_code, str(rules) in answer.text) == (507, False)
    assert answer.json()["detail"] == "The rules folder cannot be written (No space left on device). Nothing was changed in it."
    assert contents(rules) == before
    assert said(client)[1] == "Edition one."


@pytest.mark.parametrize("second", [RULE, CASES])
def test_an_edit_of_several_files_that_fails_half_way_leaves_the_folder_as_it_was(
    client: TestClient, rules: Path, monkeypatch: pytest.MonkeyPatch, second: str
):
    (rules / RULE).chmod(0o640)
    before = contents(rules)
    failing_at(monkeypatch, Path(second).name)
    files = {**TWO_EDITS, "more/folders/new.yaml": rule("new")}
    first = {path: text for path, text in files.items() if path != second}
    answer = patch(client, {**first, second: files[second]})
    assert (answer.status_code, answer.headers["retry-after"]) == (507, "5")
    assert contents(rules) == before
    assert not (rules / "more").exists()
    assert (rules / RULE).stat().st_mode & 0o777 == 0o640
    monkeypatch.undo()
    assert patch(client, files).status_code == 200


def test_a_file_that_was_taken_away_comes_back_where_the_edit_fails(client: TestClient, rules: Path, monkeypatch: pytest.MonkeyPatch):
    before = contents(rules)
    failing_at(monkeypatch, "new.yaml")
    assert patch(client, {RULE: None, CASES: None, "sft/new.yaml": rule("new")}).status_code == 507
    assert contents(rules) == before


def test_an_edit_whose_second_folder_cannot_be_made_writes_nothing(client: TestClient, rules: Path):
    (rules / "other").write_text("a file where the folder would lie")
    before = contents(rules)
    answer = patch(client, {**TWO_EDITS, "other/new.yaml": rule("new")})
    assert (answer.status_code, "Nothing was changed" in answer.json()["detail"]) == (503, True)
    assert contents(rules) == before


def test_what_could_not_be_put_back_is_named(client: TestClient, rules: Path, monkeypatch: pytest.MonkeyPatch):
    first, second = CASES, RULE
    moved = Path.replace

    def full(part: Path, target: Path) -> Path:
        if Path(target) == rules / second or (rules / first).read_text() == TWO_EDITS[first]:
            raise OSError(errno.EROFS, "Read-only file system", str(part))
        return moved(part, target)

    monkeypatch.setattr(Path, "replace", full)
    answer = patch(client, {first: TWO_EDITS[first], second: TWO_EDITS[second]})
    assert answer.status_code == 503
    assert answer.json()["detail"] == (
        f"The rules folder cannot be written (Read-only file system), nor put back as it was. Look at {first} there."
    )
    assert not list(rules.rglob("*.part"))

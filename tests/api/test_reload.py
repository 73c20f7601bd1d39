"""An edit of the rules is served without a restart, or refused while the last good rulebook serves on."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from structlog.testing import CapturingLogger

from advisor.api import create_app
from advisor.api.metrics import Metrics
from advisor.api.rulebook_reload import Reloader, first_edition
from advisor.api.serving import Serving
from advisor.errors import BrokenRulebook
from advisor.settings import Settings
from tests.api.rule_folders import CASES, RULE, case, edition, rulebook_folder, said, wait_until, write


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return rulebook_folder(tmp_path / "rules")


@pytest.fixture
def client(rules: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(rules=(rules,)))) as client:
        yield client


def refused(client: TestClient) -> list[str]:
    """Wait for a refused edit and return its mistakes."""
    wait_until(lambda: client.get("/rules/status").json()["status"] == "last-good")
    found = client.get("/rules/status").json()["refused"]["mistakes"]
    return [f"{m['file']}:{m['line']} {m['message']}" for m in found]


def test_an_edit_is_served_without_a_restart(client: TestClient, rules: Path):
    before = said(client)
    write(rules, {RULE: edition("two")})
    wait_until(lambda: said(client) != before)
    revision, sentence = said(client)
    assert sentence == "Edition two."
    status = client.get("/rules/status").json()
    assert (status["status"], status["revision"], status["served"], status["refused"]) == ("current", revision, 1, None)
    assert client.get("/readyz").json()["rulebook"]["revision"] == revision
    assert "Edition two" in client.get("/rules/enough-examples").json()["text"]
    assert f'revision="{revision}"' in client.get("/metrics").text
    assert f'revision="{before[0]}"' not in client.get("/metrics").text


def test_a_large_body_is_judged_by_the_edition_in_force(rules: Path):
    with TestClient(create_app(Settings(rules=(rules,), large_body_bytes=0))) as client:
        before = said(client)
        write(rules, {RULE: edition("two")})
        wait_until(lambda: said(client) != before)
        assert said(client) == (client.get("/rules/status").json()["revision"], "Edition two.")


def _broken(text: str) -> Callable[[Path], object]:
    return lambda rules: write(rules, {RULE: text})


def _link_out(rules: Path) -> None:
    (rules.parent / "elsewhere.yaml").write_text(edition("three"))
    (rules / "sft" / "away.yaml").symlink_to(rules.parent / "elsewhere.yaml")


BOMB = "a: &a [x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (_broken("id: enough-examples\ntitle: [unclosed\n"), f"{RULE}:3 not YAML"),
        (_broken("id: enough-examples\n\ttitle: tabs\n"), f"{RULE}:2 not YAML"),
        (_broken(edition("two") + "title: again\n"), f'{RULE}:12 "title" stands twice'),
        (_broken("# " + "x" * 10_000_000), f"{RULE}:0 the file is larger than 100 kB"),
        (_broken(BOMB), f"{RULE}:1 anchors and aliases are not part of the rule language"),
        (_broken(""), f"{RULE}:0 the file is empty"),
        (_broken(edition("two").replace("n_train >", "n_trian >")), f'{RULE}:9 unknown signal or parameter "n_trian"'),
        (_broken(edition("two", many=1000)), f'{CASES}:1 the case "With 150 examples" does not hold: expected the rule to fire, but it did not fire'),
        (lambda rules: write(rules, {CASES: case(150, fires=False)}), f'{CASES}:1 the case "With 150 examples" does not hold'),
        (_link_out, "sft/away.yaml:0 a link that leads out of the rules folder"),
        (lambda rules: (rules / RULE).write_bytes(b"\xff\xfe"), f"{RULE}:0 not UTF-8 text"),
        (lambda rules: (rules / "sweep.yaml").unlink(), "sweep.yaml:0 the file is missing"),
    ],
    ids=["yaml", "tab", "duplicate-key", "10-MB", "bomb", "empty", "name", "case", "case-edited", "link", "bytes", "deleted"],
)  # fmt: skip
def test_a_bad_edit_leaves_the_last_good_rulebook_in_force_and_says_so(
    client: TestClient, rules: Path, edit: Callable[[Path], object], message: str
):
    before = said(client)
    edit(rules)
    refused(client)
    wait_until(
        lambda: any(mistake.startswith(message) for mistake in refused(client))
    )  # a look at a half-made edit is corrected by the next
    assert said(client) == before
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["status"], ready.json()["rulebook"]["revision"]) == (200, "ready", before[0])
    assert "The last edit of the rules is not served: " in ready.json()["warning"]
    assert "advisor_rulebook_current 0.0" in client.get("/metrics").text
    looks = re.search(r'advisor_rulebook_reloads_total\{result="refused"\} (\d+)', client.get("/metrics").text)
    assert looks is not None  # more than one where the edit was looked at while it was half made
    assert int(looks[1]) == client.get("/rules/status").json()["refused_edits"] >= 1
    assert str(rules.parent) not in client.get("/rules/status").text


def test_a_corrected_edit_is_served_and_the_warning_goes(client: TestClient, rules: Path):
    write(rules, {RULE: "tiltle: x\n"})
    refused(client)
    write(rules, {RULE: edition("three")})
    wait_until(lambda: client.get("/rules/status").json()["status"] == "current")
    assert said(client)[1] == "Edition three."
    assert client.get("/readyz").json()["warning"] is None
    assert "advisor_rulebook_current 1.0" in client.get("/metrics").text


def test_an_edit_that_is_taken_back_is_no_edit(client: TestClient, rules: Path):
    good = (rules / RULE).read_text()
    write(rules, {RULE: "tiltle: x\n"})
    refused(client)
    write(rules, {RULE: good})
    wait_until(lambda: client.get("/rules/status").json()["status"] == "current")
    assert client.get("/rules/status").json()["served"] == 0


def test_a_save_that_is_half_written_for_a_while_loses_nothing(client: TestClient, rules: Path):
    whole = edition("two")
    with (rules / RULE).open("w") as file:
        file.write(whole[:60])
        file.flush()
        os.fsync(file.fileno())
        refused(client)
        assert said(client)[1] == "Edition one."
        file.write(whole[60:])
    wait_until(lambda: said(client)[1] == "Edition two.")


def test_a_team_s_folder_is_watched_too_and_its_mistakes_are_named_with_it(rules: Path, tmp_path: Path):
    team = write(tmp_path / "team", {"overrides.yaml": "rules: {enough-examples: {parameters: {many: 120}}}\n"})
    with TestClient(create_app(Settings(rules=(rules, team)))) as client:
        before = said(client)
        write(team, {"overrides.yaml": "rules:\n  enough-exampels: {severity: high}\n"})
        assert refused(client) == ['team/overrides.yaml:2 no folder below has a rule "enough-exampels"']
        write(team, {"overrides.yaml": "rules:\n  enough-examples: {severity: high}\n"})
        wait_until(lambda: client.get("/rules/status").json()["status"] == "current")
        assert client.get("/rules/enough-examples").json()["severity"] == "high"
        assert said(client) != before


def test_the_files_of_the_revision_in_force_are_the_rulebook(client: TestClient, rules: Path, tmp_path: Path):
    revision, _ = said(client)
    shown = client.get(f"/rulebooks/{revision}").json()
    copy = write(tmp_path / "copy", shown["files"])
    with TestClient(create_app(Settings(rules=(copy,), watch_rules=False))) as other:
        assert said(other) == said(client)
    assert list(shown["cases"]) == [CASES]
    assert client.get("/rulebooks/0123456789abcdef").status_code == 404
    assert client.get("/rulebooks/..%2F..%2Fetc").status_code == 404


def test_the_last_good_rulebook_survives_a_restart_where_that_is_asked_for(rules: Path, tmp_path: Path):
    settings = Settings(rules=(rules,), state=tmp_path / "state")
    with TestClient(create_app(settings)) as client:
        first = said(client)
        write(rules, {RULE: edition("two")})
        wait_until(lambda: said(client) != first)
        last = said(client)
        assert client.get(f"/rulebooks/{first[0]}").json()["files"][RULE] == edition("one")
    write(rules, {RULE: "tiltle: x\n"})
    with pytest.raises(BrokenRulebook):
        create_app(settings)
    with TestClient(create_app(settings.model_copy(update={"start_with_last_good": True}))) as client:
        assert said(client) == last
        assert refused(client)[0].startswith(RULE)
        write(rules, {RULE: edition("three")})
        wait_until(lambda: said(client)[1] == "Edition three.")


def test_a_kept_rulebook_that_was_tampered_with_is_not_used(rules: Path, tmp_path: Path):
    settings = Settings(rules=(rules,), state=tmp_path / "state", start_with_last_good=True, watch_rules=False)
    create_app(settings)
    (kept,) = (tmp_path / "state" / "rulebooks").glob("*.json")
    kept.write_text(kept.read_text().replace("Edition one", "Edition two"))
    write(rules, {RULE: "tiltle: x\n"})
    with pytest.raises(BrokenRulebook):
        create_app(settings)


def test_a_rulebook_whose_trial_takes_too_long_is_refused(rules: Path):
    with TestClient(create_app(Settings(rules=(rules,), rules_check_seconds=0.001))) as client:
        write(rules, {RULE: edition("two")})
        assert refused(client) == ["the rulebook:0 trying the rulebook out took longer than 0.001 s and was ended"]
        assert said(client)[1] == "Edition one."


def test_without_watching_an_edit_waits_for_the_restart(rules: Path):
    with TestClient(create_app(Settings(rules=(rules,), watch_rules=False))) as client:
        assert client.get("/rules/status").json()["watched"] is False


def test_each_refused_edit_is_logged_once_with_its_mistakes(rules: Path):
    settings = Settings(rules=(rules,))
    edition_at_start = first_edition(settings)
    log = CapturingLogger()
    reloader = Reloader(edition_at_start, Serving(edition_at_start.program), Metrics(), log, settings)
    write(rules, {RULE: "id: [\n"})
    for _ in range(2):
        asyncio.run(reloader.reload())
    reloader.close()
    (entry,) = log.calls
    assert (entry.method_name, entry.args) == ("warning", ("rules edit refused",))
    assert entry.kwargs["mistakes"][0].startswith(f"{RULE}:2:1  not YAML")

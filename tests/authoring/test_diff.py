from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from advisor.authoring.diff import RulesDiff, diff_rules
from advisor.authoring.diff_formats import FORMATS
from advisor.authoring.past_runs import PastRun, read_decisions, read_past_runs
from advisor.authoring.revisions import read_side
from advisor.cli.app import app
from advisor.contract.request import AdviseRequest
from advisor.engine import Program
from advisor.errors import NotRecorded, UnusableInput
from advisor.experiments import Store
from advisor.experiments.records import Circumstances
from advisor.rulebook import build_rulebook
from advisor.service import advise, to_json
from tests.rulebook.books import criterion, files, rule

_RECOMMEND = "recommend: [reduce-epochs]\n"


def run(n_train: int) -> PastRun:
    body = {"run": {"method": "supervised", "checkpoints": [], "dataset": {"n_train": n_train}, "hyperparameters": {"n_epochs": 3}}}
    return PastRun(f"run-{n_train}", AdviseRequest.model_validate(body))


RUNS = [run(50), run(150), run(250)]


def book(when: str, more: str = _RECOMMEND) -> dict[str, str]:
    return files({"sft/many.yaml": rule("many", when, more)})


@pytest.fixture(scope="module")
def moved() -> RulesDiff:
    """A threshold that moved from 100 to 200."""
    return diff_rules(book("[n_train > 100]"), book("[n_train > 200]"), RUNS)


def test_an_edit_of_cases_alone_changes_nothing():
    same = diff_rules(book("[n_train > 100]"), book("[n_train > 100]") | {"sft/many.cases.yaml": "[]"}, RUNS)
    assert (same.files, same.changed_runs) == ((), 0)
    assert FORMATS["text"](same) == "The two rulebooks are the same, apart from their cases."


def test_only_the_runs_between_the_two_thresholds_change(moved: RulesDiff):
    assert (moved.runs, moved.changed_runs) == (3, 1)
    assert {(g.aspect, g.before, g.after, g.runs) for g in moved.groups} == {
        ("first action", "reduce-epochs (n_epochs to 2)", "none", ("run-150",)),
        ("finding", "many", "none", ("run-150",)),
    }


def test_a_group_names_the_edited_rule_behind_it(moved: RulesDiff):
    because = moved.groups[0].because[0]
    assert (because.rule, because.before, because.after, because.runs, because.edited) == ("many", "fired", "not_fired", 1, True)


def test_an_edit_that_no_run_feels_says_so():
    found = diff_rules(book("[n_train > 100]"), book("[n_train > 101]"), RUNS)
    assert found.same_advice
    assert FORMATS["text"](found).startswith("All 3 runs get the same verdict")


def test_another_verdict_and_another_band_are_seen():
    verdict = criterion("stop", "[n_train > 200]", "order: 1\n")
    found = diff_rules(files(), files({"verdicts/stop.yaml": verdict}), RUNS)
    assert [(g.aspect, g.before, g.after, g.runs) for g in found.groups] == [("verdict", "iterate", "stop", ("run-250",))]


def test_a_rule_in_shadow_changes_nothing_and_its_runs_are_counted():
    found = diff_rules(files(), book("[n_train > 100]", _RECOMMEND + "status: shadow\n"), RUNS)
    assert found.same_advice
    assert [(s.rule, s.runs) for s in found.shadows] == [("many", 2)]


def test_the_comment_for_a_pull_request_is_a_table(moved: RulesDiff):
    text = FORMATS["markdown"](moved)
    assert "1 of 3 runs get other advice (33.3%)." in text
    assert "| 1 | `many` is no longer found | many (edited): fired → quiet on 1 run | `run-150` |" in text


def test_json_holds_every_group(moved: RulesDiff):
    found = json.loads(FORMATS["json"](moved))
    assert (found["changed_runs"], len(found["groups"])) == (1, 2)


def test_runs_are_read_from_folders_of_any_kind(tmp_path: Path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "run.json").write_text(RUNS[0].request.model_dump_json(exclude_none=True), "utf-8")
    history = {"id": "h", "label": "overfit", "epoch": [1, 2], "train_loss": [1.0, 0.5], "valid_loss": [1.0, 0.9]}
    (tmp_path / "histories.jsonl").write_text(json.dumps(history) + "\n" + json.dumps({**history, "id": "i"}) + "\n", "utf-8")
    (tmp_path / "notes.json").write_text("[1, 2", "utf-8")
    found = read_past_runs([tmp_path])
    assert sorted(r.name for r in found.runs) == ["deep/run.json", "h", "i"]
    assert [s.place for s in found.skipped] == ["notes.json"]


@pytest.mark.slow
def test_the_libraries_of_the_database_are_loaded_only_by_what_opens_a_store():
    code = "import sys, advisor.cli.app; print([name for name in ('sqlalchemy', 'alembic') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_folder_without_runs_is_refused(tmp_path: Path):
    with pytest.raises(UnusableInput, match="No run in"):
        read_past_runs([tmp_path])


def _git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def nothing_stored(revision: str) -> Mapping[str, str]:
    raise NotRecorded(f"The store has no rulebook of revision {revision}.")


def test_a_side_is_several_folders_or_a_stored_revision(tmp_path: Path):
    team = tmp_path / "team"
    team.mkdir()
    (team / "overrides.yaml").write_text("rules: {valid-loss-rises: {severity: high}}\n")
    laid = read_side(f"shipped{os.pathsep}{team}", nothing_stored)
    assert "high" in laid["sft/valid-loss-rises.yaml"]
    assert read_side("0123456789abcdef", lambda revision: {revision: "text"}) == {"0123456789abcdef": "text"}
    with pytest.raises(NotRecorded):
        read_side("0123456789abcdef", nothing_stored)


def test_past_decisions_are_read_from_the_store_and_compared_by_stored_revisions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    url = f"sqlite:///{tmp_path / 'advisor.db'}"
    programs = [Program(build_rulebook(book(when))) for when in ("[n_train > 100]", "[n_train > 200]")]
    with Store(url) as store:
        for i, (program, past) in enumerate((program, past) for program in programs for past in RUNS):
            asked = past.request.model_copy(update={"project": "receipts", "run": past.request.run.model_copy(update={"id": past.name})})
            advice = advise(asked, program, advice_id=f"a{i}", created_at=f"2026-11-20T12:00:{i:02}.000+00:00")
            store.advice.keep(advice, to_json(advice), asked, program.rulebook, Circumstances("fired"), run=asked.run)
        found = read_decisions(store, "receipts", 2)
        assert [past.name for past in found.runs] == [f"receipts/{past.name}" for past in reversed(RUNS[-2:])]
        with pytest.raises(UnusableInput, match='no advice on a project "nobody"'):
            read_decisions(store, "nobody", 10)
    monkeypatch.setenv("ADVISOR_DATABASE_URL", url)
    old, new = (program.rulebook.revision for program in programs)
    said = CliRunner().invoke(app, ["rules", "diff", old, new, "--on", "decisions:receipts"])
    assert (said.exit_code, "receipts/run-150" in said.output) == (5, True), said.output


def test_a_side_is_a_folder_or_a_git_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    rules = tmp_path / "rules"
    (rules / "sft").mkdir(parents=True)
    (rules / "sft" / "a.yaml").write_text("old", "utf-8")
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-q", "-m", "rules")
    (rules / "sft" / "a.yaml").write_text("new", "utf-8")
    monkeypatch.chdir(rules)
    assert read_side(str(rules), nothing_stored) == {"sft/a.yaml": "new"}
    assert read_side("HEAD:rules", nothing_stored) == {"sft/a.yaml": "old"}
    for wrong in ("nowhere", "HEAD:nowhere", "nobody:rules", "--output=x:rules"):
        with pytest.raises(UnusableInput):
            read_side(wrong, nothing_stored)


def test_an_edit_of_an_action_or_of_shared_numbers_is_seen_though_no_rule_was_edited():
    before = book("[n_train > many]") | {
        "parameters.yaml": files(parameters="  many: {value: 100, unit: examples, source: x}\n")["parameters.yaml"]
    }
    after = before | {"parameters.yaml": before["parameters.yaml"].replace("value: 100", "value: 200")}
    assert diff_rules(before, after, RUNS).groups[0].runs == ("run-150",)


def test_an_edited_step_of_a_rule_that_fires_either_way_is_seen():
    before, after = (book("[n_train > 100]", f"recommend: [{{action: reduce-epochs, to: {to}}}]\n") for to in (2, 1))
    found = diff_rules(before, after, RUNS)
    assert [(g.aspect, g.after, g.runs) for g in found.groups] == [
        ("first action", "reduce-epochs (n_epochs to 1)", ("run-150", "run-250"))
    ]


def test_a_rule_that_is_not_edited_is_seen_where_it_leans_on_one_that_is():
    leaning = {"sft/leaning.yaml": rule("leaning", "[finding: many]")}
    found = diff_rules(book("[n_train > 100]") | leaning, book("[n_train > 200]") | leaning, RUNS)
    assert {g.before for g in found.groups if g.aspect == "finding"} == {"many", "leaning"}

"""Runs advised, followed, planned and started within a project of the store."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from advisor.cli.exits import ExitCode
from advisor.cli.known import Known
from advisor.cli.watch import watch_job
from advisor.cli.watching import LinesDisplay
from advisor.engine import Program
from tests.cli.conftest import EXAMPLE, Advisor
from tests.fake_openai.runs import overfit_job, reinforcement_job
from tests.fake_openai.service import FakeFineTuning, FakeJob

JOB = "ftjob-abc123"
SEED = ("--base-model", "gpt-4.1-mini", "--method", "supervised", "--dataset", "v1", "--n-train", 335, "--epochs", 2)


def rows(project: Advisor) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(project("list", "--json").stdout)["experiments"]
    return listed


def run_file(folder: Path, **run: Any) -> Path:
    request = json.loads(EXAMPLE.read_text("utf-8"))
    path = folder / f"{run.get('id', 'run')}.json"
    path.write_text(json.dumps({"run": request["run"] | run}), "utf-8")
    return path


def test_the_seed_table_is_entered_planned_and_advised(project: Advisor, advisor: Advisor, tmp_path: Path):
    project("project", "--baseline", 7.2, "--target", 9.5)
    project("add", "--run", "R1", *SEED, "--lr", "1.0", "--best-valid-loss", "0.320", "--score", 8.05, "--scale", 0, 10)
    project("add", "--run", "R2", *SEED, "--lr", 0.5, "--best-valid-loss", "0.310", "--score", 9.15)
    planned = advisor("plan")
    text = " ".join(planned.stdout.split())
    assert planned.exit_code == 0
    assert "ITERATE" in text
    assert "R1: 8.05, 0.85 above the baseline" in text
    assert "R2: 9.15, 1.1 above the best before it" in text
    assert '"advisor_parent": "R2"' in text
    plan = json.loads(advisor("plan", "--json").stdout)
    assert plan["next_experiment"]["change"]["parameter"] == "dataset"
    assert plan["call"]["lacking"]
    assert [model["tried"] for model in plan["models"] if model["model"] == "gpt-4.1-mini"] == [True]
    answer = json.loads(advisor("advise", run_file(tmp_path, id="R2", evaluation=None), "--json").stdout)
    assert answer["signals"]["experiments_count"]["value"] == 2
    assert answer["signals"]["baseline_score"]["value"] == 7.2
    assert answer["signals"]["evaluation_score"]["value"] == 9.15
    assert [row["run"] for row in rows(project)] == ["R1", "R2"]


def test_a_run_that_is_advised_twice_is_one_experiment(project: Advisor, advisor: Advisor, tmp_path: Path):
    file = run_file(tmp_path, id=None)
    for _ in range(2):
        assert "Recorded as R1 in project invoices." in advisor("advise", file).stderr
    assert len(rows(project)) == 1


def test_the_parent_decides_what_counts_as_changed(project: Advisor, advisor: Advisor, tmp_path: Path):
    settings = {"n_epochs": 4, "batch_size": 4}
    for name, change in (("R1", {}), ("R2", {"n_epochs": 9})):
        advisor("advise", run_file(tmp_path, id=name, hyperparameters=settings | change))
    third = run_file(tmp_path, id="R3", hyperparameters=settings | {"batch_size": 8})
    named = {m["id"] for m in json.loads(advisor("advise", third, "--json", "--parent", "R1").stdout)["mistakes"]}
    assert "several-variables-changed" not in named
    assert [change["parameter"] for change in rows(project)[2]["changed"]] == ["batch_size"]


def test_without_a_project_nothing_is_recorded(advisor: Advisor, store_file: Path):
    assert advisor("advise", EXAMPLE).stderr == ""
    assert store_file.exists() is False


def test_a_job_is_recorded_under_its_id_and_planned_from_with_its_own_files(service: FakeFineTuning, project: Advisor, advisor: Advisor):
    service.add(overfit_job())
    assert f"Recorded as {JOB} in project invoices." in advisor("job", JOB, "--n-train", 2000).stderr
    plan = json.loads(advisor("plan", "--json").stdout)
    assert (plan["call"]["arguments"]["training_file"], plan["call"]["lacking"]) == ("file-train", [])
    assert [(row["run"], row["examples"]) for row in rows(project)] == [(JOB, 2000)]


def test_a_started_job_is_recorded_with_the_one_variable_that_it_changes(service: FakeFineTuning, project: Advisor, advisor: Advisor):
    service.add(overfit_job())
    advisor("job", JOB, "--n-train", 2000)
    started = advisor("plan", "--json", "--submit", given="y\n")
    change = json.loads(started.stdout.splitlines()[0])["next_experiment"]["change"]
    assert started.exit_code == 0
    assert "Follow it: advisor watch ftjob-new1 --project invoices" in started.stderr
    assert f"Recorded as ftjob-new1 in project invoices: it varies {JOB} in one thing, {change['parameter']}: " in started.stderr
    new = rows(project)[1]
    assert (new["run"], new["parent"], new["changed"]) == ("ftjob-new1", JOB, [change])
    assert service.created[0]["metadata"]["advisor_parent"] == JOB


@pytest.mark.parametrize("answer", ["n\n", ""])
def test_a_job_that_nobody_agreed_to_is_neither_started_nor_recorded(
    service: FakeFineTuning, project: Advisor, advisor: Advisor, answer: str
):
    service.add(overfit_job())
    advisor("job", JOB, "--n-train", 2000)
    advisor("plan", "--submit", given=answer)
    assert service.created == []
    assert len(rows(project)) == 1


def test_a_job_belongs_to_the_project_that_its_metadata_name(
    service: FakeFineTuning, project: Advisor, advisor: Advisor, monkeypatch: pytest.MonkeyPatch
):
    project("project", "--baseline", 7.2)
    project("add", "--run", "R1", *SEED, "--score", 8.05)
    monkeypatch.delenv("ADVISOR_PROJECT")
    service.add(overfit_job(metadata={"advisor_project": "invoices", "advisor_parent": "R1", "team": "billing"}))
    judged = advisor("job", JOB, "--json")
    assert f"Recorded as {JOB} in project invoices." in judged.stderr
    assert json.loads(judged.stdout)["signals"]["baseline_score"]["value"] == 7.2
    started = advisor("plan", JOB, "--submit", "--yes", "--n-train", 2000)
    assert "Recorded as ftjob-new1 in project invoices" in started.stderr
    assert service.created[0]["metadata"] | {"advisor_change": ""} == {
        "advisor_project": "invoices",
        "advisor_parent": JOB,
        "advisor_change": "",
    }
    advisor("job", JOB, "--project", "other")
    listed = {name: advisor("experiments", "list", "-p", name, "--json").stdout for name in ("invoices", "other")}
    runs = {name: [(row["run"], row["parent"]) for row in json.loads(text)["experiments"]] for name, text in listed.items()}
    assert runs["invoices"] == [("R1", None), (JOB, "R1"), ("ftjob-new1", JOB)]
    assert [run for run, _ in runs["other"]] == [JOB]


def test_a_followed_job_is_recorded_in_the_project_that_its_metadata_name(
    service: FakeFineTuning, project: Advisor, advisor: Advisor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("ADVISOR_PROJECT")
    service.add(overfit_job(metadata={"advisor_project": "invoices"}))
    assert f"Recorded as {JOB} in project invoices." in advisor("watch", JOB, "--json").stderr
    assert [row["run"] for row in json.loads(advisor("experiments", "list", "-p", "invoices", "--json").stdout)["experiments"]] == [JOB]


@pytest.mark.parametrize("name", ["../etc", "", "a/b", "x" * 101])
def test_metadata_that_name_no_project_that_can_be_do_not_stand_in_the_way(
    service: FakeFineTuning, advisor: Advisor, store_file: Path, name: str
):
    service.add(overfit_job(metadata={"advisor_project": name}))
    judged = advisor("job", JOB, "--json")
    assert judged.exit_code == 0
    warned = [said for said in json.loads(judged.stdout)["warnings"] if "advisor_project" in said]
    assert [said.endswith("and begins with no dot.") for said in warned] == [True] * bool(name)
    assert not store_file.exists()


def test_the_candidates_of_a_recorded_reinforcement_run_stand_in_the_plan(service: FakeFineTuning, project: Advisor, advisor: Advisor):
    service.add(reinforcement_job())
    advisor("job", JOB)
    assert project("list").exit_code == 0
    text = " ".join(advisor("plan").stdout.split())
    assert "Checkpoints to evaluate" in text
    assert "ckpt-step-40" in text


def test_deployments_that_nobody_uses_stand_in_the_plan_until_a_run_is_advised_without_them(
    project: Advisor, advisor: Advisor, tmp_path: Path
):
    advisor("advise", run_file(tmp_path, id="R1"))
    assert project("list").exit_code == 0
    named = json.loads(advisor("plan", "--json", "--unused", "eval-r1").stdout)
    assert named["deployments"] == ["eval-r1"]
    assert named["clean_up"].startswith("Delete deployments that nobody uses")
    assert json.loads(advisor("plan", "--json").stdout)["deployments"] == ["eval-r1"]
    advisor("advise", run_file(tmp_path, id="R1"))
    assert json.loads(advisor("plan", "--json").stdout)["deployments"] == []


def test_a_plan_that_stops_shows_the_numbers_of_the_last_experiments(project: Advisor, advisor: Advisor):
    project("project", "--baseline", 8.0)
    for name, rate, score in (("R1", 1.0, 9.0), ("R2", 0.5, 9.05), ("R3", 1.5, 9.09), ("R4", 0.7, 9.1)):
        project("add", "--run", name, *SEED, "--lr", rate, "--best-valid-loss", 0.3, "--score", score, "--scale", 0, 10)
    plan = json.loads(advisor("plan", "--json").stdout)
    assert plan["verdict"]["id"] == "ship"
    assert "diminishing-returns" in [criterion["id"] for criterion in plan["stopping"]]
    assert plan["last_experiments"] == [
        {"run": "R2", "score": 9.05, "gain": 0.05, "over": "the best before it"},
        {"run": "R3", "score": 9.09, "gain": 0.04, "over": "the best before it"},
        {"run": "R4", "score": 9.1, "gain": 0.01, "over": "the best before it"},
    ]


class Stages:
    """Time that passes in the fake instead of here: each pause brings the job one stage further."""

    def __init__(self, job: FakeJob) -> None:
        self._job = job
        self._stages = iter([("queued", 0), ("running", 1), ("running", 3), ("succeeded", 4)])
        self(0)

    def __call__(self, _: float) -> None:
        self._job.status, self._job.seen_steps = next(self._stages)


def test_a_job_followed_from_queued_to_succeeded_is_recorded_at_every_new_point(
    service: FakeFineTuning, project: Advisor, shipped_program: Program, capfd: pytest.CaptureFixture[str], store_file: Path
):
    stages = Stages(service.add(overfit_job()))
    project("project", "--baseline", 7.2)
    code = watch_job(
        JOB, shipped_program, Known(n_train=335), LinesDisplay(as_json=True), interval_seconds=1, sleep=stages, project="invoices"
    )
    answers = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert code is ExitCode.CARRY_ON
    assert [len(answer["checkpoints"]) for answer in answers] == [1, 3, 4]
    assert all(answer["signals"]["baseline_score"]["value"] == 7.2 for answer in answers)
    assert [row["run"] for row in rows(project)] == [JOB]
    with sqlite3.connect(store_file) as database:
        kept = {row[0] for row in database.execute("SELECT id FROM advice")}
    assert kept == {answer["advice_id"] for answer in answers}


def test_a_store_that_fails_while_a_job_is_followed_ends_neither_job_nor_advice(
    service: FakeFineTuning,
    project: Advisor,
    shipped_program: Program,
    capfd: pytest.CaptureFixture[str],
    store_file: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("advisor.experiments.database._BUSY_MS", 1)
    project("project", "--baseline", 7.2)
    stages = Stages(service.add(overfit_job()))
    other = sqlite3.connect(store_file, isolation_level=None)

    def sleep(seconds: float) -> None:
        if not other.in_transaction:
            other.execute("BEGIN IMMEDIATE")
        stages(seconds)

    code = watch_job(JOB, shipped_program, Known(), LinesDisplay(as_json=True), interval_seconds=1, sleep=sleep, project="invoices")
    other.close()
    answers = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert code is ExitCode.CARRY_ON
    assert len(answers) == 3
    assert all(any(said.startswith("This advice is not kept. The store is busy") for said in answer["warnings"]) for answer in answers)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("plan",), 1, "There is no project invoices: the store has none yet"),
        (("plan", "--run", "R9", "-p", "empty"), 1, "Project empty has no experiment yet: record one by advisor experiments add"),
        (("plan", "--project", ""), 1, "There is no project : the store has empty."),
        (("advise", EXAMPLE, "-p", "../etc"), 1, "A project's name is 1 to 100 letters"),
        (("advise", EXAMPLE, "--run", "x" * 201), 1, "An experiment's name is at most 200 printable characters."),
    ],
)
def test_what_cannot_be_planned_or_recorded_is_said_in_one_sentence(
    project: Advisor, advisor: Advisor, arguments: tuple[Any, ...], code: int, said: str
):
    if "empty" in said:
        advisor("experiments", "project", "-p", "empty", "--baseline", 1)
    refused = advisor(*arguments)
    assert project("list").exit_code == 1
    assert refused.exit_code == code
    assert refused.stderr.startswith(f"advisor: {said}")
    assert refused.stderr.count("\n") == 1


def test_a_plan_without_any_run_or_project_is_wrong_usage(advisor: Advisor, store_file: Path):
    refused = advisor("plan")
    assert refused.exit_code == 2
    assert "Say which run to plan from: a file, a job, or the project whose last run is meant" in refused.stderr
    assert store_file.exists() is False

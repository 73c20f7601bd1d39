"""The next experiment, printed and started."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from advisor.rulebook import shipped_rules
from tests.cli.conftest import EXAMPLE, Advisor
from tests.fake_openai.runs import overfit_job, reinforcement_job
from tests.fake_openai.service import FakeFineTuning, Fault

JOB = "ftjob-abc123"


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Return the example run with 600 training examples, deployments, and no history."""
    request: dict[str, Any] = json.loads(EXAMPLE.read_text("utf-8"))
    request["run"]["dataset"]["n_train"] = 600
    request["deployments"] = [{"name": "eval-r1", "in_use": False}, {"name": "production", "in_use": True}, {"name": "unknown"}]
    path = tmp_path / "large.json"
    path.write_text(json.dumps(request), "utf-8")
    return path


def test_the_plan_of_a_job_is_a_ready_call_with_one_thing_changed(service: FakeFineTuning, advisor: Advisor):
    service.add(overfit_job())
    result = advisor("plan", JOB, "--n-train", "2000", "--json")
    plan = json.loads(result.stdout)
    change = plan["next_experiment"]["change"]
    before = overfit_job().hyperparameters
    after = plan["call"]["arguments"]["method"]["supervised"]["hyperparameters"]
    assert result.exit_code == 0
    assert [name for name in before if before[name] != after[name]] == [change["parameter"]]
    assert (before[change["parameter"]], after[change["parameter"]]) == (change["from"], change["to"])
    assert plan["call"]["arguments"]["training_file"] == "file-train"
    assert plan["call"]["lacking"] == []
    assert service.created == []


def test_the_page_shows_call_models_candidates_and_deployments(advisor: Advisor, large: Path):
    page = advisor("plan", large).output
    text = " ".join(page.split())
    assert "client.fine_tuning.jobs.create(" in page
    assert "gpt-4.1-mini (tried): primary candidate" in text
    assert "gpt-oss-20b: large-dataset specialist" in text
    assert "gpt-4.1-nano: fast inference option" in text
    assert "step 168 (best)" in text
    assert "Delete deployments that nobody uses" in text
    assert "eval-r1" in text
    assert "production" not in text


def test_what_comes_before_any_training_stands_first(advisor: Advisor, large: Path, tmp_path: Path):
    page = " ".join(advisor("plan", large).output.split())
    assert page.index("First - Deploy an earlier checkpoint.") < page.index("Next experiment")
    assert page.count("Delete deployments that nobody uses") == 1
    unseen = tmp_path / "unseen.json"
    unseen.write_text('{"run": {"method": "supervised", "hyperparameters": {"n_epochs": 3}, "checkpoints": []}}', "utf-8")
    result = advisor("plan", unseen)
    assert result.output.startswith("FIX")
    assert "First\n - Add validation data." in result.output


def test_the_large_dataset_specialist_is_kept_for_500_examples_or_more(advisor: Advisor, large: Path):
    def needs(n_train: int) -> dict[str, int | None]:
        models = json.loads(advisor("plan", large, "--json", "--n-train", str(n_train)).stdout)["models"]
        return {model["model"]: model["needs_examples"] for model in models}

    assert needs(499) == {"gpt-4.1-mini": None, "gpt-oss-20b": 500, "gpt-4.1-nano": None}
    assert needs(500) == {"gpt-4.1-mini": None, "gpt-oss-20b": None, "gpt-4.1-nano": None}


def test_the_candidates_of_a_reinforcement_job_stand_in_its_plan(service: FakeFineTuning, advisor: Advisor):
    service.add(reinforcement_job())
    plan = json.loads(advisor("plan", JOB, "--json").stdout)
    assert plan["candidates"]
    assert all(candidate["fine_tuned_model_checkpoint"] for candidate in plan["candidates"])


def test_models_and_words_come_from_the_rulebook(advisor: Advisor, large: Path, tmp_path: Path):
    folder = tmp_path / "rules"
    shutil.copytree(shipped_rules(), folder)
    table = folder / "models.yaml"
    table.write_text(table.read_text("utf-8").replace("role: fast inference option", "role: the quick one"), "utf-8")
    assert "gpt-4.1-nano: the quick one" in " ".join(advisor("plan", large, "--rules", folder).output.split())


def test_submit_with_yes_starts_exactly_the_printed_call(service: FakeFineTuning, advisor: Advisor):
    service.add(overfit_job())
    result = advisor("plan", JOB, "--n-train", "2000", "--json", "--submit", "--yes")
    assert result.exit_code == 0
    assert service.created == [json.loads(result.stdout)["call"]["arguments"]]
    assert result.stderr == "Started ftjob-new1. Follow it: advisor watch ftjob-new1\n"
    assert service.created[0]["metadata"]["advisor_parent"] == JOB


@pytest.mark.parametrize(("answer", "started"), [("y\n", 1), ("n\n", 0), ("\n", 0)])
def test_submit_asks_first(service: FakeFineTuning, advisor: Advisor, answer: str, started: int):
    service.add(overfit_job())
    result = advisor("plan", JOB, "--n-train", "2000", "--submit", given=answer)
    assert "Start this job at 127.0.0.1? It costs money." in result.stderr
    assert ("Nothing was started." in result.stderr) is not bool(started)
    assert len(service.created) == started
    assert result.exit_code == 0


def test_nothing_is_started_where_nobody_answers(service: FakeFineTuning, advisor: Advisor):
    service.add(overfit_job())
    result = advisor("plan", JOB, "--n-train", "2000", "--submit", given="")
    assert service.created == []
    assert result.exit_code == 1


def test_a_call_with_something_to_fill_in_is_not_started(service: FakeFineTuning, advisor: Advisor):
    result = advisor("plan", EXAMPLE, "--submit", "--yes")
    assert result.exit_code == 1
    assert "give the file's id by --training-file." in result.stderr
    assert service.asked == []


def test_a_refusal_to_start_is_one_sentence(service: FakeFineTuning, advisor: Advisor):
    service.add(overfit_job())
    service.faults["create"] = Fault.error(400, "The model is not available for fine-tuning.")
    result = advisor("plan", JOB, "--n-train", "2000", "--submit", "--yes")
    assert result.exit_code == 1
    assert (
        result.stderr == "advisor: 127.0.0.1 refused the request for a new job (status 400): The model is not available for fine-tuning.\n"
    )


@pytest.mark.parametrize("arguments", [[EXAMPLE, "--yes"], ["-", "--submit"], [], [EXAMPLE, "--nonsense"]])
def test_wrong_usage_exits_with_2(advisor: Advisor, arguments: list[str | Path]):
    assert advisor("plan", *arguments, given=EXAMPLE.read_bytes()).exit_code == 2


def test_a_file_that_is_none_is_said_by_its_name(advisor: Advisor):
    result = advisor("plan", "no-such-file.json")
    assert result.exit_code == 1
    assert result.stderr == "advisor: no-such-file.json: There is no such file: check the name.\n"


def test_the_columns_of_a_file_are_named_by_map_as_everywhere(advisor: Advisor, tmp_path: Path):
    (file := tmp_path / "own.csv").write_text("it,my_loss\n1,2.0\n2,1.5\n", encoding="utf-8")
    assert "--map" in advisor("plan", file).stderr
    mapping = ("--map", "it=step", "--map", "my_loss=full_valid_loss")
    assert advisor("plan", file, *mapping).exit_code == 0
    assert "--map names the columns of a file" in advisor("plan", "ftjob-abc123", *mapping).stderr

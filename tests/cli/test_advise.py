from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import EXAMPLE, Advisor

WriteRun = Callable[..., Path]
_FALLING = [{"train_loss": 1.0 - 0.1 * i, "full_valid_loss": 1.1 - 0.1 * i} for i in range(4)]


def test_the_example_gets_a_verdict_ranked_actions_and_a_table(advisor: Advisor):
    result = advisor("advise", EXAMPLE)
    assert result.exit_code == 0
    headings = ["What to do, best first", "What the run shows", "Checkpoints", "Time to stop?", "What could not be judged"]
    places = [result.output.index(f"\n{heading}\n") for heading in headings]
    assert places == sorted(places)
    assert "1. Deploy an earlier checkpoint" in result.output
    assert "checkpoint: 336 -> 168" in result.output
    assert "because: " in result.output


def test_json_is_the_contracts_answer_and_the_same_each_time_but_for_id_and_time(advisor: Advisor):
    first, second = (json.loads(advisor("advise", EXAMPLE, "--json").stdout) for _ in range(2))
    assert first.pop("advice_id") != second.pop("advice_id")
    first.pop("created_at")
    second.pop("created_at")
    assert first == second
    assert first["actions"][0]["change"] == {"parameter": "checkpoint", "from": 336, "to": 168}


def test_a_dash_reads_standard_input(advisor: Advisor):
    result = advisor("advise", "-", given=b"step,train_loss,valid_loss\n1,0.9,1.0\n2,0.8,0.9\n3,0.7,0.8\n")
    assert "(OpenAI or Azure result CSV)" in " ".join(result.output.split())


def test_a_run_that_must_be_fixed_exits_with_3(advisor: Advisor, write_run: WriteRun):
    result = advisor("advise", write_run([*_FALLING, {"train_loss": "NaN", "full_valid_loss": "NaN"}]))
    assert result.exit_code == 3
    assert result.output.startswith("FIX ")


def test_what_the_file_lacks_can_be_added_and_wins_over_what_it_says(advisor: Advisor, write_run: WriteRun):
    path = write_run(_FALLING, hyperparameters={"n_epochs": 4})
    options = [
        "--n-train",
        "335",
        "--epochs",
        "2",
        "--base-model",
        "gpt-4.1-mini",
        "--score",
        "8.4",
        "--scale",
        "0",
        "10",
        "--baseline",
        "8",
    ]
    signals = json.loads(advisor("advise", path, "--json", *options).stdout)["signals"]
    assert signals["n_train"]["value"] == 335
    assert signals["n_epochs"]["value"] == 2
    assert signals["model_known"]["value"] == 1
    assert signals["baseline_score"]["value"] == 8


@pytest.mark.parametrize("names", [("--lr", "--batch"), ("--learning-rate-multiplier", "--batch-size")])
def test_an_option_goes_by_the_same_names_wherever_settings_are_said(project: Advisor, advisor: Advisor, names: tuple[str, str]):
    rate, batch = names
    assert project("add", "--run", "R1", rate, "0.5", batch, "8").exit_code == 0
    (row,) = json.loads(project("list", "--json").stdout)["experiments"]
    assert (row["learning_rate"], row["batch"]) == (0.5, 8)
    signals = json.loads(advisor("advise", EXAMPLE, "--json", "-p", "other", rate, "0.5", batch, "8").stdout)["signals"]
    assert (signals["learning_rate_multiplier"]["value"], signals["batch_size"]["value"]) == (0.5, 8)


def test_the_data_and_the_size_of_the_evaluation_can_be_given(project: Advisor, advisor: Advisor, write_run: WriteRun):
    path = write_run(_FALLING, dataset={"n_train": 335})
    options = ("--dataset", "v2", "--quality-checked", "--score", "8.4", "--n-items", "120")
    assert advisor("advise", path, "-p", "invoices", "--run", "R1", *options).exit_code == 0
    (run,) = json.loads(project("export", "--format", "json").stdout)["experiments"]
    known = run.get("run", run)
    assert known["dataset"] == {"version": "v2", "n_train": 335, "quality_checked": True}
    assert known["evaluation"] == {"score": 8.4, "n_items": 120}


@pytest.mark.parametrize("command", [("advise",), ("experiments", "add"), ("experiments", "change")])
def test_the_help_fits_80_columns_and_names_every_option_whole(advisor: Advisor, command: tuple[str, ...]):
    page = advisor(*command, "--help").stdout
    assert max(map(len, page.splitlines())) <= 80
    assert "…" not in page
    for name in ("--lr", "--batch", "--learning-rate-multiplier", "--batch-size", "--dataset", "--quality-checked"):
        assert name in page


def test_the_method_and_the_range_of_the_rewards_can_be_given(advisor: Advisor, write_run: WriteRun):
    path = write_run([{"train_mean_reward": 4.8}] * 3)
    result = advisor("advise", path, "--method", "reinforcement", "--reward-range", "0", "5", "--explain", "all", "--json")
    fired = {o["rule"] for o in json.loads(result.stdout)["outcomes"] if o["outcome"] == "fired"}
    assert "reward-high-from-start" in fired


@pytest.mark.parametrize(
    "options",
    ["--epochs -1", "--scale 10 0", "--n-train -5", "--method magic", "--explain some", "--scale 1", "--colour"],
)
def test_options_out_of_bounds_are_wrong_usage(advisor: Advisor, options: str):
    assert advisor("advise", EXAMPLE, *options.split()).exit_code == 2


def test_two_options_that_do_not_fit_together_are_one_sentence(advisor: Advisor):
    result = advisor("advise", EXAMPLE, "--score", "12", "--scale", "0", "10")
    assert (result.exit_code, result.stderr) == (2, "advisor: the evaluation has the score 12, which does not lie on its scale [0, 10]\n")


def test_without_a_file_the_usage_is_shown(advisor: Advisor):
    assert advisor("advise").exit_code == 2


@pytest.mark.parametrize(("name", "sentence"), [("nothing.json", "There is no such file"), (".", "The folder holds no log")])
def test_a_file_that_cannot_be_opened_is_one_sentence(advisor: Advisor, tmp_path: Path, name: str, sentence: str):
    result = advisor("advise", tmp_path / name)
    assert (result.exit_code, result.stdout) == (1, "")
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr


def test_a_broken_rulebook_lists_every_mistake_with_its_place(advisor: Advisor, broken_rules: Path):
    result = advisor("advise", EXAMPLE, "--rules", broken_rules)
    assert (result.exit_code, result.stdout) == (4, "")
    assert "sft/overfit-ratio-mild.yaml:" in result.stderr
    assert "data/dataset-small.yaml:" in result.stderr
    assert 'did you mean "n_train"' in result.stderr.replace("Did", "did")


def test_what_the_importer_noticed_is_said_and_is_part_of_the_json(advisor: Advisor):
    given = b"step,train_loss,valid_loss\n1,0.9,\n2,0.8,\n,0.7,\n"
    said = "The validation columns are empty"
    assert said in advisor("advise", "-", given=given).output
    warnings = json.loads(advisor("advise", "-", "--json", given=given).stdout)["warnings"]
    assert [w.split(":")[0] for w in warnings] == [said, "1 row left out"]

"""The experiment table from the command line: entered, evaluated, compared, listed and taken out again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tests.cli.conftest import EXAMPLE, Advisor

Store = Callable[..., Result]
SEED = ("--base-model", "gpt-4.1-mini", "--method", "supervised", "--dataset", "v1", "--n-train", 335, "--epochs", 2)


@pytest.fixture
def invoices(project: Store) -> Store:
    """Return the command line with the seed table of the workflow document in it, R2 not evaluated yet."""
    assert project("project", "--baseline", 7.2).exit_code == 0
    added = project("add", "--run", "R1", *SEED, "--lr", "1.0", "--best-valid-loss", "0.320", "--score", 8.05, "--scale", 0, 10)
    assert added.exit_code == 0, added.output
    assert project("add", "--run", "R2", *SEED, "--lr", 0.5, "--best-valid-loss", "0.310").exit_code == 0
    return project


def words(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


def test_the_seed_table_reads_as_in_the_workflow_document(invoices: Store):
    invoices("evaluate", "R2", "--score", 9.15)
    page = invoices("list").stdout
    assert [line.split() for line in page.splitlines() if line.startswith(("R1", "R2"))] == [
        ["R1", "gpt-4.1-mini", "v1", "(335", "ex)", "2", "1.0", "default", "0.320", "8.05"],
        ["R2", "gpt-4.1-mini", "v1", "(335", "ex)", "2", "0.5", "default", "0.310", "9.15"],
    ]
    assert "     learning_rate_multiplier: 1 -> 0.5\n" in page
    assert "Project invoices: 2 experiments, baseline 7.2." in page
    assert max(map(len, page.splitlines())) <= 80


def test_without_a_project_the_projects_are_listed(invoices: Store, advisor: Advisor, monkeypatch: pytest.MonkeyPatch):
    assert invoices("project", "-p", "letters", "--target", 0.9).exit_code == 0
    lines = "Project invoices: 2 experiments, baseline 7.2.\nProject letters: 0 experiments, no baseline yet, target 0.9.\n"
    assert invoices("list", "--projects").stdout == lines
    monkeypatch.delenv("ADVISOR_PROJECT")
    assert invoices("list").stdout == lines
    told = json.loads(invoices("list", "--json").stdout)["projects"]
    assert [(one["name"], one["experiments"]) for one in told] == [("invoices", 2), ("letters", 0)]


def test_the_scores_are_drawn_with_the_baseline_as_a_level(invoices: Store):
    invoices("evaluate", "R2", "--score", 9.15)
    page = invoices("list").stdout
    chart = page[page.index("score ") :]
    assert "baseline 7.2" in chart
    assert chart.count("●") == 2
    assert chart.rstrip().endswith("R2")


def test_one_score_makes_no_chart(invoices: Store):
    assert "●" not in invoices("list").stdout


@pytest.mark.parametrize(
    "command",
    [
        ("evaluate", "R2", "--score", 94),
        ("evaluate", "R2", "--checkpoint", "42=94"),
        ("add", "--run", "R3", *SEED, "--lr", 0.5, "--score", 94),
    ],
    ids=["score", "checkpoint", "add"],
)
def test_a_score_that_does_not_lie_on_the_scale_of_the_runs_before_is_refused(invoices: Store, command: tuple[str | int, ...]):
    refused = invoices(*command)
    assert (refused.exit_code, refused.stderr) == (
        2,
        (
            "advisor: --score: has the score 94, which does not lie on the scale of the runs before, [0, 10]\n"
            "    Give --scale LOW HIGH where it was scored on another one.\n"
        ),
    )
    rows = json.loads(invoices("list", "--json").stdout)["experiments"]
    assert [(row["run"], row["score"]) for row in rows] == [("R1", 8.05), ("R2", None)]
    said = words(invoices("evaluate", "R2", "--score", 94, "--scale", 0, 100))
    assert "R2 scores 94 on a scale of 0 to 100, the runs before it on 0 to 10: nothing tells how they compare." in said


def test_a_judged_score_off_the_scale_of_the_runs_before_is_warned_of(invoices: Store, advisor: Advisor, write_run: Callable[..., Path]):
    path = write_run([{"train_loss": 0.5, "full_valid_loss": 0.6}])
    advised = json.loads(advisor("advise", path, "-p", "invoices", "--run", "R3", "--score", 94, "--json").stdout)
    said = "The run's score does not lie on the scale of the runs before it, [0, 10]: it is compared neither with theirs nor "
    assert said + "with the baseline and the target." in advised["warnings"]
    on_it = json.loads(advisor("advise", path, "-p", "invoices", "--run", "R4", "--score", 9.4, "--json").stdout)
    assert not any("scale" in warning for warning in on_it["warnings"])
    assert [row["run"] for row in json.loads(invoices("list", "--json").stdout)["experiments"]] == ["R1", "R2", "R3", "R4"]


def test_evaluate_says_what_was_gained_and_takes_the_scale_of_the_runs_before(invoices: Store):
    said = words(invoices("evaluate", "R2", "--score", 9.15))
    assert "R2 scores 9.15 on a scale of 0 to 10: 1.1 above R1 (8.05) and 1.95 above the baseline (7.2)." in said
    assert "nothing was learned about actions" in said


def test_following_advice_and_scoring_higher_is_learned_and_counted(invoices: Store, advisor: Advisor):
    run = {
        "run": json.loads(EXAMPLE.read_text("utf-8"))["run"]
        | {"id": "R3", "hyperparameters": {"n_epochs": 4, "learning_rate_multiplier": 0.5}}
    }
    run["run"].pop("evaluation", None)
    advised = advisor("advise", "-", "-p", "invoices", "--score", 8.2, "--scale", 0, 10, given=json.dumps(run))
    assert "Recorded as R3 in project invoices." in advised.stderr
    fewer = words(invoices("add", "--run", "R4", *SEED[:-1], 3, "--lr", 0.5))
    assert "n_epochs: 4 -> 3" in fewer
    said = words(invoices("evaluate", "R4", "--score", 9.0))
    assert "Followed: reduce-epochs, for the rule " in said
    assert "it helped, 8.2 -> 9." in said
    counted = json.loads(advisor("record", "--json").stdout)
    assert counted["actions"] == [{"id": "reduce-epochs", "followed": 1, "helped": 1}]
    assert sum(rule["helped"] for rule in counted["rules"]) == 1
    page = words(advisor("record"))
    assert "reduce-epochs 1 1" in page
    again = advisor("advise", "-", "-p", "invoices", "--run", "R5", given=json.dumps(run))
    assert "in your past: helped 1 of 1 times" in " ".join(again.stdout.split())


def test_what_was_followed_without_a_clear_outcome_is_named_and_not_counted(invoices: Store, advisor: Advisor):
    advisor("advise", EXAMPLE, "-p", "invoices", "--run", "R3", "--score", 8.2, "--scale", 0, 10)
    invoices("add", "--run", "R4", *SEED[:-1], 4, "--lr", 0.5)
    invoices("evaluate", "R4", "--score", 8.25, "--action", "reduce-epochs")
    counted = json.loads(advisor("record", "--json").stdout)
    assert (counted["actions"], counted["rules"]) == ([], [])
    (unclear,) = counted["unclear"]
    assert (unclear["id"], unclear["followed"]) == ("reduce-epochs", 1)
    page = words(advisor("record"))
    assert page.startswith(
        "No outcome is clear yet, so that none is counted. Followed, and nobody knows whether it helped - reduce-epochs:"
    )
    assert "reduce-epochs: followed once. The scores differ by 0.05, within the noise of the two evaluations" in page


def test_whether_a_named_action_helped_is_worked_out_anew_when_the_score_is_corrected(invoices: Store, advisor: Advisor):
    advisor("advise", EXAMPLE, "-p", "invoices", "--run", "R3", "--score", 8.2, "--scale", 0, 10)
    invoices("add", "--run", "R4", *SEED[:-1], 4, "--lr", 0.5)
    stated = "Followed: reduce-epochs, for the rule epochs-above-usual: it helped, 8.2 -> 9 (as somebody stated)."
    assert stated in words(invoices("evaluate", "R4", "--score", 9, "--action", "reduce-epochs"))
    again = words(invoices("evaluate", "R4", "--score", 8.25))
    assert "Followed: reduce-epochs, for the rule epochs-above-usual: whether it helped is not known: The scores differ by 0.05" in again


def test_advice_given_after_a_run_was_recorded_is_not_what_it_followed(invoices: Store, advisor: Advisor):
    advisor("advise", EXAMPLE, "-p", "invoices", "--run", "R1")
    refused = invoices("evaluate", "R2", "--score", 9.15, "--action", "reduce-epochs")
    assert (refused.exit_code, "No advice was recorded on the run before R2 by the time that one was recorded" in refused.stderr) == (
        1,
        True,
    )


def test_a_setting_corrected_after_the_score_ties_the_run_to_the_advice_that_it_followed(invoices: Store, advisor: Advisor):
    advisor("advise", EXAMPLE, "-p", "invoices", "--run", "R3", "--score", 8.2, "--scale", 0, 10)
    invoices("add", "--run", "R4", "--score", 9)
    assert "Followed: reduce-epochs" in words(invoices("change", "R4", "--epochs", 2))
    assert json.loads(advisor("record", "--json").stdout)["actions"] == [{"id": "reduce-epochs", "followed": 1, "helped": 1}]
    assert "Followed" not in words(invoices("change", "R4", "--epochs", 90))
    assert json.loads(advisor("record", "--json").stdout)["actions"] == []


def test_a_named_action_that_was_never_advised_is_refused_and_so_is_the_score(invoices: Store, advisor: Advisor):
    advisor("advise", EXAMPLE, "-p", "invoices", "--run", "R3")
    invoices("add", "--run", "R4", *SEED)
    before = invoices("list", "--json").stdout
    refused = invoices("evaluate", "R4", "--score", 9.15, "--action", "pray")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("advisor: Nothing is recorded, not even the score: The advice holds no action pray; it holds ")
    assert invoices("list", "--json").stdout == before


@pytest.mark.parametrize(
    ("options", "mistake"),
    [
        (("--run", "R3", *SEED[:-1], 3, "--lr", 0.2, "--best-valid-loss", 0.3), "several-variables-changed: 2 variables changed"),
        (("--run", "R3", *SEED, "--lr", 0.2), "curves-ignored"),
    ],
)
def test_common_mistakes_are_pointed_out_at_once(invoices: Store, options: tuple[Any, ...], mistake: str):
    assert f"R3, {mistake}" in words(invoices("add", *options))


def test_a_missing_baseline_is_pointed_out_until_it_is_set(project: Store):
    said = words(project("add", "--run", "R1", *SEED, "--score", 8))
    assert "R1, no-baseline: " in said
    assert "advisor experiments project --baseline SCORE" in said
    project("project", "--baseline", 7)
    assert "no-baseline" not in words(project("add", "--run", "R2", *SEED, "--score", 8))


def test_going_back_to_a_better_run_is_one_change(invoices: Store):
    invoices("add", "--run", "R3", *SEED[:-1], 3, "--lr", 0.5, "--best-valid-loss", 0.33)
    said = words(invoices("add", "--run", "R4", "--parent", "R2", *SEED, "--lr", 0.5, "--batch", 16, "--best-valid-loss", 0.30))
    assert "several-variables-changed" not in said
    rows = json.loads(invoices("list", "--json").stdout)["experiments"]
    assert (rows[3]["parent"], rows[3]["changed"]) == ("R2", [])


def test_what_was_recorded_wrongly_can_be_changed(invoices: Store):
    assert "R2 n_epochs: 2 -> 3; learning_rate_multiplier: 1 -> 0.5" in words(invoices("change", "R2", "--epochs", 3))
    row = json.loads(invoices("list", "--json").stdout)["experiments"][1]
    assert (row["epochs"], row["learning_rate"], row["best_valid_loss"]) == (3, 0.5, 0.31)


def test_a_run_file_is_recorded_with_its_curve(project: Store, tmp_path: Path):
    file = tmp_path / "result.csv"
    file.write_text("step,train_loss,valid_loss\n" + "".join(f"{n},{1 / n},{2 / n}\n" for n in range(1, 9)), "utf-8")
    assert project("add", file, "--run", "R1", "--base-model", "gpt-4.1-mini", "--epochs", 2).exit_code == 0
    (row,) = json.loads(project("list", "--json").stdout)["experiments"]
    assert (row["run"], row["base_model"], row["epochs"], row["best_valid_loss"]) == ("R1", "gpt-4.1-mini", 2, 0.25)


def test_two_runs_are_compared_with_what_changed_and_their_curves_in_one_chart(project: Store, tmp_path: Path):
    for name, rate, last in (("R1", 1.0, 0.8), ("R2", 0.5, 0.5)):
        points = [{"step_number": s, "metrics": {"full_valid_loss": loss}} for s, loss in ((10, 1.0), (20, 0.6), (30, last))]
        run = {"id": name, "method": "supervised", "hyperparameters": {"learning_rate_multiplier": rate}, "checkpoints": points}
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps(run), "utf-8")
        assert project("add", file).exit_code == 0
    page = project("compare", "R1", "R2").stdout
    assert "One thing changed: learning_rate_multiplier: 1 -> 0.5." in page
    assert "-0.100" in page
    drawn = page[page.index("● R1   ○ R2") :].splitlines()
    assert drawn[1].count("●") == 1  # both begin at the same loss, and the first run is drawn over the second
    assert drawn[-2].endswith("○")  # the second ends lowest
    assert drawn[-1].split() == ["10", "30"]
    assert json.loads(project("compare", "R1", "R2", "--json").stdout)["changed"] == [
        {"parameter": "learning_rate_multiplier", "from": 1.0, "to": 0.5}
    ]


def test_a_comparison_without_curves_says_so(invoices: Store):
    assert "No validation losses are recorded of R1 and R2." in words(invoices("compare", "R1", "R2"))


def test_what_is_exported_as_json_can_be_added_to_another_project(invoices: Store, advisor: Advisor, tmp_path: Path):
    invoices("add", "--run", "R3", "--parent", "R1", *SEED, "--lr", 2)
    exported = invoices("export", "--format", "json").stdout
    file = tmp_path / "invoices.json"
    file.write_text(exported, "utf-8")
    assert advisor("experiments", "add", file, "-p", "copy").exit_code == 0
    again = json.loads(advisor("experiments", "export", "-p", "copy", "--format", "json").stdout)
    assert again == json.loads(exported) | {"project": "copy"}


@pytest.mark.parametrize("form", ["csv", "markdown"])
def test_the_table_is_exported_in_the_documents_columns(invoices: Store, form: str):
    lines = invoices("export", "--format", form).stdout.splitlines()
    assert lines[0].replace(" | ", ",").strip("| ").startswith("Run,Base model,Dataset,Epochs,LR,Batch,Best val_loss,Combined eval")
    assert len(lines) == (3 if form == "csv" else 4)


def test_a_list_of_runs_is_recorded_as_a_whole(project: Store, tmp_path: Path):
    file = tmp_path / "runs.json"
    file.write_text(json.dumps([{"id": f"R{i}", "hyperparameters": {"n_epochs": i}} for i in range(1, 31)]), "utf-8")
    said = words(project("add", file))
    assert "30 experiments, the last of them:" in said
    assert "R30 n_epochs: 29 -> 30" in said
    assert "Project invoices: 30 experiments" in words(project("list", "--last", 5))
    assert "25 earlier ones are not shown" in words(project("list", "--last", 5))
    assert "earlier ones" not in words(project("list", "--all"))


def test_a_list_with_mistakes_is_refused_as_a_whole_and_every_mistake_is_named(project: Store, tmp_path: Path):
    file = tmp_path / "runs.json"
    file.write_text(json.dumps([{"id": "R1", "hyperparameters": {"n_epochs": -1}}, {"id": "R2"} | {"evaluation": {"score": "high"}}]))
    refused = project("add", file)
    assert refused.exit_code == 1
    assert "Nothing was recorded: experiment 1, hyperparameters.n_epochs" in refused.stderr
    assert "experiment 2, evaluation.score" in refused.stderr
    assert project("list").exit_code == 1


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([{"run": {"id": "R1"}, "parent": 1}], "experiment 1, parent: must be text"),
        ({"experiments": [{"id": "R1"}, {}]}, "experiment 2, all of it: says nothing of a run"),
        ({"experiments": []}, "experiments: must hold 1 to 10,000 experiments"),
        ({"experiments": [{"id": "R1"}], "baseline": {"score": "high"}}, "baseline.score: must be a number"),
        ({"experiments": [{"id": "R1"}], "goal": {"needs": ["luck"]}}, 'goal.needs.0: must be "reasoning"'),
    ],
)
def test_a_wrong_part_of_a_list_is_named(project: Store, tmp_path: Path, document: Any, said: str):
    file = tmp_path / "runs.json"
    file.write_text(json.dumps(document))
    refused = project("add", file)
    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"advisor: {file}: Nothing was recorded: {said}")
    assert project("list").exit_code == 1


def test_a_parent_within_a_run_counts_where_none_stands_beside_it(project: Store, tmp_path: Path):
    file = tmp_path / "runs.json"
    runs = [{"run": {"id": "R1"}}, {"run": {"id": "R2"}}, {"run": {"id": "R3", "parent": "R1"}, "parent": None}]
    file.write_text(json.dumps({"experiments": runs, "baseline": None}))
    project("add", file)
    assert [row["parent"] for row in json.loads(project("list", "--json").stdout)["experiments"]] == [None, None, "R1"]


def test_a_goal_is_changed_piece_by_piece(project: Store, advisor: Advisor):
    project("project", "--target", 9.5, "--needs", "reasoning", "--runs-left", 4)
    assert words(project("project", "--runs-left", 3)) == (
        "Project invoices: 0 experiments, no baseline yet, target 9.5, needs reasoning, 3 runs left."
    )
    assert "Project invoices" in words(advisor("experiments", "project"))


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("list",), 1, "There is no project invoices: the store has none yet"),
        (("export",), 1, "There is no project invoices"),
        (("project",), 1, "There is no project invoices"),
        (("compare", "R1", "R2"), 1, "There is no project invoices"),
        (("evaluate", "R1", "--score", 9), 1, "There is no project invoices"),
        (("add",), 2, "Give a file, or values such as --run R1"),
        (("add", "no-such-file.json"), 1, "no-such-file.json: There is no such file"),
        (("add", "--epochs", "many"), 2, '--epochs: must be a number above 0, or "auto"'),
        (("add", "--method", "magic"), 2, "--method: must be 'supervised', 'dpo' or 'reinforcement'"),
        (("add", "--score", 12, "--scale", 0, 10), 2, "--score: has the score 12, which does not lie on its scale [0, 10]"),
        (("add", "--run", "R3", "--parent", "R9", "--epochs", 2), 1, "Experiment R3 varies R9, which the project has not."),
        (("evaluate", "R1"), 2, "Give what was measured: --score"),
        (("evaluate", "R1", "--checkpoint", "last=9"), 2, "--checkpoint: must be a step and its score"),
        (("change", "R1"), 2, "Say what is to be changed"),
        (("project", "--needs", "luck"), 2, "--needs: must be 'reasoning'"),
        (("project", "--runs-left", -1), 2, "--runs-left: must be greater than or equal to 0"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(project: Store, arguments: tuple[Any, ...], code: int, said: str):
    refused = project(*arguments)
    assert (refused.exit_code, refused.stdout) == (code, "")
    assert refused.stderr.startswith(f"advisor: {said}")
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("evaluate", "R9", "--score", 9),
            "Project invoices has no experiment R9: list its experiments to see their names.",
        ),
        (("change", "R9", "--epochs", 9), "Project invoices has no experiment R9: "),
        (("compare", "R1", "R9"), "Project invoices has no experiment R9: "),
        (("add", "--run", "R2", "--epochs", 1), "The project has an experiment R2 already: "),
    ],
)
def test_an_unknown_run_or_a_name_that_is_taken_is_said(invoices: Store, arguments: tuple[Any, ...], said: str):
    refused = invoices(*arguments)
    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"advisor: {said}")
    assert refused.stderr.count("\n") == 1


def test_a_project_that_is_misspelt_is_answered_with_those_there_are(invoices: Store, advisor: Advisor):
    assert "There is no project invoice: the store has invoices." in advisor("experiments", "list", "-p", "invoice").stderr


def test_a_file_that_is_no_database_is_one_sentence_without_its_path(project: Store, store_file: Path):
    store_file.parent.mkdir()
    store_file.write_bytes(b"no database at all, whatever its name says" * 50)
    refused = project("list")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("advisor: What ADVISOR_DATABASE_URL names is no database")
    assert str(store_file) not in refused.stderr


def test_a_store_that_others_hold_is_one_sentence(invoices: Store, store_file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("advisor.experiments.database._BUSY_MS", 1)
    with sqlite3.connect(store_file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        refused = invoices("evaluate", "R2", "--score", 9)
        other.execute("ROLLBACK")
    assert refused.exit_code == 1
    assert refused.stderr == "advisor: The store is busy with other writers, so nothing was recorded: ask again in a moment.\n"


def test_a_wrong_address_of_the_store_is_said_with_what_one_looks_like(project: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ADVISOR_DATABASE_URL", "mysql://root:secret@host/db")
    refused = project("list")
    assert "give sqlite:///FILE or postgresql://USER@HOST/NAME" in refused.stderr
    assert "secret" not in refused.stderr


@pytest.mark.parametrize(
    "arguments", [("experiments", "add", "--run", "R1", "--epochs", 2), ("advise", EXAMPLE), ("plan",), ("experiments", "list")]
)
def test_a_store_that_is_set_to_nothing_is_not_the_usual_one(
    project: Store, advisor: Advisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[Any, ...]
):
    monkeypatch.setenv("ADVISOR_DATABASE_URL", "")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    refused = advisor(*arguments)
    said = "ADVISOR_DATABASE_URL is set to nothing, so nothing is kept and there is no project: give it sqlite:///FILE, or unset it."
    assert (refused.exit_code, refused.stderr) == (1, f"advisor: {said}\n")
    assert not (tmp_path / "data").exists()


def test_what_is_wrong_with_a_list_is_said_in_plain_words(project: Store, tmp_path: Path):
    (file := tmp_path / "list.json").write_text(
        '[{"hyperparameters": {"n_epochs": -1}, "evaluation": {"score": "x"}}, {"id": 3, "method": "sft"}]', encoding="utf-8"
    )
    assert project("add", file).stderr == (
        f'advisor: {file}: Nothing was recorded: experiment 1, hyperparameters.n_epochs: must be a number above 0, or "auto"; '
        "experiment 1, evaluation.score: must be a number; experiment 2, id: must be text; "
        'experiment 2, method: must be "supervised", "dpo" or "reinforcement".\n'
    )


def test_the_table_that_export_prints_is_told_from_a_log(invoices: Store, tmp_path: Path):
    (file := tmp_path / "a.csv").write_text(invoices("export").stdout, encoding="utf-8")
    assert invoices("add", file).stderr == (
        f"advisor: {file}: This is a table of experiments, not the log of one: advisor experiments export --format json prints what "
        "advisor experiments add takes.\n"
    )


def test_the_columns_of_a_log_are_named_by_map_as_everywhere(project: Store, tmp_path: Path):
    (file := tmp_path / "own.csv").write_text("it,my_loss\n1,2.0\n2,1.5\n", encoding="utf-8")
    assert "--map" in project("add", file).stderr
    assert project("add", file, "--map", "it=step", "--map", "my_loss=full_valid_loss").exit_code == 0
    assert json.loads(project("list", "--json").stdout)["experiments"][0]["best_valid_loss"] == 1.5
    (listed := tmp_path / "list.json").write_text('[{"id": "R5", "method": "dpo"}]', encoding="utf-8")
    assert "--map names the columns of a log" in project("add", listed, "--map", "it=step").stderr


def test_without_any_outcome_the_record_says_how_to_get_one(advisor: Advisor, store_file: Path):
    assert store_file.exists() is False
    assert "No outcome is known yet: advise a run with --project" in words(advisor("record"))


@pytest.mark.slow
def test_ten_thousand_experiments_are_listed_and_exported_whole(project: Store, tmp_path: Path):
    file = tmp_path / "runs.json"
    runs = [{"id": f"R{i}", "hyperparameters": {"n_epochs": i % 3 + 1}, "evaluation": {"score": i % 10}} for i in range(1, 10_001)]
    file.write_text(json.dumps(runs), "utf-8")
    assert project("add", file).exit_code == 0
    page = project("list", "--all").stdout
    assert sum(line.startswith("R") for line in page.splitlines()) == 10_001
    assert len(json.loads(project("list", "--json").stdout)["experiments"]) == 10_000
    assert len(project("export").stdout.splitlines()) == 10_001

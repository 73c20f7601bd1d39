from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from advisor.cli.app import app
from advisor.cli.report.checkpoints import checkpoint_table
from advisor.contract import AdviseRequest
from advisor.local import LocalAdvisor
from tests.cli.conftest import EXAMPLE, Advisor

WriteRun = Callable[..., Path]


def _section(page: str, heading: str) -> list[str]:
    """Return the lines between a heading and the next blank line."""
    return page.split(f"\n{heading}\n", 1)[1].split("\n\n", 1)[0].splitlines()


def test_no_line_is_wider_than_80_columns_or_ends_in_blanks(advisor: Advisor):
    lines = advisor("advise", EXAMPLE).output.splitlines()
    assert max(map(len, lines)) > 70
    for line in lines:
        assert len(line) <= 80
        assert line == line.rstrip()


def test_best_and_final_are_marked_in_the_table(advisor: Advisor):
    table = _section(advisor("advise", EXAMPLE).output, "Checkpoints")
    rows = {line.split()[0]: line.split()[-1] for line in table if line.split()[0].isdigit()}
    assert rows == {"84": "healthy", "168": "best", "252": "severe", "336": "final"}


def test_a_band_has_the_colour_of_its_place_among_the_bands_of_the_rulebook():
    request = AdviseRequest.model_validate_json(Path(EXAMPLE).read_bytes())
    table = checkpoint_table(LocalAdvisor().advise(request), request.run, ("severe", "mild", "healthy"))
    console = Console(file=StringIO(), force_terminal=True, color_system="standard", width=100)
    console.print(table)
    page = console.file.getvalue()  # type: ignore[attr-defined]  # the text that was written to it
    assert "\x1b[32msevere" in page
    assert "\x1b[31mhealthy" in page


def test_a_long_table_is_shortened_in_the_middle_and_says_so(advisor: Advisor, write_run: WriteRun):
    path = write_run([{"train_loss": 2 - 0.01 * i, "full_valid_loss": 2.1 - 0.01 * i} for i in range(100)])
    table = _section(advisor("advise", path).output, "Checkpoints")
    assert any("84 rows not shown" in line for line in table)
    assert sum(line.split()[0].replace(",", "").isdigit() for line in table) == 16


def test_of_many_steps_those_with_a_validation_value_are_shown(advisor: Advisor, write_run: WriteRun):
    points = [{"train_loss": 2 - 0.01 * i} | ({"full_valid_loss": 2.1 - 0.01 * i} if i % 10 == 9 else {}) for i in range(100)]
    table = _section(advisor("advise", write_run(points)).output, "Checkpoints")
    assert any("90 steps without a validation value are not shown." in line for line in table)
    assert [line.split()[0] for line in table[:-1] if line.split()[0].replace(",", "").isdigit()] == [
        "100",
        "200",
        "300",
        "400",
        "500",
        "600",
        "700",
        "800",
        "900",
        "1,000",
    ]


def test_a_reinforcement_run_shows_rewards_and_lengths_and_no_ratio(advisor: Advisor, write_run: WriteRun):
    points = [
        {"train_mean_reward": 0.1 * i, "full_valid_mean_reward": 0.1 * i, "completion_tokens_mean": 400, "train_loss": 0.0}
        for i in range(5)
    ]
    page = advisor("advise", write_run(points, method="reinforcement")).output
    header = next(line for line in _section(page, "Checkpoints") if "Step" in line)
    assert "Train reward" in header
    assert "Tokens" in header
    assert "Ratio" not in header
    assert "Train loss" not in header


def test_gaps_name_the_option_that_closes_them(advisor: Advisor, write_run: WriteRun):
    gaps = _section(advisor("advise", write_run([])).output, "What could not be judged")
    assert any("(--n-train)" in line or "(--epochs)" in line for line in gaps)


def test_a_fact_that_was_given_and_does_not_help_is_not_asked_for_again(advisor: Advisor, tmp_path: Path):
    run = tmp_path / "run.json"
    settings = '{"n_epochs": 3, "batch_size": "auto", "beta": "auto"}'
    run.write_text(f'{{"run": {{"method": "dpo", "base_model": "Qwen2.5-7B", "hyperparameters": {settings}, "checkpoints": []}}}}', "utf-8")
    page = " ".join(advisor("advise", run, "--explain", "all").output.split())
    assert "a base model that the rulebook knows (it has no row for Qwen2.5-7B): " in page
    assert "base_model (--base-model)" not in page
    assert "batch_size as a number (--batch-size)" in page


def test_explain_off_leaves_out_the_numbers_and_all_adds_every_rule(advisor: Advisor):
    quiet, loud = (advisor("advise", EXAMPLE, "--explain", level).output for level in ("off", "all"))
    evidence = "valid_loss_rise_ratio 0.4138 > "
    assert evidence not in quiet
    assert evidence in " ".join(loud.split())
    assert "\nEvery rule\n" in loud
    assert "\nEvery rule\n" not in quiet
    assert "loss-diverges" in loud.split("\nEvery rule\n")[1]


@pytest.mark.parametrize("width", ["60", "200"])
def test_the_page_follows_the_width_of_the_terminal_within_reason(width: str):
    page = CliRunner().invoke(app, ["advise", str(EXAMPLE)], env={"COLUMNS": width}).output
    longest = max(len(line) for line in page.splitlines() if "ft:" not in line)
    assert longest <= min(int(width), 110)
    assert longest > min(int(width), 110) - 20

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner, Result

from advisor.authoring.evaluate import EVALUATION, atlas_of, evaluate
from advisor.authoring.quality import advisor_judge, read_labelled
from advisor.authoring.quality.svg import Bar, bars, heat_map
from advisor.cli.app import app
from advisor.engine import Program
from advisor.rulebook import load_rulebook, shipped_rules
from tests.authoring.labelled_files import HISTORY, RUN, write

BENCH = Path(__file__).parents[3] / "shared" / "bench"


@pytest.fixture
def runs(tmp_path):
    folder = tmp_path / "runs"
    write(folder, "a.json", RUN)
    write(folder, "h.jsonl", json.dumps(HISTORY))
    write(folder, "notes.json", {"nothing": "here"})
    return folder


def call(*arguments) -> Result:
    return CliRunner().invoke(app, ["evaluate", *map(str, arguments)])


def test_prints_the_headline_figures_and_what_was_left_out(runs):
    result = call(runs)
    assert result.exit_code == 0
    assert "1 runs with recorded neighbours" in result.output
    assert "notes.json has neither checkpoints nor a label" in " ".join(result.output.split())


def test_json_holds_every_measure_with_its_counts(runs):
    found = json.loads(call(runs, "--json").output)
    assert found["runs"] == 1
    assert found["advice"]["top1"] == {"hits": 1, "of": 1, "share": 1.0}
    assert [scores["points"] for scores in found["overfitting"]] == [50, 10, 5]


def test_writes_the_whole_report_and_charts_that_a_browser_can_read(runs, tmp_path):
    assert call(runs, "--markdown", tmp_path / "out" / "report.md", "--plots", tmp_path / "charts").exit_code == 0
    assert "## Findings against causes" in (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
    charts = sorted((tmp_path / "charts").glob("*.svg"))
    assert [chart.name for chart in charts] == ["calibration.svg", "confusion.svg", "first-advice-by-cause.svg", "uplift-by-action.svg"]
    for chart in charts:
        ET.fromstring(chart.read_text(encoding="utf-8"))


def test_a_folder_without_labelled_runs_is_unusable_input(tmp_path):
    result = call(tmp_path)
    assert result.exit_code == 1
    assert "No labelled run" in result.output


def test_a_report_that_cannot_be_written_is_said(runs, tmp_path):
    (tmp_path / "file").write_text("")
    result = call(runs, "--markdown", tmp_path / "file" / "report.md")
    assert result.exit_code == 1
    assert "report.md: cannot be written" in result.output


def test_charts_escape_names_and_draw_nothing_for_what_is_unknown():
    chart = bars("a < b", [Bar("x&y", None, "–"), Bar("negative", -1.0)])
    texts = [element.text for element in ET.fromstring(chart).iter() if element.text and element.text.strip()]
    assert "a < b" in texts
    assert "x&y" in texts
    assert ET.fromstring(heat_map("t", ["c"], [("f", [None])])) is not None


@pytest.mark.slow
@pytest.mark.skipif(not BENCH.is_dir(), reason="the labelled development runs lie outside the checkout and are not here")
def test_the_shipped_rules_reach_the_goals_on_the_development_runs():
    rulebook = load_rulebook(shipped_rules())
    data = read_labelled([BENCH])
    found: Any = evaluate(data, advisor_judge(Program(rulebook)), atlas_of(rulebook))
    assert found.skipped == ()
    assert found.advice.any_change.skill >= 0.5
    assert found.advice.data_fixed.skill >= 0.4
    assert found.advice.macro_top1 >= 0.75
    assert found.advice.macro_top3 >= 0.88
    assert found.advice.alarm_j >= 0.5
    assert found.advice.checkpoint_regret_points <= 0.18
    assert found.loop.advice >= 0.9
    assert all(scores.overall.macro_f1 >= 0.985 for scores in found.overfitting)
    assert all(fault.named.share == 1.0 for fault in found.graders.faults)
    assert found.graders.alarms_on_healthy.hits == 0
    right = [found.calibration.right[level].share for level in ("high", "medium", "low")]
    assert right == sorted(right, reverse=True)
    assert EVALUATION.validate_json(EVALUATION.dump_json(found)).runs == found.runs

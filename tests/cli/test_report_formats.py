from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from advisor.cli.report.charts import charts
from advisor.contract import AdviseRequest
from advisor.local import LocalAdvisor
from tests.cli.conftest import EXAMPLE, Advisor

WriteRun = Callable[..., Path]
HOSTILE = "<script>alert(1)</script>"


class _Page(HTMLParser):
    """What a browser would see of a page: its tags, its text and whatever it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loads += [f"{name}={value}" for name, value in attrs if name in ("src", "href", "srcset", "data") or name.startswith("on")]
        if tag not in ("meta", "br", "line", "circle", "polyline"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("line", "circle", "polyline"):
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def local() -> LocalAdvisor:
    return LocalAdvisor()


def _charts(local: LocalAdvisor, points: list[dict[str, Any]], method: str = "supervised") -> Any:
    checkpoints = [{"step_number": 10 * (i + 1), "metrics": m} for i, m in enumerate(points)]
    request = AdviseRequest.model_validate({"run": {"method": method, "checkpoints": checkpoints}})
    return charts(request.run, local.advise(request))


def test_markdown_says_the_verdict_and_ranks_the_actions_in_a_table(advisor: Advisor):
    page = advisor("advise", EXAMPLE, "--format", "markdown").output
    assert page.startswith("### ITERATE: Go round again\n")
    assert "| 1 | **Deploy an earlier checkpoint** | checkpoint: 336 → 168 |" in page
    assert "| 168 | 2.00 | 0.4000 | 0.5500 | 0.5800 | 1.45 | mild | best |" in page


def test_every_table_of_the_markdown_has_as_many_cells_in_each_row(advisor: Advisor):
    page = advisor("advise", EXAMPLE, "--format", "markdown").output
    tables = [block.splitlines() for block in page.split("\n\n") if block.lstrip().startswith("|")]
    assert len(tables) >= 3
    for table in tables:
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table}) == 1
        assert re.fullmatch(r"\|(-+:?\||-:\|)+", table[1])


def test_a_hostile_name_is_text_in_markdown(advisor: Advisor, write_run: WriteRun):
    path = write_run([{"train_loss": 1.0}], id=f"{HOSTILE}|@team`c`[a](b)*", base_model="a\nb")
    page = advisor("advise", path, "--format", "markdown").output
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\|@\u200bteam\\`c\\`\\[a\\](b)\\*" in page
    assert "<script" not in page
    assert "of a b." in page


def test_html_is_one_file_that_loads_nothing(advisor: Advisor):
    page = _Page(advisor("advise", EXAMPLE, "--format", "html").output)
    assert page.loads == []
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert page.open == []
    assert "Deploy an earlier checkpoint" in page.text


def test_html_shows_the_curves_with_the_best_and_the_final_checkpoint(advisor: Advisor):
    text = advisor("advise", EXAMPLE, "--format", "html").output
    assert text.count("<polyline") == 3
    assert ">best</text>" in text
    assert ">final</text>" in text
    assert "prefers-color-scheme: dark" in text


def test_a_hostile_name_is_text_in_html(advisor: Advisor, write_run: WriteRun):
    path = write_run(
        [{"train_loss": 1.0, "full_valid_loss": 1.0}] * 3, id=HOSTILE, base_model='"><img src=x onerror=alert(2)>', status="</title>",
        dataset={"version": "'><svg onload=alert(3)>"},
    )  # fmt: skip
    page = _Page(advisor("advise", path, "--format", "html").output)
    assert page.loads == []
    assert not {"script", "img"} & set(page.tags)
    assert HOSTILE in page.text


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_a_run_without_any_point_has_a_page_too(form: str, advisor: Advisor, write_run: WriteRun):
    result = advisor("advise", write_run([]), "--format", form)
    assert result.exit_code == 3
    assert "Fix first" in result.output
    assert "<svg" not in result.output


def test_format_json_is_what_the_option_json_gives(advisor: Advisor):
    def answer(*options: str) -> Any:
        known = json.loads(advisor("advise", EXAMPLE, *options).output)
        return {name: value for name, value in known.items() if name not in ("advice_id", "created_at")}

    assert answer("--format", "json") == answer("--json")


def test_a_format_that_does_not_exist_is_wrong_usage(advisor: Advisor):
    assert advisor("advise", EXAMPLE, "--format", "pdf").exit_code == 2


def test_a_curve_breaks_where_a_value_is_no_number(local: LocalAdvisor):
    (chart,) = _charts(local, [{"train_loss": v} for v in (2.0, 1.5, "NaN", 1.0, 0.9)])
    assert [len(part) for part in chart.lines[0].parts] == [2, 2]


def test_a_reinforcement_run_shows_rewards_and_lengths_and_no_loss(local: LocalAdvisor):
    points = [{"train_mean_reward": 0.1 * i, "completion_tokens_mean": 100.0, "train_loss": 0.0} for i in range(4)]
    assert [chart.title for chart in _charts(local, points, "reinforcement")] == ["Reward, points of the grader", "Length, tokens"]


def test_one_point_is_no_curve(local: LocalAdvisor):
    assert _charts(local, [{"train_loss": 1.0}]) == ()


def test_everything_drawn_lies_inside_the_box(local: LocalAdvisor):
    charts = _charts(local, [{"train_loss": v, "full_valid_loss": v + 0.037} for v in (1e-7, 3.3, 0.0, -1.234)])
    assert charts
    for chart in charts:
        for x, y in (point for line in chart.lines for part in line.parts for point in part):
            assert chart.left <= x <= chart.right
            assert chart.top <= y <= chart.bottom
        assert all(chart.top <= tick.at <= chart.bottom for tick in chart.upwards)


def test_equal_values_are_a_level_line_and_no_division_by_zero(local: LocalAdvisor):
    (chart,) = _charts(local, [{"train_loss": 0.0}] * 4)
    assert len({y for _, y in chart.lines[0].parts[0]}) == 1


def test_a_long_curve_is_thinned_and_keeps_its_spike_and_its_ends(local: LocalAdvisor):
    points = [{"train_loss": 1.0 + 0.001 * (i % 7)} for i in range(5000)]
    points[2345]["train_loss"] = 9.0
    (chart,) = _charts(local, points)
    (part,) = chart.lines[0].parts
    assert len(part) < 700
    assert (part[0][0], part[-1][0]) == (chart.left, chart.right)
    assert min(y for _, y in part) < chart.top + 30

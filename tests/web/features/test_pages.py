"""``/docs/features`` as a browser gets it, over a folder of features that the test makes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from advisor.settings import Settings
from advisor.web import create_app
from advisor.web.features import shelf as shelf_module
from advisor.web.features.documents import read_feature
from advisor.web.features.results import Outcome, Results

TEXT = b"""Feature: A <b>bold</b> claim
  Scenario: Losses are drawn
    Given every 10 steps the train_loss is 1.0 0.5
    When the run is posted to /advise
    Then the finding "healthy-curves" is raised

  Scenario: Names are text
    Given the run is "<script>alert(1)</script>"
    Then it is refused with status 422
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "features"
    (folder / "curves").mkdir(parents=True)
    (folder / "README.md").write_text("| folder | question |\n|---|---|\n| `curves/` | What do the losses say? |\n")
    (folder / "curves" / "drawn.feature").write_bytes(TEXT)
    monkeypatch.setattr(shelf_module, "shipped_features", lambda: folder)
    return folder


@pytest.fixture
def client(folder: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(watch_rules=False))) as client:
        yield client


def _write_results(folder: Path, *outcomes: Outcome) -> None:
    digests = {"curves/drawn.feature": read_feature(TEXT, "x").digest}
    path = folder.parent / "build" / "scenarios.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(Results(finished="2026-03-04T05:06:07+00:00", digests=digests, outcomes=outcomes).model_dump_json())


def test_without_results_no_scenario_has_one_and_one_sentence_says_why(client: TestClient, folder: Path):
    (folder / "curves" / "outline.feature").write_text(
        "Feature: x\n  Scenario Outline: y\n    Given <n>\n    Examples:\n      | n |\n      | 1 |\n"
    )
    for address in ("", "?q=losses", "/curves/drawn", "/curves/outline"):
        page = client.get("/docs/features" + address).text
        assert page.count("were not run yet") == 1
        assert 'class="state' not in page
        assert ">not run<" not in page
        assert '<th scope="col">result</th>' not in page
    _write_results(folder, Outcome(feature="curves/drawn.feature", scenario=2, state="passed"))
    for address in ("", "?q=losses", "/curves/drawn", "/curves/outline"):
        assert 'class="state' in client.get("/docs/features" + address).text


def test_a_heading_within_a_feature_stands_once_above_its_scenarios_with_its_text(client: TestClient, folder: Path):
    scenarios = "".join(f"    Scenario: {name}\n      Given x\n" for name in ("Third", "Fourth"))
    (folder / "curves" / "drawn.feature").write_bytes(TEXT + f"\n  Rule: Said <aloud>\n    Two of ten.\n\n{scenarios}".encode())
    page = client.get("/docs/features/curves/drawn").text
    assert page.count("Said &lt;aloud&gt;</h2>\n<p>Two of ten.</p>") == 1
    assert page.index("Names are text</a></h2>") < page.index("Said &lt;aloud&gt;") < page.index("Third</a></h3>")
    assert "Fourth</a></h3>" in page


def test_the_index_asks_each_folders_question_and_says_that_nothing_was_run(client: TestClient):
    page = client.get("/docs/features").text
    assert "What do the losses say?" in page
    assert "were not run yet" in page
    assert 'href="/docs/features/curves/drawn"' in page


def test_results_that_are_written_later_are_shown_without_a_restart(client: TestClient, folder: Path):
    assert "were not run yet" in client.get("/docs/features/curves/drawn").text
    _write_results(
        folder,
        Outcome(feature="curves/drawn.feature", scenario=2, state="passed"),
        Outcome(feature="curves/drawn.feature", scenario=7, state="undefined", step=9, message="No step is defined."),
    )
    page = client.get("/docs/features/curves/drawn").text
    assert "Last run: <time" in page
    assert "1 passed, 1 undefined." in page
    assert re.search(r'class="step-undefined">\s*<p><b>Then</b> it is refused', page)
    assert "No step is defined." in page


def test_curves_are_drawn_without_style_or_script_and_told_in_words(client: TestClient):
    page = client.get("/docs/features/curves/drawn").text
    assert 'aria-label="Steps 10 to 20: train_loss from 1 to 0.5"' in page
    assert "<polyline" in page
    assert "style=" not in page
    assert re.findall(r"<script(?! src=)", page) == []


def test_whatever_a_feature_says_is_text(client: TestClient):
    page = client.get("/docs/features/curves/drawn").text
    assert "<b>bold" not in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_scenario_links_to_the_rules_that_it_speaks_of(client: TestClient):
    assert 'href="/ui/rules/healthy-curves"' in client.get("/docs/features/curves/drawn").text


def test_scenarios_are_found_by_their_words_and_by_their_result(client: TestClient, folder: Path):
    assert "1 scenario found" in client.get("/docs/features", params={"q": "HEALTHY losses"}).text
    assert "0 scenarios found" in client.get("/docs/features", params={"q": "nobody says this"}).text
    _write_results(folder, Outcome(feature="curves/drawn.feature", scenario=2, state="failed", step=3))
    found = client.get("/docs/features", params={"state": "failed"}).text
    assert "1 scenario found" in found
    assert 'href="/docs/features/curves/drawn#losses-are-drawn"' in found


@pytest.mark.parametrize("address", ["/docs/features/nothing/here", "/docs/features/../../etc/passwd", "/docs/features/curves/"])
def test_an_unknown_feature_is_said_to_be_none(client: TestClient, address: str):
    assert client.get(address).status_code == 404


def test_a_file_that_cannot_be_read_is_shown_with_its_mistake(client: TestClient, folder: Path):
    (folder / "curves" / "broken.feature").write_text("Feature: x\n  Scenario: y\n    Given x\n    Maybe z\n")
    assert "This file cannot be read." in client.get("/docs/features/curves/broken").text
    assert 'class="state state-failed"' in client.get("/docs/features").text

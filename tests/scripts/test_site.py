"""The site of the documents: it builds, and a link that leads nowhere keeps it from being built."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from advisor.rulebook import load_rulebook
from advisor.rulebook.shipped import shipped_rules
from advisor.signals import SIGNALS
from scripts.site import __main__ as site

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site") / "docs"
    site.build(target, Path("no-results.json"))
    return target


def test_every_rule_signal_and_feature_has_its_place(built: Path):
    rules = "".join(page.read_text() for page in (built / "rulebook").glob("*.html"))
    assert [rule.id for rule in load_rulebook(shipped_rules()).rules if f'id="{rule.id}"' not in rules] == []
    signals = (built / "reference" / "signals.html").read_text()
    assert [name for name in SIGNALS if f'id="{name}"' not in signals] == []
    features = {path.relative_to(site.ROOT / "features").with_suffix(".html") for path in (site.ROOT / "features").rglob("*.feature")}
    assert [page for page in features if not (built / "features" / page).is_file()] == []


def test_rules_and_scenarios_link_to_each_other(built: Path):
    assert re.search(r'href="\.\./features/[\w/]+\.html#[\w-]+"', (built / "rulebook" / "sft.html").read_text())
    assert 'href="../../rulebook/sft.html#healthy-curves"' in (built / "features" / "curves" / "healthy_runs.html").read_text()


def test_a_heading_within_a_feature_and_its_text_stand_on_its_page(built: Path):
    page = (built / "features" / "loop" / "the_teams_record.html").read_text()
    assert re.search(r"<h2[^>]*>A record that says much is said aloud", page)
    assert "Two or fewer of ten" in page


def test_the_pages_that_a_newcomer_looks_for_are_there(built: Path):
    wanted = (
        "docs/start",
        "docs/sources",
        "docs/advice",
        "docs/rules/writing",
        "docs/rules/checks",
        "docs/deployment",
        "docs/quality",
        "reference/api",
        "ARCHITECTURE",
    )
    assert [page for page in wanted if not (built / f"{page}.html").is_file()] == []
    assert 'id="post-advise"' in (built / "reference" / "api.html").read_text()


def test_no_page_loads_anything_from_elsewhere(built: Path):
    loaded = re.compile(r'<(?:script|img|link)[^>]+(?:src|href)="?https?://[^>]*')
    pages = {path.name: loaded.findall(path.read_text()) for path in built.rglob("*.html")}
    assert {name: found for name, found in pages.items() if found} == {}


def test_a_link_that_leads_nowhere_ends_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    made = site._made
    monkeypatch.setattr(site, "_made", lambda library: {**made(library), "reference/api.md": "# API\n\n[gone](nowhere.md)\n"})
    with pytest.raises(SystemExit, match="page does not exist"):
        site.build(tmp_path / "docs", Path("no-results.json"))
    assert not (tmp_path / "docs").exists()


def test_the_navigation_leads_to_every_page_written_by_hand():
    named = (site.ROOT / "docs" / "site" / "site.json").read_text()
    written = [path.relative_to(site.ROOT).as_posix() for path in (site.ROOT / "docs").rglob("*.md") if path.parent.name != "decisions"]
    assert [path for path in written if f'"{path}"' not in named] == []

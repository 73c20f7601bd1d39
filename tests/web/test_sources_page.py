"""The page that says what stands as a source in rules and features."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.testclient import TestClient

from advisor.rulebook import shipped_rules
from advisor.settings import Settings
from advisor.web import create_app
from advisor.web.sources_page import shipped_sources

ROOT = Path(__file__).parents[2]
NAMED = re.findall(r"\*\*(?:The )?([^*]+)\*\*", shipped_sources().read_text("utf-8"))


def _sources(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("source"), str):
            yield value["source"]
        for inner in value.values():
            yield from _sources(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _sources(inner)


def test_every_name_that_stands_as_a_source_of_a_rule_is_told_on_the_page():
    files = [path for path in shipped_rules().rglob("*.yaml") if not path.name.endswith(".cases.yaml")]
    parts = {
        part
        for path in files
        for source in _sources(yaml.safe_load(path.read_text("utf-8")))
        for part in re.sub(r"\([^)]*\)", "", source).split("; ")
    }
    proper = {part for part in parts if part[:1].isupper()}
    assert len(proper) > 50
    assert sorted(part for part in proper if not any(name in part for name in NAMED)) == []


def test_every_name_of_the_page_is_a_source_of_some_rule():
    text = "".join(" ".join(path.read_text("utf-8").split()) for path in shipped_rules().rglob("*.yaml"))
    assert [name for name in NAMED if name not in text] == []


def test_the_rows_of_the_page_name_rules_that_there_are():
    rows = re.findall(r"^- row \d.*$", shipped_sources().read_text("utf-8"), re.MULTILINE)
    assert len(rows) == 7
    named = {name for row in rows for name in re.findall(r"`([\w-]+)`", row)}
    assert named <= {path.stem for path in shipped_rules().rglob("*.yaml")}


@pytest.mark.parametrize("address", ["/docs/features", "/docs/features/curves/valid_loss_rises", "/ui/rules", "/ui/rules/valid-loss-rises"])
def test_pages_that_name_sources_lead_to_what_these_are(address: str):
    with TestClient(create_app(Settings(watch_rules=False))) as client:
        assert 'href="/docs/sources"' in client.get(address).text
        assert "Training Curve Analysis" in client.get("/docs/sources").text


def test_the_wheel_takes_the_page_along():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]["docs/sources.md"] == "advisor/_shipped_docs/sources.md"

from __future__ import annotations

import re

import pytest

from advisor.authoring import load_cases
from advisor.authoring.pages import render_pages
from advisor.rulebook import load_rulebook, shipped_rules


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    cases, _ = load_cases(shipped_rules())
    return dict(render_pages(load_rulebook(shipped_rules()), cases))


def test_every_rule_and_case_has_its_place(pages: dict[str, str]):
    whole = "\n".join(pages.values())
    for rule in load_rulebook(shipped_rules()).rules:
        assert whole.count(f"\n## {rule.id}\n") == 1
    for case in load_cases(shipped_rules())[0]:
        assert case.name.replace("|", "\\|") in whole


def test_every_link_leads_to_a_heading(pages: dict[str, str]):
    for text in pages.values():
        for page, anchor in re.findall(r"\]\(([a-z-]+\.md)(?:#([a-z0-9-]+))?\)", text):
            assert not anchor or re.search(rf"^#+ {anchor}$", pages[page], re.MULTILINE)


def test_every_row_of_a_table_has_as_many_cells_as_its_head(pages: dict[str, str]):
    for text in pages.values():
        for table in re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE):
            assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1


def test_bands_and_parameters_stand_with_their_numbers(pages: dict[str, str]):
    assert "| from 1.2 below 1.5 | mild |" in pages["tables.md"]
    assert "- `valid_loss_rise_ratio > rise` (0.05)" in pages["sft.md"]

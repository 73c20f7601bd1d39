from __future__ import annotations

import pytest

from advisor.authoring.checks import check_files
from advisor.authoring.scaffold import scaffold
from advisor.authoring.suite import run_suite
from advisor.rulebook import read_folder, shipped_rules


@pytest.mark.parametrize("folder", ["sft", "dpo", "rft", "data", "mistakes", "stopping"])
def test_a_new_rule_loads_and_all_its_cases_wait(folder: str):
    files = {file: text for file, text in read_folder(shipped_rules()).items() if not file.endswith(".cases.yaml")} | scaffold(
        "brand-new", folder
    )
    suite = run_suite(files, ["brand-new"])
    assert suite.passed
    assert len(suite.of("todo")) == 3
    found = {p.mistake.code for p in check_files(files).problems if "brand-new" in p.mistake.file}
    assert found == {"unfinished-text"}


@pytest.mark.parametrize(
    ("rule_id", "folder"), [("Bad Id", "sft"), ("a" * 81, "sft"), ("good", "../out"), ("good", "/etc"), ("good", ""), ("good", "actions")]
)
def test_what_cannot_be_a_rule_is_refused_with_what_to_write(rule_id: str, folder: str):
    with pytest.raises(ValueError, match="\n    "):
        scaffold(rule_id, folder)

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from advisor.authoring.schema import kind_of, schemas
from advisor.rulebook import read_folder, shipped_rules
from advisor.rulebook.source import Document, parse

SCHEMAS = {kind: Draft202012Validator(schema) for kind, schema in schemas().items()}


def value_of(file: str, text: str) -> object:
    document = parse(file, text)
    assert isinstance(document, Document)
    return document.value


@pytest.mark.parametrize("kind", sorted(SCHEMAS))
def test_every_schema_is_a_schema(kind: str):
    Draft202012Validator.check_schema(SCHEMAS[kind].schema)


def test_every_shipped_file_is_valid_by_the_schema_of_its_kind():
    seen = set()
    for file, text in read_folder(shipped_rules()).items():
        seen.add(kind_of(file))
        errors = [f"{file}: {error.json_path}: {error.message}" for error in SCHEMAS[kind_of(file)].iter_errors(value_of(file, text))]
        assert not errors
    assert seen == set(SCHEMAS)


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("severity", "tiny"),
        ("id", "Not An Id"),
        ("colour", "red"),
        ("when", {"al": ["n_train > 1"]}),
        ("when", {"all": []}),
        ("recommend", [{"act": "x"}]),
    ],
)
def test_a_slip_in_a_rule_is_refused(key: str, wrong: object):
    file = "sft/valid-loss-rises.yaml"
    rule = copy.deepcopy(value_of(file, read_folder(shipped_rules())[file]))
    assert isinstance(rule, dict)
    assert SCHEMAS["rule"].is_valid(rule)
    assert not SCHEMAS["rule"].is_valid({**rule, key: wrong})


def test_the_editor_page_names_every_schema_once():
    page = (Path(__file__).parents[2] / "docs/rules/editor.md").read_text("utf-8")
    settings = json.loads(page.split("```json\n")[1].split("```")[0])
    assert {name.split("/")[-1] for name in settings["yaml.schemas"]} == {f"{kind}.schema.json" for kind in SCHEMAS}


def test_a_modeline_for_the_editor_is_only_a_comment():
    file = "sft/valid-loss-rises.yaml"
    text = read_folder(shipped_rules())[file]
    assert value_of(file, f"# yaml-language-server: $schema=../rule.schema.json\n{text}") == value_of(file, text)


def test_a_slip_in_a_case_is_refused():
    case = {"name": "Fires", "given": {"n_train": 3}, "expect": {"fires": True}}
    assert SCHEMAS["cases"].is_valid([case])
    for wrong in ({**case, "given": {"n_trian": 3}}, {**case, "expect": {}}, {**case, "expects": {}}):
        assert not SCHEMAS["cases"].is_valid([wrong])

"""Several rules folders as one: what lies higher has its way, and mistakes name the folder that a lead can correct."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from advisor.engine import Program
from advisor.errors import BrokenRulebook
from advisor.rulebook import build_rulebook
from advisor.rulebook.overlay import Layer, Layered, lay, load_layers, named_folders, read_layers
from advisor.signals import SIGNALS, Curves
from tests.rulebook.books import criterion, files, rule
from tests.signals.examples import points, request

MANY = rule(
    "many-examples", "[n_train > many]", "parameters: {many: {value: 100, unit: examples, source: a book}}\n", title="Many examples"
)
CASES = "- name: Fires\n  given: {n_train: 101, n_epochs: 1, train_loss: 1 1}\n  expect: {fires: true}\n"
BASE = files(
    {"sft/many-examples.yaml": MANY, "sft/many-examples.cases.yaml": CASES}, parameters="  few: {value: 3, unit: points, source: a book}\n"
)


def laid(team: dict[str, str], *more: dict[str, str]) -> Layered:
    return lay([Layer("base", BASE), Layer("team", team), *(Layer(f"top{i}", files) for i, files in enumerate(more))])


def mistakes(team: dict[str, str]) -> list[str]:
    with pytest.raises(BrokenRulebook) as broken:
        laid(team).build()
    return [str(mistake).replace("\n    ", " | ") for mistake in broken.value.mistakes]


def number(layered: Layered, rule_id: str, name: str) -> float:
    found = layered.build().rule(rule_id)
    assert found is not None
    return found.parameters[name].value


def test_a_file_of_the_same_path_replaces_the_one_below():
    found = laid({"sft/many-examples.yaml": MANY.replace("Many examples", "A great many")}).build().rule("many-examples")
    assert found is not None
    assert found.title == "A great many"


def test_a_new_file_adds_a_rule_and_leaves_the_others():
    rulebook = laid({"sft/our-own.yaml": rule("our-own")}).build()
    assert {"our-own", "many-examples", "iterate"} <= {found.id for found in rulebook.rules}
    assert rulebook.name == "base+team"


def test_an_override_changes_how_signals_are_measured():
    run = request(checkpoints=points(full_valid_loss=[1.0, 0.8, 0.7, 0.9], valid_loss=[1.0, 0.8, 0.7, 0.9, 1.0, 1.1]))
    shipped = laid({}).build().measures
    ours = laid({"overrides.yaml": "parameters: {full_points_min: 4}\n"}).build().measures

    assert SIGNALS["valid_loss_is_full"].measure(Curves(run, shipped)) == 0.0
    assert SIGNALS["valid_loss_is_full"].measure(Curves(run, ours)) == 1.0


def test_an_override_changes_one_number_and_says_what_it_was():
    found = laid({"overrides.yaml": "rules:\n  many-examples:\n    parameters: {many: 250}\n"}).build().rule("many-examples")
    assert found is not None
    assert found.parameters["many"].value == 250
    assert found.parameters["many"].unit == "examples"
    assert found.parameters["many"].source == "overrides.yaml, instead of 100 (a book)"
    assert [c.threshold for c in found.when.members if hasattr(c, "threshold")] == [250]


def test_an_override_may_bring_its_own_source():
    found = (
        laid({"overrides.yaml": "rules: {many-examples: {parameters: {many: {value: 9, source: our own runs}}}}"})
        .build()
        .rule("many-examples")
    )
    assert found is not None
    assert found.parameters["many"].source == "our own runs"


@pytest.mark.parametrize(
    "written",
    [
        "parameters: {many: 100}\n",
        "parameters:\n  many: 100  # as in the book\n",
        "parameters:\n  many:\n    value: 100\n    unit: examples\n  other: 7\nobservation: The other is {other:g}\n",
        "parameters:\n  many:\n    value: 100\n    unit: examples\n\n# a remark\n",
    ],
)
def test_an_override_finds_the_number_in_whichever_way_it_is_written_and_moves_no_line(written: str):
    text = rule("many-examples", "[n_train > many]", explain="More than {many:g}.") + written.replace(
        "observation: The other is {other:g}\n", ""
    )
    text = text.replace("[n_train > many]", "[n_train > many, n_train > other]") if "other" in written else text
    team = {"overrides.yaml": "rules: {many-examples: {parameters: {many: 250}, severity: high, status: shadow}}"}
    layered = lay([Layer("base", files({"sft/many-examples.yaml": text})), Layer("team", team)])
    found = layered.build().rule("many-examples")
    assert found is not None
    assert (found.parameters["many"].value, found.severity, found.status) == (250, "high", "shadow")
    lines, before = layered.files["sft/many-examples.yaml"].splitlines(), text.splitlines()
    assert [line for line in before if line.startswith(("when", "explain", "why"))] == [
        lines[i] for i, line in enumerate(before) if line.startswith(("when", "explain", "why"))
    ]


def test_a_shared_number_is_overridden_for_all_rules():
    rulebook = laid({"overrides.yaml": "parameters: {few: 5}"}).build()
    assert rulebook.parameters["few"].value == 5


def test_a_retired_rule_is_not_applied():
    rulebook = laid({"overrides.yaml": "rules: {many-examples: {status: deprecated}}"}).build()
    outcomes = {
        outcome.rule.id: outcome.kind for outcome in Program(rulebook).decide("supervised", {"n_train": 500.0, "checkpoints_count": 1.0})
    }
    assert outcomes["many-examples"] == "not_applicable"


def test_the_highest_folder_has_its_way():
    middle, top = ({"overrides.yaml": f"rules: {{many-examples: {{parameters: {{many: {many}}}}}}}"} for many in (200, 300))
    assert number(laid(middle, top), "many-examples", "many") == 300
    assert number(laid(top, middle), "many-examples", "many") == 200
    assert number(laid({"sft/many-examples.yaml": MANY.replace("100", "50")}, middle), "many-examples", "many") == 200
    assert number(laid(middle, {"sft/many-examples.yaml": MANY.replace("100", "50")}), "many-examples", "many") == 50


def test_cases_go_with_the_rule_that_they_are_about():
    cases = "sft/many-examples.cases.yaml"
    assert cases in laid({}).files
    assert cases not in laid({"overrides.yaml": "rules: {many-examples: {parameters: {many: 250}}}"}).files
    assert cases not in laid({"sft/many-examples.yaml": MANY}).files
    assert laid({"sft/many-examples.yaml": MANY, cases: "[]"}).files[cases] == "[]"
    assert laid({"overrides.yaml": "rules: {many-examples: {severity: low}}", cases: "[]"}).files[cases] == "[]"


def test_the_result_is_a_plain_rulebook_of_the_same_revision():
    layered = laid({"overrides.yaml": "rules: {many-examples: {severity: high}}"})
    assert build_rulebook(layered.files).revision == layered.build().revision
    assert layered.build().revision != laid({}).build().revision


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ("rules:\n  many-exampels: {severity: low}", 'team/overrides.yaml:2:3  no folder below has a rule "many-exampels" | Did you mean "many-examples"?'),
        ("rules:\n  many-examples:\n    parameters: {mny: 1}", '3:18  the rule "many-examples" has no parameter "mny" | Did you mean "many"?'),
        ("parameters:\n  fwe: 1", 'team/overrides.yaml:2:3  there are no shared numbers "fwe" | Did you mean "few"?'),
        ("rules:\n  many-examples: {severity: grave}", "team/overrides.yaml:2:19  rules.many-examples.severity"),
        ("rules:\n  many-examples: {titel: x}", 'team/overrides.yaml:2:19  unknown key "titel"'),
        ("rules:\n  iterate: {status: deprecated}", "there is no verdict for supervised runs"),
        ("rules:\n\tmany-examples: {}", "team/overrides.yaml:2:1  not YAML"),
        ("rules:\n  many-examples: {severity: low}\n  many-examples: {severity: low}", 'team/overrides.yaml:3:3  "many-examples" stands twice'),
        ("parameters:\n  noise_points_min: 1.0e+300", "team/overrides.yaml:2:3"),
    ],
)  # fmt: skip
def test_a_wrong_override_is_named_with_its_folder_and_line(overrides: str, said: str):
    found = mistakes({"overrides.yaml": overrides})
    assert any(said in line for line in found), found


def test_a_mistake_in_a_file_names_the_folder_that_it_lies_in():
    assert mistakes({"sft/our-own.yaml": rule("our-own", "[n_trian > 1]")})[0].startswith("team/sft/our-own.yaml:")


def test_all_that_is_wrong_with_an_override_file_and_its_folder_is_told_at_once():
    overrides = """\
rules:
  many-exampels: {severity: low}
  many-examples: {severity: grave, titel: x, parameters: {mny: 1}}
  our-own: {severity: low}
parameters: {fwe: 1, few: lots}
"""
    found = mistakes({"overrides.yaml": overrides, "sft/our-own.yaml": rule("our-own", "[n_trian > 1]")})
    said = ("many-exampels", "severity", "titel", "mny", "our-own", "fwe", "few", "n_trian")
    assert all(word in line for word, line in zip(said, found, strict=True)), found
    assert [line.split(":")[1] for line in found] == ["2", "3", "3", "3", "4", "5", "5", "9"]


def test_a_folder_that_replaces_a_file_does_not_override_it_too():
    team = {"sft/many-examples.yaml": MANY, "overrides.yaml": "rules: {many-examples: {severity: low}}"}
    assert "this folder has its own sft/many-examples.yaml" in mistakes(team)[0]


def test_overrides_need_something_below():
    with pytest.raises(BrokenRulebook, match="overrides need a folder below"):
        lay([Layer("team", files({"overrides.yaml": "{}"}))])


def test_an_override_of_a_criterion_changes_its_number():
    base = files({"stopping/enough.yaml": criterion("enough", "[n_train > many]", "parameters: {many: 100}\n")})
    layered = lay([Layer("base", base), Layer("team", {"overrides.yaml": "rules: {enough: {parameters: {many: 7}}}"})])
    assert number(layered, "enough", "many") == 7


def test_folders_are_read_lowest_first_and_a_link_out_of_one_is_named(tmp_path: Path):
    for name, texts in (("base", BASE), ("team", {"overrides.yaml": "rules: {many-examples: {severity: high}}"})):
        for path, text in texts.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_text(text)
    folders = named_folders(f"{tmp_path / 'base'}{os.pathsep}{tmp_path / 'team'}")
    found = load_layers(folders).rule("many-examples")
    assert found is not None
    assert found.severity == "high"
    (tmp_path / "team" / "away.yaml").symlink_to(tmp_path / "base" / "sweep.yaml")
    with pytest.raises(BrokenRulebook) as broken:
        read_layers(folders)
    assert [mistake.file for mistake in broken.value.mistakes] == ["team/away.yaml"]
    assert str(tmp_path) not in str(broken.value)


def test_the_shipped_rules_go_by_their_name(tmp_path: Path):
    (tmp_path / "overrides.yaml").write_text(
        "rules: {valid-loss-rises: {parameters: {rise: 0.1}, severity: high}}\nparameters: {small_dataset: 800}\n"
    )
    rulebook = load_layers([Path("shipped"), tmp_path])
    found = rulebook.rule("valid-loss-rises")
    assert found is not None
    assert (found.parameters["rise"].value, found.severity, rulebook.parameters["small_dataset"].value) == (0.1, "high", 800)
    assert rulebook.name == f"shipped+{tmp_path.name}"


def test_one_folder_is_the_rulebook_that_it_always_was(tmp_path: Path):
    assert load_layers([], "default") == load_layers([Path("shipped")], "default")
    assert load_layers([], "default").name == "default"


def test_folders_of_one_name_are_told_apart(tmp_path: Path):
    (tmp_path / "a" / "rules").mkdir(parents=True)
    (tmp_path / "a" / "rules" / "x.yaml").write_text("a: [")
    for path, text in BASE.items():
        (tmp_path / "rules" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "rules" / path).write_text(text)
    with pytest.raises(BrokenRulebook, match=r"rules-2/x\.yaml"):
        load_layers([tmp_path / "rules", tmp_path / "a" / "rules"])

"""A folder of files becomes one rulebook, known by what it says."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from advisor.rulebook import build_rulebook, load_rulebook, read_folder, shipped_rules, strata
from tests.rulebook.books import criterion, files, rule, rulebook


def test_shipped_rules_load():
    assert len(load_rulebook(shipped_rules()).rules) > 50


def test_revision_is_the_same_for_the_same_content_however_it_is_ordered():
    given = files({"a.yaml": rule("a"), "b.yaml": rule("b")})
    assert build_rulebook(given).revision == build_rulebook(dict(reversed(given.items()))).revision


def test_revision_changes_with_every_change_of_content():
    first = rulebook({"a.yaml": rule("a"), "b.yaml": rule("b")})
    others = [
        {"a.yaml": rule("a", "[n_train > 101]"), "b.yaml": rule("b")},
        {"a.yaml": rule("a") + "# a remark\n", "b.yaml": rule("b")},
        {"a.yaml": rule("a")},
        {"sft/a.yaml": rule("a"), "b.yaml": rule("b")},
    ]
    assert len({first.revision, *(rulebook(other).revision for other in others)}) == 5


def test_cases_beside_the_rules_are_no_part_of_the_rulebook():
    with_cases = rulebook({"a.yaml": rule("a"), "a.cases.yaml": "not even: [yaml"})
    assert with_cases.revision == rulebook({"a.yaml": rule("a")}).revision
    assert "a.cases.yaml" not in with_cases.files


def test_revision_of_the_shipped_rules_survives_reading_and_writing(tmp_path: Path):
    shipped = load_rulebook(shipped_rules())
    for path, text in read_folder(shipped_rules()).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    again = load_rulebook(tmp_path)
    assert again.revision == shipped.revision
    assert build_rulebook(shipped.files).revision == shipped.revision
    assert again.rules == shipped.rules


def test_folder_says_what_kind_of_rule_a_file_is():
    book = rulebook(
        {"a.yaml": rule("a"), "sft/deep/b.yaml": rule("b"), "stopping/c.yaml": criterion("c"), "mistakes/d.yaml": criterion("d")}
    )
    assert {r.id: r.reference for r in book.rules} == {
        "a": "finding:a",
        "b": "finding:b",
        "c": "stopping:c",
        "d": "mistake:d",
        "iterate": "verdict:iterate",
    }


def test_numbers_are_read_as_yaml_1_2_has_them():
    for written, value in (("5", 5.0), ("0x10", 16.0), ("0o17", 15.0), ("007", 7.0), ("1e3", 1000.0), ("-.5", -0.5), ("+2.5", 2.5)):
        loaded = rulebook({"a.yaml": rule("a", "[n_train > limit]", f"parameters: {{limit: {written}}}\n")}).rule("a")
        assert loaded is not None
        assert loaded.parameters["limit"].value == value


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "y", "null-ish", "1:30"])
def test_words_that_older_yaml_took_for_something_else_stay_words(word: str):
    loaded = rulebook({"a.yaml": rule("a", title=f"{word} it is")}).rule("a")
    assert loaded is not None
    assert loaded.title == f"{word} it is"


def test_a_rulebook_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        rulebook().name = "other"  # type: ignore[misc]  # the point of the test


# -- strata -----------------------------------------------------------------------------------------------------------------------------


def layers(**more: str) -> list[set[str]]:
    return [{r.id for r in group} for group in strata(rulebook({f"{name}.yaml": text for name, text in more.items()}).rules)]


def test_what_refers_is_decided_after_what_it_refers_to():
    assert layers(a=rule("a", "[finding: b]"), b=rule("b", "[finding: c]"), c=rule("c")) == [{"c", "iterate"}, {"b"}, {"a"}]


@pytest.mark.parametrize(
    "more", ["milder_with: [z]\n", "confidence: {low: [finding: z]}\n", "recommend: [{action: reduce-epochs, when: [finding: z]}]\n"]
)
def test_every_kind_of_reference_counts(more: str):
    assert layers(a=rule("a", more=more), z=rule("z")) == [{"iterate", "z"}, {"a"}]


def test_suppressor_is_decided_before_what_it_suppresses():
    assert layers(a=rule("a"), z=rule("z", more="suppresses: [a]\n")) == [{"iterate", "z"}, {"a"}]


def test_rules_of_one_finding_share_a_stratum():
    shared = "finding: shared\n"
    assert layers(a=rule("a", more=shared), b=rule("b", "[finding: c]", shared), c=rule("c"), d=rule("d", "[finding: shared]")) == [
        {"c", "iterate"},
        {"a", "b"},
        {"d"},
    ]

"""Each mistake in a rule file is told with its place, what it is and what to do; all of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from advisor.errors import BrokenRulebook, Mistake
from advisor.rulebook import build_rulebook, load_rulebook
from tests.rulebook.books import criterion, files, rule


def mistakes(more: Mapping[str, str], *, parameters: str = "", without: tuple[str, ...] = ()) -> tuple[Mistake, ...]:
    given = files(more, parameters=parameters)
    with pytest.raises(BrokenRulebook) as broken:
        build_rulebook({path: text for path, text in given.items() if path not in without})
    return broken.value.mistakes


def only(more: Mapping[str, str], *, parameters: str = "", without: tuple[str, ...] = ()) -> Mistake:
    (mistake,) = mistakes(more, parameters=parameters, without=without)
    return mistake


BANDS = "id: b\ntitle: Bands\nsignal: n_train\nsource: made up\nbands:\n"
TABLE = "id: t\ntitle: Table\nby: n_train\nsource: made up\nrows:\n"
OVERFLOWING = '"\\UFFFFFFFF"'


# -- one mistake, its line and column, its remedy ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "finding", "remedy"),
    [
        (rule("a", "[n_trian > 1]"), "unknown-signal", 9, 8, 'unknown signal or parameter "n_trian"', 'Did you mean "n_train"?'),
        (rule("a", "[zzzzzz > 1]"), "unknown-signal", 9, 8, 'unknown signal or parameter "zzzzzz"', "advisor signals"),
        (rule("a", explain="About {n_trian:.0f}."), "unknown-signal", 10, 1, 'unknown "n_trian"', 'Did you mean "n_train"?'),
        (rule("a", more="severty: low\n"), "unknown-key", 11, 1, 'unknown key "severty"', 'Did you mean "severity"?'),
        (rule("a", more="recommend: [reduce-epoch]\n"), "unknown-action", 11, 13, "unknown action", 'Did you mean "reduce-epochs"?'),
        (rule("a", "[finding: aa]"), "unknown-finding", 9, 8, 'unknown finding "aa"', 'Did you mean "a"?'),
        (rule("a", "[stopping: done]"), "unknown-stopping", 9, 8, 'unknown stopping "done"', "No rule gives this stopping."),
        (rule("a", "[mistake: done]"), "unknown-mistake", 9, 8, 'unknown mistake "done"', "No rule gives this mistake."),
        (rule("a", more="suppresses: [aa]\n"), "unknown-finding", 11, 14, 'unknown finding "aa"', 'Did you mean "a"?'),
        (rule("a", more="milder_with: [bcdefg]\n"), "unknown-finding", 11, 15, 'unknown finding "bcdefg"', "No rule raises it."),
        (rule("a", more="title: Twice\n"), "duplicate-key", 11, 1, '"title" stands twice', "Keep one of them."),
        (rule("a", "{all: [n_train > 1], all: [n_train > 2]}"), "duplicate-key", 9, 28, '"all" stands twice', "Keep one"),
        (rule("a", more="suppresses:\n\t- b\n"), "not-yaml", 12, 1, "not YAML", "Indent with spaces, never with tabs."),
        (rule("a", more="suppresses: [b\n"), "not-yaml", 12, 1, "not YAML", "Correct the YAML"),
        (rule("a", more="---\nid: b\n"), "not-yaml", 11, 1, "found another document", "Correct the YAML"),
        (rule("a", more="milder_with: &x [a]\n"), "anchor", 11, 14, "anchors and aliases", "Write the value out."),
        (rule("a", more="milder_with: !!python/name:os.system [a]\n"), "tag", 11, 14, "unknown kind of value", "quote dates"),
        (rule("a", more="finding: 2026-01-01\n"), "tag", 11, 10, "unknown kind of value", "quote dates"),
        (rule("a", more="finding: !!bool maybe\n"), "tag", 11, 10, "unknown kind of value", "Use text"),
        (rule("a", more="? [b, c]\n: 1\n"), "key", 11, 3, "a key must be plain text", "Use a word"),
        (rule("a", more=f"finding: {OVERFLOWING}\n"), "not-yaml", 1, 1, "not YAML", "Correct the YAML"),
        (rule("a", more='finding: "\\uD800"\n'), "not-text", 11, 10, "half of a surrogate pair", "Write the character"),
        (rule("a", severity="grave"), "wrong-value", 5, 1, "severity", ""),
        (rule("a", applies_to="sft"), "wrong-value", 3, 14, "applies_to.0", ""),
        (rule("a", applies_to=""), "wrong-value", 3, 1, "applies_to", ""),
        (rule("a", title="ab"), "wrong-value", 2, 1, "title", ""),
        (rule("a", more="parameters: {limit: high}\n"), "wrong-value", 11, 14, "a valid number, or input should be a mapping", ""),
        (
            rule("a", more="recommend: [{acton: reduce-epochs, action: reduce-epochs}]\n"),
            "unknown-key",
            11,
            14,
            '"acton"',
            'Did you mean "action"?',
        ),
        ("- a\n- b\n", "wrong-value", 1, 1, "the file: input should be a mapping of keys", ""),
        (rule("a", more="parameters: {limit: .inf}\n"), "number", 11, 21, "not a finite number", "plain decimal"),
        (rule("a", more=f"parameters: {{limit: {'9' * 5000}}}\n"), "number", 11, 21, "not a finite number", "plain decimal"),
        (rule("a", more="parameters: {limit: 5}\n"), "unused-parameter", 11, 14, '"limit" is never used', "take it out"),
        (rule("a", more="parameters: {n_train: 5}\n"), "name-taken", 11, 14, "has the name of a signal", "Rename it."),
        (rule("a", explain="'{n_train'"), "sentence", 10, 1, "cannot be filled in", "Use {signal}"),
        (rule("a", explain="'{n_train.real} is'"), "sentence", 10, 1, "is not a plain name", "Use {signal}"),
        (rule("a", explain="'{n_train!r} is'"), "sentence", 10, 1, "is not a plain name", "Use {signal}"),
        (rule("a", explain="'{n_train:>9999999} is'"), "sentence", 10, 1, "has a format other than", "Use {signal}"),
        (rule("a", "[n_train]"), "condition-syntax", 9, 8, "alone is no condition", "Compare it"),
        (rule("a", "[1 > 2]"), "no-signal", 9, 8, "compares no signal", "Put a signal on one side"),
        (rule("a", "[n_train >]"), "condition-syntax", 9, 8, "cannot read the condition", "signal > number"),
        (rule("a", "[n_train != 1]"), "unknown-operator", 9, 8, "unknown operator", "Use >, >=, <, <= or =="),
        (rule("a", "[n_train > 1 and n_valid > 1]"), "condition-syntax", 9, 8, "is not a comparison", "join with all, any or none"),
        (rule("a", "[n_train + 1 > 2]"), "condition-syntax", 9, 8, "neither a number", "signal > number"),
        (rule("a", "[2 * n_train > n_valid]"), "condition-syntax", 9, 8, "multiplies the left side", "factor on the right"),
        (rule("a", "['n_train > 1e999']"), "condition-syntax", 9, 8, "neither a number", "signal > number"),
        (rule("a", '[\'__import__("os").system("ls") > 1\']'), "condition-syntax", 9, 8, "neither a number", "signal > number"),
        (rule("a", "[]"), "condition-shape", 9, 1, "a condition must be a comparison", "Write: all"),
        (rule("a", "{}"), "condition-shape", 9, 1, "a condition must be a comparison", "Write: all"),
        (rule("a", "{all: []}"), "condition-shape", 9, 8, '"all" needs a list', "list item"),
        (rule("a", "{al: [n_train > 1]}"), "unknown-join", 9, 8, 'unknown join "al"', 'Did you mean "all"?'),
        (rule("a", "[[n_train > 1]]"), "condition-shape", 9, 8, "is not a condition", "Compare a signal"),
        (rule("a", more="confidence: {high: []}\n"), "condition-shape", 11, 14, "a condition must be", "Write: all"),
        ("", "empty-file", 0, 0, "the file is empty", "delete the file"),
        ("# only a comment\n", "empty-file", 0, 0, "the file is empty", "delete the file"),
        ("x" * 10_000_000, "file-too-large", 0, 0, "larger than", "one rule per file"),
        ("[" * 3000, "not-yaml", 1, 1, "too deeply nested", "Correct the YAML"),
        ("a: " + "[" * 40 + "]" * 40, "too-deep", 1, 34, "too deeply nested", "at most 30 levels"),
        ("a: &a [1]\nb: &b [*a, *a]\nc: [*b, *b]\n", "anchor", 1, 4, "anchors and aliases", "Write the value out."),
    ],
)
def test_mistake_in_a_rule_is_told_with_its_place_and_remedy(text: str, code: str, line: int, column: int, finding: str, remedy: str):
    mistake = only({"a.yaml": text})
    assert (mistake.file, mistake.code, mistake.line, mistake.column) == ("a.yaml", code, line, column)
    assert finding in mistake.message
    assert remedy in mistake.remedy


@pytest.mark.parametrize(
    ("path", "text", "code", "line"),
    [
        ("bands/b.yaml", BANDS + "  - {id: low, below: 1, meaning: Low}\n  - {id: high, from: 2, meaning: High}\n", "band-gap", 7),
        ("bands/b.yaml", BANDS + "  - {id: low, below: 1, meaning: Low}\n  - {id: high, above: 1, meaning: High}\n", "band-gap", 7),
        ("bands/b.yaml", BANDS + "  - {id: low, below: 2, meaning: Low}\n  - {id: high, from: 1, meaning: High}\n", "band-overlap", 7),
        ("bands/b.yaml", BANDS + "  - {id: low, to: 1, meaning: Low}\n  - {id: high, from: 1, meaning: High}\n", "band-overlap", 7),
        ("bands/b.yaml", BANDS + "  - {id: low, from: 2, below: 1, meaning: Low}\n", "band-empty", 6),
        ("bands/b.yaml", BANDS + "  - {id: low, from: 2, below: 2, meaning: Low}\n", "band-empty", 6),
        ("bands/b.yaml", BANDS + "  - {id: low, from: 2, above: 1, meaning: Low}\n", "band-bounds", 6),
        ("bands/b.yaml", BANDS.replace("n_train", "n_trian") + "  - {id: low, below: 1, meaning: Low}\n", "unknown-signal", 3),
        ("tables/t.yaml", TABLE + "  - {below: 10, gives: {small: 1}}\n", "lookup-gap", 6),
        (
            "tables/t.yaml",
            TABLE + "  - {below: 10, gives: {s: 1}}\n  - {below: 5, gives: {s: 1}}\n  - {gives: {s: 2}}\n",
            "lookup-order",
            7,
        ),
        ("tables/t.yaml", TABLE + "  - {gives: {s: 1}}\n  - {gives: {s: 2}}\n", "lookup-order", 7),
        ("tables/t.yaml", TABLE + "  - {below: 10, gives: {s: 1}}\n  - {gives: {other: 2}}\n", "lookup-names", 7),
        ("tables/t.yaml", TABLE + "  - {gives: {n_valid: 1}}\n", "name-taken", 6),
        ("tables/t.yaml", TABLE.replace("n_train", "own") + "  - {gives: {own: 1}}\n", "table-by-table", 3),
        ("actions/wait.yaml", "id: wait\ntitle: Wait\ntier: decode\ncost: none\nsource: made up\nexplain: Wait.\n", "unknown-tier", 3),
        ("stopping/a.yaml", criterion("a", "[n_trian > 1]"), "unknown-signal", 8),
    ],
)
def test_mistake_in_a_table_band_or_action_is_told_with_its_line(path: str, text: str, code: str, line: int):
    mistake = only({path: text})
    assert (mistake.file, mistake.code, mistake.line) == (path, code, line)


@pytest.mark.parametrize(
    ("path", "old", "new", "code"),
    [
        ("priorities.yaml", "  high: {low: 9, medium: 10, high: 11}\n", "", "support-gap"),
        ("priorities.yaml", "[none, run, data]", "[none, run, run]", "cost-order"),
        ("priorities.yaml", "id: decide", "id: hyperparameters", "duplicate-id"),
        ("sweep.yaml", "values: [1, 2, 3]", "values: [1, 3, 2]", "ladder-order"),
        ("sweep.yaml", "lowest: 1, highest: 50", "lowest: 2, highest: 50", "ladder-order"),
        ("sweep.yaml", "default: 2", "default: 99", "ladder-order"),
        ("models.yaml", "{low: 2, high: 3}", "{low: 3, high: 2}", "range-order"),
        ("models.yaml", "size_class: 1", "size_class: 10", "wrong-value"),
        ("parameters.yaml", "history_window: {value: 7", "history_window: {value: 0", "measure-limits"),
        ("parameters.yaml", "noise_points_min: {value: 7", "noise_points_min: {value: 2", "measure-limits"),
        ("parameters.yaml", "window_share: {value: 0.2", "window_share: {value: 1", "measure-limits"),
        ("parameters.yaml", "  history_window", "  historical_window", "missing-parameter"),
        ("verdicts/iterate.yaml", "order: 9", "applies_to: [supervised, dpo]", "no-verdict"),
    ],
)
def test_rulebook_that_could_not_answer_every_request_is_refused(path: str, old: str, new: str, code: str):
    text = files()[path]
    assert old in text
    assert {mistake.code for mistake in mistakes({path: text.replace(old, new)})} == {code}


def test_setting_without_a_ladder_cannot_be_moved():
    text = files()["sweep.yaml"]
    ladders = "".join(line for line in text.splitlines(keepends=True) if "n_epochs" not in line)
    assert only({"sweep.yaml": ladders}).code == "no-ladder"


def test_shared_parameter_may_not_have_the_name_of_a_signal():
    assert only({}, parameters="  n_train: {value: 5}\n").code == "name-taken"


def test_two_tables_may_not_give_the_same_signal():
    rows = "  - {gives: {small: 1}}\n"
    both = {"tables/t.yaml": TABLE + rows, "tables/u.yaml": TABLE.replace("id: t", "id: u") + rows}
    mistake = only(both)
    assert (mistake.file, mistake.message) == ("tables/u.yaml", 'the table gives "small", as tables/t.yaml does')


# -- ids and references -----------------------------------------------------------------------------------------------------------------


def test_id_must_be_the_file_name():
    mistake = only({"sft/b.yaml": rule("a")})
    assert (mistake.code, mistake.line, mistake.message) == ("id-is-stem", 1, 'the id "a" differs from the file name "b"')


@pytest.mark.parametrize("other", ["sft/a.yaml", "stopping/a.yaml"])
def test_id_is_taken_once(other: str):
    mistake = only({"a.yaml": rule("a"), other: criterion("a") if other.startswith("stopping") else rule("a")})
    assert mistake.code == "duplicate-id"
    assert "is taken by" in mistake.message


@pytest.mark.parametrize(
    "circle",
    [
        {"a.yaml": rule("a", "[finding: a]")},
        {"a.yaml": rule("a", "[finding: b]"), "b.yaml": rule("b", "[finding: a]")},
        {"a.yaml": rule("a", "{none: [finding: b]}"), "b.yaml": rule("b", more="milder_with: [a]\n")},
        {"a.yaml": rule("a", more="suppresses: [a]\n")},
        {"a.yaml": rule("a", "[finding: b]"), "b.yaml": rule("b", more="confidence: {high: [finding: a]}\n")},
        {"a.yaml": rule("a", "[finding: b]", more="suppresses: [b]\n"), "b.yaml": rule("b")},
        {"a.yaml": rule("a", "[mistake: m]"), "mistakes/m.yaml": criterion("m", "[finding: a]")},
    ],
)
def test_references_that_go_round_in_a_circle_are_a_mistake(circle: dict[str, str]):
    mistake = only(circle)
    assert mistake.code == "cycle"
    assert "→" in mistake.message


def test_circle_through_a_finding_that_does_not_exist_is_told_without_a_crash():
    assert {m.code for m in mistakes({"a.yaml": rule("a", more="suppresses: [ghost]\nmilder_with: [ghost]\n")})} == {
        "unknown-finding",
        "cycle",
    }


def test_very_many_circles_are_told_in_a_moment():
    everyone = ", ".join(f"finding: r{i}" for i in range(60))
    tangled = {f"r{i}.yaml": rule(f"r{i}", f"{{any: [{everyone}]}}") for i in range(60)}
    assert {m.code for m in mistakes(tangled)} == {"cycle"}


# -- whole rulebooks --------------------------------------------------------------------------------------------------------------------


def test_all_mistakes_of_all_files_are_told_at_once_in_the_order_of_the_files():
    found = mistakes(
        {
            "a.yaml": rule("a", "[n_trian > 1, finding: nobody]", more="suppresses: [nobody]\nrecommend: [nothing]\n"),
            "b.yaml": rule("b", more="severty: low\n"),
            "c.yaml": "a: [",
            "d.yaml": "",
        }
    )
    assert [(m.file, m.code) for m in found] == [
        ("a.yaml", "unknown-signal"),
        ("a.yaml", "unknown-finding"),
        ("a.yaml", "unknown-finding"),
        ("a.yaml", "unknown-action"),
        ("b.yaml", "unknown-key"),
        ("c.yaml", "not-yaml"),
        ("d.yaml", "empty-file"),
    ]
    assert str(BrokenRulebook(list(found))).startswith(
        '7 mistakes in the rulebook:\na.yaml:9:8  unknown signal or parameter "n_trian"\n    Did'
    )


def test_a_wrong_key_hides_no_other_mistake_of_its_file():
    a = rule("a", "[n_trian > limit, finding: nobody]", more="severty: low\nparameters: {limit: high}\nrecommend: [nothing]\n")
    b = rule("b", "[n_trian > 1]", severity="grave", explain="About {n_trian:.0f}.").replace("title:", "titel:")
    c = rule("c", more="recommend: [{acton: reduce-epochs, when: [n_trian > 1]}, {action: nothing}]\n")
    found = mistakes({"a.yaml": a, "b.yaml": b, "c.yaml": c})

    assert sorted((m.file, m.code) for m in found) == [
        ("a.yaml", "unknown-action"),
        ("a.yaml", "unknown-finding"),
        ("a.yaml", "unknown-key"),
        ("a.yaml", "unknown-signal"),
        ("a.yaml", "wrong-value"),
        ("b.yaml", "missing-key"),
        ("b.yaml", "unknown-key"),
        ("b.yaml", "unknown-signal"),
        ("b.yaml", "unknown-signal"),
        ("b.yaml", "wrong-value"),
        ("c.yaml", "missing-key"),
        ("c.yaml", "unknown-key"),
    ]


def test_broken_file_is_told_once_and_not_again_by_those_who_refer_to_it():
    broken = {
        "a.yaml": rule("a", more="finding: shared\nseverty: low\n"),
        "b.yaml": rule("b", "[finding: shared]"),
        "c.yaml": rule("c", "[finding: a]"),
    }
    assert only(broken).code == "unknown-key"
    action = files()["actions/reduce-epochs.yaml"].replace("cost: run", "cost: much")
    assert only({"actions/reduce-epochs.yaml": action, "b.yaml": rule("b", more="recommend: [reduce-epochs]\n")}).code == "wrong-value"
    assert only({"verdicts/iterate.yaml": "a: ["}).code == "not-yaml"


@pytest.mark.parametrize("path", ["parameters.yaml", "priorities.yaml", "models.yaml", "sweep.yaml"])
def test_missing_file_is_named(path: str):
    mistake = only({"a.yaml": rule("a")}, without=(path,))
    assert (mistake.file, mistake.code) == (path, "missing-file")


def test_empty_rulebook_lacks_its_four_files():
    with pytest.raises(BrokenRulebook) as broken:
        build_rulebook({})
    assert [m.code for m in broken.value.mistakes] == ["missing-file"] * 4


def test_long_words_do_not_make_long_messages_or_long_waits():
    word = "n_train" * 60
    assert len(only({"a.yaml": rule("a", f"[{word} > 1]")}).message) < 600


# -- folders ----------------------------------------------------------------------------------------------------------------------------


def written(folder: Path, more: Mapping[str, str | bytes]) -> Path:
    for path, text in {**files(), **more}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def refusal(folder: Path) -> Mistake:
    with pytest.raises(BrokenRulebook) as broken:
        load_rulebook(folder)
    (mistake,) = broken.value.mistakes
    assert str(folder) not in str(broken.value), "no path of the machine"
    return mistake


def test_folder_that_is_not_there_is_refused_by_name(tmp_path: Path):
    mistake = refusal(tmp_path / "nowhere")
    assert (mistake.file, mistake.code) == ("nowhere", "no-folder")


def test_file_that_is_not_utf8_is_refused_with_the_byte(tmp_path: Path):
    mistake = refusal(written(tmp_path, {"a.yaml": rule("a").encode() + b"# caf\xe9\n"}))
    assert (mistake.file, mistake.code) == ("a.yaml", "not-utf8")


def test_link_out_of_the_folder_is_refused(tmp_path: Path):
    inside = written(tmp_path / "rules", {})
    (tmp_path / "secret.yaml").write_text(rule("secret"))
    (inside / "secret.yaml").symlink_to(tmp_path / "secret.yaml")
    mistake = refusal(inside)
    assert (mistake.file, mistake.code) == ("secret.yaml", "outside")


def test_link_that_leads_nowhere_is_refused(tmp_path: Path):
    inside = written(tmp_path, {})
    (inside / "a.yaml").symlink_to(inside / "gone.yaml")
    assert refusal(inside).code == "unreadable"


def test_link_within_the_folder_hidden_files_and_other_endings_do_no_harm(tmp_path: Path):
    folder = written(tmp_path, {".hidden.yaml": "a: [", ".git/x.yaml": "a: [", "README.md": "a: [", "a.cases.yaml": "a: ["})
    (folder / "sft").mkdir()
    (folder / "a.yaml").write_text(rule("a"))
    assert [r.id for r in load_rulebook(folder).rules] == ["a", "iterate"]

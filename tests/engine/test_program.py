"""A compiled rulebook: what becomes of each rule, and that no size, thread or text of it harms the process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Thread

import pytest

from advisor.engine import Outcome, Program
from advisor.errors import BrokenRulebook, EngineFault
from advisor.facts import Method
from advisor.rulebook import load_rulebook, shipped_rules
from advisor.signals import SIGNALS, Missing, Value
from tests.rulebook.books import criterion, rule, rulebook

NUMBERS = tuple(sorted(name for name, signal in SIGNALS.items() if signal.unit != "flag"))


def program(files: Mapping[str, str]) -> Program:
    return Program(rulebook(files))


def decide(files: Mapping[str, str], signals: Mapping[str, Value], method: Method = "supervised") -> dict[str, Outcome]:
    return {outcome.rule.id: outcome for outcome in program(files).decide(method, signals)}


def kinds(files: Mapping[str, str], signals: Mapping[str, Value], method: Method = "supervised") -> dict[str, str]:
    return {name: outcome.kind for name, outcome in decide(files, signals, method).items() if name != "iterate"}


# -- what is missing --------------------------------------------------------------------------------------------------------------------

NO_SCORE = Missing("there is no evaluation", ("evaluation.score",))


def test_rule_that_lacks_a_signal_is_not_evaluated_and_says_which_fields_it_needs():
    outcome = decide({"a.yaml": rule("a", "[target_score > 1]")}, {"target_score": NO_SCORE})["a"]
    assert (outcome.kind, outcome.missing) == ("not_evaluated", ("evaluation.score",))


def test_signal_that_nobody_measured_is_missing_under_its_own_name():
    assert decide({"a.yaml": rule("a", "[target_score > 1]")}, {})["a"].missing == ("target_score",)


@pytest.mark.parametrize(
    ("when", "n_train", "kind"),
    [
        ("[target_score > 1, n_train > 100]", 50.0, "not_fired"),  # false, whatever the score
        ("[target_score > 1, n_train > 100]", 150.0, "not_evaluated"),
        ("{any: [target_score > 1, n_train > 100]}", 150.0, "fired"),  # true, whatever the score
        ("{any: [target_score > 1, n_train > 100]}", 50.0, "not_evaluated"),
        ("{none: [target_score > 1, n_train > 100]}", 150.0, "not_fired"),
        ("{none: [target_score > 1, n_train > 100]}", 50.0, "not_evaluated"),
        ("{none: [{all: [target_score > 1, n_train > 100]}]}", 50.0, "fired"),
    ],
)
def test_what_is_missing_matters_only_where_it_could_decide(when: str, n_train: float, kind: str):
    assert kinds({"a.yaml": rule("a", when)}, {"n_train": n_train, "target_score": NO_SCORE}) == {"a": kind}


@pytest.mark.parametrize("kind", ["all", "any", "none"])
def test_one_and_the_same_missing_signal_is_unknown_even_where_both_answers_agree(kind: str):
    when = f"{{{kind}: [{{any: [target_score > 1, target_score <= 1]}}]}}"
    assert kinds({"a.yaml": rule("a", when)}, {"target_score": NO_SCORE}) == {"a": "not_evaluated"}


def test_finding_that_may_or_may_not_be_raised_leaves_open_what_rests_on_it():
    files = {"a.yaml": rule("a", "[target_score > 1]"), "b.yaml": rule("b", "{none: [finding: a]}")}
    outcomes = decide(files, {"target_score": NO_SCORE})
    assert (outcomes["b"].kind, outcomes["b"].missing) == ("not_evaluated", ("evaluation.score",))


@pytest.mark.parametrize(("folder", "reference"), [("stopping", "stopping: a"), ("mistakes", "mistake: a")])
def test_stopping_criterion_or_mistake_that_cannot_be_judged_counts_as_not_met(folder: str, reference: str):
    files = {f"{folder}/a.yaml": criterion("a", "[target_score > 1]"), "b.yaml": rule("b", f"{{none: [{reference}]}}")}
    assert kinds(files, {"target_score": NO_SCORE}) == {"a": "not_evaluated", "b": "fired"}


def test_one_rule_that_fires_settles_a_finding_that_another_cannot_judge():
    files = {
        "a.yaml": rule("a", "[target_score > 1]", "finding: shared\n"),
        "b.yaml": rule("b", "[n_train > 100]", "finding: shared\n"),
        "c.yaml": rule("c", "[finding: shared]"),
    }
    assert kinds(files, {"target_score": NO_SCORE, "n_train": 150.0})["c"] == "fired"
    assert kinds(files, {"target_score": NO_SCORE, "n_train": 50.0})["c"] == "not_evaluated"


# -- references -------------------------------------------------------------------------------------------------------------------------


def test_order_of_the_files_does_not_matter_to_a_finding_about_a_finding():
    chain = {f"{name}.yaml": rule(name, when) for name, when in (("a", "[finding: m]"), ("m", "[finding: z]"), ("z", "[n_train > 100]"))}
    assert kinds(chain, {"n_train": 150.0}) == {"a": "fired", "m": "fired", "z": "fired"}
    assert kinds(chain, {"n_train": 50.0}) == {"a": "not_fired", "m": "not_fired", "z": "not_fired"}


@pytest.mark.parametrize("more", ["status: shadow\n", "status: deprecated\n"])
def test_finding_that_only_a_shadow_or_deprecated_rule_raises_counts_as_not_raised(more: str):
    files = {"a.yaml": rule("a", more=more), "b.yaml": rule("b", "{none: [finding: a]}")}
    assert kinds(files, {"n_train": 150.0})["b"] == "fired"


def test_shadow_rule_is_decided_all_the_same():
    assert kinds({"a.yaml": rule("a", more="status: shadow\n")}, {"n_train": 150.0}) == {"a": "fired"}


def test_finding_of_another_method_counts_as_not_raised():
    files = {"a.yaml": rule("a", applies_to="reinforcement"), "b.yaml": rule("b", "{none: [finding: a]}")}
    assert kinds(files, {"n_train": 150.0}) == {"a": "not_applicable", "b": "fired"}


def test_suppressed_finding_names_its_suppressor_and_counts_as_not_raised():
    files = {"a.yaml": rule("a", more="suppresses: [b]\n"), "b.yaml": rule("b"), "c.yaml": rule("c", "[finding: b]")}
    outcomes = decide(files, {"n_train": 150.0})
    assert (outcomes["b"].kind, outcomes["b"].by, outcomes["c"].kind) == ("suppressed", "a", "not_fired")


@pytest.mark.parametrize("more", ["status: shadow\n", "status: deprecated\n"])
def test_rule_that_advises_nothing_suppresses_nothing(more: str):
    silent = rule("a", more=f"finding: shared\nsuppresses: [b]\n{more}")
    files = {"a.yaml": silent, "c.yaml": rule("c", more="finding: shared\n"), "b.yaml": rule("b")}
    assert kinds(files, {"n_train": 150.0})["b"] == "fired"


def test_finding_that_eases_another_takes_it_one_severity_down():
    files = {"a.yaml": rule("a", severity="high", more="milder_with: [b]\n"), "b.yaml": rule("b", "[target_score > 1]")}
    assert decide(files, {"n_train": 150.0, "target_score": 2.0})["a"].severity == "medium"
    assert decide(files, {"n_train": 150.0, "target_score": 0.0})["a"].severity == "high"
    assert decide(files, {"n_train": 150.0})["a"].severity == "high"


# -- evidence, confidence, recommendations ----------------------------------------------------------------------------------------------


def test_evidence_stands_in_the_order_of_the_file_with_what_none_turned_round_last():
    when = "{none: [target_score > 5], all: [n_train > 100, n_epochs == 2]}"
    evidence = decide({"a.yaml": rule("a", when)}, {"target_score": 3.0, "n_train": 150.0, "n_epochs": 2.0})["a"].evidence
    assert [(c.signal, c.operator, value) for c, value in evidence] == [
        ("n_train", ">", 150.0),
        ("n_epochs", "==", 2.0),
        ("target_score", "<=", 3.0),
    ]


def test_evidence_of_alternatives_holds_every_one_that_is_true():
    when = "{any: [n_train > 100, n_train > 1000, target_score > 1]}"
    evidence = decide({"a.yaml": rule("a", when)}, {"target_score": 3.0, "n_train": 150.0})["a"].evidence
    assert [c.text for c, _ in evidence] == ["n_train > 100", "target_score > 1"]


@pytest.mark.parametrize(("epochs", "confidence"), [(1.0, "low"), (2.0, "high"), (5.0, "low"), (1.5, "medium")])
def test_low_confidence_wins_over_high(epochs: float, confidence: str):
    more = "confidence: {high: [n_epochs >= 2], low: {any: [n_epochs <= 1, n_epochs >= 5]}}\n"
    assert decide({"a.yaml": rule("a", more=more)}, {"n_train": 150.0, "n_epochs": epochs})["a"].confidence == confidence


def test_confidence_that_cannot_be_told_is_medium():
    more = "confidence: {high: [n_epochs >= 2]}\n"
    assert decide({"a.yaml": rule("a", more=more)}, {"n_train": 150.0})["a"].confidence == "medium"


def test_recommendation_stands_only_where_its_own_condition_holds():
    more = "recommend:\n  - action: reduce-epochs\n    when: [n_epochs > 3]\n  - reduce-epochs\n"
    files = {"a.yaml": rule("a", more=more)}
    assert [decide(files, {"n_train": 150.0, "n_epochs": epochs})["a"].recommended for epochs in (4.0, 2.0)] == [(0, 1), (1,)]


@pytest.mark.parametrize("huge", [1e308, 1.7976931348623157e308])
def test_signals_too_far_apart_for_a_difference_still_compare(huge: float):
    files = {"a.yaml": rule("a", "[n_train > target_score]"), "b.yaml": rule("b", "[n_train < 3 * target_score]")}
    assert kinds(files, {"n_train": huge, "target_score": -huge}) == {"a": "fired", "b": "not_fired"}


# -- size -------------------------------------------------------------------------------------------------------------------------------


def test_condition_too_complex_for_the_engine_is_a_mistake_of_its_file():
    many = ", ".join(f"n_train > {i}" for i in range(16))
    wide = ", ".join(f"{{any: [n_train > {i}, target_score > {i}]}}" for i in range(7))
    files = {
        "a.yaml": rule("a", f"[{many}]"),
        "b.yaml": rule("b", f"[{wide}]"),
        "c.yaml": rule("c", f"{{any: [{many}]}}"),
        "d.yaml": rule("d"),
    }
    with pytest.raises(BrokenRulebook) as broken:
        program(files)
    assert [(m.file, m.code) for m in broken.value.mistakes] == [(name, "too-complex") for name in ("a.yaml", "b.yaml", "c.yaml")]
    assert all("Split the rule" in mistake.remedy for mistake in broken.value.mistakes)


def alternatives(comparisons: Iterable[str]) -> str:
    return f"{{any: [{', '.join(comparisons)}]}}"


def test_more_clauses_than_the_engine_takes_are_laid_down_and_found_again():
    either = [alternatives(f"{name} > {i}" for i in range(8)) for name in ("n_train", "n_valid")]
    files = {f"r{i}.yaml": rule(f"r{i}", f"[{', '.join(either)}]") for i in range(70)}  # 64 clauses each
    signals = {"n_train": 7.5, "n_valid": 0.5, "checkpoints_count": 1.0}
    outcomes = decide(files, signals)
    assert {outcome.kind for outcome in outcomes.values()} == {"fired"}
    assert all(len(outcomes[name.removesuffix(".yaml")].evidence) == 9 for name in files)
    assert set(kinds(files, signals | {"n_valid": 0.0}).values()) == {"not_fired"}


def test_more_kinds_of_facts_than_the_engine_has_room_for_in_one_ruleset():
    """Each pair of signals with its factor is a fact of its own; beyond 500 of them the bare engine never returns."""
    files = {f"r{i}.yaml": rule(f"r{i}", alternatives(f"n_train > {i}.{k} * n_valid" for k in range(10, 25))) for i in range(40)}
    assert set(kinds(files, {"n_train": 50.0, "n_valid": 1.0}).values()) == {"fired"}
    assert list(kinds(files, {"n_train": 5.13, "n_valid": 1.0}).values()).count("fired") == 6


def test_more_conditions_on_one_signal_than_the_engine_takes():
    files = {f"r{i}.yaml": rule(f"r{i}", f"[n_train > {i}]") for i in range(150)}
    assert [kind for _, kind in sorted(kinds(files, {"n_train": 74.5}).items())].count("fired") == 75


# -- texts ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [r"\" } ] , \"r0\": {", r"it's \\\" \\u0000", "ünïcödé 漢字 🎯 \\u202e", "x" * 1990, "{n_train} %s {{", "$and _marker $ex"],
    ids=range(6),
)
def test_no_text_of_a_rule_reaches_the_engine(title: str):
    files = {"a.yaml": rule("a", title=f'"{title}"', explain='"quote \\" and \\\\ backslash"'), "b.yaml": rule("b", "[finding: a]")}
    assert kinds(files, {"n_train": 150.0}) == {"a": "fired", "b": "fired"}


@pytest.mark.parametrize("rule_id", ["kind", "value", "id", "m", "z", "r0", "sid", "fires", "x" * 80, "a-" * 39 + "a", "0"])
def test_no_id_of_a_rule_collides_with_the_engines_own_names(rule_id: str):
    files = {
        f"{rule_id}.yaml": rule(rule_id, more="confidence: {high: [n_train > 120]}\n"),
        "other.yaml": rule("other", f'[finding: "{rule_id}"]'),
    }
    files[f"{rule_id}.yaml"] = files[f"{rule_id}.yaml"].replace(f"id: {rule_id}", f'id: "{rule_id}"')
    outcomes = decide(files, {"n_train": 150.0})
    assert (outcomes[rule_id].kind, outcomes[rule_id].confidence, outcomes["other"].kind) == ("fired", "high", "fired")


# -- threads, closing, memory -----------------------------------------------------------------------------------------------------------


def run_together(*works: Thread) -> None:
    for work in works:
        work.start()
    for work in works:
        work.join(timeout=300)
    assert not any(work.is_alive() for work in works)


def telling_signals(i: int) -> dict[str, Value]:
    """Signals of the shipped rules, other ones missing with each ``i``."""
    return {
        name: Missing("left out", (name,)) if (i * 7 + place) % 5 == 0 else float((i * 13 + place * 5) % 11) / 4
        for place, name in enumerate(NUMBERS)
    }


def test_threads_that_share_a_program_get_the_answers_of_one():
    shared = Program(load_rulebook(shipped_rules()))
    methods: tuple[Method, ...] = ("supervised", "dpo", "reinforcement")
    questions = [(methods[i % 3], telling_signals(i)) for i in range(100)]  # more sets of missing signals than are kept compiled
    alone = [shared.decide(*question) for question in questions]
    wrong: list[int] = []

    def ask(shift: int) -> None:
        for i in range(len(questions)):
            place = (i + shift * 17) % len(questions)
            if shared.decide(*questions[place]) != alone[place]:
                wrong.append(place)

    run_together(*(Thread(target=ask, args=(shift,)) for shift in range(3)))
    assert wrong == []


def test_closing_a_program_while_others_ask_it_answers_them_or_says_that_it_is_closed():
    for _ in range(10):
        shared = program({"a.yaml": rule("a"), "b.yaml": rule("b", "[target_score > 1]")})
        answers: list[str] = []

        def ask(asked: Program, said: list[str]) -> None:
            for i in range(200):
                try:
                    said.append(asked.decide("supervised", {"n_train": 100.0 + i % 2, "checkpoints_count": 1.0})[0].kind)
                except EngineFault:
                    said.append("closed")

        run_together(*(Thread(target=ask, args=(shared, answers)) for _ in range(3)), Thread(target=shared.close))
        assert set(answers) <= {"fired", "not_fired", "closed"}
        with pytest.raises(EngineFault, match="closed"):
            shared.decide("supervised", {"n_train": 150.0})


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads the memory from /proc, which only Linux has")
def test_rulebooks_that_come_and_go_leave_no_memory_behind():
    book = rulebook({f"r{i}.yaml": rule(f"r{i}", "{any: [n_train > 100, target_score > 1]}") for i in range(10)})

    def come_and_go() -> None:
        compiled = Program(book)
        compiled.decide("supervised", {"n_train": 50.0})
        compiled.close()

    def resident_bytes() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

    for _ in range(50):
        come_and_go()
    before = resident_bytes()
    for _ in range(500):
        come_and_go()
    assert resident_bytes() - before < 10_000_000  # uncollected they would be several hundred

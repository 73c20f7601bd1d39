from __future__ import annotations

from advisor.authoring.explanation import Explanation, explain_rule
from advisor.contract.request import AdviseRequest
from advisor.engine import Program
from advisor.service import advise
from tests.rulebook.books import rule, rulebook


def explained(when: str, more: str = "", other: str = "", method: str = "supervised", **run: object) -> Explanation:
    files = {"sft/odd.yaml": rule("odd", when, more)} | ({"sft/other.yaml": other} if other else {})
    program = Program(rulebook(files))
    try:
        request = AdviseRequest.model_validate({"run": {"method": method, "checkpoints": [], **run}})
        found = program.rulebook.rule("odd")
        assert found is not None
        return explain_rule(found, advise(request, program, advice_id="", created_at="", level="all"))
    finally:
        program.close()


def test_a_near_miss_is_named_with_what_would_have_to_change():
    found = explained("[n_train > 100, n_train < 500]", dataset={"n_train": 90})
    assert found.outcome.outcome == "not_fired"
    assert found.nearest is not None
    assert (found.nearest.condition, found.nearest.margin) == ("n_train > 100", -10)
    assert found.changes == ("n_train would have to be above 100 instead of 90",)


def test_of_several_alternatives_the_cheapest_is_named():
    found = explained("{any: [n_train > 100, n_epochs >= 4]}", dataset={"n_train": 10}, hyperparameters={"n_epochs": 3})
    assert found.changes == ("n_epochs would have to be at least 4 instead of 3",)


def test_everything_that_must_hold_together_is_named():
    found = explained("[n_train > 100, n_epochs >= 4]", dataset={"n_train": 10}, hyperparameters={"n_epochs": 3})
    assert len(found.changes) == 2


def test_a_rule_that_fired_says_what_would_silence_it():
    found = explained("[n_train > 100, n_epochs >= 2]", dataset={"n_train": 105}, hyperparameters={"n_epochs": 4})
    assert found.outcome.outcome == "fired"
    assert found.changes == ("n_train would have to be at most 100 instead of 105",)


def test_what_must_not_hold_is_turned_round():
    found = explained("{all: [n_train > 100], none: [n_epochs > 3, run_failed]}", dataset={"n_train": 200}, hyperparameters={"n_epochs": 4})
    assert found.changes[0] == "n_epochs would have to be at most 3 instead of 4"


def test_a_missing_value_would_have_to_be_known():
    found = explained("[n_train > 100]")
    assert found.nearest is None
    assert found.changes == ("n_train would have to be known, and fulfil n_train > 100",)


def test_a_finding_would_have_to_be_raised_and_a_flag_to_turn():
    found = explained("[finding: other, run_failed]", other=rule("other"), status="succeeded", dataset={"n_train": 5})
    assert found.changes == ("the finding other would have to be raised", "run_failed would have to be 1")


def test_a_rule_of_another_method_has_nothing_to_change():
    found = explained("[n_train > 100]", method="reinforcement")
    assert (found.outcome.outcome, found.changes) == ("not_applicable", ())

"""How far an action moves its parameter: by the rule's step or the sweep's next rung, and never to what was tried already."""

from __future__ import annotations

from typing import Any

import pytest

from advisor.contract.advice import Change
from tests.advice.examples import action_of, advice_from, program, rule


def _change(
    recommendation: str | dict[str, Any], settings: dict[str, Any], *earlier: tuple[dict[str, Any], float | None], **run: Any
) -> Change:
    """The change of a run that scored 8; earlier runs are (settings, score)."""
    history = [{"hyperparameters": {**settings, **other}, "evaluation": {"score": score}} for other, score in earlier]
    around = {"history": history, **run.pop("around", {})}
    change = action_of(recommendation, hyperparameters=settings, evaluation={"score": 8}, around=around, **run).change
    assert change is not None
    return change


# --- the rungs of the sweep --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "parameter", "here", "to"),
    [
        ("fewer-epochs", "n_epochs", 3, 2),
        ("fewer-epochs", "n_epochs", 10, 3),
        ("fewer-epochs", "n_epochs", 1, None),
        ("more-epochs", "n_epochs", 1, 2),
        ("more-epochs", "n_epochs", 3, 6),  # beyond the sweep: the factor
        ("more-epochs", "n_epochs", 15, 20),  # the end of the range
        ("more-epochs", "n_epochs", 20, None),
        ("lower-rate", "learning_rate_multiplier", 1.0, 0.5),
        ("lower-rate", "learning_rate_multiplier", 0.7, 0.5),
        ("lower-rate", "learning_rate_multiplier", 0.55, 0.2),  # half a rung away is the next one
        ("lower-rate", "learning_rate_multiplier", 0.1, 0.05),
        ("lower-rate", "learning_rate_multiplier", 0.01, None),
        ("raise-rate", "learning_rate_multiplier", 2.0, 4),
        ("raise-rate", "learning_rate_multiplier", 30.0, None),
        ("larger-batch", "batch_size", 8, 16),
        ("smaller-batch", "batch_size", 2, 1),
        ("smaller-batch", "batch_size", 1, None),
    ],
)
def test_without_a_step_of_its_own_an_action_goes_to_the_next_rung(action: str, parameter: str, here: float, to: float | None):
    assert _change(action, {parameter: here}) == Change(parameter, here, to)


@pytest.mark.parametrize("settings", [{}, {"n_epochs": "auto"}, {"n_epochs": None}])
def test_a_setting_that_is_not_known_counts_as_the_sweeps_default(settings: dict[str, Any]):
    # the default is 2
    assert _change("more-epochs", settings) == Change("n_epochs", settings.get("n_epochs"), 3)
    assert _change("fewer-epochs", settings) == Change("n_epochs", settings.get("n_epochs"), 1)


def test_a_run_that_knows_only_the_absolute_rate_moves_that():
    assert _change("lower-rate", {"learning_rate": 0.0002}) == Change("learning_rate", 0.0002, 0.0001)
    assert _change("lower-rate", {"learning_rate": 0.0002, "learning_rate_multiplier": "auto"}).parameter == "learning_rate"
    assert _change("lower-rate", {"learning_rate": 0.0002, "learning_rate_multiplier": 1}).parameter == "learning_rate_multiplier"


def test_where_the_absolute_rate_moves_a_multiplier_is_a_share_of_it():
    assert _change({"action": "lower-rate", "to": 0.2}, {"learning_rate": 0.0002}) == Change("learning_rate", 0.0002, 0.00004)


# --- steps of the rule -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recommendation", "here", "to"),
    [
        ({"action": "lower-rate", "to": 0.2}, 1.0, 0.2),
        ({"action": "lower-rate", "to": 0.2}, 0.1, 0.05),  # the step leads the wrong way: the next rung does instead
        ({"action": "lower-rate", "to": 0.2}, 0.2, 0.1),
        ({"action": "lower-rate", "multiply": 0.5}, 0.5, 0.25),
        ({"action": "lower-rate", "to": "default"}, 8.0, 1),
        ({"action": "lower-rate", "to": "default"}, 0.5, 0.2),  # the default does not lie ahead
        ({"action": "raise-rate", "to": "default"}, 0.1, 1),
        ({"action": "lower-rate", "to_signal": "learning_rate"}, 1.0, 0.5),  # the signal is missing: the next rung
    ],
)
def test_a_rule_may_say_how_far(recommendation: dict[str, Any], here: float, to: float):
    assert _change(recommendation, {"learning_rate_multiplier": here}).to == to


def test_a_step_may_be_a_signal():
    change = _change({"action": "more-epochs", "to_signal": "batch_size"}, {"n_epochs": 2, "batch_size": 7})

    assert change == Change("n_epochs", 2, 7)


def test_whole_settings_move_by_whole_steps():
    assert _change({"action": "more-epochs", "multiply": 1.2}, {"n_epochs": 2}).to == 3
    assert _change({"action": "fewer-epochs", "multiply": 0.9}, {"n_epochs": 3}).to == 2


def test_the_strongest_rule_with_a_step_of_its_own_says_how_far():
    advice = advice_from(
        program(rule("a", "lower-rate", severity="high"), rule("b", {"action": "lower-rate", "to": 0.2}, severity="high")),
        hyperparameters={"learning_rate_multiplier": 1.0},
    )
    weaker = advice_from(
        program(rule("a", "lower-rate", severity="high"), rule("b", {"action": "lower-rate", "to": 0.2}, severity="low")),
        hyperparameters={"learning_rate_multiplier": 1.0},
    )

    assert [a.change for a in advice.actions] == [Change("learning_rate_multiplier", 1, 0.2)]
    assert [a.change for a in weaker.actions] == [Change("learning_rate_multiplier", 1, 0.5)]


# --- what was tried ----------------------------------------------------------------------------------------------------------------


def test_a_rung_that_was_tried_and_was_better_is_passed():
    assert _change("lower-rate", {"learning_rate_multiplier": 1.0}, ({"learning_rate_multiplier": 0.5}, 8.5)).to == 0.2


def test_a_rung_that_was_tried_without_an_evaluation_is_passed():
    assert _change("lower-rate", {"learning_rate_multiplier": 1.0}, ({"learning_rate_multiplier": 0.5}, None)).to == 0.2


def test_behind_a_worse_setting_the_gap_is_narrowed():
    # 0.5 was worse than 1.0: their geometric middle is 0.71
    assert _change("lower-rate", {"learning_rate_multiplier": 1.0}, ({"learning_rate_multiplier": 0.5}, 7)).to == 0.71


def test_narrowing_goes_on_between_the_last_two():
    tried = [({"learning_rate_multiplier": 0.1}, 5), ({"learning_rate_multiplier": 0.5}, 9), ({"learning_rate_multiplier": 0.2}, 6)]

    to = _change("lower-rate", {"learning_rate_multiplier": 1.0}, *tried).to

    assert isinstance(to, float)
    assert 0.2 < to < 0.5


def test_whole_settings_are_narrowed_to_whole_ones_until_nothing_lies_between():
    assert _change("more-epochs", {"n_epochs": 2}, ({"n_epochs": 8}, 7)).to == 3
    assert _change("more-epochs", {"n_epochs": 3}, ({"n_epochs": 6}, 7)).to == 4
    assert _change("more-epochs", {"n_epochs": 3}, ({"n_epochs": 4}, 7)).to is None


def test_settings_that_differ_by_a_rounding_are_one():
    assert _change("lower-rate", {"learning_rate_multiplier": 1.0}, ({"learning_rate_multiplier": 0.52}, 8.5)).to == 0.2


def test_what_was_tried_with_other_settings_or_other_data_does_not_count():
    other_batch = ({"learning_rate_multiplier": 0.5, "batch_size": 32}, 7.0)
    assert _change("lower-rate", {"learning_rate_multiplier": 1.0, "batch_size": 8}, other_batch).to == 0.5

    older = [{"hyperparameters": {"learning_rate_multiplier": 0.5}, "dataset": {"version": "v1"}, "evaluation": {"score": 7}}]
    around = {"history": older}
    assert _change("lower-rate", {"learning_rate_multiplier": 1.0}, dataset={"version": "v2"}, around=around).to == 0.5


def test_everything_tried_is_said():
    tried = [({"n_epochs": n}, 9.0) for n in range(1, 3)]

    assert _change("fewer-epochs", {"n_epochs": 3}, *tried).to is None


# --- base models -------------------------------------------------------------------------------------------------------------------


def _model(action: str, *, method: str = "supervised", history: list[dict[str, Any]] | None = None, **more: Any) -> Any:
    around = {"history": history or [], **more.pop("around", {})}
    change = action_of(action, method=method, around=around, **more).change
    assert change is not None
    assert change.parameter == "base_model"
    return change.to


def test_another_model_is_the_first_of_the_table_that_was_not_tried():
    assert _model("other-model", base_model="fast") == "middle"
    assert _model("other-model", base_model="middle") == "fast"  # the specialist needs 500 examples, which nobody states


@pytest.mark.parametrize(("n_train", "model"), [(499, "fast"), (500, "specialist"), (5000, "specialist")])
def test_a_specialist_for_large_data_sets_needs_enough_examples(n_train: int, model: str):
    assert _model("other-model", base_model="middle", dataset={"n_train": n_train}) == model


@pytest.mark.parametrize(
    ("needs", "model"), [(["latency"], "fast"), (["multilingual"], "tongues"), (["low-cost", "latency"], "fast"), (["style"], "fast")]
)
def test_the_model_that_meets_most_needs_goes_before_the_order_of_the_table(needs: list[str], model: str):
    assert _model("other-model", base_model="middle", around={"goal": {"needs": needs}}) == model


def test_only_models_that_can_be_trained_by_the_method_are_proposed():
    assert _model("other-model", method="reinforcement", base_model="middle") == "thinker"
    assert _model("other-model", method="dpo", base_model="middle") == "fast"
    assert _model("other-model", method="dpo", base_model="fast", around={"goal": {"needs": ["multilingual"]}}) == "middle"


def test_only_models_that_the_user_has_are_proposed():
    assert _model("other-model", base_model="middle", around={"available_models": ["tongues-instruct", "unheard-of"]}) == "tongues"
    assert _model("other-model", base_model="middle", around={"available_models": []}) is None


def test_a_model_that_was_tried_on_this_data_is_not_proposed_again():
    tried = [{"base_model": "fast"}]

    assert _model("other-model", base_model="middle", history=tried) == "tongues"
    assert _model("other-model", base_model="middle", history=[*tried, {"base_model": "TONGUES-instruct-2025-01-01"}]) is None


def test_a_model_that_was_tried_otherwise_may_be_proposed():
    tried = [{"base_model": "fast", "hyperparameters": {"n_epochs": 9}}]

    assert _model("other-model", base_model="middle", hyperparameters={"n_epochs": 2}, history=tried) == "fast"


def test_the_larger_model_is_the_next_larger_one():
    assert _model("larger-model", base_model="fast") == "middle"
    assert _model("larger-model", base_model="middle", dataset={"n_train": 500}) == "specialist"
    assert _model("larger-model", base_model="middle", dataset={"n_train": 499}) == "tongues"  # the specialist needs more examples
    assert _model("larger-model", base_model="tongues") is None


def test_a_model_that_the_table_lacks_has_a_larger_one_without_a_name_and_no_other():
    assert _model("larger-model", base_model="acme-7b") == "a larger model"
    assert _model("larger-model") == "a larger model"
    assert _model("other-model", base_model="acme-7b") is None


# --- the rest ----------------------------------------------------------------------------------------------------------------------


def test_a_change_of_the_data_says_what_is_to_be_done_to_which():
    assert action_of("more-data", dataset={"version": "v1"}).change == Change("dataset", "v1", "more examples")


def test_a_change_of_the_method_goes_from_the_runs_own():
    assert action_of("to-dpo").change == Change("method", "supervised", "dpo")


def test_an_action_that_changes_no_parameter_has_no_change():
    assert action_of("evaluate").change is None


def test_a_checkpoint_is_named_by_its_step():
    checkpoints = [{"step_number": s, "metrics": {"full_valid_loss": v}} for s, v in ((1, 2), (2, 1), (3, 3))]

    assert action_of("deploy", checkpoints=checkpoints).change == Change("checkpoint", None, 2)


@pytest.mark.parametrize("step", [12345, 99999999, 2**53])
def test_a_step_is_never_rounded(step: int):
    checkpoints = [{"step_number": s, "metrics": {"full_valid_loss": v}} for s, v in ((1, 2), (step, 1))]

    assert action_of("deploy", checkpoints=checkpoints).change == Change("checkpoint", None, step)


def test_a_rate_is_written_with_four_digits_at_most():
    assert _change({"action": "lower-rate", "multiply": 1 / 3}, {"learning_rate_multiplier": 1.0}).to == 0.3333

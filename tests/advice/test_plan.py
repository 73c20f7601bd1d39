"""The next experiment: this run with exactly one thing changed, and never one that history has seen."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.contract import Advice, AdviseRequest
from advisor.contract.advice import Change, Experiment
from advisor.engine import Program
from advisor.facts import Run
from advisor.rulebook import load_rulebook, shipped_rules
from advisor.service import advise
from tests.advice.examples import PRIORITIES, advice_from, criterion, program, rule
from tests.advice.examples import action as entry


@pytest.fixture(scope="module")
def shipped() -> Program:
    return Program(load_rulebook(shipped_rules()))


def _next(*recommend: Any, **run: Any) -> Experiment | None:
    return advice_from(program(rule("a-finding", *recommend)), **run).next_experiment


def test_it_carries_out_the_first_action_that_is_an_experiment():
    advice = advice_from(
        program(rule("a", "evaluate", severity="critical"), rule("b", "lower-rate")),
        base_model="middle",
        hyperparameters={"n_epochs": 2, "learning_rate_multiplier": 1.0, "batch_size": "auto"},
        dataset={"version": "v3"},
    )

    assert [a.id for a in advice.actions] == ["evaluate", "lower-rate"]
    assert advice.next_experiment == Experiment(
        change=Change("learning_rate_multiplier", 1, 0.5),
        hyperparameters={"n_epochs": 2, "learning_rate_multiplier": 0.5, "batch_size": "auto"},
        base_model="middle",
        method="supervised",
        dataset="v3",
        explanation="Change learning_rate_multiplier from 1 to 0.5 and keep everything else as it is: do lower-rate.",
    )


@pytest.mark.parametrize(
    ("recommended", "run", "sentence"),
    [
        ("lower-rate", {}, "Set learning_rate_multiplier to 0.5 and keep everything else as it is: do lower-rate."),
        ("more-data", {"dataset": {"version": "v3"}}, "Change only the data, and keep everything else as it is: do more-data."),
        (
            {"action": "more-data", "to": 1000},
            {"dataset": {"version": "v3"}},
            "Set the number of training examples to 1000 and keep everything else as it is: do more-data.",
        ),
    ],
)
def test_the_sentence_says_the_one_change_and_names_no_value_that_is_not_known(recommended: Any, run: dict[str, Any], sentence: str):
    experiment = _next(recommended, **run)

    assert experiment is not None
    assert experiment.explanation == sentence


def test_an_action_that_has_nowhere_new_to_go_is_passed_over():
    experiment = _next("fewer-epochs", "lower-rate", hyperparameters={"n_epochs": 1, "learning_rate_multiplier": 1})

    assert experiment is not None
    assert experiment.change.parameter == "learning_rate_multiplier"


def test_there_may_be_nothing_to_try():
    assert _next("evaluate", "stop") is None
    assert _next("fewer-epochs", hyperparameters={"n_epochs": 1}) is None
    assert advice_from(program()).next_experiment is None


@pytest.mark.parametrize(
    ("recommended", "expected"),
    [
        ("larger-model", {"base_model": "tongues"}),
        ("to-dpo", {"method": "dpo"}),
        ("more-data", {"dataset": "v3: more examples"}),
    ],
)
def test_a_change_of_something_else_leaves_the_settings_alone(recommended: str, expected: dict[str, str]):
    experiment = _next(recommended, base_model="middle", hyperparameters={"n_epochs": 2}, dataset={"version": "v3"})

    assert experiment is not None
    got = {"base_model": experiment.base_model, "method": experiment.method, "dataset": experiment.dataset}
    assert got == {"base_model": "middle", "method": "supervised", "dataset": "v3", **expected}
    assert experiment.hyperparameters == {"n_epochs": 2}


def test_a_method_that_was_tried_on_the_same_settings_is_not_tried_again():
    tried = {"history": [{"method": "dpo", "hyperparameters": {"n_epochs": 2}, "base_model": "middle"}]}
    run = {"hyperparameters": {"n_epochs": 2}, "base_model": "middle"}

    assert _next("to-dpo", **run) is not None
    assert _next("to-dpo", **run, around=tried) is None


def test_without_an_experiment_the_answer_says_why():
    words = {"none_advised": "Nothing of that kind.", "nothing_new": "Nothing new."}
    told = ("priorities.yaml", {**PRIORITIES, **words})

    assert advice_from(program(told, rule("a", "evaluate"))).no_experiment == "Nothing of that kind."
    assert advice_from(program(told, rule("a", "fewer-epochs")), hyperparameters={"n_epochs": 1}).no_experiment == "Nothing new."
    assert advice_from(program(told, rule("a", "more-data"))).no_experiment is None


@pytest.mark.parametrize("order", [1, 20])
def test_a_verdict_that_holds_may_forbid_it_also_where_another_is_the_run_s(order: int):
    over = criterion("verdicts", "over", ["run_active"], order=order, no_experiment="It still has {checkpoints_count:g} points to go.")
    compiled = program(over, rule("a", "lower-rate"))

    going, ended = advice_from(compiled, status="running"), advice_from(compiled, status="succeeded")

    assert (going.next_experiment, going.no_experiment) == (None, "It still has 0 points to go.")
    assert ended.next_experiment is not None
    assert ended.no_experiment is None


def test_a_method_that_needs_another_model_is_advised_with_its_name_and_planned_by_nobody():
    to_rft = entry("to-rft", "training-type", "run", change={"parameter": "method", "to": "reinforcement"}, elsewhere="On {change_model}.")
    advice = advice_from(program(to_rft, rule("a", "to-rft")), base_model="middle")

    assert advice.next_experiment is None
    assert advice.actions[0].change == Change("method", "supervised", "reinforcement")
    assert advice.actions[0].explanation == "On thinker. Because of a."


@pytest.mark.parametrize(
    "around", [{"available_models": ["middle", "fast"]}, {"history": [{"method": "reinforcement", "base_model": "thinker"}]}]
)
def test_a_method_without_a_model_or_that_was_tried_on_another_one_has_nowhere_to_go(around: dict[str, Any]):
    to_rft = entry("to-rft", "training-type", "run", change={"parameter": "method", "to": "reinforcement"}, otherwise="Nowhere.")
    advice = advice_from(program(to_rft, rule("a", "to-rft")), around=around, base_model="middle")

    assert advice.actions[0].change == Change("method", "supervised", None)
    assert advice.actions[0].explanation == "Nowhere. Because of a."


# --- the law -----------------------------------------------------------------------------------------------------------------------

SETTINGS = ("n_epochs", "learning_rate_multiplier", "learning_rate", "batch_size", "beta", "reasoning_effort")


def _hyperparameters() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "n_epochs": st.sampled_from([1, 2, 3, 4, 6, 8, "auto"]),
            "learning_rate_multiplier": st.sampled_from([0.01, 0.05, 0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 4.0, "auto"]),
            "batch_size": st.sampled_from([1, 2, 4, 8, 16, 32, "auto"]),
        },
    )


_CURVES = {
    "overfits": ([1.0, 0.7, 0.45, 0.3, 0.15, 0.1], [1.1, 0.9, 0.85, 0.95, 1.2, 1.5]),
    "still falls": ([1.0, 0.9, 0.8, 0.7, 0.6, 0.5], [1.1, 1.0, 0.9, 0.8, 0.7, 0.6]),
    "stands still": ([1.0, 1.0, 1.0, 0.99, 1.0, 0.99], [1.1, 1.1, 1.1, 1.1, 1.1, 1.1]),
}


def _runs() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"hyperparameters": _hyperparameters()},
        optional={
            "base_model": st.sampled_from(["gpt-4.1-mini", "gpt-4.1-nano", "gpt-oss-20b", "acme-7b"]),
            "dataset": st.fixed_dictionaries(
                {}, optional={"version": st.sampled_from(["v1", "v2"]), "n_train": st.sampled_from([80, 335, 900])}
            ),
            "evaluation": st.fixed_dictionaries({"scale": st.just([0, 10]), "score": st.sampled_from([4.0, 6.0, 7.0, 8.0, 9.0])}),
        },
    )


def _checkpoints(name: str) -> list[dict[str, Any]]:
    train, valid = _CURVES[name]
    return [
        {"step_number": 20 * (i + 1), "metrics": {"train_loss": t, "full_valid_loss": v}}
        for i, (t, v) in enumerate(zip(train, valid, strict=True))
    ]


@st.composite
def _requests(draw: st.DrawFn) -> AdviseRequest:
    run: dict[str, Any] = draw(_runs())
    settings_tried = draw(st.lists(st.tuples(st.sampled_from([*SETTINGS[:2], "batch_size"]), _runs(), st.booleans()), max_size=8))
    history = []
    for name, other, alike in settings_tried:
        if alike:  # the same run with another value of one setting: what narrowing is about
            value = other["hyperparameters"].get(name)
            history.append({**run, "hyperparameters": {**run["hyperparameters"], name: value}, "evaluation": other.get("evaluation")})
        else:
            history.append(other)
    method = draw(st.sampled_from(["supervised", "dpo"]))
    around: dict[str, Any] = {
        draw(st.sampled_from(["history", "tried"])): [{"method": method, **earlier} for earlier in history],
        "goal": {"needs": draw(st.sampled_from([[], ["style"], ["reasoning"]]))},
    }
    body = {"run": {"method": method, "checkpoints": _checkpoints(draw(st.sampled_from(sorted(_CURVES)))), **run}, **around}
    return AdviseRequest.model_validate(body)


def _advice(shipped: Program, request: AdviseRequest) -> Advice:
    return advise(request, shipped, advice_id="an-id", created_at="now")


def _as_given(run: Run) -> dict[str, Any]:
    known = {name: value for name in SETTINGS if (value := getattr(run.hyperparameters, name)) is not None}
    return {"hyperparameters": known, "base_model": run.base_model, "method": run.method, "dataset": run.dataset.version}


def _as_planned(experiment: Experiment) -> dict[str, Any]:
    return {
        "hyperparameters": experiment.hyperparameters,
        "base_model": experiment.base_model,
        "method": experiment.method,
        "dataset": experiment.dataset,
    }


def _may_be_one(one: object, other: object) -> bool:
    return one is None or other is None or one == other


def _repeats(change: Change, run: Run, earlier: Run) -> bool:
    """Say whether a run with this change would be the earlier one, by all that both of them state."""
    if (change.parameter == "method" and earlier.method != change.to) or (
        change.parameter != "method" and not _may_be_one(earlier.method, run.method)
    ):
        return False
    if not _may_be_one(run.base_model, earlier.base_model) or not _may_be_one(run.dataset.version, earlier.dataset.version):
        return False
    if None in (run.dataset.version, earlier.dataset.version) and not _may_be_one(run.dataset.n_train, earlier.dataset.n_train):
        return False
    planned = {name: getattr(run.hyperparameters, name) for name in SETTINGS}
    if change.parameter in SETTINGS:
        if getattr(earlier.hyperparameters, change.parameter) is None:
            return False
        planned[change.parameter] = change.to
    return all(_may_be_one(planned[name], getattr(earlier.hyperparameters, name)) for name in SETTINGS)


@given(_requests())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_exactly_one_thing_differs_from_the_run(shipped: Program, request_: AdviseRequest):
    experiment = _advice(shipped, request_).next_experiment
    if experiment is None:
        return
    before, after = _as_given(request_.run), _as_planned(experiment)

    other = {name for name in ("base_model", "method", "dataset") if before[name] != after[name]}
    settings_ = {n for n in SETTINGS if before["hyperparameters"].get(n) != after["hyperparameters"].get(n)}
    assert other | settings_ == {experiment.change.parameter}


@given(_requests())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_change_leads_to_a_setting_that_history_has_seen(shipped: Program, request_: AdviseRequest):
    for action in _advice(shipped, request_).actions:
        if action.change is not None and action.change.to is not None and action.change.parameter in (*SETTINGS, "method"):
            seen = [earlier for earlier in request_.other_runs if _repeats(action.change, request_.run, earlier)]
            assert seen == [], f"{action.id} repeats an earlier run"


@given(_requests())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_settings_stay_where_the_sweep_allows_and_move_in_the_direction_of_the_action(shipped: Program, request_: AdviseRequest):
    upward = {"increase-epochs", "raise-learning-rate", "increase-batch-size", "refine-further"}
    downward = {"reduce-epochs", "lower-learning-rate", "reduce-batch-size"}
    for action in _advice(shipped, request_).actions:
        if action.id not in upward | downward or action.change is None or action.change.to is None:
            continue
        parameter, to = action.change.parameter, action.change.to
        ladder = shipped.rulebook.ladders[parameter]
        here = action.change.from_ if isinstance(action.change.from_, int | float) else ladder.default
        assert isinstance(to, int | float)
        assert ladder.lowest <= to <= ladder.highest
        assert to > here if action.id in upward else to < here

"""Advice rests on what a run did, not on how it was written down: laws that hold for the shipped rulebook as a whole."""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.contract import Advice, AdviseRequest
from advisor.contract.advice import SEVERITIES
from advisor.engine import Program
from advisor.rulebook import Comparison, Rule, comparisons, load_rulebook, shipped_rules
from advisor.service import advise, to_json
from advisor.signals import SIGNALS

Body = dict[str, Any]


@cache
def _shipped() -> Program:
    return Program(load_rulebook(shipped_rules()))


def _advise(body: Body) -> Advice:
    return advise(AdviseRequest.model_validate(body), _shipped(), advice_id="an-id", created_at="now", level="all")


def _said(advice: Advice) -> tuple[Any, ...]:
    """What a reader acts on: the findings with their weight, the actions with their change, the verdict."""
    findings = [(f.id, f.severity, f.confidence) for f in advice.findings]
    actions = [(a.id, a.severity, a.confidence, a.change) for a in advice.actions]
    return findings, actions, advice.verdict.id, [s.met for s in advice.stopping], [m.id for m in advice.mistakes]


# --- runs --------------------------------------------------------------------------------------------------------------------------


def _checkpoints(count: int, **curves: Sequence[float]) -> list[Body]:
    return [
        {"step_number": 40 * (i + 1), "epoch": 8 * (i + 1) / count, "metrics": {name: values[i] for name, values in curves.items()}}
        for i in range(count)
    ]


@st.composite
def loss_runs(draw: st.DrawFn) -> Body:
    """Supervised and preference runs whose losses fall, stand still, turn or swing, with more or less noise."""
    dice = random.Random(draw(st.integers(0, 10**6)))
    count = draw(st.integers(0, 40))
    noise = draw(st.sampled_from([0.0, 0.02, 0.2]))
    turn = draw(st.floats(0.0, 1.5))
    speed = draw(st.sampled_from([0.0, 1.0, 5.0]))
    start = draw(st.sampled_from([0.5, 2.0, 6.0]))

    def noisy(value: float) -> float:
        return value * math.exp(dice.gauss(0, noise))

    times = [(i + 1) / count for i in range(count)]
    train = [noisy(start * math.exp(-speed * t) + 0.02) for t in times]
    valid = [noisy(start * (math.exp(-speed * t) + 0.1 + turn * max(0, t - 0.4))) for t in times]
    names = draw(st.sampled_from([("full_valid_loss",), ("valid_loss",), ("valid_loss", "full_valid_loss"), ()]))
    return {
        "run": {
            "method": draw(st.sampled_from(["supervised", "dpo"])),
            "base_model": draw(st.sampled_from(["gpt-4.1-mini", "gpt-4.1-nano", "acme-7b"])),
            "hyperparameters": {"n_epochs": 8, "learning_rate_multiplier": draw(st.sampled_from([0.1, 1.0, 5.0])), "batch_size": 8},
            "dataset": {"n_train": draw(st.sampled_from([90, 335, 2000]))},
            "checkpoints": _checkpoints(count, train_loss=train, **dict.fromkeys(names, valid)),
            "evaluation": draw(st.sampled_from([None, {"score": 7, "scale": [0, 10]}])),
        },
        "baseline": draw(st.sampled_from([None, {"score": 6.5}])),
    }


@st.composite
def reward_runs(draw: st.DrawFn) -> Body:
    """Reinforcement runs whose rewards rise or do not, with a gap, growing lengths and errors or without."""
    dice = random.Random(draw(st.integers(0, 10**6)))
    count = draw(st.integers(0, 40))
    rise, gap = draw(st.sampled_from([0.0, 0.1, 0.5])), draw(st.sampled_from([-0.1, 0.0, 0.2]))
    train = [0.3 + rise * (i + 1) / count + dice.gauss(0, 0.02) for i in range(count)]
    valid = [reward - gap * (i + 1) / count for i, reward in enumerate(train)]
    tokens = [200 * (1 + draw(st.sampled_from([0.0, 1.2, 2.5])) * (i + 1) / count) for i in range(count)] if count else []
    errors = [float(dice.randrange(3)) for _ in range(count)]
    curves = {
        "train_mean_reward": train,
        "full_valid_mean_reward": valid,
        "completion_tokens_mean": tokens,
        "train_sample_parse_error_count": errors,
    }
    return {
        "run": {"method": "reinforcement", "base_model": "o4-mini", "rollouts_per_step": 48, "checkpoints": _checkpoints(count, **curves)}
    }


RUNS = st.one_of(loss_runs(), reward_runs())
law = settings(max_examples=40, deadline=None)


def _changed(body: Body, change: Any) -> Body:
    """The body with each of its checkpoints changed in place."""
    other = copy.deepcopy(body)
    for point in other["run"]["checkpoints"]:
        change(point)
    return other


# --- how a run is written down -----------------------------------------------------------------------------------------------------


@given(RUNS, st.randoms(use_true_random=False))
@law
def test_the_order_of_the_points_changes_not_a_byte(body: Body, dice: random.Random):
    shuffled = copy.deepcopy(body)
    dice.shuffle(shuffled["run"]["checkpoints"])

    assert to_json(_advise(shuffled)) == to_json(_advise(body))


@given(RUNS)
@law
def test_unknown_and_null_metrics_change_not_a_byte(body: Body):
    more = {"gpu_hours": 3, "grad_norm": "NaN", "notes": [None, {"a": True}], "valid_loss_ema": 0.1}

    def extend(point: Body) -> None:
        absent = {
            name: None for name in ("train_loss", "valid_loss", "full_valid_loss", "train_mean_reward") if name not in point["metrics"]
        }
        point["metrics"] |= more | absent

    assert to_json(_advise(_changed(body, extend))) == to_json(_advise(body))


@given(RUNS)
@law
def test_a_point_given_twice_changes_nothing(body: Body):
    twice = copy.deepcopy(body)
    twice["run"]["checkpoints"] += copy.deepcopy(body["run"]["checkpoints"])

    assert _outcomes(_advise(twice), frozenset()) == _outcomes(_advise(body), frozenset())


@given(RUNS, st.text(max_size=12))
@law
def test_names_change_nothing(body: Body, name: str):
    named = copy.deepcopy(body)
    named["run"]["id"] = name
    named["project"] = name
    named["history"] = [{"id": name}]
    unnamed = {**copy.deepcopy(body), "history": [{}]}

    assert _said(_advise(named)) == _said(_advise(unnamed))


# --- how steps are numbered --------------------------------------------------------------------------------------------------------


@cache
def _resting_on(unit: str) -> frozenset[str]:
    """Rules that compare a signal of this unit with a plain number, and those that rest on such a rule."""

    def absolute(comparison: Comparison) -> bool:
        signal = SIGNALS.get(comparison.signal)
        other = SIGNALS.get(comparison.other) if comparison.other is not None else None
        return signal is not None and signal.unit == unit and (other is None or other.unit != unit)

    def reads(rule: Rule) -> list[Comparison]:
        groups = [rule.when, rule.confidence_high, rule.confidence_low, *(r.when for r in rule.recommend)]
        return [comparison for group in groups if group is not None for comparison in comparisons(group)]

    rules = _shipped().rulebook.rules
    exempt = {rule.id for rule in rules if any(map(absolute, reads(rule)))}
    while True:
        raised = {rule.reference for rule in rules if rule.id in exempt}
        by_name = {reference.partition(":")[2] for reference in raised}
        silenced = {name for rule in rules if rule.id in exempt for name in rule.suppresses}
        more = {
            rule.id
            for rule in rules
            if any(c.reference in raised for c in reads(rule)) or by_name & set(rule.milder_with) or rule.raises in silenced
        }
        if more <= exempt:
            return frozenset(exempt)
        exempt |= more


def _outcomes(advice: Advice, exempt: frozenset[str]) -> dict[str, Any]:
    assert advice.outcomes is not None
    return {o.rule: (o.outcome, o.missing, o.severity, o.confidence) for o in advice.outcomes if o.rule not in exempt}


def _signals(advice: Advice, unit: str, *besides: str) -> dict[str, float]:
    """The signals that are not in this unit, nor among those named besides."""
    return {name: s.value for name, s in advice.signals.items() if s.unit != unit and name not in besides}


FROM_STEPS = ("epochs_for_enough_updates", "batch_size_for_enough_updates")  # they aim at a number of steps


def _step_rules() -> frozenset[str]:
    """Rules that count optimiser steps: that a run took 300 of them is a fact about it, which renumbering would change."""
    return _resting_on("steps")


def _nats_rules() -> frozenset[str]:
    """Rules that know how high a loss is: 2 nats per token, or 0.05, mean something by themselves, and a scaled loss is another loss."""
    return _resting_on("nats")


def test_few_rules_rest_on_absolute_steps_or_losses():
    assert {"too-few-updates-large-batch", "too-little-training"} <= _step_rules()
    assert {"both-losses-stay-high", "train-loss-collapses"} <= _nats_rules()
    curve_rules = {
        "valid-loss-rises",
        "final-loss-above-best",
        "overfitting-not-severe",
        "valid-loss-oscillates",
        "valid-loss-plateaus-early",
    }
    assert not curve_rules & (_step_rules() | _nats_rules())


@given(RUNS, st.sampled_from([(1, 1), (2, 0), (3, 7), (10, 0), (1, 1000)]))
@law
def test_renumbering_the_steps_changes_no_rule_that_does_not_count_them(body: Body, how: tuple[int, int]):
    factor, offset = how

    def renumber(point: Body) -> None:
        point["step_number"] = factor * point["step_number"] + offset

    before, after = _advise(body), _advise(_changed(body, renumber))

    assert _outcomes(after, _step_rules()) == _outcomes(before, _step_rules())
    assert _signals(after, "steps", *FROM_STEPS) == pytest.approx(_signals(before, "steps", *FROM_STEPS))


# --- the unit of the loss ----------------------------------------------------------------------------------------------------------


@given(loss_runs(), st.sampled_from([0.125, 0.5, 2.0, 16.0]))
@law
def test_scaling_both_losses_changes_no_rule_that_compares_ratios(body: Body, factor: float):
    def scale(point: Body) -> None:
        point["metrics"] = {name: value * factor for name, value in point["metrics"].items()}

    before, after = _advise(body), _advise(_changed(body, scale))

    assert _outcomes(after, _nats_rules()) == _outcomes(before, _nats_rules())
    assert _signals(after, "nats") == pytest.approx(_signals(before, "nats"))


@given(reward_runs(), st.sampled_from([0.5, 2.0, 8.0]))
@law
def test_scaling_the_rewards_with_the_graders_range_changes_nothing(body: Body, factor: float):
    def scale(point: Body) -> None:
        point["metrics"] = {n: v * factor if n.endswith("_reward") else v for n, v in point["metrics"].items()}

    scaled = _changed(body, scale)
    scaled["run"]["grader"] = {"range": [0, factor]}

    assert _outcomes(_advise(scaled), frozenset()) == _outcomes(_advise(body), frozenset())


# --- how densely a run was measured ------------------------------------------------------------------------------------------------


def _curve(kind: str, count: int, noise: float, turn: float, seed: int) -> Body:
    """A clear curve of 50 epochs: it turns at a share of the run and ends far above its lowest, or falls to the end."""
    dice = random.Random(seed)
    points = []
    for i in range(count):
        t = (i + 1) / count
        train = 1.5 * math.exp(-4 * t) + 0.05
        valid = 1.5 * math.exp(-4 * min(t, turn)) + 0.1 + (2.0 * (t - turn) if t > turn and kind == "turns" else 0.0)
        if kind == "falls":
            valid = 1.2 * math.exp(-2 * t) + 0.4
            train = 1.2 * math.exp(-2 * t) + 0.35
        metrics = {"train_loss": train * math.exp(dice.gauss(0, noise)), "full_valid_loss": valid * math.exp(dice.gauss(0, noise))}
        points.append({"step_number": 10 * (i + 1), "epoch": 50 * t, "metrics": metrics})
    settings_ = {"n_epochs": 50, "learning_rate_multiplier": 1.0, "batch_size": 8}
    return {"run": {"method": "supervised", "hyperparameters": settings_, "dataset": {"n_train": 335}, "checkpoints": points}}


def _thinned(body: Body, every: int) -> Body:
    """Every n-th point, the last among them."""
    return {"run": {**body["run"], "checkpoints": body["run"]["checkpoints"][every - 1 :: every]}}


def _overfits(body: Body) -> bool:
    return any(f.id == "overfitting" for f in _advise(body).findings)


@given(st.floats(0.25, 0.55), st.sampled_from([0.0, 0.005, 0.01, 0.02]), st.integers(0, 10**6))
@law
def test_a_clear_overfit_is_seen_at_50_at_10_and_at_5_points(turn: float, noise: float, seed: int):
    dense = _curve("turns", 50, noise, turn, seed)

    assert [_overfits(dense), _overfits(_thinned(dense, 5)), _overfits(_thinned(dense, 10))] == [True, True, True]


@given(st.sampled_from([0.0, 0.005, 0.01, 0.02, 0.03]), st.integers(0, 10**6))
@law
def test_a_curve_that_falls_to_the_end_is_no_overfit_at_50_at_10_and_at_5_points(noise: float, seed: int):
    dense = _curve("falls", 50, noise, 1.0, seed)

    assert [_overfits(dense), _overfits(_thinned(dense, 5)), _overfits(_thinned(dense, 10))] == [False, False, False]


@given(st.floats(0.25, 0.55), st.integers(0, 10**6), st.integers(0, 10**6))
@law
def test_the_best_checkpoint_of_a_thinned_curve_lies_beside_that_of_the_whole(turn: float, seed: int, other: int):
    dense = _curve("turns", 50, 0.01, turn, seed + other)

    whole, thin = _advise(dense).best_checkpoint, _advise(_thinned(dense, 5)).best_checkpoint

    assert whole is not None
    assert thin is not None
    assert abs(whole.step_number - thin.step_number) <= 80


# --- noise -------------------------------------------------------------------------------------------------------------------------


def _pressing(body: Body) -> set[str]:
    return {f.id for f in _advise(body).findings if SEVERITIES.index(f.severity) >= SEVERITIES.index("high")}


@given(st.sampled_from(["turns", "falls"]), st.sampled_from([10, 20, 50]), st.floats(0.25, 0.55), st.integers(0, 10**6))
@law
def test_jitter_inside_the_noise_flips_no_finding_of_high_severity(kind: str, count: int, turn: float, seed: int):
    """On curves that lie clear of the thresholds: right beside one, any jitter decides."""
    body = _curve(kind, count, 0.02, turn, seed)
    dice = random.Random(seed + 1)

    def jitter(point: Body) -> None:
        point["metrics"] = {name: value * math.exp(dice.gauss(0, 0.004)) for name, value in point["metrics"].items()}

    assert _pressing(_changed(body, jitter)) == _pressing(body)


@pytest.mark.parametrize("kind", ["turns", "falls"])
def test_what_the_curve_tells_is_told_of_both_kinds(kind: str):
    """The laws above would hold for a rulebook that says nothing."""
    assert _overfits(_curve(kind, 50, 0.0, 0.4, 1)) == (kind == "turns")

"""Requests around the wire contract as nobody well-meaning would send them, made up by hypothesis."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

_EXTREMES = (
    0,
    -0.0,
    1,
    -1,
    5e-324,
    1e-310,
    1e-300,
    1e-9,
    0.5,
    2.5,
    1e9,
    2.0**53,
    1e16,
    1e154,
    1e300,
    1.7e308,
    1.7976931348623157e308,
    -1e308,
)
_METRICS = (
    "train_loss",
    "valid_loss",
    "full_valid_loss",
    "train_mean_token_accuracy",
    "full_valid_mean_token_accuracy",
    "train_mean_reward",
    "full_valid_mean_reward",
    "completion_tokens_mean",
    "reasoning_tokens_mean",
    "mean_unresponsive_rewards",
    "train_sample_parse_error_count",
    "train_other_error_count",
)
_MODELS = (
    "gpt-4.1-mini",
    "gpt-4.1-mini-2025-04-14",
    "o4-mini",
    "acme/nano-7B",
    "",
    "ünïcödé-漢字-🎯",
    '"; DROP TABLE',
    "x" * 300,
    "\x00\u202e",
)
_METHODS = ("supervised", "dpo", "reinforcement")

numbers = st.one_of(st.sampled_from(_EXTREMES), st.floats(allow_nan=False, allow_infinity=False), st.floats(0, 3), st.integers(-3, 2000))
counts = st.one_of(st.integers(0, 5), st.sampled_from((10, 100, 335, 1000, 100.0, 2**31, 2**53)), st.integers(0, 2000))
positive = st.one_of(st.sampled_from((5e-324, 1e-300, 1e-5, 0.1, 0.5, 1.0, 2, 3, 8, 1e9, 1e300, 1.7e308)), st.just("auto"))
texts = st.one_of(st.sampled_from(_MODELS), st.text(max_size=20))
metrics = st.one_of(numbers, numbers, st.none(), st.sampled_from(("NaN", "Infinity", "-Infinity")))
anything: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts, st.sampled_from(("\ud800", float("nan"), float("inf"), 10**400, b"bytes"))),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
ranges = st.tuples(numbers, numbers).map(lambda pair: sorted((float(pair[0]), float(pair[1])))).filter(lambda pair: pair[0] < pair[1])


def maybe(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=dict(fields))


def checkpoints(most: int = 12) -> st.SearchStrategy[list[dict[str, Any]]]:
    values = st.builds(
        lambda known, unknown: unknown | known, maybe(**dict.fromkeys(_METRICS, metrics)), st.dictionaries(texts, anything, max_size=2)
    )
    point = st.fixed_dictionaries(
        {"step_number": counts, "metrics": st.none() | values},
        optional={"epoch": st.none() | numbers.map(abs), "fine_tuned_model_checkpoint": st.none() | texts},
    )
    return st.lists(point, max_size=most)


def _on_its_scale(evaluation: dict[str, Any]) -> dict[str, Any]:
    """Widen the scale, where there is one, until it holds every score: others are refused."""
    if "scale" not in evaluation:
        return evaluation
    given = (evaluation.get("score"), evaluation.get("test_score"), *(point["score"] for point in evaluation.get("checkpoints", ())))
    bounds = [*evaluation["scale"], *(float(score) for score in given if score is not None)]
    return {**evaluation, "scale": [min(bounds), max(bounds)]}


scores = maybe(
    score=numbers,
    scale=ranges,
    test_score=st.none() | numbers,
    n_items=counts,
    standard_error=numbers.map(abs),
    by_category=st.dictionaries(texts, st.none() | numbers, max_size=3),
    checkpoints=st.lists(
        st.fixed_dictionaries({"step_number": counts, "score": numbers}, optional={"completion_tokens_mean": numbers.map(abs)}), max_size=5
    ),
).map(_on_its_scale)
settings = maybe(
    n_epochs=positive,
    batch_size=positive,
    learning_rate_multiplier=positive,
    learning_rate=positive.filter(lambda v: v != "auto"),
    beta=positive,
    unheard_of=anything,
)
_run = {
    "id": texts,
    "base_model": st.none() | texts,
    "status": st.none() | st.sampled_from(("running", "succeeded", "failed", "cancelled", "queued", "")),
    "hyperparameters": st.none() | settings,
    "dataset": st.none() | maybe(version=texts, n_train=counts, n_valid=counts, quality_checked=st.booleans()),
    "grader": st.none() | maybe(range=ranges, pass_threshold=numbers),
    "rollouts_per_step": st.none() | counts,
    "evaluation": st.none() | scores,
    "best_valid_loss": metrics,
    "unheard_of": anything,
}
runs = st.fixed_dictionaries({"method": st.sampled_from(_METHODS), "checkpoints": checkpoints()}, optional=_run)
earlier_runs = st.fixed_dictionaries({}, optional={"method": st.sampled_from(_METHODS), "checkpoints": checkpoints(3), **_run})
requests = st.fixed_dictionaries(
    {"run": runs},
    optional={
        "baseline": st.none() | maybe(score=st.none() | numbers),
        "history": st.none() | st.lists(earlier_runs, max_size=3),
        "tried": st.none() | st.lists(earlier_runs, max_size=3),
        "goal": st.none()
        | maybe(
            target_score=numbers,
            needs=st.lists(st.sampled_from(("reasoning", "style", "latency", "multilingual", "low-cost")), max_size=3),
            budget=st.none() | maybe(runs_left=counts, money_left=numbers, hours_left=numbers),
        ),
        "available_models": st.none() | st.lists(texts, max_size=4),
        "deployments": st.none()
        | st.lists(st.fixed_dictionaries({"name": texts}, optional={"run_id": texts, "in_use": st.booleans()}), max_size=2),
        "unheard_of": anything,
    },
)
"""Well-formed requests with extreme contents."""

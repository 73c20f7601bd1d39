"""Generated requests: any mix of what the contract allows, with numbers at the edges of what a float can hold."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from advisor.contract import AdviseRequest

_EDGES = [0, 0.0, 5e-324, 1e-300, 1e-9, 0.5, 1, 2, 3, 1e9, 1e300, 1.7e308, -1, -1e-300, -1.7e308]
NUMBERS: st.SearchStrategy[Any] = st.one_of(st.sampled_from(_EDGES), st.floats(allow_nan=False, allow_infinity=False))
METRICS: st.SearchStrategy[Any] = st.one_of(NUMBERS, st.sampled_from(["NaN", "Infinity", "-Infinity", None]))
_SETTINGS = st.one_of(NUMBERS.filter(lambda n: n > 0), st.just("auto"), st.none())
_COUNTS = st.sampled_from([0, 1, 2, 50, 500, 2**53, None])
_RANGES = st.sampled_from([[0, 1], [-1, 1], [0, 10], [0, 5e-324], [-1.7e308, 1.7e308], None])
_NAMES = [
    "train_loss", "valid_loss", "full_valid_loss",
    "train_mean_token_accuracy", "valid_mean_token_accuracy", "full_valid_mean_token_accuracy",
    "train_mean_reward", "full_valid_mean_reward", "completion_tokens_mean", "reasoning_tokens_mean", "mean_unresponsive_rewards",
    "train_sample_parse_error_count", "train_other_error_count",
]  # fmt: skip


def _some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


_CHECKPOINTS = st.lists(
    st.fixed_dictionaries(
        {"step_number": st.one_of(st.integers(0, 20), st.just(2**53))},
        optional={
            "epoch": NUMBERS.filter(lambda n: n >= 0),
            "fine_tuned_model_checkpoint": st.just("ft:kept"),
            "metrics": st.dictionaries(st.sampled_from(_NAMES), METRICS),
        },
    ),
    max_size=12,
)
_EVALUATION = _some(
    score=NUMBERS,
    scale=_RANGES,
    n_items=_COUNTS,
    standard_error=NUMBERS.filter(lambda n: n >= 0),
    checkpoints=st.lists(_some(score=NUMBERS).flatmap(lambda given: st.just({"step_number": 3, **given})), max_size=3),
)


def _run(method: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"method": method, "checkpoints": _CHECKPOINTS},
        optional={
            "hyperparameters": _some(
                n_epochs=_SETTINGS,
                batch_size=_SETTINGS,
                learning_rate_multiplier=_SETTINGS,
                learning_rate=NUMBERS.filter(lambda n: n > 0),
            ),
            "dataset": _some(n_train=_COUNTS, n_valid=_COUNTS),
            "grader": _some(range=_RANGES),
            "rollouts_per_step": _COUNTS,
            "evaluation": _EVALUATION,
            "base_model": st.sampled_from(["gpt-4.1-mini", "gpt-4.1-nano", "acme-7b"]),
            "status": st.sampled_from(["running", "succeeded", "failed"]),
        },
    )


def bodies() -> st.SearchStrategy[dict[str, Any]]:
    """Return well-formed requests as they come over the wire, of every method and with any field left out."""
    methods = st.sampled_from(["supervised", "dpo", "reinforcement"])
    return st.fixed_dictionaries(
        {"run": _run(methods)},
        optional={
            "baseline": _some(score=NUMBERS),
            "history": st.lists(_run(methods), max_size=3),
            "goal": _some(target_score=NUMBERS, budget=_some(runs_left=_COUNTS, money_left=NUMBERS)),
        },
    )


def requests() -> st.SearchStrategy[AdviseRequest]:
    """Return the same as the service reads them."""
    return bodies().map(_with_scores_on_their_scale).map(AdviseRequest.model_validate)


def _with_scores_on_their_scale(body: dict[str, Any]) -> dict[str, Any]:
    """Take the scale out where a score does not lie on it: such a request is refused."""
    for run in (body["run"], *body.get("history", [])):
        evaluation = run.get("evaluation", {})
        scale = evaluation.get("scale")
        scores = [evaluation.get("score"), *(c.get("score") for c in evaluation.get("checkpoints", []))]
        if scale is not None and any(s is not None and not scale[0] <= s <= scale[1] for s in scores):
            del evaluation["scale"]
    return body

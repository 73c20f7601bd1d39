"""The names that files use for metrics, and what the wire contract calls them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ALIASES: dict[str, str] = {
    "training_loss": "train_loss",
    "validation_loss": "valid_loss",
    "full_validation_loss": "full_valid_loss",
    "train_accuracy": "train_mean_token_accuracy",
    "training_accuracy": "train_mean_token_accuracy",
    "train_token_accuracy": "train_mean_token_accuracy",
    "training_token_accuracy": "train_mean_token_accuracy",
    "training_mean_token_accuracy": "train_mean_token_accuracy",
    "valid_accuracy": "valid_mean_token_accuracy",
    "valid_token_accuracy": "valid_mean_token_accuracy",
    "validation_accuracy": "valid_mean_token_accuracy",
    "validation_token_accuracy": "valid_mean_token_accuracy",
    "validation_mean_token_accuracy": "valid_mean_token_accuracy",
    "full_validation_mean_token_accuracy": "full_valid_mean_token_accuracy",
    "train_reward_mean": "train_mean_reward",
    "valid_reward_mean": "full_valid_mean_reward",
    "full_valid_reward_mean": "full_valid_mean_reward",
    "scores/train_reward_mean": "train_mean_reward",
    "scores/valid_reward_mean": "full_valid_mean_reward",
    "train_reasoning_tokens_mean": "reasoning_tokens_mean",
    "usage/samples/train_reasoning_tokens_mean": "reasoning_tokens_mean",
    "train_completion_tokens_mean": "completion_tokens_mean",
    "usage/samples/train_completion_tokens_mean": "completion_tokens_mean",
}
_SUMMED = frozenset(f"{part}_{kind}_error_count" for part in ("train", "valid") for kind in ("sample_parse", "invalid_variable", "other"))
_GRADER_ERRORS = "errors/graders/"

REWARDS = frozenset({"train_mean_reward", "full_valid_mean_reward"})
PREFERENCES = frozenset({"rewards/chosen", "rewards/margins", "rewards/accuracies"})


class MetricNames:
    """Says for each name of a file's metrics what it is called in the contract.

    A name that is there by itself is never overwritten by another that means the same. Grader errors are counted per grader in files:
    the names end alike and their counts are added up. Anything unknown keeps its name.
    """

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        """Return the contract's name for a metric of the file."""
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = _canonical(name)
        return known

    def gather(self, metrics: Mapping[str, Any]) -> dict[str, Any]:
        """Return one point's values under the contract's names; values that are None are left out."""
        out: dict[str, Any] = {}
        added: dict[str, float] = {}
        for name, value in metrics.items():
            if value is None:
                continue
            canonical = self(name)
            if canonical == name:
                out[name] = value
            elif canonical in _SUMMED and isinstance(value, int | float):
                added[canonical] = added.get(canonical, 0.0) + value
            else:
                out.setdefault(canonical, value)
        return added | out


def _canonical(name: str) -> str:
    plain = name.strip().replace(" ", "_").lower()
    alias = _ALIASES.get(plain)
    if alias is not None:
        return alias
    last = plain.rsplit("/", 1)[-1]
    if last in _SUMMED and plain.startswith(_GRADER_ERRORS):
        return last
    return plain if plain in _CONTRACT else name


_CONTRACT = frozenset(_ALIASES.values()) | {"mean_unresponsive_rewards", "step", "epoch"}


def flatten(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested metrics under names joined by ``/``; an item of a list goes by its own type and name."""
    out: dict[str, Any] = {}
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            out |= flatten(value, f"{name}/")
        elif isinstance(value, list):
            for i, item in enumerate(value):
                if isinstance(item, Mapping):
                    label = "/".join(str(item[k]) for k in ("type", "name") if k in item) or str(i)
                    out |= flatten({k: v for k, v in item.items() if k not in ("type", "name")}, f"{name}/{label}/")
        else:
            out[name] = value
    return out

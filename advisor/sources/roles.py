"""What trainers and trackers call the metrics of the contract, the most telling name first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

STEPS: tuple[str, ...] = (
    "train/global_step", "trainer/global_step", "training/global_step", "global_step", "step", "current_steps", "steps",
    "iteration", "iter", "iterations", "train/iteration", "progress/batch", "train_step", "update", "batch", "_step",
)  # fmt: skip
"""Names of the step; ``_step`` counts the calls of a tracker, so it comes last."""

EPOCHS: tuple[str, ...] = ("epoch", "train/epoch", "trainer/epoch", "training/epoch", "epochs", "epoch_number", "num_epoch")

RATES: tuple[str, ...] = ("learning_rate", "lr", "train/learning_rate", "train/lr", "optim/lr", "actor/lr", "lr-adamw", "training_lr")

_LOSSES = ("loss", "mean_nll", "nll", "epoch_loss", "loss_epoch")
_EVALUATIONS = ("eval", "val", "valid", "validation", "dev", "test")

TRAIN_LOSS: tuple[str, ...] = (
    "loss", "train/loss", "training/loss", "train_loss", "training_loss", "loss/train", "epoch_loss", "train_mean_nll", "train/mean_nll",
    "train/nll", "train_nll", "epoch_train_loss", "avg_train_loss", "train_loss_epoch", "train/loss_epoch", "train/epoch_loss",
    "train_loss_step", "train/loss_step", "train/step_loss", "step_loss", "tr_loss", "train/train_loss", "avg_loss", "mean_loss", "loss_total",
    "lm_loss",
)  # fmt: skip

VALID_LOSS: tuple[str, ...] = (
    "full_valid_loss",
    *(f"{part}{mark}{loss}" for loss in _LOSSES for part in _EVALUATIONS[:-1] for mark in "_/"),
    *(f"loss/{part}" for part in _EVALUATIONS),
    *(f"epoch_{part}_loss" for part in _EVALUATIONS),
    *(f"avg_{part}_loss" for part in _EVALUATIONS),
    *(f"test{mark}{loss}" for loss in _LOSSES for mark in "_/"),
    "predict_loss",
)

TRAIN_REWARD: tuple[str, ...] = (
    "train_mean_reward", "reward", "train/reward", "reward/mean", "train/reward/mean", "mean_reward", "train/mean_reward", "reward_mean",
    "train/reward_mean", "env/all/reward/total", "critic/score/mean", "critic/rewards/mean", "critic/reward/mean", "objective/scores",
    "train/objective/scores", "objective/rlhf_reward", "rewards/mean", "train/rewards/mean", "avg_reward", "average_reward", "train_reward",
)  # fmt: skip

VALID_REWARD: tuple[str, ...] = (
    "full_valid_mean_reward",
    *(f"{part}{mark}{reward}" for reward in ("reward", "mean_reward", "reward_mean") for part in _EVALUATIONS for mark in "_/"),
    *(f"{part}/reward/mean" for part in _EVALUATIONS),
    "test/env/all/reward/total", "eval_objective/scores", "eval/objective/scores",
)  # fmt: skip

_EXACT: dict[str, str] = {
    "mean_token_accuracy": "train_mean_token_accuracy",
    "train/mean_token_accuracy": "train_mean_token_accuracy",
    "token_acc": "train_mean_token_accuracy",
    "train/token_acc": "train_mean_token_accuracy",
    "eval_mean_token_accuracy": "full_valid_mean_token_accuracy",
    "eval/mean_token_accuracy": "full_valid_mean_token_accuracy",
    "eval_token_acc": "full_valid_mean_token_accuracy",
    "eval/token_acc": "full_valid_mean_token_accuracy",
    "completion_length": "completion_tokens_mean",
    "train/completion_length": "completion_tokens_mean",
    "completions/mean_length": "completion_tokens_mean",
    "train/completions/mean_length": "completion_tokens_mean",
    "response_length/mean": "completion_tokens_mean",
    "env/all/ac_tokens_per_turn": "completion_tokens_mean",
}
_ONE_OF_SEVERAL_SETS = re.compile(r"(?:eval|val|valid|validation|dev|test)[_/](.+)[_/](?:loss|nll)")
_ONE_OF_SEVERAL_REWARDS = re.compile(
    r"(?:val-core|val|test/env|eval)/(.+?)/(?:reward|score|acc)/(?:mean@\d+|total|mean)|val/test_score/(.+)"
)
_TRACKER_PREFIXED = re.compile(r"train/(rewards/(?:chosen|rejected|margins|accuracies))")
_TESTED = re.compile(r"(?:.*[_/])?test(?:[_/].*)?|predict_loss")

_CONTRACT = frozenset(
    {
        "train_loss", "valid_loss", "full_valid_loss", "train_mean_token_accuracy", "valid_mean_token_accuracy",
        "full_valid_mean_token_accuracy", "train_mean_reward", "full_valid_mean_reward", "completion_tokens_mean", "reasoning_tokens_mean",
        "mean_unresponsive_rewards", "train_sample_parse_error_count", "train_other_error_count",
    }
)  # fmt: skip

_ENTRIES_THAT_SHOW_A_PEAK = 20

TARGETS: frozenset[str] = _CONTRACT | {"step", "epoch", "learning_rate"}
"""What a name can be mapped to by hand."""


def plain(name: str) -> str:
    """Return a name as the lists above have it: lower case, no blanks around it, underscores for blanks inside."""
    return name.strip().lower().replace(" ", "_")


def is_telling(name: str) -> bool:
    """Say whether a metric of this name makes a curve: a loss or a reward."""
    known = plain(name)
    return known in _TELLING or _ONE_OF_SEVERAL_SETS.fullmatch(known) is not None or _ONE_OF_SEVERAL_REWARDS.fullmatch(known) is not None


_TELLING = frozenset((*TRAIN_LOSS, *VALID_LOSS, *TRAIN_REWARD, *VALID_REWARD))


def first_of(names: Iterable[str], known: Iterable[str]) -> str | None:
    """Return that one of the names that stands first among the known ones, None where none does."""
    by_plain = {plain(name): name for name in names}
    return next((by_plain[name] for name in known if name in by_plain), None)


def contract_names(counts: Mapping[str, int], given: Mapping[str, str], warnings: list[str]) -> dict[str, str]:
    """Return what the names of a file are called in the contract; what is not in the answer keeps its name.

    Args:
        counts: How many values each name has.
        given: Names that were mapped by hand; they win.
        warnings: Gets a sentence where a choice was made that a reader should know of.
    """
    taken = set(given.values())
    names = dict(given)
    free = {name: count for name, count in counts.items() if name not in given}

    def name_as(contract: str, name: str | None) -> None:
        if name is not None and contract not in taken:
            names[name] = contract
            taken.add(contract)

    name_as("train_loss", first_of(free, TRAIN_LOSS))
    name_as("full_valid_loss", _validation_loss(free, warnings) if not taken & {"full_valid_loss", "valid_loss"} else None)
    name_as("train_mean_reward", first_of(free, TRAIN_REWARD))
    name_as("full_valid_mean_reward", first_of(free, VALID_REWARD) or _first_match(free, _ONE_OF_SEVERAL_REWARDS, "reward", warnings))
    for name in free:
        known = plain(name)
        prefixed = _TRACKER_PREFIXED.fullmatch(known)
        if known in _EXACT:
            name_as(_EXACT[known], name)
        elif prefixed is not None:
            name_as(prefixed[1], name)
    return names


def _validation_loss(counts: Mapping[str, int], warnings: list[str]) -> str | None:
    found = first_of(counts, VALID_LOSS) or _first_match(counts, _ONE_OF_SEVERAL_SETS, "loss", warnings)
    if found is not None and _TESTED.fullmatch(plain(found)):
        warnings.append(f"The only loss besides that of training is {found}: it was taken for the validation loss.")
    return found


def _first_match(counts: Mapping[str, int], pattern: re.Pattern[str], what: str, warnings: list[str]) -> str | None:
    found = {name: count for name, count in counts.items() if pattern.fullmatch(plain(name))}
    if not found:
        return None
    chosen = max(found, key=lambda name: found[name])
    if len(found) > 1:
        warnings.append(
            f"The run was evaluated on {len(found)} sets ({', '.join(list(found)[:6])}{', …' if len(found) > 6 else ''}): "
            f"{chosen} was taken as the validation {what}."
        )
    return chosen


def highest_rate(rates: list[Any], warnings: list[str], *, begins_late: bool = False) -> float | None:
    """Return the highest learning rate logged, which is the run's where it follows a schedule; None where nothing shows it.

    Args:
        rates: What was logged, in the order of the log; a rate that rises before it falls, or that stays, shows its peak.
        warnings: Gets a sentence where the rate changes.
        begins_late: Whether the first entry stands late in the run: a rate that falls from there on says nothing of its peak.
    """
    logged = [rate for rate in rates if isinstance(rate, float) and rate >= 0]
    peak = max(logged, default=0.0)
    if not peak:
        return None
    falls = logged[0] == peak and logged[-1] < peak and len(logged) < _ENTRIES_THAT_SHOW_A_PEAK
    if falls and logged[1] < peak and begins_late:
        warnings.append(
            "The learning rate falls from the first entry on, which stands late in the run: where it began is unknown; give the run's own."
        )
        return None
    if falls and logged[1] < peak:
        warnings.append(
            f"The learning rate falls from the first entry on: the highest that is logged, {peak:g}, was taken as the run's; "
            "give the run's own where it began higher."
        )
    elif min(logged) < peak:
        warnings.append(f"The learning rate changes along the run: its peak, {peak:g}, was taken as the run's.")
    return peak

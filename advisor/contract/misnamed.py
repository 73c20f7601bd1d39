"""Members of a request that nobody reads, and that were hardly meant so: names close to known ones, and what others call the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import SequenceMatcher, get_close_matches
from functools import cache
from itertools import islice
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from advisor.contract.request import AdviseRequest, Baseline, Budget, Deployment, Goal
from advisor.facts import EarlierRun, Run
from advisor.facts.run import Checkpoint, CheckpointScore, Dataset, Evaluation, Grader, Hyperparameters, Metrics

_SHOWN = 5
_LOOKED_AT = 1_000
"""So many unknown names of a document are compared with known ones: it takes a while, and anybody can send a million."""
_CLOSE, _CLOSE_WORDS = 0.8, 0.6
_SHORTEST, _LONGEST = 5, 40
"""Shorter names are close to too many others (Adam's betas are no beta), longer ones to none."""

_OF_A_RUN = {
    "model": "base_model", "run_id": "id", "parent_id": "parent", "parent_run": "parent", "method_type": "method",
    "params": "hyperparameters", "hyperparams": "hyperparameters", "hparams": "hyperparameters", "eval": "evaluation", "data": "dataset",
    "best_eval_loss": "best_valid_loss", "min_valid_loss": "best_valid_loss",
}  # fmt: skip
_SYNONYMS: Mapping[type[BaseModel], Mapping[str, str]] = {
    AdviseRequest: {"models": "available_models", "base_line": "baseline", "goals": "goal"},
    Run: _OF_A_RUN,
    EarlierRun: _OF_A_RUN,
    Hyperparameters: {
        "epochs": "n_epochs", "epoch": "n_epochs", "num_epochs": "n_epochs", "num_train_epochs": "n_epochs", "max_epochs": "n_epochs",
        "lr": "learning_rate", "learning_rate_mult": "learning_rate_multiplier", "lr_mult": "learning_rate_multiplier",
        "lr_multiplier": "learning_rate_multiplier", "multiplier": "learning_rate_multiplier",
        "batch": "batch_size", "bs": "batch_size", "n_batch": "batch_size", "effective_batch_size": "batch_size",
        "global_batch_size": "batch_size", "effort": "reasoning_effort", "dpo_beta": "beta",
    },
    Dataset: {
        "n_examples": "n_train", "num_train": "n_train", "n_training": "n_train", "train_size": "n_train", "examples": "n_train",
        "n_val": "n_valid", "n_eval": "n_valid", "n_validation": "n_valid", "num_valid": "n_valid", "valid_size": "n_valid",
        "checked": "quality_checked",
    },
    Grader: {"threshold": "pass_threshold"},
    Evaluation: {
        "std_error": "standard_error", "stderr": "standard_error", "items": "n_items", "num_items": "n_items", "n_examples": "n_items",
        "categories": "by_category", "per_category": "by_category",
    },
    CheckpointScore: {"step": "step_number"},
    Checkpoint: {"step": "step_number"},
    Metrics: {
        "val_loss": "valid_loss", "eval_loss": "valid_loss", "validation_loss": "valid_loss", "training_loss": "train_loss",
        "full_val_loss": "full_valid_loss",
    },
    Baseline: {"value": "score"},
    Goal: {"target": "target_score", "need": "needs"},
    Budget: {"runs": "runs_left", "money": "money_left", "hours": "hours_left"},
    Deployment: {"run": "run_id", "used": "in_use"},
}  # fmt: skip
_LISTED: tuple[type[BaseModel], ...] = (Checkpoint, CheckpointScore)
"""Of these a request holds many alike: they are looked at together."""


def misnamed_members(document: Any, model: type[BaseModel] = AdviseRequest, place: str = "") -> tuple[str, ...]:
    """Return a sentence for each member that was not read and has the name of one that was meant and is not there.

    Unknown members are welcome: only those are told whose name is close to a known one, is another word for it, or belongs one level
    deeper. The first sentences are said in full, the others counted.

    Args:
        document: What was read from JSON; it need not be right.
        model: What it should hold.
        place: Where it stands, with dots between the members; empty is the whole.
    """
    return misnamed_among([(document, model, place)])


def misnamed_among(parts: Iterable[tuple[Any, type[BaseModel], str]]) -> tuple[str, ...]:
    """Return the same of several documents, each with its model and its place."""
    found = [pair for part in parts for pair in _found(*part)]
    sentences = [f"{name} is not known and was not read: did you mean {known}?" for name, known in found[:_SHOWN]]
    return (*sentences, f"The same holds for {len(found) - _SHOWN:,} more.") if len(found) > _SHOWN else tuple(sentences)


def meant_by_missing(document: Any) -> Callable[[str], str]:
    """Return a function from the JSON pointer of a member that a request lacks to what to add where it is there by another name.

    The function returns an empty text where there is nothing to add.
    """
    meant = {
        _without_positions(known.split(".")): name.rpartition(".")[2] for name, known in _found(document, AdviseRequest, "", full=True)
    }

    def said(pointer: str) -> str:
        path = _without_positions(pointer.split("/")[1:])
        return f"; call it {path[-1]}, not {meant[path]}" if path in meant else ""

    return said


def _without_positions(path: Iterable[str]) -> tuple[str, ...]:
    return tuple(part for part in path if not part.isdecimal())


def _found(value: Any, model: type[BaseModel], place: str, *, full: bool = False) -> Iterator[tuple[str, str]]:
    """Yield the place of each misnamed member, and the name that was meant: with its place where that is another one, or ``full``."""
    for said, of, name, before in islice(_unknown(value, model, f"{place}." if place else ""), _LOOKED_AT):
        meant = _meant(name, said, of)
        if meant is not None:
            yield f"{before}{name}", f"{before}{meant}" if full or "." in meant else meant


def _unknown(value: Any, model: type[BaseModel], before: str) -> Iterator[tuple[dict[str, Any], type[BaseModel], str, str]]:
    """Yield each object that says something under an unknown name, with its model, that name, and what stands before it in its place."""
    if not isinstance(value, dict):
        return
    members = _members(model)
    yield from ((value, model, name, before) for name, said in value.items() if name not in members and said is not None)
    for name, inner in members.items():
        said = value.get(name)
        if inner is None or said is None:
            continue
        if inner in _LISTED:
            yield from _unknown(_as_one(said), inner, f"{before}{name}.")
        elif isinstance(said, list):
            for i, item in enumerate(said):
                yield from _unknown(item, inner, f"{before}{name}.{i}.")
        else:
            yield from _unknown(said, inner, f"{before}{name}.")


def _as_one(items: Any) -> dict[str, Any]:
    """Return an object that has every member of many alike: a name counts as there where any of them has it."""
    objects = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    metrics = [item["metrics"] for item in objects if isinstance(item.get("metrics"), dict)]
    return dict.fromkeys(_names(objects), True) | ({"metrics": dict.fromkeys(_names(metrics), True)} if metrics else {})


def _names(objects: Iterable[dict[str, Any]]) -> dict[str, None]:
    return {name: None for one in objects for name, said in one.items() if said is not None}


def _meant(name: str, value: dict[str, Any], model: type[BaseModel]) -> str | None:
    """Return the absent member of an object that a name in it stands for, by its path from here."""
    if len(name) > _LONGEST:
        return None
    members = _members(model)
    plain = _plain(name)
    synonym = _SYNONYMS.get(model, {}).get(plain, plain)
    if synonym in members:
        return None if value.get(synonym) is not None else synonym
    deeper = [f"{member}.{plain}" for member, inner in members.items() if _is_open(member, inner, value) and plain in _members(inner)]
    if len(deeper) == 1:
        return deeper[0]
    close = get_close_matches(plain, [m for m in members if len(m) >= _SHORTEST], n=1, cutoff=_CLOSE) if len(plain) >= _SHORTEST else []
    return close[0] if close and value.get(close[0]) is None and not _is_another(plain, close[0]) else None


def _is_open(member: str, inner: type[BaseModel] | None, value: dict[str, Any]) -> bool:
    """Say whether a member of this name may be meant to lie there: in what is absent, or is an object."""
    return inner in (Hyperparameters, Dataset, Evaluation) and isinstance(value.get(member, {}), dict)


def _is_another(name: str, known: str) -> bool:
    """Say whether a close name means another thing: min_learning_rate is no learning_rate, and valid_mean_reward none of train."""
    ours, theirs = name.split("_"), known.split("_")
    if set(ours) < set(theirs) or set(theirs) < set(ours):
        return True
    return len(ours) == len(theirs) and any(SequenceMatcher(a=a, b=b).ratio() < _CLOSE_WORDS for a, b in zip(ours, theirs, strict=True))


def _plain(name: str) -> str:
    """Return a name in lower case with underscores between its words, however it was written."""
    return re.sub(r"[\s.-]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip())).lower()


@cache
def _members(model: type[BaseModel] | None) -> dict[str, type[BaseModel] | None]:
    """Return the members of a model, each with the model of its own object or of its list's items; None is any other value."""
    return {} if model is None else {name: next(_models(field.annotation), None) for name, field in model.model_fields.items()}


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) is not dict:
        for part in get_args(annotation):
            yield from _models(part)

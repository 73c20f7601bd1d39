"""What a Hugging Face ``Trainer`` (and so TRL) writes down: ``trainer_state.json``, or its ``log_history`` alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from advisor.errors import UnusableInput
from advisor.sources.building import imported
from advisor.sources.content import Content
from advisor.sources.imported import Format, ImportedRun
from advisor.sources.numbers import as_epoch, as_metric, as_step
from advisor.sources.points import PointTable
from advisor.sources.roles import highest_rate

_NAMES = {
    "loss": "train_loss",
    "mean_token_accuracy": "train_mean_token_accuracy",
    "token_acc": "train_mean_token_accuracy",
    "eval_mean_token_accuracy": "full_valid_mean_token_accuracy",
    "eval_token_acc": "full_valid_mean_token_accuracy",
    "reward": "train_mean_reward",
    "objective/scores": "train_mean_reward",
    "eval_reward": "full_valid_mean_reward",
    "eval_objective/scores": "full_valid_mean_reward",
    "completion_length": "completion_tokens_mean",
    "completions/mean_length": "completion_tokens_mean",
}
_BOOKKEEPING = re.compile(r"step|epoch|(.*_)?(runtime|samples_per_second|steps_per_second|total_flos|flos)")
_EVAL_LOSS = re.compile(r"eval_(?:(.+)_)?loss")
_LATE_SHARE = 0.25  # of the run: a schedule without warm-up has lost as much of its rate by then
_UNBOUNDED_EPOCHS = 2**53  # a run over streamed data says that it would go on for ever


def _history(document: Any) -> list[dict[str, Any]] | None:
    """Return the entries of a state or of a bare history, None where the document is neither."""
    if isinstance(document, dict):
        entries = document.get("log_history")
        return [e for e in entries if isinstance(e, dict)] if isinstance(entries, list) else None
    if not isinstance(document, list) or not document or not all(isinstance(e, dict) for e in document):
        return None
    telling = any("step" in e and ("loss" in e or _loss_names(e)) for e in document)
    return document if telling else None


def _loss_names(entry: dict[str, Any]) -> list[str]:
    return [name for name in entry if _EVAL_LOSS.fullmatch(name)]


def recognises(content: Content) -> bool:
    """Say whether the document has a ``log_history``, or is a list of entries with steps and losses."""
    return _history(content.document) is not None


def read(content: Content) -> ImportedRun:
    """Read train and evaluation entries, merged by step; the summary at the end is a mean over the run and no point."""
    document = content.document
    entries = _history(document) or []
    state = document if isinstance(document, dict) else {}
    warnings: list[str] = []
    names = dict(_NAMES)
    chosen = _choose_eval_loss(entries, warnings)
    if chosen is not None:
        names[chosen] = "full_valid_loss"
    table = PointTable(repeats="first")
    ended = False
    for entry in entries:
        if _is_summary(entry):
            ended = True
            table.drop("summary entry", "its loss is the mean over the whole run, no point of the curve")
            continue
        step = as_step(entry.get("step"))
        if step is None:
            table.drop("entry", "no step number")
            continue
        values = _values(entry, names)
        if values:
            table.add(step, values, epoch=as_epoch(entry.get("epoch")))
    points = table.build()
    run = _run_of(state, entries, ended=ended, warnings=warnings)
    result = imported(FORMAT.id, run, points, warnings=warnings)
    if not (result.points.train or result.points.validation or result.points.reward):
        raise UnusableInput(_nothing_in(entries))
    return result


def _is_summary(entry: dict[str, Any]) -> bool:
    return "train_runtime" in entry or ("train_loss" in entry and "loss" not in entry and "train_samples_per_second" in entry)


def _values(entry: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, raw in entry.items():
        if _BOOKKEEPING.fullmatch(name):
            continue
        value = as_metric(raw)
        if value is not None:
            values.setdefault(names.get(name, name), value)
    return values


def _choose_eval_loss(entries: Iterable[dict[str, Any]], warnings: list[str]) -> str | None:
    """Return the name of the evaluation loss to judge by; with several evaluation sets the first one, and a warning."""
    seen: dict[str, int] = {}
    predicted = False
    for entry in entries:
        predicted = predicted or "predict_loss" in entry
        for name in _loss_names(entry):
            seen[name] = seen.get(name, 0) + 1
    if "eval_loss" in seen:
        return "eval_loss"
    if not seen:
        if predicted:
            warnings.append("The only loss besides that of training is predict_loss: it was taken for the validation loss.")
        return "predict_loss" if predicted else None
    first = max(seen, key=lambda name: seen[name])
    if len(seen) > 1:
        sets = ", ".join(name.removeprefix("eval_").removesuffix("_loss") for name in seen)
        label = first.removeprefix("eval_").removesuffix("_loss")
        warnings.append(f"The run was evaluated on {len(seen)} sets ({sets}): {label} was taken as the validation loss.")
    return first


def _run_of(state: dict[str, Any], entries: list[dict[str, Any]], *, ended: bool, warnings: list[str]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    epochs = as_metric(state.get("num_train_epochs"))
    if isinstance(epochs, float) and 0 < epochs < _UNBOUNDED_EPOCHS:
        settings["n_epochs"] = epochs
    rate = _learning_rate(state, entries, warnings)
    if rate is not None:
        settings["learning_rate"] = rate
    run: dict[str, Any] = {"hyperparameters": settings}
    if _names(entries) & {"reward", "objective/scores", "eval_reward"}:
        run["method"] = "reinforcement"
    at, planned = as_step(state.get("global_step")), as_step(state.get("max_steps"))
    if ended or _told_to_stop(state) or (at is not None and planned is not None and 0 < planned <= at):
        run["status"] = "succeeded"
    elif at is not None and planned is not None and at < planned:
        warnings.append(
            f"The file was saved at step {at:,} of {planned:,} planned: it was read as a run that ended there; "
            'give the status "running" if it goes on.'
        )
    return run


def _names(entries: list[dict[str, Any]]) -> set[str]:
    return {name for entry in entries for name in entry}


def _learning_rate(state: dict[str, Any], entries: list[dict[str, Any]], warnings: list[str]) -> float | None:
    """Return the peak of the learning rate, None where its schedule fell before the first entry, which then stands late in the run."""
    logged = [(as_step(e.get("step")), rate) for e in entries if (rate := as_metric(e.get("learning_rate"))) is not None]
    steps = [step for step, _ in logged if step is not None]
    whole = max(*steps, as_step(state.get("max_steps")) or 0) if steps else 0
    return highest_rate([rate for _, rate in logged], warnings, begins_late=bool(steps) and steps[0] > _LATE_SHARE * whole)


def _told_to_stop(state: dict[str, Any]) -> bool:
    place: Any = state
    for key in ("stateful_callbacks", "TrainerControl", "args", "should_training_stop"):
        place = place.get(key) if isinstance(place, dict) else None
    return place is True


def _nothing_in(entries: list[dict[str, Any]]) -> str:
    if not entries:
        return (
            "The trainer state has an empty log_history: nothing was logged before it was saved; "
            "set logging_steps (and an evaluation strategy) and give the state of a later checkpoint."
        )
    if all(_is_summary(e) for e in entries):
        return (
            "The trainer state holds only the summary at the end of the run, no curve: logging_steps was larger than the run; "
            "set a smaller one, or give the log of a tracker."
        )
    return "The log has entries but no loss and no reward in any of them: give the trainer_state.json of the training run itself."


FORMAT = Format(
    "trainer-state", "Hugging Face trainer state", recognises, read, "JSON with log_history, or that list alone (trainer_state.json)"
)

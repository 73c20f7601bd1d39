"""``AdvisorCallback``: advice at each evaluation of a Hugging Face ``Trainer``, and so of TRL's trainers, which are made of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol

from advisor.contract import Advice
from advisor.facts import Method

_log = logging.getLogger(__name__)

# Not train_loss: so the trainer calls the mean over the whole run, in its last entry, which is no point of the curve.
_NAMES = {
    "loss": "train_loss",
    "mean_token_accuracy": "train_mean_token_accuracy",
    "eval_loss": "full_valid_loss",
    "eval_mean_token_accuracy": "full_valid_mean_token_accuracy",
    "reward": "train_mean_reward",
    "eval_reward": "full_valid_mean_reward",
    "completions/mean_length": "completion_tokens_mean",
}
_SHOWN_ACTIONS = 3


class Adviser(Protocol):
    """Whoever judges a run: ``advisor.Client``, which asks a service, or ``advisor.LocalAdvisor``, which judges in this process."""

    def advise(self, run: Mapping[str, Any], /) -> Advice | None:
        """Return what to do next with a run; None where there is no answer."""


def calls_for_a_stop(advice: Advice) -> bool:
    """Say whether going on is wasted: the verdict is ``fix``, by a finding that the rules call critical and are not unsure of."""
    return advice.verdict.id == "fix" and any(f.severity == "critical" and f.confidence != "low" for f in advice.findings)


class Advising:
    """Advises at each evaluation and at the end, logs the verdict with the first actions, and may stop the run.

    With transformers installed, ``AdvisorCallback`` is this class as a ``TrainerCallback``; without it, any loop may call the same
    methods. Whatever goes wrong is logged once, and the training goes on. Of several processes the first one asks.

    Args:
        adviser: Who judges.
        stop: Whether to end the training where the advice calls for it: True is ``calls_for_a_stop``, a function decides by itself,
            False only logs. Several processes agree on it, at the next evaluation at the latest.
        method: supervised, dpo or reinforcement; None tells them apart by the metrics that are logged.
        run: What is known of the run and not by the trainer, such as ``base_model`` or ``grader``; it wins over what the trainer says.
        around: What the request says besides the run: ``baseline``, ``history``, ``goal`` and so on, as in ``POST /advise``.
        tell: Gets each advice, for instance to send it to a tracker.
        background: Judge in a thread of its own, so that the training never waits; the advice is taken at a later step.

    Attributes:
        advice: The latest advice; None before the first.
    """

    def __init__(
        self,
        adviser: Adviser,
        *,
        stop: bool | Callable[[Advice], bool] = False,
        method: Method | None = None,
        run: Mapping[str, Any] | None = None,
        around: Mapping[str, Any] | None = None,
        tell: Callable[[Advice], None] | None = None,
        background: bool = False,
    ) -> None:
        self.advice: Advice | None = None
        self._adviser = adviser
        self._stop: Callable[[Advice], bool] | None = calls_for_a_stop if stop is True else stop or None
        self._method = method
        self._run = dict(run or {})
        self._around = dict(around or {})
        self._tell = tell
        self._background = background
        self._asking: _Asking | None = None
        self._stop_wanted = False
        self._warned = False

    def on_evaluate(self, args: Any, state: Any, control: Any, **parts: Any) -> Any:
        """Ask for advice on everything logged so far, and end the training where that was called for."""
        if state.is_world_process_zero:
            self._guarded(lambda: self._ask(_run_of(args, state, parts, "running")))
        if self._stop is not None and getattr(args, "world_size", 1) > 1:
            self._stop_wanted = _agreed(self._stop_wanted)
        control.should_training_stop = control.should_training_stop or self._stop_wanted
        return control

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> Any:  # noqa: ARG002  # the trainer's own signature
        """Take the advice that was asked for in the background, where it has come."""
        if self._asking is not None and not self._asking.is_alive():
            self._guarded(self._collect)
            if getattr(args, "world_size", 1) == 1:  # several processes end together, at the next evaluation
                control.should_training_stop = control.should_training_stop or self._stop_wanted
        return control

    def on_train_end(self, args: Any, state: Any, control: Any, **parts: Any) -> Any:
        """Ask once more, about the whole run."""
        if state.is_world_process_zero:
            status = "cancelled" if self._stop_wanted else "succeeded"
            self._asking = None
            self._guarded(lambda: self._take(self._adviser.advise(self._request(_run_of(args, state, parts, status))), ended=True))
        return control

    def _guarded(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001  # advice is never worth a training
            if not self._warned:
                self._warned = True
                _log.warning("No advice: %s: %s. Training goes on; this is said once.", type(error).__name__, error)

    def _ask(self, run: dict[str, Any]) -> None:
        if not self._background:
            self._take(self._adviser.advise(self._request(run)))
        elif self._asking is None:
            self._asking = _Asking(self._adviser, self._request(run))
            self._asking.start()

    def _collect(self) -> None:
        done, self._asking = self._asking, None
        if done is not None:
            if done.error is not None:
                raise done.error
            self._take(done.advice)

    def _request(self, run: dict[str, Any]) -> dict[str, Any]:
        known = {**run, **self._run, "hyperparameters": {**run["hyperparameters"], **self._run.get("hyperparameters", {})}}
        if self._method is not None:
            known["method"] = self._method
        return {**self._around, "run": known}

    def _take(self, advice: Advice | None, *, ended: bool = False) -> None:
        if advice is None:
            return
        before, self.advice = self.advice, advice
        if before is None or _sentences(before) != _sentences(advice):
            _log.log(logging.WARNING if advice.verdict.id == "fix" else logging.INFO, "%s", "\n".join(_sentences(advice)))
        if not ended and self._stop is not None and self._stop(advice):
            self._stop_wanted = True
            _log.warning("The training is ended: %s", advice.verdict.explanation)
        if self._tell is not None:
            self._tell(advice)


if TYPE_CHECKING:
    AdvisorCallback = Advising


def __getattr__(name: str) -> object:
    if name == "AdvisorCallback":
        return _callback_class()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@cache
def _callback_class() -> type[Advising]:
    """Return the class as a ``TrainerCallback``, as itself where transformers is not installed: importing that takes seconds."""
    try:
        from transformers import TrainerCallback
    except ImportError:
        return Advising
    return type("AdvisorCallback", (Advising, TrainerCallback), {"__doc__": Advising.__doc__, "__module__": __name__})


class _Asking(Thread):
    """One question under way, in a thread that does not keep the process alive."""

    def __init__(self, adviser: Adviser, request: Mapping[str, Any]) -> None:
        super().__init__(name="advisor-callback", daemon=True)
        self.advice: Advice | None = None
        self.error: Exception | None = None
        self._adviser = adviser
        self._request = request

    def run(self) -> None:
        try:
            self.advice = self._adviser.advise(self._request)
        except Exception as error:  # noqa: BLE001  # handed to the thread that trains
            self.error = error


def _sentences(advice: Advice) -> list[str]:
    actions = [f"  {a.rank}. {a.title}: {a.explanation}" for a in advice.actions[:_SHOWN_ACTIONS]]
    return [f"{advice.verdict.id}: {advice.verdict.explanation}", *actions]


def _agreed(decision: bool) -> bool:
    """Return what the first process decided: a process that stops alone leaves the others waiting for ever."""
    from torch import distributed

    if not distributed.is_initialized():
        return decision
    shared = [decision]
    distributed.broadcast_object_list(shared, src=0)
    return shared[0]


def _run_of(args: Any, state: Any, parts: Mapping[str, Any], status: str) -> dict[str, Any]:
    """Return the run as the trainer knows it, in the contract's words."""
    entries = [e for e in state.log_history if "step" in e]
    run = {
        "method": _method(entries),
        "base_model": _base_model(parts.get("model")),
        "status": status,
        "hyperparameters": _settings(args),
        "dataset": {"n_train": _size(parts.get("train_dataloader")), "n_valid": _size(parts.get("eval_dataloader"))},
        "checkpoints": _checkpoints(entries, Path(str(getattr(args, "output_dir", "")))),
    }
    return {name: value for name, value in run.items() if value is not None}


def _method(entries: Iterable[Mapping[str, Any]]) -> Method:
    logged = {name for entry in entries for name in entry}
    if logged & {"rewards/margins", "rewards/chosen"}:
        return "dpo"
    return "reinforcement" if "reward" in logged else "supervised"


def _checkpoints(entries: list[dict[str, Any]], saved_in: Path) -> list[dict[str, Any]]:
    """Return a point per step; of several evaluation sets the first one counts."""
    names = dict(_NAMES)
    losses = [name for e in entries for name in e if name.startswith("eval_") and name.endswith("_loss")]
    if losses and not any("eval_loss" in e for e in entries):
        names[losses[0]] = "full_valid_loss"
    points: dict[int, dict[str, Any]] = {}
    for entry in entries:
        metrics = {names[name]: value for name, value in entry.items() if name in names}
        if metrics:
            point = points.setdefault(int(entry["step"]), {"step_number": int(entry["step"]), "epoch": entry.get("epoch"), "metrics": {}})
            point["metrics"].update(metrics)
    for step, point in points.items():
        if (saved_in / f"checkpoint-{step}").is_dir():
            point["fine_tuned_model_checkpoint"] = f"checkpoint-{step}"
    return list(points.values())


def _settings(args: Any) -> dict[str, Any]:
    per_process, accumulated = getattr(args, "train_batch_size", None), getattr(args, "gradient_accumulation_steps", 1)
    known = {
        "n_epochs": getattr(args, "num_train_epochs", None) if getattr(args, "max_steps", -1) <= 0 else None,
        "learning_rate": getattr(args, "learning_rate", None),
        "batch_size": per_process and per_process * accumulated * getattr(args, "world_size", 1),
        "beta": getattr(args, "beta", None),
    }
    return {name: value for name, value in known.items() if isinstance(value, int | float) and value > 0}


def _base_model(model: Any) -> str | None:
    """Return the name of the model on the hub; None for a folder, whose path is nobody else's business."""
    name = getattr(getattr(model, "config", None), "_name_or_path", None)
    return name if isinstance(name, str) and name and not Path(name).exists() else None


def _size(loader: Any) -> int | None:
    """Return how many examples a loader draws from; None where that is not known, as with streamed data."""
    try:
        return len(loader.dataset)
    except (AttributeError, TypeError):
        return None

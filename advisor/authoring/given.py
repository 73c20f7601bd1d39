"""The shorthand of a case's ``given`` to the request that it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from advisor.authoring.series import Measured, read_series
from advisor.contract.request import AdviseRequest
from advisor.errors import Mistake
from advisor.facts import Dataset, Hyperparameters, Method, Metrics
from advisor.rulebook.conditions import suggest
from advisor.rulebook.source import Document, Path

STEPS_BETWEEN_POINTS = 100
DEFAULT_SCALE = (0, 10)

_METRICS = tuple(Metrics.model_fields)
_HYPERPARAMETERS = tuple(Hyperparameters.model_fields)
_DATASET = {"dataset_version": "version", **{name: name for name in Dataset.model_fields if name != "version"}}
_EVALUATION = ("score", "scale", "test_score", "n_items", "standard_error", "by_category")
_RUN = ("id", "method", "base_model", "status", "grader", "rollouts_per_step", "best_valid_loss")
_POINTS = ("metrics", "steps", "epochs", "kept", "scores")
_AROUND = ("baseline", "history", "goal", "available_models", "deployments", "record")

RUN_KEYS = (*_METRICS, *_POINTS, *_HYPERPARAMETERS, *_DATASET, *_EVALUATION, *_RUN)
"""What may be given of a run, the one judged or an earlier one."""

GIVEN_KEYS = (*RUN_KEYS, *_AROUND)
"""What may be given of a request."""


class GivenReader:
    """Reads the ``given`` of one file's cases and collects the mistakes in them instead of stopping at the first."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.mistakes: list[Mistake] = []

    def request(self, given: Any, path: Path, method: Method) -> AdviseRequest | None:
        """Return the request that a case gives; None after a mistake.

        Args:
            given: The shorthand.
            path: Where it stands in the file.
            method: The training method where the shorthand names none.
        """
        before = len(self.mistakes)
        if not self._known_keys(given, path, GIVEN_KEYS):
            return None
        body: dict[str, Any] = {"run": {"method": method, **self._run(given, path)}}
        body |= {name: given[name] for name in _AROUND if name in given}
        if "baseline" in given:
            body["baseline"] = {"score": given["baseline"]}
        if "history" in given:
            body["history"] = self._history(given["history"], (*path, "history"))
        if len(self.mistakes) > before:
            return None
        try:
            return AdviseRequest.model_validate(body)
        except ValidationError as error:
            for item in error.errors(include_url=False):
                self._wrong(_place_in_given(item["loc"], path), f"{_named(item['loc'])}: {item['msg'][:1].lower()}{item['msg'][1:]}")
            return None

    def _known_keys(self, given: Any, path: Path, known: tuple[str, ...]) -> bool:
        if not isinstance(given, dict):
            self._wrong(path, "what is given must be a mapping", "Write for example: {n_epochs: 3, train_loss: 0.9 0.6 0.4}")
            return False
        for key in given:
            if key not in known:
                remedy = suggest(key, known) or "A metric with a name of its own goes under metrics: {my_metric: 0.1 0.2}."
                self._wrong((*path, key), f'unknown key "{key}"', remedy, "unknown-key")
        return all(key in known for key in given)

    def _history(self, runs: Any, path: Path) -> list[dict[str, Any]]:
        if not isinstance(runs, list):
            self._wrong(path, "the history must be a list of earlier runs", "Write for example: [{score: 8.2}, {score: 8.6}]")
            return []
        return [self._run(run, (*path, i)) for i, run in enumerate(runs) if self._known_keys(run, (*path, i), RUN_KEYS)]

    def _run(self, given: Mapping[str, Any], path: Path) -> dict[str, Any]:
        run: dict[str, Any] = {name: given[name] for name in _RUN if name in given}
        run["hyperparameters"] = {name: given[name] for name in _HYPERPARAMETERS if name in given}
        run["dataset"] = {field: given[name] for name, field in _DATASET.items() if name in given}
        points = self._points(given, path)
        run["checkpoints"] = [point for point, _ in points]
        evaluation: dict[str, Any] = {name: given[name] for name in _EVALUATION if name in given}
        evaluation["checkpoints"] = [{"step_number": point["step_number"], "score": score} for point, score in points if score is not None]
        if "score" in given or evaluation["checkpoints"]:
            evaluation.setdefault("scale", DEFAULT_SCALE)
        if len(evaluation) > 1 or evaluation["checkpoints"]:
            run["evaluation"] = evaluation
        return run

    def _points(self, given: Mapping[str, Any], path: Path) -> list[tuple[dict[str, Any], Measured]]:
        """Return the checkpoints, each with its evaluation score or None."""
        metrics = {name: self._series(given[name], (*path, name)) for name in _METRICS if name in given}
        own = given.get("metrics", {})
        if isinstance(own, dict):
            metrics |= {name: self._series(value, (*path, "metrics", name)) for name, value in own.items()}
        else:
            self._wrong((*path, "metrics"), "metrics must name a series each", "Write: metrics: {my_metric: 0.1 0.2}")
        along = {name: self._series(given[name], (*path, name)) for name in ("steps", "epochs", "scores") if name in given}
        count = max((len(values) for values in (*metrics.values(), *along.values())), default=0)
        for name, values in (metrics | along).items():
            if values and len(values) != count:
                remedy = f"Give {count} values, with _ where nothing was measured."
                self._wrong((*path, name), f"{name} has {len(values)} values where another series has {count}", remedy, "series-length")
                return []
        steps = [_whole(step) for step in along.get("steps", ())] or tuple(STEPS_BETWEEN_POINTS * (i + 1) for i in range(count))
        epochs, scores = along.get("epochs") or (None,) * count, along.get("scores") or (None,) * count
        points = []
        for i, step in enumerate(steps):
            point: dict[str, Any] = {"step_number": step, "epoch": epochs[i], "metrics": {n: v[i] for n, v in metrics.items() if v}}
            if given.get("kept") is True:
                point["fine_tuned_model_checkpoint"] = f"ft:{given.get('base_model', 'model')}:ckpt-step-{step}"
            points.append((point, scores[i]))
        return points

    def _series(self, value: Any, path: Path) -> tuple[Measured, ...]:
        try:
            return read_series(value)
        except ValueError as error:
            self._wrong(path, f"{path[-1]}: {error}", "", "series")
            return ()

    def _wrong(self, path: Path, message: str, remedy: str = "", code: str = "wrong-value") -> None:
        self.mistakes.append(self._document.mistake(path, message, remedy, code))


def _whole(step: Measured) -> Measured:
    return int(step) if isinstance(step, float) and step.is_integer() else step


def _place_in_given(loc: tuple[int | str, ...], path: Path) -> Path:
    """Return where in the shorthand a value stands that the request refused."""
    parts = list(loc)
    place = [*path]
    if parts[0] == "history":
        place += parts[:2]
        parts = parts[2:]
    names = [part for part in parts if isinstance(part, str)]
    shorthand = {"version": "dataset_version", "step_number": "steps", "epoch": "epochs"}
    return (*place, next((shorthand.get(n, n) for n in names if shorthand.get(n, n) in GIVEN_KEYS), ""))


def _named(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc if part not in ("run", "hyperparameters", "dataset", "evaluation"))

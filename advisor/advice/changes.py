"""How far an action moves its parameter: by the rule's or the catalogue's step, else one rung of the sweep, never to what was tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from advisor.contract.advice import Change, ChangeValue
from advisor.contract.request import AdviseRequest
from advisor.facts import EarlierRun, Run, as_float
from advisor.rulebook import LadderShape, Recommendation, Rulebook
from advisor.rulebook.model import Action
from advisor.rulebook.shapes import LADDERED
from advisor.rulebook.tables import available_models, find_model
from advisor.signals import Curves, Missing, Value, best_run_score, changed_variables
from advisor.signals.evaluation import own_best_score
from advisor.signals.scales import comparable, usual_scale

_ROUNDING = 1e-4  # targets are written with four digits
_MOST_STEPS = 12  # past as many tried settings there is nothing new on a ladder


@dataclass(frozen=True, slots=True)
class Tried:
    """A value of one parameter that an otherwise equal run was given, and the best score it reached."""

    value: float
    score: float | None


class ChangePlanner:
    """Works out the change of each action for one request."""

    def __init__(self, rulebook: Rulebook, curves: Curves, signals: Mapping[str, Value]) -> None:
        self._rulebook = rulebook
        self._curves = curves
        self._request: AdviseRequest = curves.request
        self._signals = signals

    def change(self, action: Action, recommendation: Recommendation | None) -> Change | None:
        """Return the change that an action makes; None where it changes no parameter.

        ``to`` is None where the parameter ought to move but nothing new is left to move it to, or the target is not known.
        """
        shape = action.shape.change
        if shape is None:
            return None
        parameter = shape.parameter
        if parameter in LADDERED:
            return self._setting(action, recommendation)
        if parameter == "base_model":
            return Change("base_model", self._curves.run.base_model, self._model(shape.choose or "other", shape.to))
        step = recommendation.step if recommendation is not None else None
        target: ChangeValue = shape.to
        if parameter == "method":
            return Change("method", self._curves.run.method, self._method(str(shape.to)))
        if step is not None and step.to is not None:
            target = step.to
        to_signal = (step.to_signal if step is not None else None) or shape.to_signal
        number = self._number(to_signal) if to_signal is not None else None
        target = number if number is not None else target
        known = self._number(shape.from_signal) if shape.from_signal else None
        before: ChangeValue = known if known is not None else self._before(parameter)
        if parameter == "dataset" and self._data_was_tried(target):
            target = None
        return Change(parameter, _plain(before), _plain(target))

    def _before(self, parameter: str) -> ChangeValue:
        return self._curves.run.dataset.version if parameter == "dataset" else None

    # -- methods --------------------------------------------------------------------------------------------------------------------

    def other_model(self, change: Change | None) -> str | None:
        """Return the base model that a change of the method needs; None where it needs no other than the run's own.

        It is the first available model of the table that can be trained so. A model that the table lacks is taken to be able to.
        """
        if change is None or change.parameter != "method" or change.to is None or self._supported(str(change.to)):
            return None
        return self._model_for(str(change.to))

    def _method(self, method: str) -> str | None:
        """Return the method where there is a model for it and no otherwise equal run had it."""
        beside = {"method"} if self._supported(method) else {"method", "base_model"}
        tried = (r.method == method and set(changed_variables(self._curves.run, r)) <= beside for r in self._request.other_runs)
        return None if any(tried) or (not self._supported(method) and self._model_for(method) is None) else method

    def _supported(self, method: str) -> bool:
        model = find_model(self._rulebook.models, self._curves.run.base_model)
        return model is None or method in model.methods

    def _model_for(self, method: str) -> str | None:
        models = available_models(self._rulebook.models, self._request)
        return next((m.id for m in models if method in m.methods), None)

    def _data_was_tried(self, target: ChangeValue) -> bool:
        """Whether an otherwise equal run had the data set that this target would make: as many examples, or the same words in its version."""
        for earlier in self._request.other_runs:
            if not set(changed_variables(self._curves.run, earlier)) <= {"dataset"}:
                continue
            size, version = earlier.dataset.n_train, earlier.dataset.version
            if isinstance(target, int | float) and size is not None and self._same(float(size), float(target), whole=False):
                return True
            if isinstance(target, str) and version is not None and version.endswith(f": {target}"):
                return True
        return False

    def _number(self, name: str) -> float | None:
        value = self._signals.get(name)
        return None if value is None or isinstance(value, Missing) else value

    # -- settings -------------------------------------------------------------------------------------------------------------------

    def _setting(self, action: Action, recommendation: Recommendation | None) -> Change:
        shape = action.shape.change
        assert shape is not None
        parameter = self._parameter(shape.parameter)
        ladder = self._rulebook.ladders[parameter]
        given = as_float(getattr(self._curves.run.hyperparameters, parameter))
        raw = getattr(self._curves.run.hyperparameters, parameter)
        here = given if given is not None else ladder.default
        step = recommendation.step if recommendation is not None else shape
        explicit = step.to is not None or step.to_signal is not None or step.multiply is not None
        step = step if explicit else shape
        upward = (shape.multiply or 1.0) > 1.0 or (shape.multiply is None and shape.to == "up")
        target = self._target(step, here, ladder, upward=upward)
        if parameter != shape.parameter and isinstance(step.to, int | float):
            target = here * float(step.to) / self._rulebook.ladders[shape.parameter].default  # a multiplier is a share of the default rate
        if ladder.whole:
            target = float(max(1, round(target)))
            if target == here:
                target = here + 1 if upward else here - 1
        if (target - here > 0) != upward or target == here:
            target = self._rung(here, ladder, upward=upward)
        fresh = self._fresh(parameter, here, target, ladder, upward=upward)
        return Change(parameter, _plain(raw), _plain(fresh))

    def _parameter(self, parameter: str) -> str:
        """Runs of open-source trainers know only the absolute rate: then that is what moves."""
        settings = self._curves.run.hyperparameters
        only_absolute = settings.learning_rate is not None and as_float(settings.learning_rate_multiplier) is None
        return "learning_rate" if parameter == "learning_rate_multiplier" and only_absolute else parameter

    def _target(self, step: object, here: float, ladder: LadderShape, *, upward: bool) -> float:
        to, to_signal, multiply = getattr(step, "to", None), getattr(step, "to_signal", None), getattr(step, "multiply", None)
        if to_signal is not None:
            value = self._number(to_signal)
            return self._rung(here, ladder, upward=upward) if value is None else value
        if isinstance(to, int | float):
            return float(to)
        if to == "default" and (ladder.default > here if upward else ladder.default < here):
            return ladder.default
        if multiply is not None:
            return here * float(multiply)
        return self._rung(here, ladder, upward=upward)

    def _rung(self, here: float, ladder: LadderShape, *, upward: bool) -> float:
        least = self._curves.measures.least_step
        beyond = [v for v in ladder.values if (v > here * least if upward else v < here / least)]
        if beyond:
            return min(beyond) if upward else max(beyond)
        return here * ladder.factor if upward else here / ladder.factor

    def _fresh(self, parameter: str, here: float, target: float, ladder: LadderShape, *, upward: bool) -> float | None:
        """Return a target that no otherwise equal run has had: behind a worse one half way towards it, behind a better one further on."""
        own = _known(own_best_score(self._curves))
        tried = self._tried(parameter)
        low, high = here, ladder.highest if upward else ladder.lowest
        target = min(max(target, ladder.lowest), ladder.highest)
        for _ in range(_MOST_STEPS):
            if (upward and target <= low * (1 + _ROUNDING)) or (not upward and target >= low / (1 + _ROUNDING)):
                return None
            hit = next((t for t in tried if self._same(t.value, target, whole=ladder.whole)), None)
            walls = [t.value for t in tried if _worse(t.score, own) and (low < t.value if upward else t.value < low)]
            wall = (min(walls) if upward else max(walls)) if walls else None
            if wall is not None and (target >= wall if upward else target <= wall):
                target = self._between(low, wall, ladder)
                if self._same(target, wall, whole=ladder.whole) or self._same(target, low, whole=ladder.whole):
                    return None
                if not any(self._same(t.value, target, whole=ladder.whole) for t in tried):
                    return target
                low = target
                continue
            if hit is None:
                return target
            low = target
            if (high - low if upward else low - high) <= 0:
                return None
            target = self._rung(target, ladder, upward=upward)
            if ladder.whole:
                target = float(round(target))
            target = min(max(target, ladder.lowest), ladder.highest)
        return None

    def _same(self, a: float, b: float, *, whole: bool) -> bool:
        """Whether two values are one experiment: the contract asks for a new one, not for a rounding."""
        return a == b if whole else max(a, b) <= min(a, b) * self._curves.measures.least_step

    def _between(self, a: float, b: float, ladder: LadderShape) -> float:
        middle = (a * b) ** 0.5
        return float(round(middle)) if ladder.whole else float(f"{middle:.2g}")

    def _tried(self, parameter: str) -> list[Tried]:
        """The values of a setting in other runs that differ from this run in nothing else that both state."""
        tried = []
        for earlier in self._request.other_runs:
            value = as_float(getattr(earlier.hyperparameters, parameter))
            if value is not None and set(changed_variables(self._curves.run, earlier)) <= {parameter}:
                tried.append(Tried(value, best_run_score(earlier) if comparable(earlier, usual_scale(self._curves)) else None))
        return tried

    # -- base models ----------------------------------------------------------------------------------------------------------------

    def _model(self, choose: str, unnamed: ChangeValue) -> ChangeValue:
        """Return a model of the table that supports the method and was not tried on this data: the next larger, or the best other one.

        For a model that the table lacks, a larger one has no name: then the action's own words are the target.
        """
        models, run = self._rulebook.models, self._curves.run
        own = find_model(models, run.base_model)
        tried = {row.id for r in self._same_but_model() if (row := find_model(models, r.base_model)) is not None}
        usable = [m for m in available_models(models, self._request) if run.method in m.methods and m is not own and m.id not in tried]
        if own is None:
            return unnamed if choose == "larger" else None
        size = run.dataset.n_train
        fitting = [m for m in usable if m.run_with_at_least is None or (size is not None and size >= m.run_with_at_least)]
        if choose == "larger":
            larger = [m for m in fitting if m.size_class > own.size_class]
            return min(larger, key=lambda m: m.size_class).id if larger else None
        needs = set(self._request.goal.needs)
        order = {m.id: i for i, m in enumerate(models.models)}
        return min(fitting, key=lambda m: (-len(needs & set(m.needs)), order[m.id])).id if fitting else None

    def _same_but_model(self) -> list[EarlierRun | Run]:
        return [r for r in self._request.other_runs if set(changed_variables(self._curves.run, r)) <= {"base_model"}]


def _known(value: Value) -> float | None:
    return None if isinstance(value, Missing) else value


def _worse(score: float | None, own: float | None) -> bool:
    return score is not None and own is not None and score <= own


def _plain(value: ChangeValue) -> ChangeValue:
    """Write 2.0 as 2, and what is no whole number with at most four digits."""
    if not isinstance(value, float):
        return value
    short = value if value.is_integer() else float(f"{value:.4g}")
    return int(short) if short.is_integer() and abs(short) <= 2**53 else short

"""What the user knows and the file does not say: options of ``advise`` that complete the request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from advisor.cli.exits import WrongUsage
from advisor.contract import AdviseRequest
from advisor.contract.request import Baseline
from advisor.facts import Dataset, Evaluation, Grader, Hyperparameters, Method


@dataclass(frozen=True, slots=True)
class Known:
    """Facts from the command line; None is not said. What is said wins over what the file says."""

    base_model: str | None = None
    method: Method | None = None
    status: str | None = None
    n_epochs: float | None = None
    batch_size: float | None = None
    learning_rate_multiplier: float | None = None
    learning_rate: float | None = None
    dataset: str | None = None
    n_train: int | None = None
    quality_checked: bool | None = None
    baseline: float | None = None
    score: float | None = None
    scale: tuple[float, float] | None = None
    n_items: int | None = None
    reward_range: tuple[float, float] | None = None

    def complete(self, request: AdviseRequest) -> AdviseRequest:
        """Return the request with these facts in it; raise WrongUsage where one is out of bounds."""
        run = request.run
        changes: dict[str, Any] = _given(base_model=self.base_model, method=self.method, status=self.status)
        settings = _given(
            n_epochs=self.n_epochs,
            batch_size=self.batch_size,
            learning_rate_multiplier=self.learning_rate_multiplier,
            learning_rate=self.learning_rate,
        )
        data = _given(version=self.dataset, n_train=self.n_train, quality_checked=self.quality_checked)
        evaluation = _given(score=self.score, scale=self.scale, n_items=self.n_items)
        try:
            if settings:
                changes["hyperparameters"] = Hyperparameters.model_validate(
                    {**run.hyperparameters.model_dump(exclude_none=True), **settings}
                )
            if data:
                changes["dataset"] = Dataset.model_validate({**run.dataset.model_dump(exclude_none=True), **data})
            if evaluation:
                known = {} if run.evaluation is None else run.evaluation.model_dump(exclude_none=True)
                changes["evaluation"] = Evaluation.model_validate({**known, **evaluation})
            if self.reward_range is not None:
                grader = {} if run.grader is None else run.grader.model_dump(exclude_none=True)
                changes["grader"] = Grader.model_validate({**grader, "range": self.reward_range})
            around = {} if self.baseline is None else {"baseline": Baseline.model_validate({"score": self.baseline})}
        except ValidationError as error:
            raise WrongUsage(_in_words(error)) from None
        return request.model_copy(update={"run": run.model_copy(update=changes), **around}) if changes or around else request


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _in_words(error: ValidationError) -> str:
    """Return the first fault as the name of what was given and what is wrong with it; a fault of two facts together names both itself."""
    first = error.errors(include_url=False)[0]
    reason = first["msg"].removeprefix("Value error, ").replace("Input should be ", "must be ", 1)
    if not first["loc"]:
        return f"the evaluation {reason}" if error.title == Evaluation.__name__ else reason
    return f"{first['loc'][0]}: {reason}"

"""What options say of an experiment, put into its run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

import typer
from pydantic import ValidationError

from advisor.cli.exits import WrongUsage
from advisor.facts import EarlierRun

_DATA = "The data"
_EVALUATION = "The evaluation"
_SETTINGS = "The settings"
_OPTIONS = {
    "n_epochs": "--epochs", "learning_rate_multiplier": "--lr", "batch_size": "--batch", "learning_rate": "--learning-rate",
    "version": "--dataset", "n_train": "--n-train", "n_valid": "--n-valid", "quality_checked": "--quality-checked",
    "best_valid_loss": "--best-valid-loss", "score": "--score", "scale": "--scale", "test_score": "--test-score", "n_items": "--n-items",
    "evaluation": "--score",
}  # fmt: skip

BaseModel: TypeAlias = Annotated[str | None, typer.Option("--base-model", metavar="NAME", help="The model that was trained.")]
TrainedBy: TypeAlias = Annotated[
    str | None, typer.Option("--method", metavar="METHOD", help="How it was trained: supervised, dpo or reinforcement.")
]
Status: TypeAlias = Annotated[str | None, typer.Option("--status", metavar="WORD", help="running, succeeded, failed or cancelled.")]
Epochs: TypeAlias = Annotated[
    str | None, typer.Option("--epochs", metavar="NUMBER|auto", rich_help_panel=_SETTINGS, help="Passes over the data.")
]
Multiplier: TypeAlias = Annotated[
    str | None,
    typer.Option("--lr", metavar="NUMBER|auto", rich_help_panel=_SETTINGS, help="The multiplier; also --learning-rate-multiplier."),
]
Batch: TypeAlias = Annotated[
    str | None, typer.Option("--batch", metavar="NUMBER|auto", rich_help_panel=_SETTINGS, help="Examples per step; also --batch-size.")
]
Rate: TypeAlias = Annotated[
    float | None, typer.Option("--learning-rate", rich_help_panel=_SETTINGS, help="The absolute rate of open-source trainers.")
]
DatasetVersion: TypeAlias = Annotated[
    str | None, typer.Option("--dataset", metavar="NAME", rich_help_panel=_DATA, help="The version of the data set, such as v1.")
]
NTrain: TypeAlias = Annotated[int | None, typer.Option("--n-train", rich_help_panel=_DATA, help="Training examples.")]
NValid: TypeAlias = Annotated[int | None, typer.Option("--n-valid", rich_help_panel=_DATA, help="Validation examples.")]
Checked: TypeAlias = Annotated[
    bool | None, typer.Option("--quality-checked/--not-checked", rich_help_panel=_DATA, help="Whether somebody checked the data.")
]
BestLoss: TypeAlias = Annotated[
    str | None,
    typer.Option("--best-valid-loss", metavar="NUMBER", rich_help_panel=_EVALUATION, help="The lowest validation loss of its curve."),
]
OwnScore: TypeAlias = Annotated[
    float | None, typer.Option("--score", rich_help_panel=_EVALUATION, help="Its score on the held-out evaluation.")
]
OwnScale: TypeAlias = Annotated[
    tuple[float, float] | None,
    typer.Option("--scale", metavar="LOW HIGH", rich_help_panel=_EVALUATION, help="The scale of the scores; else that of the runs before."),
]
TestScore: TypeAlias = Annotated[
    float | None, typer.Option("--test-score", rich_help_panel=_EVALUATION, help="Its score on a separate final test set.")
]
Items: TypeAlias = Annotated[
    int | None, typer.Option("--n-items", rich_help_panel=_EVALUATION, help="How many items the evaluation has: its noise follows.")
]


@dataclass(frozen=True, slots=True)
class Values:
    """What options say; None is not said. What is said wins over what is known."""

    base_model: str | None = None
    method: str | None = None
    status: str | None = None
    epochs: str | None = None
    multiplier: str | None = None
    batch: str | None = None
    learning_rate: float | None = None
    dataset: str | None = None
    n_train: int | None = None
    n_valid: int | None = None
    quality_checked: bool | None = None
    best_valid_loss: str | None = None
    score: float | None = None
    scale: tuple[float, float] | None = None
    test_score: float | None = None
    n_items: int | None = None

    @property
    def said(self) -> bool:
        """Whether anything is said at all."""
        return any(getattr(self, name) is not None for name in self.__dataclass_fields__)

    def put_into(self, run: EarlierRun) -> EarlierRun:
        """Return a run with these values in it; raise WrongUsage where one is out of bounds."""
        known = run.model_dump(exclude_unset=True)
        known |= _given(base_model=self.base_model, method=self.method, status=self.status, best_valid_loss=_number(self.best_valid_loss))
        parts = {
            "hyperparameters": _given(
                n_epochs=_number(self.epochs),
                learning_rate_multiplier=_number(self.multiplier),
                batch_size=_number(self.batch),
                learning_rate=self.learning_rate,
            ),
            "dataset": _given(version=self.dataset, n_train=self.n_train, n_valid=self.n_valid, quality_checked=self.quality_checked),
            "evaluation": _given(score=self.score, scale=self.scale, test_score=self.test_score, n_items=self.n_items),
        }
        for name, values in parts.items():
            if values:
                known[name] = {**(known.get(name) or {}), **values}
        try:
            return EarlierRun.model_validate(known)
        except ValidationError as error:
            raise WrongUsage(_in_words(error)) from None


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _number(text: str | None) -> float | str | None:
    """Return an option's number; a word stays one, ``default`` is the service's choice."""
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        return "auto" if text == "default" else text


def _in_words(error: ValidationError) -> str:
    """Return the first thing that is wrong, by the option's name."""
    first = error.errors(include_url=False)[0]
    place = next((str(part) for part in reversed(first["loc"]) if part in _OPTIONS), str(first["loc"][0]))
    reason = first["msg"].removeprefix("Value error, ").replace("Input should be ", "must be ", 1)
    if place in ("n_epochs", "learning_rate_multiplier", "batch_size"):
        reason = 'must be a number above 0, or "auto"'
    return f"{_OPTIONS.get(place, '--' + place.replace('_', '-'))}: {reason}"
